"""What the page of needs against funding says."""

from __future__ import annotations

from gis_core.layer import Label
from layers.districts import District

NEEDS = {
    "title_needs": Label(
        "Благоустройство: потребность и деньги",
        "Абаттандыру: қажеттілік пен қаржы",
        "Improvement: needs against funding",
    ),
    "needs_empty": Label(
        "Показать нечего: потребность дворов не посчитана ни за один год.",
        "Көрсететін ештеңе жоқ: аулалар қажеттілігі бірде-бір жылға есептелмеген.",
        "Nothing to show: the needs of courtyards have not been derived for any year.",
    ),
    "figure_appeals": Label("обращений за год", "жыл бойғы өтініш", "appeals in the year"),
    "figure_money": Label("{currency} за год", "жыл бойғы {currency}", "{currency} in the year"),
    "figure_worst": Label(
        "дворов с большой потребностью и без денег",
        "қажеттілігі үлкен, қаржысыз аула",
        "courtyards in great need without money",
    ),
    "mode_courtyards": Label("Дворы", "Аулалар", "Courtyards"),
    "mode_districts": District.label,
    "search": Label("Найти двор", "Ауланы табу", "Find a courtyard"),
    "search_hint": Label("улица, дом", "көше, үй", "street, house"),
    "search_none": Label("Такого адреса нет", "Мұндай мекенжай жоқ", "No such address"),
    "legend_classes": Label(
        "Дворы по классам, {year}",
        "Аулалар сыныптар бойынша, {year}",
        "Courtyards by class, {year}",
    ),
    "legend_hint": Label(
        "Наведите на класс, и останутся только его дворы; нажмите, чтобы закрепить.",
        "Сыныпты көрсетсеңіз, тек соның аулалары қалады; бекіту үшін басыңыз.",
        "Point at a class and only its courtyards stay; press to keep it.",
    ),
    "axis_need": Label("потребность →", "қажеттілік →", "need →"),
    "axis_money": Label("деньги →", "қаржы →", "money →"),
    "worst": Label("Большая потребность, денег нет", "Қажеттілік үлкен, қаржы жоқ", "Great need, no money"),
    "need_0": Label("малая потребность", "қажеттілігі аз", "little need"),
    "need_1": Label("средняя потребность", "қажеттілігі орташа", "middling need"),
    "need_2": Label("большая потребность", "қажеттілігі үлкен", "great need"),
    "money_0": Label("денег нет", "қаржы жоқ", "no money"),
    "money_1": Label("денег мало", "қаржы аз", "little money"),
    "money_2": Label("денег много", "қаржы көп", "much money"),
    "n_courtyards": Label("{n} двор|{n} двора|{n} дворов", "{n} аула", "{n} courtyard|{n} courtyards"),
    "legend_coverage": Label(
        "Обеспеченность районов, {year}",
        "Аудандардың қамтылуы, {year}",
        "Coverage of districts, {year}",
    ),
    "coverage_meaning": Label(
        "Доля района в деньгах города к его доле в потребности: 100 % значит поровну.",
        "Ауданның қала қаржысындағы үлесінің қажеттіліктегі үлесіне қатынасы: 100 % – тең.",
        "The district's share of the city's money by its share of need: 100% is an even share.",
    ),
    "coverage_word": Label("Обеспеченность: {share}", "Қамтылуы: {share}", "Coverage: {share}"),
    "share_need": Label(
        "Доля в потребности города",
        "Қала қажеттілігіндегі үлесі",
        "Share of the city's need",
    ),
    "share_need_short": Label("потреб\u00adность", "қажет\u00adтілік", "need"),
    "share_money_short": Label("деньги", "қаржы", "money"),
    "coverage_short": Label("обеспе\u00adченность", "қамтылуы", "covered"),
    "tab_districts": District.label,
    "tab_courtyards": Label("Дворы без денег", "Қаржысыз аулалар", "Courtyards without money"),
    "clear_district": Label("Показать весь город", "Бүкіл қаланы көрсету", "Show the whole city"),
    "unfunded_line": Label(
        (
            "{n} двор без денег; показаны первые {shown} по потребности|{n} двора без денег; показаны первые "
            "{shown} по потребности|{n} дворов без денег; показаны первые {shown} по потребности"
        ),
        "Қаржысыз {n} аула; қажеттілігі бойынша алғашқы {shown} көрсетілген",
        (
            "{n} courtyard without money; the first {shown} by need|{n} courtyards without money; the first "
            "{shown} by need"
        ),
    ),
    "no_row_in_year": Label(
        "В этом году двор не учитывался.",
        "Бұл жылы аула есепке алынбаған.",
        "The courtyard was not counted in this year.",
    ),
    "score": Label("Из чего сложилась потребность", "Қажеттілік неден құралды", "What the need is made of"),
    "score_means": Label(
        "Из чего сложилась потребность (средний двор города – 1)",
        "Қажеттілік неден құралды (қаладағы орташа аула – 1)",
        "What the need is made of (the city's mean courtyard is 1)",
    ),
    "legend_means": Label(
        "Потребность, средних по городу",
        "Қажеттілік, қала бойынша орташадан есе",
        "Need, in means of the city",
    ),
    "gap_short": Label("денег меньше, чем потребности", "қаржы қажеттіліктен аз", "less money than need"),
    "gap_over": Label("денег больше, чем потребности", "қаржы қажеттіліктен көп", "more money than need"),
    "gap_none": Label("поровну", "тең", "even"),
    "needs_how": Label(
        (
            "Классы потребности и денег и пороги обеспеченности одни для всех лет, поэтому годы можно "
            "сравнивать."
        ),
        (
            "Қажеттілік пен қаржы сыныптары және қамтылу шектері барлық жылға бірдей, сондықтан жылдарды "
            "салыстыруға болады."
        ),
        (
            "The classes of need and money and the breaks of coverage are the same in every year, so years "
            "can be compared."
        ),
    ),
}
