"""Decisions and reasons of the programme with their labels, and the sentence that tells each."""

from __future__ import annotations

from gis_core.layer import Choices, Label, Language

DECISIONS: Choices = {
    "chosen": Label("вошло", "кірді", "chosen"),
    "refused": Label("не вошло", "кірмеді", "refused"),
}
REASONS: Choices = {
    "worth": Label("много потребности на тенге", "теңгесіне шаққанда қажеттілігі көп", "much need per tenge"),
    "floor": Label("наименьшая доля района", "ауданның ең аз үлесі", "floor of the district"),
    "excluded": Label("исключено при запуске", "іске қосқанда алынып тасталды", "excluded by the user"),
    "guarantee": Label("гарантийный срок", "кепілдік мерзімі", "guarantee period"),
    "funded": Label("деньги уже даны", "қаржы бөлініп қойған", "funded already"),
    "no_need": Label("нет потребности", "қажеттілік жоқ", "no need"),
    "no_measure": Label("в профиле нет вида работ", "профильде жұмыс түрі жоқ", "no measure in the profile"),
    "too_dear": Label("дороже всего бюджета", "бүкіл бюджеттен қымбат", "dearer than the whole budget"),
    "margin": Label(
        "мало потребности на тенге", "теңгесіне шаққанда қажеттілігі аз", "little need per tenge"
    ),
    "remainder": Label("не хватило остатка", "қалдық жетпеді", "does not fit into what is left"),
}

# {per}: shares of the city's need taken away by a million, {margin}: what the last million chosen takes away
SENTENCES: dict[str, dict[Language, str]] = {
    "worth": {
        "ru": "{name}: {work} за {cost} млн снимет {covered} потребности города, {per} на миллион при пороге {margin}{and_more}.",
        "kk": "{name}: {work}, {cost} млн, қала қажеттілігінің {covered} азайтады, миллионға {per}, шегі {margin}{and_more}.",
        "en": "{name}: {work} for {cost} million takes away {covered} of the city's need, {per} a million where the margin is {margin}{and_more}.",
    },
    "floor": {
        "ru": "{name}: {work} за {cost} млн ради наименьшей доли района, снимет {covered} потребности города, {per} на миллион при общем пороге {margin}{and_more}.",
        "kk": "{name}: {work}, {cost} млн, ауданның ең аз үлесі үшін, қала қажеттілігінің {covered} азайтады, миллионға {per}, жалпы шегі {margin}{and_more}.",
        "en": "{name}: {work} for {cost} million to meet the district's floor, takes away {covered} of the city's need, {per} a million where the general margin is {margin}{and_more}.",
    },
    "excluded": {
        "ru": "{name}: исключено при запуске.",
        "kk": "{name}: іске қосқанда алынып тасталды.",
        "en": "{name}: excluded by the user.",
    },
    "guarantee": {
        "ru": "{name}: гарантия работ {project} до {until}, вскрывать нельзя весь год.",
        "kk": "{name}: {project} жұмыстарының кепілдігі {until} дейін, жыл бойы қазуға болмайды.",
        "en": "{name}: the guarantee of {project} holds until {until}, so the ground stays closed all year.",
    },
    "funded": {
        "ru": "{name}: на этот год уже дано {funded} млн.",
        "kk": "{name}: осы жылға {funded} млн бөлініп қойған.",
        "en": "{name}: {funded} million are already given for the year.",
    },
    "no_need": {
        "ru": "{name}: потребности не видно.",
        "kk": "{name}: қажеттілік байқалмайды.",
        "en": "{name}: no need is seen.",
    },
    "no_measure": {
        "ru": "{name}: в профиле города нет вида работ для таких мест.",
        "kk": "{name}: қала профилінде мұндай орындарға жұмыс түрі жоқ.",
        "en": "{name}: the profile of the city has no measure for such places.",
    },
    "too_dear": {
        "ru": "{name}: самое дешёвое, {work}, стоит {cost} млн, больше всего бюджета.",
        "kk": "{name}: ең арзаны, {work}, {cost} млн тұрады, бүкіл бюджеттен көп.",
        "en": "{name}: the cheapest, {work}, costs {cost} million, more than the whole budget.",
    },
    "margin": {
        "ru": "{name}: {work} за {cost} млн сняло бы {per} потребности города на миллион, порог {margin}{and_more}.",
        "kk": "{name}: {work}, {cost} млн, миллионға қала қажеттілігінің {per} азайтар еді, шегі {margin}{and_more}.",
        "en": "{name}: {work} for {cost} million would take away {per} of the city's need a million, the margin is {margin}{and_more}.",
    },
    "remainder": {
        "ru": "{name}: {work} за {cost} млн не хуже порога ({per} на миллион), но не помещается в остаток {left} млн{and_more}.",
        "kk": "{name}: {work}, {cost} млн, шектен кем емес (миллионға {per}), бірақ {left} млн қалдыққа сыймайды{and_more}.",
        "en": "{name}: {work} for {cost} million is as good as the margin ({per} a million) but does not fit into the {left} million left{and_more}.",
    },
}
JOINT: dict[Language, str] = {
    "ru": "; вместе с {joint} дешевле на {saving} млн",
    "kk": "; {joint} жобасымен бірге {saving} млн арзан",
    "en": "; {saving} million cheaper together with {joint}",
}
MEETING: dict[Language, str] = {
    "ru": "; открытых пересечений: {conflicts}, поэтому весит меньше",
    "kk": "; ашық қиылысулар: {conflicts}, сондықтан салмағы аз",
    "en": "; open conflicts: {conflicts}, so it weighs less",
}
NOT_BEFORE: dict[Language, str] = {
    "ru": "; не раньше конца гарантии {until}",
    "kk": "; кепілдік біткенге дейін емес, {until}",
    "en": "; not before the guarantee ends on {until}",
}

# Tables of the verb
COMPARED: Choices = {
    "programme": Label("программа", "бағдарлама", "programme"),
    "greedy": Label("простая очередь", "қарапайым кезек", "simple queue"),
    "equal_shares": Label("равные доли районов", "аудандардың тең үлестері", "equal shares of districts"),
    "funded": Label("дано на деле", "іс жүзінде берілгені", "given in fact"),
}
ACCOUNT = (
    Label("мест", "орын", "places"),
    Label("деньги, тенге", "қаржы, теңге", "money, KZT"),
    Label("снято потребности", "азайған қажеттілік", "need taken away"),
    Label("на миллиард", "миллиардқа", "by the billion"),
)
FIRST = Label("Наибольший вклад", "Ең үлкен үлес", "Greatest effect")
