"""Rows of a large first load straight into the empty table, while the file is still being read.

What may repeat an id, and what the table refuses, goes into the staged table instead, to be judged there with
the whole of the files and brought over afterwards. References are looked up once, for all rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import psycopg
import pyarrow as pa
from sqlalchemy import Column, Connection, Index, Table, distinct, exists, func, select, text

from gis_core.errors import InputError
from gis_core.indexes import build_anew, is_superuser, set_aside
from gis_core.layer import Layer, table_of
from gis_core.seen import Seen
from gis_core.staging import Change, copy_rows

LARGE = 4 << 20  # bytes of files from which it is worth it

TRIGGERS = """
SELECT EXISTS (
    SELECT FROM pg_trigger WHERE tgrelid = CAST(:name AS regclass) AND NOT tgisinternal AND tgenabled = 'O'
    AND tgtype & 4 <> 0 AND tgname <> :name || '_added')
"""


@dataclass(frozen=True)
class Filling:
    """An empty table that is being filled under a run whose number is taken beforehand."""

    table: Table
    run_id: int
    indexes: list[Index]
    seen: Seen = field(default_factory=Seen)

    def put(  # noqa: PLR0913
        self, connection: Connection, staged: Table, rows: pa.Table, shapes: pa.Array | None, keys: Any
    ) -> None:
        """Bring a chunk into the table, and into the staged one what cannot go there yet."""
        aside = self.seen.meet(keys)
        if not aside.all() and not self._taken(connection, rows, shapes, ~aside):
            aside[:] = True
        if aside.any():
            copy_rows(connection, staged, *_only(rows, shapes, aside))

    def _taken(self, connection: Connection, rows: pa.Table, shapes: pa.Array | None, kept: Any) -> bool:
        """Whether the table takes the rows."""
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        own = rows.append_column("run_id", pa.repeat(pa.scalar(self.run_id, pa.int64()), len(rows)))
        try:
            with driver.transaction():
                copy_rows(connection, self.table, *_only(own, shapes, kept))
        except psycopg.errors.IntegrityError:
            return False
        return True


def _only(rows: pa.Table, shapes: pa.Array | None, kept: Any) -> tuple[pa.Table, pa.Array | None]:
    if kept.all():
        return rows, shapes
    mask = pa.array(kept)
    return rows.filter(mask), None if shapes is None else shapes.filter(mask)


def may_fill(connection: Connection, layer: type[Layer]) -> bool:
    """Whether a table is empty and its references may be held all at once.

    That needs a superuser, as Abat is on its own server, and no trigger of the table that must see each new
    row; the one of Abat's own (`_added`) need not, because these rows say their run.
    """
    table = table_of(layer)
    return (
        not connection.scalar(select(exists().select_from(table)))
        and is_superuser(connection)
        and not connection.scalar(text(TRIGGERS), {"name": table.name})
        and all(len(each.columns) == 1 for each in table.foreign_key_constraints)
    )


def begin(connection: Connection, layer: type[Layer], run_id: int) -> Filling:
    """Prepare the empty table: until `finish` its spatial indexes take no rows, no reference is looked up."""
    table = table_of(layer)
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    return Filling(table, run_id, set_aside(connection, table))


def change(connection: Connection, filling: Filling) -> Change:
    """What the filling does to the table, which was empty."""
    rows = connection.scalar(select(func.count()).select_from(filling.table)) or 0
    return Change(new=rows, changed=0, unchanged=0, gone=0, before=0)


def finish(connection: Connection, filling: Filling) -> list[Index]:
    """Hold the references, build the indexes; those that `exchange` has still to exchange.

    Raises InputError where a row refers to one that is not there.
    """
    connection.execute(text("SET LOCAL session_replication_role = origin"))
    for column in filling.table.columns:
        _hold(connection, column)
    build_anew(connection, filling.table, filling.indexes)
    connection.execute(text(f"ANALYZE {filling.table.name}"))
    return filling.indexes


def _hold(connection: Connection, column: Column[Any]) -> None:
    """Lock the rows that a column refers to, as its foreign key would have; all must be there."""
    for foreign in column.foreign_keys:
        there = foreign.column
        held = select(there).where(there.in_(select(column))).with_for_update(read=True, key_share=True)
        found = connection.scalar(select(func.count()).select_from(held.subquery()))
        if found == connection.scalar(select(func.count(distinct(column)))):
            continue
        stray = connection.scalar(
            select(column).where(column.is_not(None), column.not_in(select(there))).limit(1)
        )
        raise InputError(
            f"{column.table.name}: {column.name} {stray!r} is not in {there.table.name};"
            " load the layer that holds it first"
        )
