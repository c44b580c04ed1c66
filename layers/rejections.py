"""Rows of a file that could not be loaded, kept whole with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKey,
    Identity,
    Integer,
    RowMapping,
    Text,
    exists,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import Mapped, mapped_column

from gis_core.layer import Label, Layer, table_of
from layers.runs import Run

WHY = ("rejected_row", "rejected_because")  # columns of an export of rejected rows


class Rejection(Layer):
    __tablename__ = "rejections"
    label = Label("Отклонённые строки", "Қабылданбаған жолдар", "Rejected rows")

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    row: Mapped[int] = mapped_column(Integer)
    record_id: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    record: Mapped[dict[str, object]] = mapped_column(JSON)


def reject_rows(connection: Connection, run_id: int, rejected: list[dict[str, Any]]) -> None:
    """Store rows (row, record_id, reason, record) under the run that refused them."""
    if rejected:
        connection.execute(insert(Rejection), [{"run_id": run_id, **each} for each in rejected])


def keep_rejections(connection: Connection, run_id: int) -> None:
    """Store the rejected rows that a load has put aside, under its run."""
    connection.execute(
        text(
            "INSERT INTO rejections (run_id, row, record_id, reason, record)"
            " SELECT :run, source_row, record_id, reason, record FROM staged_rejections"
            " ORDER BY source_file, source_row, reason"
        ),
        {"run": run_id},
    )


def latest_rejections(connection: Connection) -> Iterator[tuple[int, str, Iterator[dict[str, Any]]]]:
    """Run, layer and rejected rows of the newest load of each file into each layer, if it had any.

    A row is the record as its file had it, with its number and the reason beside.
    """
    newest = (
        select(func.max(Run.id)).where(Run.verb == "load").group_by(Run.layer, Run.file).scalar_subquery()
    )
    runs = (
        select(Run.id, Run.layer)
        .where(Run.id.in_(newest), exists().where(Rejection.run_id == Run.id))
        .order_by(Run.id)
    )
    for run, layer in connection.execute(runs).all():
        rows = select(table_of(Rejection)).where(Rejection.run_id == run).order_by(Rejection.id)
        yield run, str(layer), map(_with_reason, connection.execute(rows).mappings())


def _with_reason(rejection: RowMapping) -> dict[str, Any]:
    return {
        **rejection["record"],
        WHY[0]: rejection["row"],
        WHY[1]: rejection["reason"],
    }
