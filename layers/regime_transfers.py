"""Projects that change hands when the proposed division of powers takes the place of today's."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import BigInteger, Boolean, Connection, Float, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import KZT, M2, Label, Layer, Style, field, geometry
from gis_core.overlap import AREA_DIGITS
from gis_core.personal import FreeText
from layers.city import City
from layers.conflict_powers import grounds
from layers.conflict_survey import Survey, survey_of
from layers.regimes import has_both
from layers.words import DISTRICT, PLACE_KINDS


class RegimeTransfer(Layer):
    __tablename__ = "regime_transfers"
    label = Label(
        "Проекты, переходящие к другому органу", "Басқа органға өтетін жобалар", "Projects that change hands"
    )
    style = Style(fill="#e6a23c", line="#8a5a00", width=1.5, opacity=0.35)
    derived = True

    project_id: Mapped[str] = field(
        Text, Label("Номер проекта", "Жоба нөмірі", "Project id"), "project_id", key=True
    )
    name: Mapped[str | None] = field(FreeText, Label("Название", "Атауы", "Name"), "name")
    work_type: Mapped[str] = field(
        Text,
        Label("Вид работ", "Жұмыс түрі", "Work type"),
        "work_type",
        vocabulary="work_types",
        required=True,
    )
    place_kind: Mapped[str | None] = field(
        Text, Label("Вид места", "Орын түрі", "Place kind"), "place_kind", choices=PLACE_KINDS
    )
    district_code: Mapped[str | None] = field(Text, DISTRICT, "distr_code")
    body: Mapped[str] = field(
        Text,
        Label("Исполнитель по документам", "Құжаттағы орындаушы", "Body as recorded"),
        "body",
        vocabulary="bodies",
        required=True,
    )
    body_current: Mapped[str] = field(
        Text,
        Label("Исполнитель при действующих полномочиях", "Қазіргі өкілеттік бойынша орындаушы", "Body today"),
        "body_cur",
        vocabulary="bodies",
        required=True,
    )
    body_proposed: Mapped[str] = field(
        Text,
        Label(
            "Исполнитель при предлагаемых полномочиях",
            "Ұсынылған өкілеттік бойынша орындаушы",
            "Body as proposed",
        ),
        "body_prop",
        vocabulary="bodies",
        required=True,
    )
    payer_current: Mapped[str] = field(
        Text,
        Label("Чей бюджет сейчас", "Қазір кімнің бюджеті", "Whose budget today"),
        "payer_cur",
        vocabulary="bodies",
        required=True,
    )
    payer_proposed: Mapped[str] = field(
        Text,
        Label("Чей бюджет по предложению", "Ұсыныс бойынша кімнің бюджеті", "Whose budget as proposed"),
        "payer_prop",
        vocabulary="bodies",
        required=True,
    )
    works_move: Mapped[bool] = field(
        Boolean, Label("Переходят работы", "Жұмыс өтеді", "The works pass"), "works_move", required=True
    )
    money_moves: Mapped[bool] = field(
        Boolean, Label("Переходят деньги", "Қаржы өтеді", "The money passes"), "money_move", required=True
    )
    amount_kzt: Mapped[int] = field(
        BigInteger, Label("Бюджет", "Бюджет", "Budget"), "amount_kzt", unit=KZT, required=True
    )
    works_m2: Mapped[float] = field(
        Float, Label("Площадь работ", "Жұмыс ауданы", "Area of works"), "works_m2", unit=M2, required=True
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def frame(connection: Connection, city: City) -> pd.DataFrame:
    """The rows of the layer; none where the profile lacks a division of powers."""
    return passing(survey_of(connection, city)) if has_both(city) else pd.DataFrame(columns=["project_id"])


def passing(survey: Survey) -> pd.DataFrame:
    """A row a project whose executing or paying body differs."""
    held, inputs = survey.regimes, survey.inputs
    ids = held.projects["id"]
    rows = held.projects.assign(
        project_id=ids,
        district_code=ids.map(held.homes),
        body=held.projects["executing_body"],
        body_current=ids.map(held.today.body),
        body_proposed=ids.map(held.proposed.body),
        payer_current=ids.map(held.today.payer),
        payer_proposed=ids.map(held.proposed.payer),
        amount_kzt=ids.map(inputs.budget),
        works_m2=ids.map(inputs.works_m2).astype(float).round(AREA_DIGITS),
    )
    rows = rows.assign(
        works_move=rows["body_current"] != rows["body_proposed"],
        money_moves=rows["payer_current"] != rows["payer_proposed"],
    )
    rows = rows[rows["works_move"] | rows["money_moves"]].reset_index(drop=True)
    return rows.assign(geom=grounds(inputs, rows["project_id"].tolist()))
