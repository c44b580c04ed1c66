"""Frames into tables and back: staged by COPY, compared, merged in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely
from psycopg import sql
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Dialect,
    MetaData,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import dialect, insert
from sqlalchemy.exc import IntegrityError

from gis_core.errors import InputError
from gis_core.layer import Layer, table_of

POSTGRESQL: Dialect = dialect()  # type: ignore[no-untyped-call]
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


def stage(connection: Connection, layer: type[Layer], frame: pd.DataFrame, srid: int) -> Table:
    """A temporary table like the layer's, filled from a frame, dropped when the transaction ends."""
    table = table_of(layer)
    name = f"staged_{table.name}"
    connection.execute(
        text(f"CREATE TEMPORARY TABLE {name} (LIKE {table.name} INCLUDING DEFAULTS) ON COMMIT DROP")
    )
    staged = table.to_metadata(MetaData(), name=name)
    copy_frame(connection, staged, frame, srid)
    return staged


def copy_frame(connection: Connection, table: Table, frame: pd.DataFrame, srid: int) -> None:
    """The columns of a frame that a table has, by binary COPY; `geom` holds shapely shapes in the SRID."""
    columns = [column for column in table.columns if column.name in frame]
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    query = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT BINARY)").format(sql.Identifier(table.name), names)
    values = [_cells(frame[column.name], srid) for column in columns]
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(query) as copy:
        copy.set_types([_sql_type(column) for column in columns])
        for row in zip(*values, strict=True):
            copy.write_row(row)


def _cells(column: pd.Series[Any], srid: int) -> list[Any]:
    """Plain Python values; shapes as EWKB, which the server's geometry type reads as it is."""
    if column.name == "geom":
        shapes = np.asarray(column, dtype=object)
        return list(shapely.to_wkb(shapely.set_srid(shapes, srid), include_srid=True))
    missing = column.isna().to_numpy()
    return [None if gone else value for value, gone in zip(column.tolist(), missing, strict=True)]


def _sql_type(column: Any) -> str:
    return "bytea" if column.name == "geom" else str(column.type.compile(dialect=POSTGRESQL)).lower()


def broken_rules(connection: Connection, layer: type[Layer], staged: Table) -> dict[int, str]:
    """Source row to the rules of the table that it breaks; these rows leave the staged table."""
    faults: dict[int, str] = {}
    for rule in sorted(table_of(layer).constraints, key=lambda each: str(each.name)):
        if isinstance(rule, CheckConstraint):
            broken = (
                delete(staged).where(not_(literal_column(f"({rule.sqltext})"))).returning(staged.c.source_row)
            )
            faults |= dict.fromkeys(connection.scalars(broken), f"does not hold: {rule.sqltext}")
    return faults


def compare(connection: Connection, layer: type[Layer], staged: Table, *, replace: bool) -> Change:
    """What merging the staged rows would do."""
    table = table_of(layer)
    same_key = _same_key(table, staged)
    before = connection.scalar(select(func.count()).select_from(table)) or 0
    rows = connection.scalar(select(func.count()).select_from(staged)) or 0
    met = connection.scalar(select(func.count()).select_from(staged).join(table, same_key)) or 0
    differing = select(func.count()).select_from(staged).join(table, same_key).where(_differs(table, staged))
    changed = connection.scalar(differing) or 0
    return Change(rows - met, changed, met - changed, before - met if replace else 0, before)


def merge(connection: Connection, layer: type[Layer], staged: Table, *, replace: bool) -> None:
    """Insert new rows, update changed ones, and with `replace` delete those that are not staged."""
    table = table_of(layer)
    columns = [column.name for column in table.columns]
    settled = exists().where(_same_key(table, staged), ~_differs(table, staged))
    statement = insert(table).from_select(
        columns, select(*(staged.c[name] for name in columns)).where(~settled)
    )
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


def _integrity(fault: IntegrityError) -> str:
    diagnosis = getattr(fault.orig, "diag", None)
    detail = getattr(diagnosis, "message_detail", None) or getattr(diagnosis, "message_primary", None)
    return f"{detail or fault.orig}; mend the file, or load the layers that refer to these rows first"


def _same_key(table: Any, staged: Table) -> Any:
    return and_(*(table.c[column.name] == staged.c[column.name] for column in table.primary_key))


def _differs(table: Any, staged: Table) -> Any:
    names = [c.name for c in table.columns if not c.primary_key and c.name not in BOOKKEEPING]
    return or_(*(table.c[name].is_distinct_from(staged.c[name]) for name in names))


def read_frame(connection: Connection, query: Select[Any], crs: str) -> pd.DataFrame:
    """The rows of a query; a GeoDataFrame with the active geometry `geom` where the query has that column."""
    columns = query.subquery("q").c
    plain = select(*(func.ST_AsBinary(c).label("geom") if c.name == "geom" else c for c in columns))
    result = connection.execute(plain)
    names = list(result.keys())
    rows = result.all()
    data = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    if "geom" not in data:
        return pd.DataFrame(data, columns=names)
    shapes = shapely.from_wkb(np.array([None if w is None else bytes(w) for w in data["geom"]], dtype=object))
    return gpd.GeoDataFrame(data | {"geom": shapes}, columns=names, geometry="geom", crs=crs)


def known_keys(connection: Connection, layer: type[Layer]) -> dict[str, frozenset[object]]:
    """For each reference of a layer to another, but to runs: the keys it may point to."""
    known = {}
    for column in table_of(layer).columns:
        for foreign in column.foreign_keys:
            if column.name != "run_id":
                known[column.name] = frozenset(connection.scalars(select(foreign.column)))
    return known
