"""The history of loaded layers: one row a change, written by the database whoever makes it; append-only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Identity, Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gis_core.layer import Label, Layer


class Change(Layer):
    """What a row said before it was changed or deleted (`before`: all its columns, shapes as EWKB in hex).

    What it said afterwards stands in the next change of the row, or in the row itself. A row that a load
    brings is not recorded when it comes: it names its file and run itself. `touched` stands for a statement
    that wrote into a derived layer without `abat derive`, and has no key.
    """

    __tablename__ = "changes"
    __table_args__ = (
        Index("ix_changes_layer_key", "layer", "key", postgresql_ops={"key": "text_pattern_ops"}),
    )
    label = Label("История изменений", "Өзгерістер тарихы", "History of changes")

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    layer: Mapped[str] = mapped_column(Text)
    key: Mapped[str | None] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    account: Mapped[str] = mapped_column(Text)
    how: Mapped[str] = mapped_column(Text)
    run_id: Mapped[int | None] = mapped_column(BigInteger)
    before: Mapped[dict[str, object] | None] = mapped_column(JSONB)
