"""Guarantee periods after works: until when the surface must not be opened, and who answers for it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Integer, Select, Text, and_, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import INTERVAL
from sqlalchemy.orm import Mapped

from gis_core.layer import Label, Layer, Style, field, geometry
from layers.city import City
from layers.works import Work


class Restriction(Layer):
    __tablename__ = "restrictions"
    label = Label("Гарантийные сроки", "Кепілдік мерзімдері", "Guarantee periods")
    style = Style(fill="#b07aa1", line="#6d4a78", width=1.0, opacity=0.3)
    derived = True

    project_id: Mapped[str] = field(
        Text, Label("Номер проекта", "Жоба нөмірі", "Project id"), "project_id", key=True
    )
    area_no: Mapped[int] = field(
        Integer, Label("Номер участка работ", "Жұмыс телімінің нөмірі", "Area number"), "area_no", key=True
    )
    body: Mapped[str] = field(
        Text, Label("Исполнитель", "Орындаушы", "Executing body"), "body", vocabulary="bodies", required=True
    )
    work_type: Mapped[str] = field(
        Text,
        Label("Вид работ", "Жұмыс түрі", "Work type"),
        "work_type",
        vocabulary="work_types",
        required=True,
    )
    months: Mapped[int] = field(
        Integer,
        Label("Гарантия, месяцев", "Кепілдік, ай", "Guarantee, months"),
        "months",
        required=True,
    )
    begins: Mapped[date] = field(
        Date, Label("Не вскрывать с", "Қазуға болмайды, басы", "Closed from"), "begins", required=True
    )
    until: Mapped[date] = field(
        Date,
        Label("Не вскрывать по", "Қазуға болмайды, соңы", "Closed until"),
        "until",
        required=True,
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def rows(city: City) -> Select[tuple[object, ...]]:
    """Works of a type with a guarantee and with a known end, the day after it to the guarantee's last day."""
    given = [(code, term.guarantee_months) for code, term in city.work_types.items() if term.guarantee_months]
    months = (
        case(*((Work.work_type == code, count) for code, count in given), else_=0) if given else literal(0)
    )
    until = Work.ends + func.make_interval(0, months, type_=INTERVAL)
    return select(
        *(Work.project_id, Work.area_no, Work.body, Work.work_type, months),
        *(Work.ends + 1, cast(until, Date), Work.geom),
    ).where(and_(months > 0, Work.ends.is_not(None)))
