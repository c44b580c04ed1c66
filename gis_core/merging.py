"""Staged rows into their table in one transaction: merged into what it holds, or filled into an empty one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg.errors import CheckViolation
from sqlalchemy import CTE, Connection, Index, Select, Table, delete, exists, func, literal, select, text
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import IntegrityError

from gis_core.errors import InputError
from gis_core.indexes import build_anew, is_superuser, set_aside
from gis_core.layer import Layer, table_of
from gis_core.staging import Change, differs, same_key
from gis_core.statistics import analyse

MANY = 20_000  # rows from which building an index anew beats filling it row by row
GLANCE = 20  # of 100: statistics of 6,000 rows instead of 30,000
FEW = 0.1  # of a table: so many changed rows leave its statistics as good as they were


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
    with _refusals(connection, table):
        if change.before:
            _merge(connection, table, staged, run_id=run_id, replace=replace)
            built = []
        else:
            built = _fill(connection, table, staged, run_id=run_id, rows=change.new)
    analyse(connection, table.name)
    return built


def add_rest(connection: Connection, table: Table, staged: Table, run_id: int) -> None:
    """Insert all staged rows beside those that the table holds. Raises as `write` does."""
    with _refusals(connection, table):
        _insert(connection, table, staged, run_id)


@contextmanager
def _refusals(connection: Connection, table: Table) -> Iterator[None]:
    """A block that is undone where the table refuses a row; the refusal in words."""
    try:
        with connection.begin_nested():
            yield
    except IntegrityError as fault:
        if isinstance(fault.orig, CheckViolation):
            raise BrokenRuleError(f"{table.name}: {_integrity(fault)}") from None
        raise InputError(f"{table.name}: {_integrity(fault)}") from None


def merge(connection: Connection, layer: type[Layer], staged: Table, *, replace: bool) -> None:
    """Insert new rows, update changed ones, and with `replace` delete those that are not staged."""
    table = table_of(layer)
    _look(connection, table, _merge(connection, table, staged, run_id=None, replace=replace))


def merge_query(connection: Connection, layer: type[Layer], query: Select[Any]) -> None:
    """Make the rows of a table those of a query, whose columns stand as those of the table; in one statement,
    which may do both halves in any order: for tables without unique columns beside their key."""
    table = table_of(layer)
    held = query.subquery()
    named = zip(table.columns, held.c, strict=True)
    found = select(*(each.label(column.name) for column, each in named)).cte("found")
    lost = delete(table).where(~exists().where(same_key(table, found)))
    halves = [each.returning(literal(1)).cte() for each in (lost, _upsert(table, found, None))]
    gone, come = (select(func.count()).select_from(each).scalar_subquery() for each in halves)
    _look(connection, table, connection.scalar(select(gone + come)) or 0)


def _look(connection: Connection, table: Table, changed: int) -> None:
    """Anew at the statistics of a table of which many rows have changed."""
    size = "SELECT reltuples FROM pg_class WHERE oid = CAST(:name AS regclass)"
    if changed > FEW * (connection.scalar(text(size), {"name": table.name}) or 0):
        glance(connection, table)


def glance(connection: Connection, table: Table) -> None:
    """Statistics that the next query needs, of some rows only; the server looks closer in its own time."""
    connection.execute(text(f"SET LOCAL default_statistics_target = {GLANCE}"))
    analyse(connection, table.name)
    connection.execute(text("RESET default_statistics_target"))


def _merge(  # noqa: PLR0913
    connection: Connection, table: Table, staged: Table, *, run_id: int | None, replace: bool
) -> int:
    """How many rows went, came or changed."""
    gone = 0
    if replace:
        gone = connection.execute(delete(table).where(~exists().where(same_key(table, staged)))).rowcount
    return gone + connection.execute(_upsert(table, staged, run_id)).rowcount


def _upsert(table: Table, staged: Table | CTE, run_id: int | None) -> Insert:
    """Insert what is new and update what says something else."""
    settled = exists().where(same_key(table, staged), ~differs(table, staged))
    rows = _rows(table, staged, run_id).where(~settled)
    statement = insert(table).from_select([each.name for each in table.columns], rows)
    values = {each.name: statement.excluded[each.name] for each in table.columns if not each.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=values)


def _fill(  # noqa: PLR0913
    connection: Connection, table: Table, staged: Table, *, run_id: int, rows: int
) -> list[Index]:
    """Insert all staged rows into an empty table; of many rows the spatial index is built afterwards.

    That needs a superuser, as Abat is on its own server; elsewhere the index takes the rows one by one.
    """
    spatial = set_aside(connection, table) if rows > MANY and is_superuser(connection) else []
    _insert(connection, table, staged, run_id)
    build_anew(connection, table, spatial)
    return spatial


def _insert(connection: Connection, table: Table, staged: Table, run_id: int) -> None:
    """Insert all staged rows under a run."""
    names = [each.name for each in table.columns]
    connection.execute(insert(table).from_select(names, _rows(table, staged, run_id)))


def _rows(table: Table, staged: Table | CTE, run_id: int | None) -> Any:
    return select(
        *(
            literal(run_id) if each.name == "run_id" and run_id else staged.c[each.name]
            for each in table.columns
        )
    )


def _integrity(fault: IntegrityError) -> str:
    diagnosis = getattr(fault.orig, "diag", None)
    detail = getattr(diagnosis, "message_detail", None) or getattr(diagnosis, "message_primary", None)
    return f"{detail or fault.orig}; mend the file, or load the layers that refer to these rows first"
