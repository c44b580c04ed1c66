"""Main streets and railways, drawn quietly under the data."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped

from gis_core.layer import GEOM_SOURCES, Choices, Label, Layer, Sourced, Style, field, geometry
from gis_core.personal import FreeText
from layers.words import SHAPE_FROM

STREET_KINDS: Choices = {
    "street": Label("улица", "көше", "street"),
    "rail": Label("железная дорога", "теміржол", "railway"),
}


class Street(Sourced, Layer):
    __tablename__ = "streets"
    label = Label("Улицы и железные дороги", "Көшелер мен теміржолдар", "Streets and railways")
    style = Style(fill="#ffffff", line="#d5d0c6", width=0.8, opacity=1.0, label="name", label_scale=15_000)

    id: Mapped[str] = field(Text, Label("Номер", "Нөмірі", "Id"), "id", key=True)
    name: Mapped[str | None] = field(FreeText, Label("Название", "Атауы", "Name"), "name")
    kind: Mapped[str] = field(
        Text, Label("Вид", "Түрі", "Kind"), "kind", choices=STREET_KINDS, required=True, default="street"
    )
    geom_source: Mapped[str] = field(
        Text, SHAPE_FROM, "geom_src", choices=GEOM_SOURCES, required=True, default="drawn"
    )
    geom: Mapped[object] = geometry("MULTILINESTRING")
