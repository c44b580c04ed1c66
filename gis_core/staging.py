"""Rows into tables: staged by COPY, held against the table's rules, compared, merged in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
import pyarrow as pa
import shapely
from pgpq import ArrowToPostgresBinaryEncoder
from psycopg import sql
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Index,
    MetaData,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, DropIndex

from gis_core.errors import InputError
from gis_core.layer import Layer, table_of
from gis_core.values import arrow_type

BOOKKEEPING = ("source_file", "source_row", "run_id")
MANY = 20_000  # rows from which building an index anew beats filling it row by row


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
    """An empty temporary table like the layer's, dropped when the transaction ends."""
    table = table_of(layer)
    name = f"staged_{table.name}"
    connection.execute(
        text(f"CREATE TEMPORARY TABLE {name} (LIKE {table.name} INCLUDING DEFAULTS) ON COMMIT DROP")
    )
    staged = table.to_metadata(MetaData(), name=name)
    for column in staged.columns:
        connection.execute(text(f"ALTER TABLE {name} ALTER {column.name} DROP NOT NULL"))
    return staged


def copy_rows(connection: Connection, staged: Table, rows: pa.Table, shapes: Any, srid: int) -> None:  # noqa: PLR0913
    """Rows into a table by binary COPY; `shapes` are shapely shapes in the SRID, or None."""
    names = [name for name in rows.column_names if name in staged.columns]
    columns = [rows[name].combine_chunks().cast(arrow_type(staged.columns[name].type)) for name in names]
    if shapes is not None:
        # the server's geometry type reads EWKB as it is
        blobs = shapely.to_wkb(shapely.set_srid(shapes, srid), include_srid=True)
        names, columns = [*names, "geom"], [*columns, pa.array(blobs, pa.binary())]
    query = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT BINARY)").format(
        sql.Identifier(staged.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    batch = pa.RecordBatch.from_arrays([_whole(column) for column in columns], names)
    encoder = ArrowToPostgresBinaryEncoder(batch.schema)
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(query) as copy:
        copy.write(encoder.write_header())
        copy.write(encoder.write_batch(batch))
        copy.write(encoder.finish())


def _whole(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def broken_rules(
    connection: Connection, layer: type[Layer], staged: Table, *, shapes: bool
) -> list[tuple[Any, ...]]:
    """File, row and broken rules of rows that the table would refuse; these rows leave the staged table.

    Without `shapes` the rule of valid shapes is left to the table itself: it costs more than all others.
    """
    checks = [each for each in table_of(layer).constraints if isinstance(each, CheckConstraint)]
    rules = sorted(
        (each for each in checks if shapes or str(each.name) != "geom"), key=lambda each: str(each.name)
    )
    if not rules:
        return []
    broken = [  # type: ignore[var-annotated]
        (not_(literal_column(f"({rule.sqltext})")), f"does not hold: {rule.sqltext}; ") for rule in rules
    ]
    words = [case((condition, literal(told)), else_=literal("")) for condition, told in broken]
    told = words[0]
    for word in words[1:]:
        told = told.concat(word)  # type: ignore[assignment]
    found = delete(staged).where(or_(*(condition for condition, _ in broken)))
    returned = found.returning(staged.c.source_file, staged.c.source_row, told)
    return [(file, row, reason.removesuffix("; ")) for file, row, reason in connection.execute(returned)]


def compare(connection: Connection, layer: type[Layer], staged: Table, *, replace: bool) -> Change:
    """What merging the staged rows would do."""
    table = table_of(layer)
    rows = connection.scalar(select(func.count()).select_from(staged)) or 0
    if not connection.scalar(select(exists().select_from(table))):
        return Change(rows, 0, 0, 0, 0)
    connection.execute(text(f"ANALYZE {staged.name}"))
    same_key = _same_key(table, staged)
    before = connection.scalar(select(func.count()).select_from(table)) or 0
    met = connection.scalar(select(func.count()).select_from(staged).join(table, same_key)) or 0
    differing = select(func.count()).select_from(staged).join(table, same_key).where(_differs(table, staged))
    changed = connection.scalar(differing) or 0
    return Change(rows - met, changed, met - changed, before - met if replace else 0, before)


def merge(connection: Connection, layer: type[Layer], staged: Table, *, replace: bool) -> None:
    """Insert new rows, update changed ones, and with `replace` delete those that are not staged."""
    table = table_of(layer)
    columns = [column.name for column in table.columns]
    settled = exists().where(_same_key(table, staged), ~_differs(table, staged))
    rows = select(*(staged.c[name] for name in columns)).where(~settled)
    statement = insert(table).from_select(columns, rows)
    values = {name: statement.excluded[name] for name in columns if not table.c[name].primary_key}
    try:
        if replace:
            connection.execute(delete(table).where(~exists().where(_same_key(table, staged))))
        connection.execute(
            statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=values)
        )
    except IntegrityError as fault:
        raise InputError(f"{table.name}: {_integrity(fault)}") from None
    connection.execute(text(f"ANALYZE {table.name}"))


def fill(connection: Connection, layer: type[Layer], staged: Table, *, rows: int) -> None:
    """Insert all staged rows into an empty table; of many rows the spatial index is built afterwards."""
    table = table_of(layer)
    columns = [column.name for column in table.columns]
    with _without_spatial(connection, table) if rows > MANY else _as_it_is():
        try:
            connection.execute(
                insert(table).from_select(columns, select(*(staged.c[name] for name in columns)))
            )
        except IntegrityError as fault:
            raise InputError(f"{table.name}: {_integrity(fault)}") from None
    connection.execute(text(f"ANALYZE {table.name}"))


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def _without_spatial(connection: Connection, table: Table) -> Iterator[None]:
    """The table without its GiST indexes, which are built again at the end in the same transaction."""
    spatial = [index for index in table.indexes if _is_spatial(index)]
    for index in spatial:
        connection.execute(DropIndex(index, if_exists=True))
    yield
    for index in spatial:
        connection.execute(CreateIndex(index))


def _is_spatial(index: Index) -> bool:
    return str(index.dialect_options["postgresql"]["using"] or "").lower() == "gist"


def _integrity(fault: IntegrityError) -> str:
    diagnosis = getattr(fault.orig, "diag", None)
    detail = getattr(diagnosis, "message_detail", None) or getattr(diagnosis, "message_primary", None)
    return f"{detail or fault.orig}; mend the file, or load the layers that refer to these rows first"


def _same_key(table: Any, staged: Table) -> Any:
    return and_(*(table.c[column.name] == staged.c[column.name] for column in table.primary_key))


def _differs(table: Any, staged: Table) -> Any:
    names = [c.name for c in table.columns if not c.primary_key and c.name not in BOOKKEEPING]
    return or_(*(table.c[name].is_distinct_from(staged.c[name]) for name in names))


def write(  # noqa: PLR0913
    connection: Connection, layer: type[Layer], staged: Table, change: Change, *, replace: bool
) -> list[tuple[Any, ...]]:
    """Bring the staged rows into the table; rows whose shapes only the server finds invalid are returned."""
    point = connection.begin_nested()
    try:
        if change.before:
            merge(connection, layer, staged, replace=replace)
        else:
            fill(connection, layer, staged, rows=change.new)
        point.commit()
    except InputError:
        point.rollback()
        lost = broken_rules(connection, layer, staged, shapes=True)
        if not lost:
            raise
        merge(connection, layer, staged, replace=replace)
        return lost
    return []
