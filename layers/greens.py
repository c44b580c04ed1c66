"""Parks and woods, drawn quietly under the data."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped

from gis_core.layer import GEOM_SOURCES, Label, Layer, Sourced, Style, field, geometry
from gis_core.personal import FreeText
from layers.words import SHAPE_FROM


class Green(Sourced, Layer):
    __tablename__ = "greens"
    label = Label("Зелёные массивы", "Жасыл желектер", "Greens")
    style = Style(fill="#e6ecdf", line="#d3dec8", width=0.8, opacity=1.0)

    id: Mapped[str] = field(Text, Label("Номер", "Нөмірі", "Id"), "id", key=True)
    name: Mapped[str | None] = field(FreeText, Label("Название", "Атауы", "Name"), "name")
    geom_source: Mapped[str] = field(
        Text, SHAPE_FROM, "geom_src", choices=GEOM_SOURCES, required=True, default="drawn"
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")
