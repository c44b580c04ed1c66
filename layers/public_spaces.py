"""Parks, squares, boulevards, embankments and other public spaces."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped

from gis_core.layer import GEOM_SOURCES, Choices, Label, Layer, Sourced, Style, field, geometry
from gis_core.personal import FreeText
from layers.words import CONDITION, CONDITIONS, SHAPE_FROM

PUBLIC_SPACE_KINDS: Choices = {
    "park": Label("парк", "саябақ", "park"),
    "square": Label("сквер", "гүлбақ", "square"),
    "boulevard": Label("бульвар, аллея", "бульвар, аллея", "boulevard or alley"),
    "embankment": Label("набережная", "жағалау", "embankment"),
    "street": Label("улица", "көше", "street"),
    "other": Label("иное", "өзге", "other"),
}


class PublicSpace(Sourced, Layer):
    __tablename__ = "public_spaces"
    label = Label("Общественные пространства", "Қоғамдық кеңістіктер", "Public spaces")
    style = Style(fill="#cfe0c3", line="#7d9a68", label="name", label_scale=25_000)

    id: Mapped[str] = field(
        Text, Label("Номер пространства", "Кеңістік нөмірі", "Public space id"), "id", key=True
    )
    name: Mapped[str] = field(FreeText, Label("Название", "Атауы", "Name"), "name", required=True)
    kind: Mapped[str] = field(
        Text, Label("Вид", "Түрі", "Kind"), "kind", choices=PUBLIC_SPACE_KINDS, required=True, default="other"
    )
    condition: Mapped[str] = field(
        Text, CONDITION, "condition", choices=CONDITIONS, required=True, default="unknown"
    )
    geom_source: Mapped[str] = field(
        Text, SHAPE_FROM, "geom_src", choices=GEOM_SOURCES, required=True, default="drawn"
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")
