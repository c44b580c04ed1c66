"""What evidence cards, lists of conflicts and digests say."""

from __future__ import annotations

from gis_core.layer import Label

CARD = {
    "conflict": Label("Пересечение", "Қиылысу", "Conflict"),
    "thresholds": Label("Пороги", "Шектер", "Thresholds"),
    "project": Label("Проект", "Жоба", "Project"),
    "executes": Label("исполняет", "орындайды", "executed by"),
    "pays": Label("платит", "төлейді", "paid by"),
    "period": Label("сроки", "мерзімі", "period"),
    "firm": Label("твёрдые", "нақты", "firm"),
    "not_firm": Label("не твёрдые", "нақты емес", "not firm"),
    "budget": Label("бюджет", "бюджет", "budget"),
    "no_budget": Label("бюджет не известен", "бюджеті белгісіз", "budget not known"),
    "source": Label("источник", "дереккөз", "source"),
    "row": Label("строка", "жол", "row"),
    "not_stored": Label(
        "проекта больше нет в базе", "жоба енді базада жоқ", "the project is no longer in the store"
    ),
    "shared": Label("Общая земля", "Ортақ жер", "Shared ground"),
    "of": Label("от {name}: {share}", "{name} бөлігі: {share}", "of {name}: {share}"),
    "days": Label("общих дней: {n}", "ортақ күндер: {n}", "days in common: {n}"),
    "money": Label("Деньги под риском", "Тәуекелдегі қаржы", "Money at risk"),
    "smaller": Label("меньшая из долей", "үлестердің кішісі", "the smaller of the shares"),
    "part": Label(
        "{name}: {amount} × {share} = {part}",
        "{name}: {amount} × {share} = {part}",
        "{name}: {amount} × {share} = {part}",
    ),
    "years": Label("годы бюджета", "бюджет жылдары", "budget years"),
    "no_common_years": Label("нет общего года бюджета", "ортақ бюджет жылы жоқ", "no budget year in common"),
    "certainty": Label("Достоверность", "Анықтығы", "Certainty"),
    "all_firm": Label(
        "контуры сняты или нарисованы, сроки твёрдые",
        "контурлар түсірілген не сызылған, мерзімдер нақты",
        "shapes are surveyed or drawn, dates are firm",
    ),
    "shape_is": Label("контур {name}: {source}", "{name} контуры: {source}", "shape of {name}: {source}"),
    "dates_vague": Label(
        "сроки {name} не твёрдые", "{name} мерзімі нақты емес", "dates of {name} are not firm"
    ),
    "open_ended": Label(
        "у {name} нет начала или конца", "{name} басы не соңы жоқ", "{name} has no beginning or no end"
    ),
    "dissolves": Label("Что снимет", "Не шешеді", "What would dissolve it"),
    "apart": Label(
        "развести сроки: сдвинуть один из проектов на {n} дн.",
        "мерзімді ажырату: жобалардың бірін {n} күнге жылжыту",
        "keep them apart: move one of the projects by {n} days",
    ),
    "together": Label(
        "совместить работы: сдвинуть один из проектов на {n} дн.",
        "жұмыстарды біріктіру: жобалардың бірін {n} күнге жылжыту",
        "do the works together: move one of the projects by {n} days",
    ),
    "wait": Label(
        "начать {name} на {n} дн. позже, когда кончится гарантия",
        "{name} жобасын кепілдік біткен соң, {n} күн кеш бастау",
        "begin {name} {n} days later, when the guarantee has ended",
    ),
    "order": Label(
        "исправить порядок: сдвиг на {n} дн.",
        "ретін түзету: {n} күнге жылжыту",
        "mend the order: a shift of {n} days",
    ),
    "no_shift": Label(
        "сдвиг сроков не поможет: у работ нет конца",
        "мерзімді жылжыту көмектеспейді: жұмыстың соңы белгісіз",
        "no shift of dates helps: the works have no end",
    ),
    "one_lead": Label(
        "один ведущий орган: объявить проекты совместными (одно значение поля joint_group)",
        "бір жетекші орган: жобаларды бірлескен деп жариялау (joint_group өрісінің бір мәні)",
        "one lead body: declare the projects joint (the same joint_group)",
    ),
    "one_budget": Label(
        "один бюджет: платит либо {a}, либо {b}",
        "бір бюджет: не {a}, не {b} төлейді",
        "one budget: either {a} pays or {b}",
    ),
    "one_work": Label(
        "одну работу делает один орган: {a} или {b}",
        "бір жұмысты бір орган істейді: {a} не {b}",
        "one body does the work: {a} or {b}",
    ),
    "hand_over": Label(
        "передать работы органу с полномочиями: {b}",
        "жұмысты өкілетті органға беру: {b}",
        "hand the works over to the body with the power: {b}",
    ),
    "verdicts": Label("Заключения", "Қорытындылар", "Verdicts"),
    "lead": Label("ведущий орган", "жетекші орган", "lead body"),
    "savings": Label("экономия", "үнемдеу", "savings"),
    "judged_then": Label(
        "когда дано заключение, было", "қорытынды берілгенде былай еді", "when judged it was"
    ),
    "history": Label("История", "Тарихы", "History"),
    "run": Label("запуск {n}", "{n}-іске қосу", "run {n}"),
    "seen": Label("Увидено", "Көрінді", "Seen"),
    "first": Label("впервые", "алғаш", "first"),
    "last": Label("в последний раз", "соңғы рет", "last"),
    "changed": Label("изменилось", "өзгерді", "changed"),
    "gone": Label("исчезло", "жойылды", "gone"),
    "back": Label("появилось снова", "қайта пайда болды", "reappeared"),
    "none": Label("нет", "жоқ", "none"),
    "sketch": Label(
        "/ {a}   \\ {b}   # общее   один знак: {m} м   север вверху",
        "/ {a}   \\ {b}   # ортақ   бір таңба: {m} м   солтүстік жоғарыда",
        "/ {a}   \\ {b}   # shared   one sign: {m} m   north is up",
    ),
}

LISTING = {
    "bodies": Label("органы", "органдар", "bodies"),
    "verdicts": Label("заключения", "қорытындылар", "verdicts"),
    "state": Label("Сейчас", "Қазір", "Now"),
    "total": Label(
        "пересечений {conflicts} (существенных {major}), под риском {risk} {currency};"
        " заключений: да {yes}, нет {no}, пересмотреть {again}, не рассмотрено {open};"
        " экономия {savings} {currency}",
        "қиылысу {conflicts} (елеулі {major}), тәуекелде {risk} {currency};"
        " қорытынды: иә {yes}, жоқ {no}, қайта қарау {again}, қаралмаған {open};"
        " үнемдеу {savings} {currency}",
        "{conflicts} conflicts ({major} major), {risk} {currency} at risk;"
        " verdicts: yes {yes}, no {no}, to be re-assessed {again}, not assessed {open};"
        " savings {savings} {currency}",
    ),
    "openings": Label(
        "мест {places}, вскрытий {times} за {years} лет",
        "орын {places}, {years} жылда {times} рет қазылды",
        "{places} places, {times} openings in {years} years",
    ),
}

STATUSES = {
    "reassess": Label("пересмотреть", "қайта қарау", "to be re-assessed"),
    "new": Label("новое", "жаңа", "new"),
    "back": Label("появилось снова", "қайта пайда болды", "reappeared"),
    "changed": Label("изменилось", "өзгерді", "changed"),
    "gone": Label("исчезло", "жойылды", "gone"),
    "joint": Label("снято совместным проектом", "бірлескен жобамен шешілді", "closed by a joint project"),
    "same": Label("без изменений", "өзгеріссіз", "unchanged"),
}

DIGEST = {
    "title": Label(
        "Пересечения с вашими проектами", "Жобаларыңыздың қиылысулары", "Conflicts with your projects"
    ),
    "since": Label(
        "Изменения после запуска {n}", "{n}-іске қосудан кейінгі өзгерістер", "Changes after run {n}"
    ),
    "everything": Label("Весь реестр", "Бүкіл тізілім", "The whole register"),
    "as_of": Label("по запуск {n}", "{n}-іске қосуға дейін", "up to run {n}"),
    "nothing": Label("Нового нет.", "Жаңалық жоқ.", "Nothing new."),
    "answer": Label(
        "Заключение впишите в лист {file} и верните его; номер пересечения и редакцию не меняйте.",
        "Қорытындыны {file} парағына жазып қайтарыңыз; қиылысу нөмірі мен редакцияны өзгертпеңіз.",
        "Write your verdict into the sheet {file} and send it back; leave id and edition as they are.",
    ),
    "status": Label("Что нового", "Не жаңалық", "What is new"),
    "own": Label("Ваш проект", "Сіздің жоба", "Your project"),
    "other": Label("Другой проект", "Басқа жоба", "Other project"),
    "other_body": Label("Другой орган", "Басқа орган", "Other body"),
    "own_period": Label("Ваши сроки", "Сіздің мерзім", "Your period"),
    "other_period": Label("Их сроки", "Олардың мерзімі", "Their period"),
    "why": Label("Объяснение", "Түсіндірме", "Explanation"),
    "yours": Label("ваш", "сіздікі", "yours"),
    "theirs": Label("другой", "басқа", "other"),
    "both": Label("общее", "ортақ", "shared"),
    "was": Label("было", "бұрын", "was"),
    "now": Label("стало", "қазір", "now"),
    "sheet": Label("Пересечения", "Қиылысулар", "Conflicts"),
    "lead_list": Label("Органы", "Органдар", "Bodies"),
}
