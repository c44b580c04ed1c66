"""Rows into tables: staged by COPY, held against the table's rules, compared, merged in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, cast

import psycopg
import pyarrow as pa
from pgpq import ArrowToPostgresBinaryEncoder
from psycopg import sql
from sqlalchemy import (
    Connection,
    FromClause,
    MetaData,
    Table,
    and_,
    exists,
    func,
    or_,
    select,
    text,
)

from gis_core.layer import Layer, table_of
from gis_core.values import arrow_type

BOOKKEEPING = ("source_file", "source_row", "run_id")


@dataclass(frozen=True)
class Change:
    """How many rows of a layer are new, changed, unchanged and gone, and how many it held before."""

    new: int
    changed: int
    unchanged: int
    gone: int
    before: int

    @property
    def nothing(self) -> bool:
        return not (self.new or self.changed or self.gone)

    @property
    def after(self) -> int:
        return self.before + self.new - self.gone


def stage(connection: Connection, layer: type[Layer]) -> Table:
    """An empty temporary table like the layer's, dropped when the transaction ends.

    What describes it is the same each time, so that statements compiled for it are kept; who adds columns
    takes a copy.
    """
    staged, table = _staged(layer), table_of(layer)
    name = staged.name
    connection.execute(
        text(f"CREATE TEMPORARY TABLE {name} (LIKE {table.name} INCLUDING DEFAULTS) ON COMMIT DROP")
    )
    quoted = map(connection.dialect.identifier_preparer.quote, staged.columns.keys())
    connection.execute(
        text(f"ALTER TABLE {name} {', '.join(f'ALTER {each} DROP NOT NULL' for each in quoted)}")
    )
    return staged


@cache
def _staged(layer: type[Layer]) -> Table:
    table = table_of(layer)
    return table.to_metadata(MetaData(), name=f"staged_{table.name}")


class Encoded(NamedTuple):
    """Rows for a table as the server's binary COPY takes them."""

    query: sql.Composed
    parts: tuple[bytes, ...]


def encode(staged: Table, rows: pa.Table, shapes: pa.Array | None) -> Encoded:
    """Rows for a table as `send` takes them; `shapes` are EWKB, or None."""
    names = [name for name in rows.column_names if name in staged.columns]
    columns = [rows[name].combine_chunks().cast(arrow_type(staged.columns[name].type)) for name in names]
    if shapes is not None:  # the server's geometry type reads EWKB as it is
        names, columns = [*names, "geom"], [*columns, shapes]
    query = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT BINARY)").format(
        sql.Identifier(staged.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    batch = pa.RecordBatch.from_arrays([_whole(column) for column in columns], names)
    encoder = ArrowToPostgresBinaryEncoder(batch.schema)
    return Encoded(query, (encoder.write_header(), encoder.write_batch(batch), encoder.finish()))


def send(connection: Connection, encoded: Encoded) -> None:
    """Encoded rows into their table."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(encoded.query) as copy:
        for part in encoded.parts:
            copy.write(part)


def _whole(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def compare(connection: Connection, layer: type[Layer], staged: Table, *, replace: bool) -> Change:
    """What merging the staged rows would do."""
    table = table_of(layer)
    rows = connection.scalar(select(func.count()).select_from(staged)) or 0
    if not connection.scalar(select(exists().select_from(table))):
        return Change(rows, 0, 0, 0, 0)
    connection.execute(text(f"ANALYZE {staged.name}"))
    met_key = same_key(table, staged)
    before = connection.scalar(select(func.count()).select_from(table)) or 0
    met = connection.scalar(select(func.count()).select_from(staged).join(table, met_key)) or 0
    differing = select(func.count()).select_from(staged).join(table, met_key).where(differs(table, staged))
    changed = connection.scalar(differing) or 0
    return Change(rows - met, changed, met - changed, before - met if replace else 0, before)


def same_key(table: Any, staged: FromClause) -> Any:
    """The clause that a row of the table and a staged one have one key."""
    return and_(*(table.c[column.name] == staged.c[column.name] for column in table.primary_key))


def differs(table: Any, staged: FromClause) -> Any:
    """The clause that they say different things."""
    names = [c.name for c in table.columns if not c.primary_key and c.name not in BOOKKEEPING]
    return or_(*(table.c[name].is_distinct_from(staged.c[name]) for name in names))
