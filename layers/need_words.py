"""Words of the tables that `abat needs` prints, beside the labels of the declarations."""

from __future__ import annotations

from gis_core.layer import Choices, Label

CITY: Choices = {
    "gini_of_money": Label(
        "неравенство денег (Джини)", "қаржы теңсіздігі (Джини)", "inequality of money (Gini)"
    ),
    "gini_of_need": Label(
        "неравенство потребности (Джини)", "қажеттілік теңсіздігі (Джини)", "inequality of need (Gini)"
    ),
    "concentration_of_money_by_need": Label(
        "идут ли деньги к нужде (от −1 до 1)",
        "қаржы қажеттілікке бара ма (−1-ден 1-ге дейін)",
        "does money go to need (−1 to 1)",
    ),
}
FACT = Label("Показатель", "Көрсеткіш", "Figure")
VALUE = Label("Значение", "Мәні", "Value")
ALL_WORKS = Label("все работы", "барлық жұмыс", "all works")
EFFECT = (
    Label("Вид работ", "Жұмыс түрі", "Work type"),
    Label("завершено", "аяқталды", "finished"),
    Label("изменение обращений", "өтініштер өзгерісі", "change of appeals"),
    Label("от (95 %)", "бастап (95 %)", "from (95%)"),
    Label("до (95 %)", "дейін (95 %)", "to (95%)"),
)
EFFECT_TITLE = Label(
    "Обращения за год после работ против похожих мест без них",
    "Жұмыстан кейінгі жылдағы өтініштер, ұқсас орындармен салыстыру",
    "Appeals in the year after works against similar places without any",
)
