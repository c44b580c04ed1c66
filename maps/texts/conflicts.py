"""What the page of conflicts says."""

from __future__ import annotations

from gis_core.layer import Label
from layers.words import YEAR

CONFLICTS = {
    "title_conflicts": Label(
        "Где встречаются проекты разных органов",
        "Әртүрлі органдардың жобалары қай жерде түйіседі",
        "Where projects of different bodies meet",
    ),
    "conflicts_empty": Label(
        "Пересечений и спорных участков не найдено.",
        "Қиылысулар мен даулы телімдер табылған жоқ.",
        "No conflicts and no contested places were found.",
    ),
    "figure_conflicts": Label(
        "пересечений из {n}",
        "қиылысу, барлығы {n}",
        "conflicts of {n}",
    ),
    "figure_places": Label("мест", "орын", "places"),
    "figure_risk": Label("{currency} под риском", "{currency} тәуекелде", "{currency} at risk"),
    "filters": Label("Отбор", "Іріктеу", "Filters"),
    "filter_body": Label("Орган", "Орган", "Body"),
    "filter_year": YEAR,
    "all_body": Label("все органы", "барлық органдар", "all bodies"),
    "all_year": Label("все годы", "барлық жылдар", "all years"),
    "filter_clear": Label("Снять отбор", "Іріктеуді алып тастау", "Lift the filters"),
    "nothing_passes": Label(
        "Под этот отбор ничего не подходит.",
        "Бұл іріктеуге ештеңе сай келмейді.",
        "Nothing passes these filters.",
    ),
    "matrix": Label("Кто с кем встречается", "Кім кіммен түйіседі", "Who meets whom"),
    "measure_count": Label("сколько раз", "неше рет", "how often"),
    "measure_money": Label("на какие деньги", "қанша қаржыға", "for how much"),
    "matrix_count": Label(
        "Число пересечений двух органов. Клетка – пара своего столбца и строки; нажмите, чтобы отобрать.",
        "Екі орган жобаларының қиылысу саны. Ұяшық – өз бағаны мен жолының жұбы; іріктеу үшін басыңыз.",
        "Conflicts between two bodies. A cell is the pair of its column and row; press to filter.",
    ),
    "matrix_money": Label(
        "Деньги под риском, {unit}. Клетка – пара своего столбца и строки; нажмите, чтобы отобрать.",
        "Тәуекелдегі қаржы, {unit}. Ұяшық – өз бағаны мен жолының жұбы; іріктеу үшін басыңыз.",
        "Money at risk, {unit}. A cell is the pair of its column and row; press to filter.",
    ),
    "n_conflicts": Label(
        "{n} пересечение|{n} пересечения|{n} пересечений",
        "{n} қиылысу",
        "{n} conflict|{n} conflicts",
    ),
    "list_by_money": Label("По деньгам под риском", "Тәуекелдегі қаржы бойынша", "By money at risk"),
    "legend_place": Label(
        "участок, где работают два органа или больше",
        "екі немесе одан көп орган жұмыс істейтін телім",
        "place where two bodies or more act",
    ),
    "legend_size": Label(
        "чем больше круг, тем больше денег под риском",
        "шеңбер үлкен болса, тәуекелдегі қаржы да көп",
        "the larger the circle, the more money at risk",
    ),
    "no_place": Label("Вне учтённых мест", "Есептегі орындардан тыс", "On no recorded place"),
    "dates": Label("Сроки", "Мерзімі", "Dates"),
    "no_dates": Label("сроки неизвестны", "мерзімі белгісіз", "dates not known"),
    "budget": Label("Бюджет", "Бюджет", "Budget"),
    "previous": Label("Предыдущее", "Алдыңғысы", "Previous"),
    "next": Label("Следующее", "Келесісі", "Next"),
    "one_of": Label(
        "{at} из {count} на этом месте",
        "осы жерде {count} ішінен {at}",
        "{at} of {count} at this place",
    ),
    "conflicts_how": Label(
        (
            "Пересечение – это предупреждение, а не запрет. Деньги под риском одной пары проектов на одном "
            "месте считаются один раз, сколько бы правил она ни нарушала. Год – когда идут работы обоих "
            "проектов, иначе хотя бы одного."
        ),
        (
            "Қиылысу – тыйым емес, ескерту. Бір орындағы бір жұп жобаның тәуекелдегі қаржысы, қанша ереже "
            "бұзылса да, бір рет есептеледі. Жыл – екі жобаның да жұмысы жүретін кез, болмаса біреуінің."
        ),
        (
            "A conflict is a warning, not a ban. The money at risk of one pair of projects at one place "
            "counts once, however many rules it breaks. The year is when both projects run, else when either "
            "does."
        ),
    ),
}
