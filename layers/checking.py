"""What may be wrong with a store: one small function a question, each naming the cure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, func, select, text

from gis_core.export.database_styles import STYLES
from gis_core.layer import Layer, in_srid, table_of
from layers.catalogue import DERIVED, LAYERS
from layers.city import City
from layers.derive import is_current
from layers.programme_age import outdated
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.schema import srid_of, trigger_names
from layers.sources import SOURCES


@dataclass(frozen=True)
class Finding:
    """Something wrong or missing (`fault`), or worth knowing, with what to do about it."""

    fault: bool
    words: str
    cure: str


def findings(connection: Connection, city: City) -> list[Finding]:
    """Everything that is found, faults first; only the tables' own faults where the tables are not as
    declared."""
    drifted = list(drifted_tables(connection, city))
    if drifted:
        return drifted
    found = [
        *invalid_shapes(connection),
        *empty_sources(connection),
        *stale_layers(connection, city),
        *stale_programme(connection, city),
        *lost_triggers(connection),
        *projects_without_money(connection),
    ]
    return sorted(found, key=lambda each: not each.fault)


def drifted_tables(connection: Connection, city: City) -> Iterator[Finding]:
    """Tables, columns and indexes that differ from the declarations."""
    wanted = {"include_object": alembic_helpers.include_object, "include_name": _ours, "compare_type": True}
    context = MigrationContext.configure(connection, opts=wanted)
    for change in compare_metadata(context, in_srid(Layer.metadata, srid_of(city))):
        words = change[0] if isinstance(change, tuple) else change[0][0]
        yield Finding(True, f"the tables differ from the declarations: {words}", "abat db upgrade")


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    """False for the table in which QGIS keeps styles: it is no layer."""
    return not (kind == "table" and name == STYLES.name)


def invalid_shapes(connection: Connection) -> Iterator[Finding]:
    """Shapes that are not valid although the table forbids it: a check was dropped behind our back."""
    for layer in LAYERS.values():
        table = table_of(layer)
        if "geom" in table.columns:
            broken = connection.scalar(select(func.count()).where(~func.ST_IsValid(table.c.geom))) or 0
            if broken:
                name = table.name
                yield Finding(True, f"{name}: {broken} invalid shapes", f"load {name} again from its file")


def empty_sources(connection: Connection) -> Iterator[Finding]:
    """Source layers without rows."""
    for layer in SOURCES:
        name = layer.__tablename__
        if connection.scalar(select(func.count()).select_from(table_of(layer))) == 0:
            yield Finding(False, f"{name}: no rows", f"abat load {name} FILE")


def stale_layers(connection: Connection, city: City) -> Iterator[Finding]:
    """Derived layers that are older than what they are derived from."""
    if not is_current(connection, city):
        names = ", ".join(layer.__tablename__ for layer in DERIVED)
        yield Finding(True, f"derived layers are older than the loaded ones: {names}", "abat derive")


def stale_programme(connection: Connection, city: City) -> Iterator[Finding]:
    """A programme made from needs, conflicts, works or money that have changed since."""
    if cure := outdated(connection, city):
        words = "the programme is older than the needs, conflicts and budgets it was made from"
        yield Finding(True, words, cure)


def lost_triggers(connection: Connection) -> Iterator[Finding]:
    """Triggers that keep the register and are gone or switched off: changes would leave no history."""
    working = text("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal")
    lost = sorted({*trigger_names()} - {*connection.scalars(working)})
    if lost:
        words = f"the register is not kept by its triggers: {', '.join(lost)}"
        yield Finding(True, words, "abat db upgrade")


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
