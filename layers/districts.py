"""Districts of the city, a row a boundary version: an old year is judged by the boundary that held then."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ARRAY, Date, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import GEOM_SOURCES, Label, Layer, Sourced, Style, field, geometry
from layers.words import SHAPE_FROM


class District(Sourced, Layer):
    __tablename__ = "districts"
    label = Label("Районы", "Аудандар", "Districts")
    style = Style(fill="#ffffff", line="#5e5a55", width=1.4, opacity=0.0, label="name")

    id: Mapped[str] = field(
        Text, Label("Версия границы", "Шекара нұсқасы", "Boundary version"), "id", key=True
    )
    code: Mapped[str] = field(Text, Label("Код района", "Аудан коды", "District code"), "code", required=True)
    name_ru: Mapped[str] = field(
        Text, Label("Название по-русски", "Орысша атауы", "Name in Russian"), "name_ru", required=True
    )
    name_kk: Mapped[str | None] = field(
        Text, Label("Название по-казахски", "Қазақша атауы", "Name in Kazakh"), "name_kk"
    )
    name_en: Mapped[str | None] = field(
        Text, Label("Название по-английски", "Ағылшынша атауы", "Name in English"), "name_en"
    )
    spellings: Mapped[list[str] | None] = field(
        ARRAY(Text), Label("Другие написания", "Басқаша жазылуы", "Other spellings"), "spellings"
    )
    valid_from: Mapped[date | None] = field(
        Date, Label("Действует с", "Күшіне енген күні", "Valid from"), "valid_from"
    )
    valid_to: Mapped[date | None] = field(
        Date,
        Label("Действует до (не включая)", "Дейін күшінде (қоспағанда)", "Valid until (excluded)"),
        "valid_to",
    )
    geom_source: Mapped[str] = field(
        Text, SHAPE_FROM, "geom_src", choices=GEOM_SOURCES, required=True, default="drawn"
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")
