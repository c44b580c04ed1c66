"""Appeals that others repeat, with those others: `appeals.duplicate_of` read the other way."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ARRAY, Date, Integer, Select, Text, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Mapped

from gis_core.layer import Label, Layer, field
from layers.appeals import Appeal
from layers.city import City


class AppealRepeat(Layer):
    __tablename__ = "appeal_repeats"
    label = Label("Повторённые обращения", "Қайталанған өтініштер", "Repeated appeals")
    derived = True

    appeal_id: Mapped[str] = field(
        Text, Label("Номер обращения", "Өтініш нөмірі", "Appeal id"), "appeal_id", key=True
    )
    repeats: Mapped[int] = field(
        Integer, Label("Повторов", "Қайталану саны", "Repeats"), "repeats", required=True
    )
    last_on: Mapped[date] = field(
        Date, Label("Последний повтор", "Соңғы қайталану", "Last repeat"), "last_on", required=True
    )
    repeated_by: Mapped[list[str]] = field(
        ARRAY(Text), Label("Чем повторено", "Қайталаған өтініштер", "Repeated by"), "rep_by", required=True
    )


def rows(_city: City) -> Select[tuple[object, ...]]:
    """A row an appeal that others name as the one they repeat, whether it is in the store or not."""
    listed = func.array_agg(aggregate_order_by(Appeal.id, Appeal.requested_on, Appeal.id))
    columns = (Appeal.duplicate_of, func.count(), func.max(Appeal.requested_on), listed)
    return (
        select(*columns[:1], *columns[1:])
        .where(Appeal.duplicate_of.is_not(None))
        .group_by(Appeal.duplicate_of)
    )
