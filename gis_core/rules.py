"""The rules (CHECK) of a layer's table, asked of many rows at once: which row breaks which."""

from __future__ import annotations

from typing import Any, cast

import psycopg
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Table,
    case,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy import column as column_clause
from sqlalchemy import table as table_clause

from gis_core.layer import Layer, table_of

WARNS = 18  # version of PostgreSQL from which it warns of a table whose rules are set aside
STORED = """
SELECT conname, pg_get_expr(conbin, conrelid) FROM pg_constraint
WHERE contype = 'c' AND conrelid = CAST(:name AS regclass) ORDER BY conname
"""
ASIDE = "UPDATE pg_class SET relchecks = 0 WHERE oid = CAST(:name AS regclass)"
BACK = """
UPDATE pg_class SET relchecks = (
    SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid = pg_class.oid
) WHERE oid = CAST(:name AS regclass)
"""


def set_aside(connection: Connection, table: Table) -> bool:
    """Let a table take rows without asking its rules of each, until `ask_of_all`; whether that was done.

    Asked of all rows at once they keep several cores busy, and none while the rows are sent. Nobody else sees
    this before the commit. It needs a superuser, and no rule but the declared ones.
    """
    version = cast("psycopg.Connection[Any]", connection.connection.driver_connection).info.server_version
    if version // 10_000 >= WARNS or not {*_stored(connection, table)} <= {*_declared(table)}:
        return False
    connection.execute(text(ASIDE), {"name": table.name})
    return True


def ask_of_all(connection: Connection, table: Table, *, shapes: bool) -> None:
    """Put the rows of a table that break its rules, as the server has them, among the faults; from now on it
    asks each row again.

    Without `shapes` the rule of valid shapes is left out, because all are known to keep it: that costs more
    than all others.
    """
    declared, left = _declared(table), _of_shapes(table, asked=shapes)
    found = {name: rule for name, rule in _stored(connection, table).items() if name not in left}
    _note(connection, table, [(rule, declared[name]) for name, rule in found.items()])
    connection.execute(text(BACK), {"name": table.name})


def note_broken_rules(connection: Connection, layer: type[Layer], staged: Table, *, shapes: bool) -> None:
    """Put the staged rows that the table would refuse among the faults, with the rules they break.

    Without `shapes` the rule of valid shapes is left to the table itself.
    """
    table = table_of(layer)
    left = _of_shapes(table, asked=shapes)
    _note(connection, staged, [(rule, rule) for name, rule in _declared(table).items() if name not in left])


def _of_shapes(table: Table, *, asked: bool) -> set[str]:
    """The rule of valid shapes, unless it is to be asked."""
    return set() if asked else {f"ck_{table.name}_geom"}


def _declared(table: Table) -> dict[str, str]:
    """Rules by name, as the layer declares them."""
    checks = [each for each in table.constraints if isinstance(each, CheckConstraint)]
    return {str(each.name): str(each.sqltext) for each in sorted(checks, key=lambda each: str(each.name))}


def _stored(connection: Connection, table: Table) -> dict[str, str]:
    """Rules by name, as the server has them."""
    found = connection.execute(text(STORED), {"name": table.name})
    return {str(name): str(rule) for name, rule in found}


def _note(connection: Connection, rows: Table, rules: list[tuple[str, str]]) -> None:
    """Put rows among the faults that break rules, each with the words for it."""
    broken: list[Any] = [not_(literal_column(f"({rule})")) for rule, _ in rules]
    # several cores count, while only one could write what it finds
    if not rules or not connection.scalar(select(func.count()).select_from(rows).where(or_(*broken))):
        return
    told = [literal(f"does not hold: {words}") for _, words in rules]
    words = func.concat_ws("; ", *(case((found, said)) for found, said in zip(broken, told, strict=True)))
    names = ["source_file", "source_row", "reason"]
    faults = table_clause("staged_faults", *map(column_clause, names))
    found = select(rows.c.source_file, rows.c.source_row, words).where(or_(*broken))
    connection.execute(faults.insert().from_select(names, found))
