"""Cadastral land plots."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped

from gis_core.layer import GEOM_SOURCES, Label, Layer, Sourced, Style, field, geometry
from gis_core.personal import FreeText
from layers.words import SHAPE_FROM


class Parcel(Sourced, Layer):
    __tablename__ = "parcels"
    label = Label("Земельные участки", "Жер телімдері", "Parcels")
    style = Style(fill="#f4f1ea", line="#b9b2a6", width=0.5, opacity=0.4)

    id: Mapped[str] = field(
        Text, Label("Кадастровый номер", "Кадастрлық нөмірі", "Cadastral number"), "cadastre", key=True
    )
    purpose: Mapped[str | None] = field(FreeText, Label("Назначение", "Мақсаты", "Purpose"), "purpose")
    holder: Mapped[str | None] = field(FreeText, Label("Правообладатель", "Құқық иесі", "Holder"), "holder")
    geom_source: Mapped[str] = field(
        Text, SHAPE_FROM, "geom_src", choices=GEOM_SOURCES, required=True, default="drawn"
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")
