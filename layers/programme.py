"""The programme: which places the money of a year should improve, and why each is in it or not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, Boolean, Connection, Date, Float, Integer, Text, delete
from sqlalchemy.orm import Mapped

from gis_core.layer import KZT, M2, SHARE, Label, Layer, Style, field, geometry, table_of
from gis_core.personal import FreeText
from gis_core.store import copy_frame
from layers.city import City
from layers.programme_words import DECISIONS, REASONS
from layers.runs import last_run
from layers.schema import srid_of
from layers.words import CONDITION, CONDITIONS, DISTRICT, PLACE_KINDS, YEAR


class Programme(Layer):
    """Filled by `abat plan`; a row a place, chosen or refused; stands until the next plan."""

    __tablename__ = "programme"
    label = Label("Программа благоустройства", "Абаттандыру бағдарламасы", "Improvement programme")
    style = Style(
        fill="#e8e4da",
        line="#8a8375",
        width=0.6,
        opacity=0.85,
        column="decision",
        colours={"chosen": "#2f7d4f", "refused": "#e8e4da"},
    )
    derived = True

    place_kind: Mapped[str] = field(
        Text, Label("Вид места", "Орын түрі", "Place kind"), "place_kind", choices=PLACE_KINDS, key=True
    )
    place_id: Mapped[str] = field(Text, Label("Номер места", "Орын нөмірі", "Place id"), "place_id", key=True)
    year: Mapped[int] = field(Integer, YEAR, "year", required=True)
    name: Mapped[str | None] = field(
        FreeText, Label("Адрес или название", "Мекенжайы немесе атауы", "Address or name"), "name"
    )
    district_code: Mapped[str | None] = field(Text, DISTRICT, "distr_code")
    decision: Mapped[str] = field(
        Text, Label("Решение", "Шешім", "Decision"), "decision", choices=DECISIONS, required=True
    )
    reason: Mapped[str] = field(
        Text, Label("Причина", "Себебі", "Reason"), "reason", choices=REASONS, required=True
    )
    work_type: Mapped[str | None] = field(
        Text, Label("Вид работ", "Жұмыс түрі", "Work type"), "work_type", vocabulary="work_types"
    )
    works_m2: Mapped[float | None] = field(
        Float, Label("Площадь работ", "Жұмыс ауданы", "Area of works"), "works_m2", unit=M2
    )
    cost_kzt: Mapped[int | None] = field(
        BigInteger, Label("Стоимость работ", "Жұмыс құны", "Cost of the works"), "cost_kzt", unit=KZT
    )
    saving_kzt: Mapped[int | None] = field(
        BigInteger,
        Label("Экономия от совмещения", "Біріктіруден үнем", "Saved by joint works"),
        "saving_kzt",
        unit=KZT,
    )
    joint_with: Mapped[str | None] = field(
        Text,
        Label("Можно совместить с проектами", "Біріктіруге болатын жобалар", "May be joined with projects"),
        "joint_with",
    )
    need: Mapped[float] = field(
        Float,
        Label(
            "Потребность среди мест вида", "Осы түрдегі орындар ішіндегі қажеттілік", "Need among its kind"
        ),
        "need",
        unit=SHARE,
        required=True,
    )
    covered: Mapped[float] = field(
        Float,
        Label("Снимает потребности города", "Қала қажеттілігін азайтады", "Takes away of the city's need"),
        "covered",
        unit=SHARE,
        required=True,
    )
    appeals: Mapped[int] = field(
        Integer,
        Label("Обращений за год", "Жыл бойғы өтініштер", "Appeals in the year"),
        "appeals",
        required=True,
    )
    condition: Mapped[str] = field(Text, CONDITION, "condition", choices=CONDITIONS, required=True)
    open_conflicts: Mapped[int] = field(
        Integer,
        Label("Открытых пересечений", "Ашық қиылысулар", "Open conflicts"),
        "conflicts",
        required=True,
    )
    guarantee_until: Mapped[date | None] = field(
        Date,
        Label("Гарантия прежних работ до", "Бұрынғы жұмыс кепілдігі", "Guarantee of former works until"),
        "guaranteed",
    )
    funded_kzt: Mapped[int] = field(
        BigInteger,
        Label("Дано на деле в этом году", "Осы жылы іс жүзінде берілгені", "Given in fact in the year"),
        "funded_kzt",
        unit=KZT,
        required=True,
    )
    funded_covered: Mapped[float] = field(
        Float,
        Label("Снято на деле", "Іс жүзінде азайтылғаны", "Taken away in fact"),
        "funded_cov",
        unit=SHARE,
        required=True,
    )
    in_greedy: Mapped[bool] = field(
        Boolean,
        Label("Вошло бы по простой очереди", "Қарапайым кезекпен кірер еді", "In by the simple queue"),
        "in_greedy",
        required=True,
    )
    in_equal: Mapped[bool] = field(
        Boolean,
        Label("Вошло бы при равных долях районов", "Аудандарға тең бөлсе кірер еді", "In by equal shares"),
        "in_equal",
        required=True,
    )
    chosen_often: Mapped[float] = field(
        Float,
        Label(
            "Как часто входит при других весах",
            "Басқа салмақтарда кіру жиілігі",
            "How often in under other weights",
        ),
        "often",
        unit=SHARE,
        required=True,
    )
    why_ru: Mapped[str] = field(
        FreeText,
        Label("Объяснение по-русски", "Орысша түсіндірме", "Explanation in Russian"),
        "why_ru",
        required=True,
    )
    why_kk: Mapped[str] = field(
        FreeText,
        Label("Объяснение по-казахски", "Қазақша түсіндірме", "Explanation in Kazakh"),
        "why_kk",
        required=True,
    )
    why_en: Mapped[str] = field(
        FreeText,
        Label("Объяснение по-английски", "Ағылшынша түсіндірме", "Explanation in English"),
        "why_en",
        required=True,
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def keep_programme(connection: Connection, city: City, rows: pd.DataFrame) -> None:
    """Put the rows in the place of the former programme."""
    connection.execute(delete(Programme))
    copy_frame(connection, table_of(Programme), rows, srid_of(city))


def summary(connection: Connection) -> dict[str, Any] | None:
    """What the last `abat plan` said of itself: budget, covered need, comparisons; None before the first."""
    run = last_run(connection, "plan")
    return dict(run.counts) if run else None
