"""Rows of a large first load straight into the empty table, while the file is still being read.

What may repeat an id, and what the table refuses, goes into the staged table instead, to be judged there with
the whole of the files and brought over afterwards. So do some shapes that are not known to be right by their
numbers (gis_core/ordinary.py): the table is asked whether they are valid as it takes them, and need not be
asked of the others. References are looked up, and rules asked, once for all rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import psycopg
import pyarrow as pa
from sqlalchemy import Connection, Index, Table, exists, func, select, text

from gis_core import rules
from gis_core.accept import Accepted
from gis_core.indexes import build_anew, is_superuser, set_aside
from gis_core.layer import Layer, table_of
from gis_core.references import hold, hold_run
from gis_core.seen import Seen
from gis_core.staging import Change, Encoded, encode, send

LARGE = 4 << 20  # bytes of files from which it is worth it
SOME = 0.05  # of a chunk: so many rows may take the way through the staged table for their shapes alone
# The server keeps new rows for the triggers of their table, and the memory that a savepoint took stays taken
# up to the end: at the usual size 0.4 GB a million rows
BESIDE, USUAL = "SET LOCAL work_mem = '1MB'", "SET LOCAL work_mem TO DEFAULT"

TRIGGERS = """
SELECT EXISTS (
    SELECT FROM pg_trigger WHERE tgrelid = CAST(:name AS regclass) AND NOT tgisinternal AND tgenabled = 'O'
    AND tgtype & 4 <> 0 AND tgname <> :name || '_added')
"""


@dataclass(frozen=True)
class Filling:
    """An empty table that is being filled under a run whose number is taken beforehand.

    `lenient`: its rules are asked of all rows at once (`ask_rules`), not of each. `doubted`: how many rows of
    each chunk went into it although their shapes are not known to be right.
    """

    table: Table
    run_id: int
    indexes: list[Index]
    lenient: bool
    seen: Seen = field(default_factory=Seen)
    doubted: list[int] = field(default_factory=list)

    def ready(self, staged: Table, accepted: Accepted, keys: Any) -> Piece:
        """A chunk made ready for the table, and for the staged one what cannot go there yet."""
        rows, shapes, aside = accepted.rows, accepted.shapes, self.seen.meet(keys)
        if accepted.sure.mean() >= 1 - SOME:
            aside = aside | ~accepted.sure
        else:
            self.doubted.append(int((~accepted.sure).sum()))
        own = rows.append_column("run_id", pa.repeat(pa.scalar(self.run_id, pa.int64()), len(rows)))
        straight = None if aside.all() else encode(self.table, *_only(own, shapes, ~aside))
        return Piece(straight, encode(staged, *_only(rows, shapes, aside)) if aside.any() else None,
                     partial(encode, staged, rows, shapes))  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A chunk on its way: for the table, for the staged one, and all of it for the staged one where the table
    refuses."""

    straight: Encoded | None
    aside: Encoded | None
    whole: Callable[[], Encoded]

    def put(self, connection: Connection) -> None:
        """Bring it into the table, or into the staged one."""
        taken = self.straight is None or _taken(connection, self.straight)
        left = self.aside if taken else self.whole()
        if left:
            send(connection, left)


def _taken(connection: Connection, rows: Encoded) -> bool:
    """Whether the table takes the rows."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    try:
        with driver.transaction():
            driver.execute(BESIDE)
            send(connection, rows)
            driver.execute(USUAL)
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
    """Prepare the empty table: until `ask_rules` no rule is asked of each row, until `build` its spatial
    indexes take no rows, until `finish` no reference is looked up."""
    table = table_of(layer)
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("SET LOCAL wal_compression = off"))  # an index is built faster than it is pressed
    return Filling(table, run_id, set_aside(connection, table), rules.set_aside(connection, table))


def ask_rules(connection: Connection, filling: Filling) -> None:
    """Put the rows that break a rule among the faults, where the table took them without asking."""
    if filling.lenient:
        rules.ask_of_all(connection, filling.table, shapes=bool(filling.doubted))


def change(connection: Connection, filling: Filling) -> Change:
    """What the filling does to the table, which was empty."""
    rows = connection.scalar(select(func.count()).select_from(filling.table)) or 0
    return Change(new=rows, changed=0, unchanged=0, gone=0, before=0)


def build(connection: Connection, filling: Filling) -> list[Index]:
    """Build the indexes of the filled table; those that `exchange` has still to exchange."""
    build_anew(connection, filling.table, filling.indexes)
    return filling.indexes


def finish(connection: Connection, filling: Filling) -> None:
    """Hold the references, which nothing may change afterwards.

    Raises InputError where a row refers to one that is not there.
    """
    connection.execute(text("SET LOCAL session_replication_role = origin"))
    for column in filling.table.columns:
        if column.name != "run_id":
            hold(connection, column)
    hold_run(connection, filling.table, filling.run_id)
    connection.execute(text(f"ANALYZE {filling.table.name}"))
