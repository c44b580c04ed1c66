"""Improvement projects: works at a place, by a body, in a period. Money stands in `project_funding`."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, CheckConstraint, Date, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import GEOM_SOURCES, Choices, Label, Layer, Sourced, Style, field, geometry
from gis_core.personal import FreeText
from layers.words import ADDRESS, ADDRESS_MATCH, ADDRESS_MATCHES, PLACE_KINDS, SHAPE_FROM, STATUS

# Open Contracting for Infrastructure (OC4IDS), code list projectStatus
PROJECT_STATUSES: Choices = {
    "identification": Label("замысел", "бастама", "identification"),
    "preparation": Label("подготовка", "дайындық", "preparation"),
    "implementation": Label("работы", "жұмыстар", "implementation"),
    "completion": Label("завершение", "аяқтау", "completion"),
    "completed": Label("завершён", "аяқталды", "completed"),
    "cancelled": Label("отменён", "тоқтатылды", "cancelled"),
}
EXCEPTIONS: Choices = {
    "emergency": Label("авария", "апат", "emergency"),
    "mandated": Label("обязательны по закону", "заң бойынша міндетті", "mandated by law"),
    "connection": Label("новое подключение", "жаңа қосылу", "new connection"),
}


class Project(Sourced, Layer):
    __tablename__ = "projects"
    __table_args__ = (CheckConstraint("starts <= ends", name="period"),)
    label = Label("Проекты благоустройства", "Абаттандыру жобалары", "Improvement projects")
    style = Style(fill="#4f8fb8", line="#1f4e79", width=1.2, opacity=0.45)

    id: Mapped[str] = field(Text, Label("Номер проекта", "Жоба нөмірі", "Project id"), "id", key=True)
    name: Mapped[str | None] = field(FreeText, Label("Название", "Атауы", "Name"), "name")
    address: Mapped[str | None] = field(FreeText, ADDRESS, "address")
    address_match: Mapped[str | None] = field(Text, ADDRESS_MATCH, "addr_match", choices=ADDRESS_MATCHES)
    executing_body: Mapped[str] = field(
        Text,
        Label("Исполнитель", "Орындаушы", "Executing body"),
        "exec_body",
        vocabulary="bodies",
        references="bodies.code",
        required=True,
    )
    funding_body: Mapped[str | None] = field(
        Text,
        Label("Администратор бюджета", "Бюджет әкімшісі", "Funding body"),
        "fund_body",
        vocabulary="bodies",
        references="bodies.code",
    )
    work_type: Mapped[str] = field(
        Text,
        Label("Вид работ", "Жұмыс түрі", "Work type"),
        "work_type",
        vocabulary="work_types",
        required=True,
        default="other",
    )
    place_kind: Mapped[str | None] = field(
        Text, Label("Вид места", "Орын түрі", "Place kind"), "place_kind", choices=PLACE_KINDS
    )
    starts: Mapped[date | None] = field(Date, Label("Начало", "Басталуы", "Starts"), "starts")
    ends: Mapped[date | None] = field(Date, Label("Конец", "Аяқталуы", "Ends"), "ends")
    dates_firm: Mapped[bool] = field(
        Boolean,
        Label("Сроки твёрдые", "Мерзімі нақты", "Dates are firm"),
        "dates_firm",
        required=True,
        default=True,
    )
    earliest_start: Mapped[date | None] = field(
        Date, Label("Самое раннее начало", "Ең ерте басталуы", "Earliest start"), "early_st"
    )
    latest_start: Mapped[date | None] = field(
        Date, Label("Самое позднее начало", "Ең кеш басталуы", "Latest start"), "late_st"
    )
    status: Mapped[str] = field(
        Text, STATUS, "status", choices=PROJECT_STATUSES, required=True, default="identification"
    )
    joint_group: Mapped[str | None] = field(
        Text, Label("Совместный проект", "Бірлескен жоба", "Joint project"), "joint_grp"
    )
    exception: Mapped[str | None] = field(
        Text,
        Label("Исключение из правил", "Ережелерден тыс", "Exception from the rules"),
        "exception",
        choices=EXCEPTIONS,
    )
    geom_source: Mapped[str] = field(
        Text, SHAPE_FROM, "geom_src", choices=GEOM_SOURCES, required=True, default="drawn"
    )
    geom: Mapped[object | None] = geometry("MULTIPOLYGON", required=False)
