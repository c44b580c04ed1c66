"""Where the tables of a database differ from the declarations, and what brings them back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from alembic.autogenerate import produce_migrations
from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext
from geoalchemy2 import alembic_helpers
from sqlalchemy import CheckConstraint, Connection, Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import AddConstraint

from gis_core.export.database_styles import STYLES
from gis_core.faults import server_fault
from gis_core.layer import Layer, in_srid
from layers.city import City
from layers.schema import srid_of
from layers.triggers import set_triggers, trigger_names

REPAIR = "abat check --repair"
MISSING: dict[type[ops.MigrateOperation], str] = {
    ops.CreateTableOp: "the table {0.table_name} is missing",
    ops.AddColumnOp: "{0.table_name}: the column {0.column.name} is missing",
    ops.CreateIndexOp: "{0.table_name}: the index {0.index_name} is missing",
    ops.CreateUniqueConstraintOp: "{0.table_name}: the rule {0.constraint_name} is missing",
    ops.CreateForeignKeyOp: "{0.source_table}: the reference {0.constraint_name} is missing",
}
STRANGE: dict[type[ops.MigrateOperation], str] = {
    ops.DropTableOp: "the table {0.table_name} is none of Abat's",
    ops.DropColumnOp: "{0.table_name}: the column {0.column_name} is none of Abat's",
    ops.DropIndexOp: "{0.table_name}: the index {0.index_name} is none of Abat's",
    ops.DropConstraintOp: "{0.table_name}: the rule {0.constraint_name} is none of Abat's",
    ops.AlterColumnOp: "{0.table_name}: the column {0.column_name} is not as declared",
}
DIFFER = "the tables differ from the declarations: "
BY_HAND = "take it out or put it right by hand, or restore a backup; Abat drops nothing"


@dataclass(frozen=True)
class Finding:
    """Something wrong or missing (`fault`), or worth knowing, with what to do about it.

    `mend` puts it right on a connection; `derive`: deriving all layers anew does.
    """

    fault: bool
    words: str
    cure: str
    mend: Callable[[Connection], None] | None = None
    derive: bool = False


def drifted_tables(connection: Connection, city: City) -> Iterator[Finding]:
    """Tables, columns, indexes and references that differ from the declarations."""
    wanted = {"include_object": alembic_helpers.include_object, "include_name": _ours, "compare_type": True}
    context = MigrationContext.configure(connection, opts=wanted)
    script = produce_migrations(context, in_srid(Layer.metadata, srid_of(city)))
    for step in _steps(script.upgrade_ops):
        if type(step) in MISSING:
            words = DIFFER + MISSING[type(step)].format(step)
            yield Finding(True, words, REPAIR, partial(_make, context, step))
        elif type(step) in STRANGE:
            yield Finding(True, DIFFER + STRANGE[type(step)].format(step), BY_HAND)


def _steps(step: Any) -> Iterator[Any]:
    if hasattr(step, "ops"):
        for each in step.ops:
            yield from _steps(each)
    else:
        yield step


def _make(context: MigrationContext, step: Any, _: Connection) -> None:
    Operations(context).invoke(step)


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    """False for the table in which QGIS keeps styles: it is no layer."""
    return not (kind == "table" and name == STYLES.name)


def lost_rules(connection: Connection) -> Iterator[Finding]:
    """CHECKs of the declarations that the tables lack: what they forbid could be stored by hand."""
    there = {*connection.scalars(text("SELECT conname FROM pg_constraint WHERE contype = 'c'"))}
    for table in Layer.metadata.sorted_tables:
        for rule in sorted(map(_named, table.constraints), key=lambda each: each[0]):
            if rule[0] and rule[0] not in there:
                words = f"{table.name}: the rule {rule[0]} is missing"
                yield Finding(True, words, REPAIR, partial(_add_rule, table, rule[1]))


def _named(rule: Any) -> tuple[str, Any]:
    """The name that a CHECK has in the database; empty for a rule of another kind."""
    if not isinstance(rule, CheckConstraint):
        return "", rule
    name, start = str(rule.name), f"ck_{rule.table.name}_"  # the naming convention may have been at it
    return (name if name.startswith(start) else start + name), rule


def _add_rule(_table: Table, rule: CheckConstraint, connection: Connection) -> None:
    connection.execute(AddConstraint(rule))


def broken_indexes(connection: Connection) -> Iterator[Finding]:
    """Indexes that the server does not use, because building them was broken off."""
    query = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT (indisvalid AND indisready)"
    for name in connection.scalars(text(query)):
        yield Finding(True, f"the index {name} is not usable", REPAIR, partial(_reindex, name))


def _reindex(name: str, connection: Connection) -> None:
    connection.exec_driver_sql(f"REINDEX INDEX {name}")  # named by the server, quoted where need be


def lost_triggers(connection: Connection) -> Iterator[Finding]:
    """Triggers that keep register and history and are gone or switched off: changes would leave no trace."""
    working = text("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal")
    lost = sorted({*trigger_names()} - {*connection.scalars(working)})
    if lost:
        words = f"the register is not kept by its triggers: {', '.join(lost)}"
        yield Finding(True, words, f"abat db upgrade, or {REPAIR}", set_triggers)


def mend(connection: Connection, found: list[Finding]) -> list[str]:
    """Put right what can be; a line for each, with the reason where it could not be."""
    told = []
    for each in found:
        if each.mend is None:
            continue
        try:
            with connection.begin_nested():
                each.mend(connection)
            told.append(f"mended: {each.words}")
        except DBAPIError as fault:
            told.append(f"could not be mended: {each.words}: {server_fault(fault)}")
    return told
