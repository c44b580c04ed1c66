"""Spatial indexes that are built after their rows, while others go on reading with the old ones."""

from __future__ import annotations

import time

from sqlalchemy import Connection, Index, Table, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import DropIndex

PATIENCE = "500ms"  # for which readers may have to wait while an index changes places
TRIES, PAUSE = 60, 0.5  # how often and at what distance, in seconds, that is tried


def is_superuser(connection: Connection) -> bool:
    """Whether the server lets us do all, as Abat's own does."""
    return bool(connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")))


def set_aside(connection: Connection, table: Table) -> list[Index]:
    """Let the spatial indexes of a table take no rows; they must be built anew before the commit.

    Dropping one, which its owner may, locks readers out until the commit; left in place it takes the rows one
    by one. So it is only marked as not ready, which nobody else sees before the commit. Marking needs a
    superuser.
    """
    spatial = [each for each in table.indexes if _is_spatial(each)]
    for index in spatial:
        marked = text("UPDATE pg_index SET indisready = false WHERE indexrelid = CAST(:name AS regclass)")
        connection.execute(marked, {"name": index.name})
    return spatial


def build_anew(connection: Connection, table: Table, indexes: list[Index]) -> None:
    """Build new indexes beside those that were set aside, which `exchange` gives their names."""
    for index in indexes:
        columns = ", ".join(column.name for column in index.columns)
        connection.execute(text(f"CREATE INDEX {index.name}_new ON {table.name} USING gist ({columns})"))


def exchange(connection: Connection, indexes: list[Index]) -> None:
    """Drop the old indexes and give their names to the new ones, as soon as no reader stands in the way.

    Nothing but the commit should follow: until then readers wait.
    """
    for attempt in range(TRIES if indexes else 0):
        try:
            with connection.begin_nested():
                connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
                for index in indexes:
                    connection.execute(DropIndex(index))
                    connection.execute(text(f"ALTER INDEX {index.name}_new RENAME TO {index.name}"))
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                return
        except OperationalError:  # a reader holds the table; others must not queue behind us
            if attempt == TRIES - 1:
                raise
            time.sleep(PAUSE)


def _is_spatial(index: Index) -> bool:
    return str(index.dialect_options["postgresql"]["using"] or "").lower() == "gist"
