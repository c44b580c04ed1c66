"""Staged rows into their table in one transaction: merged into what it holds, or filled into an empty one."""

from __future__ import annotations

import time
from typing import Any

from psycopg.errors import CheckViolation
from sqlalchemy import Connection, Index, Table, delete, exists, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.schema import DropIndex

from gis_core.errors import InputError
from gis_core.layer import Layer, table_of
from gis_core.staging import Change, differs, same_key

MANY = 20_000  # rows from which building an index anew beats filling it row by row
PATIENCE = "500ms"  # for which readers may have to wait while an index changes places
TRIES, PAUSE = 60, 0.5  # how often and at what distance, in seconds, that is tried


class BrokenRuleError(InputError):
    """A row breaks a CHECK of the table."""


def write(  # noqa: PLR0913
    connection: Connection, layer: type[Layer], staged: Table, change: Change, *, run_id: int, replace: bool
) -> list[Index]:
    """Bring the staged rows into the table under a run; the indexes that `exchange` has still to exchange.

    Raises BrokenRuleError where a row breaks a rule of the table that nobody saw before, InputError where it
    refuses rows for another reason.
    """
    table = table_of(layer)
    try:
        with connection.begin_nested():
            if change.before:
                _merge(connection, table, staged, run_id=run_id, replace=replace)
                built = []
            else:
                built = _fill(connection, table, staged, run_id=run_id, rows=change.new)
    except IntegrityError as fault:
        if isinstance(fault.orig, CheckViolation):
            raise BrokenRuleError(f"{table.name}: {_integrity(fault)}") from None
        raise InputError(f"{table.name}: {_integrity(fault)}") from None
    connection.execute(text(f"ANALYZE {table.name}"))
    return built


def merge(connection: Connection, layer: type[Layer], staged: Table, *, replace: bool) -> None:
    """Insert new rows, update changed ones, and with `replace` delete those that are not staged."""
    table = table_of(layer)
    _merge(connection, table, staged, run_id=None, replace=replace)
    connection.execute(text(f"ANALYZE {table.name}"))


def _merge(  # noqa: PLR0913
    connection: Connection, table: Table, staged: Table, *, run_id: int | None, replace: bool
) -> None:
    if replace:
        connection.execute(delete(table).where(~exists().where(same_key(table, staged))))
    settled = exists().where(same_key(table, staged), ~differs(table, staged))
    rows = _rows(table, staged, run_id).where(~settled)
    statement = insert(table).from_select([each.name for each in table.columns], rows)
    values = {each.name: statement.excluded[each.name] for each in table.columns if not each.primary_key}
    connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=values))


def _fill(  # noqa: PLR0913
    connection: Connection, table: Table, staged: Table, *, run_id: int, rows: int
) -> list[Index]:
    """Insert all staged rows into an empty table; of many rows the spatial index is built afterwards.

    Dropping it first would lock readers out until the commit. So it is only marked as not ready, which nobody
    else sees before the commit, and a new one is built beside it, to take its name at the very end: for that
    the table is locked, but for a moment. Marking needs a superuser, as Abat is on its own server; elsewhere
    the index takes the rows one by one.
    """
    statement = insert(table).from_select([each.name for each in table.columns], _rows(table, staged, run_id))
    superuser = connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    spatial = [each for each in table.indexes if _is_spatial(each)] if superuser and rows > MANY else []
    for index in spatial:
        marked = text("UPDATE pg_index SET indisready = false WHERE indexrelid = CAST(:name AS regclass)")
        connection.execute(marked, {"name": index.name})
    connection.execute(statement)
    for index in spatial:
        columns = ", ".join(column.name for column in index.columns)
        connection.execute(text(f"CREATE INDEX {index.name}_new ON {table.name} USING gist ({columns})"))
    return spatial


def _rows(table: Table, staged: Table, run_id: int | None) -> Any:
    return select(
        *(
            literal(run_id) if each.name == "run_id" and run_id else staged.c[each.name]
            for each in table.columns
        )
    )


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


def _integrity(fault: IntegrityError) -> str:
    diagnosis = getattr(fault.orig, "diag", None)
    detail = getattr(diagnosis, "message_detail", None) or getattr(diagnosis, "message_primary", None)
    return f"{detail or fault.orig}; mend the file, or load the layers that refer to these rows first"
