"""Rows of a file that could not be loaded, kept whole with the reason."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Connection, ForeignKey, Identity, Integer, Text, insert
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gis_core.layer import Label, Layer


class Rejection(Layer):
    __tablename__ = "rejections"
    label = Label("Отклонённые строки", "Қабылданбаған жолдар", "Rejected rows")

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    row: Mapped[int] = mapped_column(Integer)
    record_id: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    record: Mapped[dict[str, object]] = mapped_column(JSONB)


def keep_rejections(connection: Connection, run_id: int, rejected: list[dict[str, Any]]) -> None:
    """Store rejected rows (row, record_id, reason, record) under their run."""
    if rejected:
        connection.execute(insert(Rejection), [{"run_id": run_id, **each} for each in rejected])
