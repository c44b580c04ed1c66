"""Which city a database holds: one row, written when the tables are made."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from gis_core.layer import Label, Layer


class StoredCity(Layer):
    __tablename__ = "stored_city"
    __table_args__ = (CheckConstraint("one = 1", name="one"),)
    label = Label("Город этой базы", "Осы базаның қаласы", "City of this database")

    one: Mapped[int] = mapped_column(Integer, primary_key=True, server_default="1")
    code: Mapped[str] = mapped_column(Text)
    srid: Mapped[int] = mapped_column(Integer)
