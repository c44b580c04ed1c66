"""Citizens' requests to the contact centre (Open311 service requests)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, Integer, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import GEOM_SOURCES, Choices, Label, Layer, Sourced, Style, field, geometry
from gis_core.personal import FreeText
from layers.words import ADDRESS, ADDRESS_MATCH, ADDRESS_MATCHES, SHAPE_FROM, STATUS

# Open311 GeoReport v2 knows these two values of `status`
APPEAL_STATUSES: Choices = {
    "open": Label("в ожидании", "күтуде", "waiting"),
    "closed": Label("исполнено", "орындалды", "done"),
}
DUPLICATES: Choices = {
    "said": Label("из файла", "файлдан", "said by the file"),
    "found": Label(
        "найден по месту, теме и сроку",
        "орны, тақырыбы мен мерзімі бойынша табылды",
        "found by place, category and time",
    ),
}


class Appeal(Sourced, Layer):
    __tablename__ = "appeals"
    __table_args__ = (
        CheckConstraint("requested_on <= closed_on", name="period"),
        CheckConstraint("transfers >= 0", name="transfers"),
        CheckConstraint("reopened >= 0", name="reopened"),
    )
    label = Label("Обращения граждан", "Азаматтар өтініштері", "Citizen appeals")
    style = Style(fill="#96603f", line="#5c3a26", width=0.5, opacity=0.7)

    id: Mapped[str] = field(Text, Label("Номер обращения", "Өтініш нөмірі", "Appeal id"), "id", key=True)
    requested_on: Mapped[date] = field(
        Date, Label("Поступило", "Түскен күні", "Requested on"), "requested", required=True
    )
    closed_on: Mapped[date | None] = field(Date, Label("Закрыто", "Жабылған күні", "Closed on"), "closed")
    category: Mapped[str] = field(
        Text,
        Label("Тема", "Тақырыбы", "Category"),
        "category",
        vocabulary="appeal_categories",
        required=True,
        default="other",
    )
    status: Mapped[str] = field(
        Text, STATUS, "status", choices=APPEAL_STATUSES, required=True, default="open"
    )
    channel: Mapped[str | None] = field(FreeText, Label("Канал", "Арна", "Channel"), "channel")
    address: Mapped[str | None] = field(FreeText, ADDRESS, "address")
    address_match: Mapped[str | None] = field(Text, ADDRESS_MATCH, "addr_match", choices=ADDRESS_MATCHES)
    text: Mapped[str | None] = field(FreeText, Label("Текст", "Мәтіні", "Text"), "text")
    duplicate_of: Mapped[str | None] = field(
        Text, Label("Повтор обращения", "Қайталанған өтініш", "Duplicate of"), "dup_of"
    )
    duplicate_by: Mapped[str | None] = field(
        Text,
        Label("Откуда известен повтор", "Қайталануы қайдан белгілі", "Duplicate known from"),
        "dup_by",
        choices=DUPLICATES,
    )
    transfers: Mapped[int | None] = field(
        Integer,
        Label(
            "Передано между органами, раз", "Органдар арасында берілді, рет", "Passed between bodies, times"
        ),
        "transfers",
    )
    reopened: Mapped[int | None] = field(
        Integer, Label("Открыто снова, раз", "Қайта ашылды, рет", "Reopened, times"), "reopened"
    )
    geom_source: Mapped[str] = field(
        Text, SHAPE_FROM, "geom_src", choices=GEOM_SOURCES, required=True, default="surveyed"
    )
    geom: Mapped[object | None] = geometry("POINT", required=False)
