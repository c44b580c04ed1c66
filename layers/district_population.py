"""Residents of each district by year."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Integer, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import Label, Layer, Sourced, field
from layers.words import YEAR


class DistrictPopulation(Sourced, Layer):
    __tablename__ = "district_population"
    __table_args__ = (CheckConstraint("residents >= 0", name="residents"),)
    label = Label("Население районов", "Аудандар халқы", "District population")

    district_code: Mapped[str] = field(
        Text, Label("Код района", "Аудан коды", "District code"), "distr_code", key=True
    )
    year: Mapped[int] = field(Integer, YEAR, "year", key=True)
    residents: Mapped[int] = field(
        BigInteger,
        Label("Жителей на конец года", "Жыл соңындағы тұрғындар", "Residents at the end of the year"),
        "residents",
        required=True,
    )
