"""What every page says: title bar, marks, languages, coverage, units."""

from __future__ import annotations

from gis_core.layer import Label
from layers.conflicts import Conflict
from layers.words import YEAR

FRAME = {
    "page_index": Label("Обзор", "Шолу", "Overview"),
    "page_needs": Label("Потребность и деньги", "Қажеттілік пен қаржы", "Needs and money"),
    "page_conflicts": Conflict.label,
    "pages": Label("Страницы", "Беттер", "Pages"),
    "language": Label("Язык", "Тіл", "Language"),
    "print": Label("Печать", "Басып шығару", "Print"),
    "map": Label("Карта", "Карта", "Map"),
    "panel": Label("Показатели и списки", "Көрсеткіштер мен тізімдер", "Figures and lists"),
    "legend": Label("Условные обозначения", "Шартты белгілер", "Legend"),
    "zoom_in": Label("Приблизить", "Жақындату", "Zoom in"),
    "zoom_out": Label("Отдалить", "Алыстату", "Zoom out"),
    "close": Label("Закрыть", "Жабу", "Close"),
    "unknown": Label("нет сведений", "мәлімет жоқ", "not known"),
    "thousand": Label("тыс.", "мың", "k"),
    "million": Label("млн", "млн", "m"),
    "billion": Label("млрд", "млрд", "bn"),
    "trillion": Label("трлн", "трлн", "tn"),
    "show_more": Label("Показать ещё", "Тағы көрсету", "Show more"),
    "as_of": Label("данные на {date}", "деректер күні: {date}", "data as of {date}"),
    "sample": Label("Образец, данные вымышлены", "Үлгі, деректер ойдан алынған", "Sample, invented data"),
    "sample_long": Label(
        "Это образец: дворы, обращения, проекты и деньги вымышлены. Решений по нему принимать нельзя.",
        (
            "Бұл – үлгі: аулалар, өтініштер, жобалар мен қаржы ойдан алынған. Ол бойынша шешім қабылдауға "
            "болмайды."
        ),
        (
            "This is a sample: courtyards, appeals, projects and money are invented. No decision can rest on "
            "it."
        ),
    ),
    "schematic": Label(
        "Границы районов показаны схематично и не являются официальными.",
        "Аудандардың шекаралары сұлба түрінде көрсетілген, ресми болып табылмайды.",
        "District outlines are schematic and not official.",
    ),
    "coverage": Label("Сколько попало на карту", "Картаға қаншасы түсті", "How much is on the map"),
    "coverage_money": Label("Деньги проектов", "Жобалар қаржысы", "Money of projects"),
    "coverage_appeals": Label("Обращения", "Өтініштер", "Appeals"),
    "coverage_rest": Label(
        "У остального нет известного места: на карте его не видно.",
        "Қалғанының орны белгісіз: ол картада көрінбейді.",
        "The rest has no known place and cannot be seen on the map.",
    ),
    "about": Label("О данных", "Деректер туралы", "About the data"),
    "sources": Label("Источники", "Дереккөздер", "Sources"),
    "year": YEAR,
    "no_address": Label("Адрес неизвестен", "Мекенжайы белгісіз", "Address not known"),
}
