"""What the verb `regimes` says, in three languages."""

from __future__ import annotations

from gis_core.layer import Label

HEADLINE = Label(
    "Дублирование функций: {current} сейчас, {proposed} при новых полномочиях: {change} ({range} при других"
    " порогах, {districts} без любого одного района)",
    "Функциялардың қайталануы: қазір {current}, жаңа өкілеттікте {proposed}: {change} (басқа шектерде"
    " {range}, кез келген бір ауданды алып тастағанда {districts})",
    "Duplicated functions: {current} today, {proposed} under the proposal: {change} ({range} under other"
    " thresholds, {districts} without any one district)",
)
NO_DUPLICATES = Label(
    "Дублирования функций сейчас нет, сокращать нечего",
    "Қазір функциялардың қайталануы жоқ, азайтатын ештеңе жоқ",
    "No function is duplicated today: nothing to reduce",
)
MONEY = Label(
    "Деньги под риском дублирования: {current} сейчас, {proposed} при новых полномочиях",
    "Қайталану тәуекеліндегі қаржы: қазір {current}, жаңа өкілеттікте {proposed}",
    "Money at risk of duplication: {current} today, {proposed} under the proposal",
)
MOVED = Label(
    "Переходит к другим органам: проектов {projects}, денег {amount}",
    "Басқа органдарға өтеді: жобалар {projects}, қаржы {amount}",
    "Changes hands: {projects} projects, {amount}",
)
UNMAPPED = Label(
    "Вне карты и потому не рассмотрено: проектов {projects}, денег {amount}",
    "Картада жоқ, сондықтан қаралмады: жобалар {projects}, қаржы {amount}",
    "Not on the map and so not judged: {projects} projects, {amount}",
)
NO_DISTRICT = Label("вне районов", "аудандардан тыс", "in no district")
HEADS = {
    "rule": Label("Правило", "Ереже", "Rule"),
    "district": Label("Район", "Аудан", "District"),
    "from": Label("От кого", "Кімнен", "From"),
    "to": Label("Кому", "Кімге", "To"),
    "current": Label("Сейчас", "Қазір", "Today"),
    "vanishes": Label("Исчезает", "Жойылады", "Vanish"),
    "remains": Label("Остаётся", "Қалады", "Remain"),
    "appears": Label("Появляется", "Пайда болады", "Appear"),
    "current_kzt": Label("Риск сейчас", "Қазіргі тәуекел", "Risk today"),
    "vanishes_kzt": Label("Риск исчезает", "Тәуекел жойылады", "Risk vanishes"),
    "appears_kzt": Label("Риск появляется", "Тәуекел пайда болады", "Risk appears"),
    "projects": Label("Проектов", "Жобалар", "Projects"),
    "amount_kzt": Label("Деньги", "Қаржы", "Money"),
}
