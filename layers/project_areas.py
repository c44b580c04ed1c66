"""Areas of a project with dates of their own; where there are any, they stand for the project's shape."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, Integer, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import GEOM_SOURCES, Label, Layer, Sourced, Style, field, geometry
from layers.words import SHAPE_FROM


class ProjectArea(Sourced, Layer):
    __tablename__ = "project_areas"
    __table_args__ = (CheckConstraint("starts <= ends", name="period"),)
    label = Label("Участки работ", "Жұмыс телімдері", "Areas of works")
    style = Style(fill="#7fb0cf", line="#1f4e79", opacity=0.45)

    project_id: Mapped[str] = field(
        Text,
        Label("Номер проекта", "Жоба нөмірі", "Project id"),
        "project_id",
        references="projects.id",
        key=True,
    )
    area_no: Mapped[int] = field(
        Integer, Label("Номер участка работ", "Жұмыс телімінің нөмірі", "Area number"), "area_no", key=True
    )
    starts: Mapped[date | None] = field(Date, Label("Начало", "Басталуы", "Starts"), "starts")
    ends: Mapped[date | None] = field(Date, Label("Конец", "Аяқталуы", "Ends"), "ends")
    geom_source: Mapped[str] = field(
        Text, SHAPE_FROM, "geom_src", choices=GEOM_SOURCES, required=True, default="drawn"
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")
