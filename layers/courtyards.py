"""Residential yard territories and their condition."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, Integer, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import GEOM_SOURCES, Label, Layer, Sourced, Style, field, geometry
from gis_core.personal import FreeText
from layers.words import ADDRESS, CONDITION, CONDITIONS, SHAPE_FROM


class Courtyard(Sourced, Layer):
    __tablename__ = "courtyards"
    __table_args__ = (CheckConstraint("residents >= 0", name="residents"),)
    label = Label("Дворовые территории", "Аула аумақтары", "Courtyards")
    style = Style(
        fill="#d9d4c7",
        line="#8a8375",
        column="condition",
        colours={
            "satisfactory": "#a9c8dc",
            "needs_repair": "#d9731a",
            "in_works": "#f0d27a",
            "unknown": "#d9d4c7",
        },
        label="address",
        label_scale=4_000,
    )

    id: Mapped[str] = field(Text, Label("Номер двора", "Аула нөмірі", "Courtyard id"), "id", key=True)
    address: Mapped[str | None] = field(FreeText, ADDRESS, "address")
    condition: Mapped[str] = field(
        Text, CONDITION, "condition", choices=CONDITIONS, required=True, default="unknown"
    )
    inspected_on: Mapped[date | None] = field(
        Date, Label("Дата обследования", "Тексеру күні", "Inspected on"), "inspected"
    )
    residents: Mapped[int | None] = field(Integer, Label("Жителей", "Тұрғындар", "Residents"), "residents")
    geom_source: Mapped[str] = field(
        Text, SHAPE_FROM, "geom_src", choices=GEOM_SOURCES, required=True, default="drawn"
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")
