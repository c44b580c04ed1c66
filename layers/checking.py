"""What may be wrong with a store: one small function a question, each naming the cure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, func, select, text, update

from gis_core.layer import Layer, geometry_kind, table_of
from layers.assessments import Assessment
from layers.catalogue import LAYERS
from layers.city import City
from layers.conflicts import Conflict
from layers.drift import REPAIR, Finding, broken_indexes, drifted_tables, lost_rules, lost_triggers
from layers.freshness import DERIVED_NAMES, is_current
from layers.programme_age import outdated
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.runs import Run
from layers.sources import SOURCES

SKEW = timedelta(seconds=60)  # by which clocks may differ
PARTS = {"POINT": 1, "MULTILINESTRING": 2, "MULTIPOLYGON": 3}  # what ST_CollectionExtract calls them


def findings(connection: Connection, city: City) -> list[Finding]:
    """Everything that is found, faults first; only the tables' own faults where the tables are not as
    declared."""
    drifted = list(drifted_tables(connection, city))
    if drifted:
        return drifted
    found = [
        *broken_indexes(connection),
        *invalid_shapes(connection),
        *lost_rules(connection),
        *lost_triggers(connection),
        *orphans(connection),
        *empty_sources(connection),
        *stale_layers(connection, city),
        *unregistered_conflicts(connection),
        *stale_programme(connection, city),
        *skewed_clocks(connection),
        *projects_without_money(connection),
    ]
    return sorted(found, key=lambda each: not each.fault)


def invalid_shapes(connection: Connection) -> Iterator[Finding]:
    """Shapes that are not valid although the table forbids it: a check was dropped behind our back."""
    for layer in LAYERS.values():
        table = table_of(layer)
        if "geom" in table.columns:
            broken = connection.scalar(select(func.count()).where(~func.ST_IsValid(table.c.geom))) or 0
            if broken:
                name = table.name
                words = f"{name}: {broken} invalid shapes"
                if layer.derived:
                    yield Finding(True, words, f"abat derive --force, or {REPAIR}", derive=True)
                else:
                    cure = f"{REPAIR}, or load {name} again from its file"
                    yield Finding(True, words, cure, partial(_mend_shapes, layer))


def _mend_shapes(layer: type[Layer], connection: Connection) -> None:
    """Make shapes valid, keeping their kind; one that vanishes thereby is refused by the table."""
    table, kind = table_of(layer), geometry_kind(layer) or "POINT"
    parts = func.ST_CollectionExtract(func.ST_MakeValid(table.c.geom), PARTS[kind])
    made = parts if kind == "POINT" else func.ST_Multi(parts)
    connection.execute(update(table).where(~func.ST_IsValid(table.c.geom)).values(geom=made))


def orphans(connection: Connection) -> Iterator[Finding]:
    """Rows that refer to a row that is not there: a reference was dropped behind our back."""
    for table in Layer.metadata.sorted_tables:
        for column in table.columns:
            for foreign in column.foreign_keys:
                count = _without_target(connection, column, foreign)
                if count:
                    there = foreign.column.table.name
                    words = f"{table.name}: {count} rows whose {column.name} is not in {there}"
                    yield Finding(True, words, f"load the missing rows into {there}, or delete these")


def _without_target(connection: Connection, column: Column[Any], foreign: ForeignKey) -> int:
    target = foreign.column
    if column.table is target.table:
        target = target.table.alias().c[target.name]
    there = select(1).where(target == column).correlate(column.table).exists()
    query = select(func.count()).select_from(column.table).where(column.is_not(None), ~there)
    return connection.scalar(query) or 0


def empty_sources(connection: Connection) -> Iterator[Finding]:
    """Source layers without rows."""
    for layer in SOURCES:
        name = layer.__tablename__
        if connection.scalar(select(func.count()).select_from(table_of(layer))) == 0:
            yield Finding(False, f"{name}: no rows", f"abat load {name} FILE")


def stale_layers(connection: Connection, city: City) -> Iterator[Finding]:
    """Derived layers that are older than what they are derived from, or were written into by hand."""
    if not is_current(connection, city):
        names = ", ".join(DERIVED_NAMES)
        words = f"derived layers are older than the loaded ones, or were changed by hand: {names}"
        yield Finding(True, words, "abat derive", derive=True)


def unregistered_conflicts(connection: Connection) -> Iterator[Finding]:
    """Conflicts that the register does not know."""
    known = select(1).where(Assessment.conflict_id == Conflict.id).exists()
    count = connection.scalar(select(func.count()).select_from(Conflict).where(~known)) or 0
    if count:
        yield Finding(True, f"{count} conflicts are not in the register", "abat derive --force", derive=True)


def stale_programme(connection: Connection, city: City) -> Iterator[Finding]:
    """A programme made from needs, conflicts, works or money that have changed since."""
    if cure := outdated(connection, city):
        words = "the programme is older than the needs, conflicts and budgets it was made from"
        yield Finding(True, words, cure)


def skewed_clocks(connection: Connection) -> Iterator[Finding]:
    """Clocks that disagree: the server's with this machine's, or with what it said before."""
    cure = "set the clocks right (timedatectl set-ntp true); the history tells times as the server said them"
    now: datetime = connection.scalar(select(func.clock_timestamp()))  # type: ignore[assignment]
    apart = abs(now - datetime.now(UTC))
    if apart > SKEW:
        words = f"the clocks of the server and of this machine differ by {apart.total_seconds():.0f} s"
        yield Finding(True, words, cure)
    before = func.max(Run.at).over(order_by=Run.id, rows=(None, -1)).label("before")
    runs = select(Run.id, Run.at, before).subquery()
    late = select(runs.c.id).where((runs.c.at < runs.c.before - SKEW) | (runs.c.at > now + SKEW))
    found = list(connection.scalars(late.order_by(runs.c.id).limit(5)))
    if found:
        told = ", ".join(map(str, found))
        yield Finding(True, f"the clock of the server went back, or is behind: see run {told}", cure)


def projects_without_money(connection: Connection) -> Iterator[Finding]:
    """Projects whose budget is not known: they carry no money at risk and fund nothing."""
    funded = select(ProjectFunding.project_id)
    query = select(func.count()).where(Project.id.not_in(funded), Project.status != "cancelled")
    count = connection.scalar(query.select_from(Project)) or 0
    if count:
        yield Finding(False, f"{count} projects have no budget", "abat load project_funding FILE")


def server_words(connection: Connection) -> str:
    """Versions of the server's parts, in one line."""
    return str(connection.scalar(text("SELECT version() || '; ' || postgis_full_version()")))
