"""Buildings of the base map."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Integer, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import GEOM_SOURCES, Label, Layer, Sourced, Style, field, geometry
from gis_core.personal import FreeText
from layers.words import ADDRESS, SHAPE_FROM


class Building(Sourced, Layer):
    __tablename__ = "buildings"
    __table_args__ = (CheckConstraint("storeys > 0", name="storeys"),)
    label = Label("Здания", "Ғимараттар", "Buildings")
    style = Style(fill="#d8d2c6", line="#b3aa9a", width=0.4, opacity=0.9)

    id: Mapped[str] = field(Text, Label("Номер здания", "Ғимарат нөмірі", "Building id"), "id", key=True)
    name: Mapped[str | None] = field(FreeText, Label("Название", "Атауы", "Name"), "name")
    kind: Mapped[str | None] = field(Text, Label("Назначение", "Мақсаты", "Use"), "kind")
    address: Mapped[str | None] = field(FreeText, ADDRESS, "address")
    storeys: Mapped[int | None] = field(Integer, Label("Этажей", "Қабат саны", "Storeys"), "storeys")
    geom_source: Mapped[str] = field(
        Text, SHAPE_FROM, "geom_src", choices=GEOM_SOURCES, required=True, default="drawn"
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")
