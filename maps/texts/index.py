"""What the index page says."""

from __future__ import annotations

from gis_core.layer import Label

INDEX = {
    "title_index": Label("Благоустройство города", "Қаланы абаттандыру", "City improvement"),
    "in_year": Label("за {year} год", "{year} жыл", "in {year}"),
    "headline_worst": Label(
        (
            "двор с большой потребностью и без денег|двора с большой потребностью и без денег|дворов с "
            "большой потребностью и без денег"
        ),
        "қажеттілігі үлкен, қаржысыз аула",
        "courtyard in great need without money|courtyards in great need without money",
    ),
    "headline_contested": Label(
        (
            "участок, где встречаются проекты разных органов|участка, где встречаются проекты разных "
            "органов|участков, где встречаются проекты разных органов"
        ),
        "әртүрлі органдардың жобалары түйісетін телім",
        "place where projects of different bodies meet|places where projects of different bodies meet",
    ),
    "headline_risk": Label("{currency} под риском", "{currency} тәуекелде", "{currency} at risk"),
    "headline_conflicts": Label(
        "{n} пересечение проектов|{n} пересечения проектов|{n} пересечений проектов",
        "жобалардың {n} қиылысуы",
        "{n} conflict of projects|{n} conflicts of projects",
    ),
    "of_courtyards": Label(
        "из {n} двора города|из {n} дворов города|из {n} дворов города",
        "қаладағы {n} ауланың ішінен",
        "of {n} courtyard|of {n} courtyards",
    ),
    "of_projects": Label("проектов всего: {n}", "барлығы {n} жоба", "of {n} project|of {n} projects"),
    "maps": Label("Карты", "Карталар", "Maps"),
    "open_map": Label("Открыть карту", "Картаны ашу", "Open the map"),
    "about_needs": Label(
        (
            "Где жителям нужнее всего и куда пошли деньги: дворы в девяти классах, районы по обеспеченности, "
            "годы на одной шкале."
        ),
        (
            "Тұрғындарға ең қажет жер мен қаржы бағытталған жер: тоғыз сыныптағы аулалар, қамтылуы бойынша "
            "аудандар, бір шкаладағы жылдар."
        ),
        (
            "Where residents need it most and where the money went: courtyards in nine classes, districts by "
            "coverage, years on one scale."
        ),
    ),
    "about_conflicts": Label(
        "Где два органа работают на одном участке: кто с кем, когда, на какие деньги и почему это замечено.",
        (
            "Екі орган бір телімде қай жерде жұмыс істейді: кім кіммен, қашан, қанша қаржыға және неге "
            "байқалды."
        ),
        "Where two bodies act on one place: who meets whom, when, for how much, and why it was found.",
    ),
    "years_title": Label("По годам", "Жылдар бойынша", "Year by year"),
    "chart_worst": Label(
        "Дворы с большой потребностью и без денег",
        "Қажеттілігі үлкен, қаржысыз аулалар",
        "Courtyards in great need without money",
    ),
    "files": Label("Файлы", "Файлдар", "Files"),
    "exports": Label(
        "Папка с выгрузками для QGIS и таблиц",
        "QGIS пен кестелерге арналған файлдар қалтасы",
        "Folder of exports for QGIS and spreadsheets",
    ),
    "index_empty": Label(
        "Показать нечего: ни потребности, ни пересечения ещё не посчитаны.",
        "Көрсететін ештеңе жоқ: қажеттілік те, қиылысулар да әлі есептелмеген.",
        "Nothing to show: neither needs nor conflicts have been derived.",
    ),
}
