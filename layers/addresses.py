"""Addresses of the city with their points: the gazetteer by which rows without coordinates are placed."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped

from gis_core.layer import GEOM_SOURCES, Label, Layer, Sourced, Style, field, geometry
from gis_core.personal import FreeText
from layers.words import DISTRICT, SHAPE_FROM


class Address(Sourced, Layer):
    __tablename__ = "addresses"
    label = Label("Адресный реестр", "Мекенжай тізілімі", "Addresses")
    style = Style(fill="#8a8375", line="#5e5a55", width=0.3, opacity=0.6)

    id: Mapped[str] = field(Text, Label("Номер адреса", "Мекенжай нөмірі", "Address id"), "id", key=True)
    street: Mapped[str] = field(FreeText, Label("Улица", "Көше", "Street"), "street", required=True)
    street_kk: Mapped[str | None] = field(
        FreeText,
        Label("Улица по-казахски", "Көшенің қазақша атауы", "Street in Kazakh"),
        "street_kk",
    )
    house: Mapped[str] = field(Text, Label("Дом", "Үй", "House"), "house", required=True)
    district: Mapped[str | None] = field(Text, DISTRICT, "district")
    geom_source: Mapped[str] = field(
        Text, SHAPE_FROM, "geom_src", choices=GEOM_SOURCES, required=True, default="surveyed"
    )
    geom: Mapped[object] = geometry("POINT")
