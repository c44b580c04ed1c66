"""Only what changed: marks of what the conflicts were last found from, and conflicts found anew by them.

A mark is the version of all rows that belong to one project: its works, its money, its hands. One more, under
an empty id, is of what enters every finding: places, districts, bodies and the profile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    Numeric,
    Select,
    SQLColumnExpression,
    Table,
    Text,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from gis_core.joins import BETWEEN, among, by_index, in_bytes
from gis_core.layer import Label, Layer
from gis_core.merging import merge
from gis_core.row_versions import version_of_table, versions_by
from gis_core.staging import stage
from gis_core.store import copy_frame
from layers.bodies import Body
from layers.city import City
from layers.conflict_frame import frame
from layers.conflict_queries import common
from layers.conflicts import Conflict
from layers.courtyards import Courtyard
from layers.districts import District
from layers.parcels import Parcel
from layers.places import places
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.public_spaces import PublicSpace
from layers.schema import srid_of
from layers.works import Work

EVERYTHING = ""  # the id of the mark that is of no single project
COMMON = (Body, District, Parcel, Courtyard, PublicSpace)
MISSING = "\x1a"  # the ASCII substitute, which no text holds
MANY = 0.2  # of all projects: so many changed that finding all anew costs no more


class ConflictMark(Layer):
    __tablename__ = "conflict_marks"
    label = Label("Из чего найдены пересечения", "Қиылысулар неден табылды", "What conflicts were found from")

    project_id: Mapped[str] = mapped_column(Text, primary_key=True)
    mark: Mapped[str] = mapped_column(Text)


def refresh_conflicts(connection: Connection, city: City, force: bool) -> Collection[str] | None:
    """Find anew what changed projects touch; all with `force`, or if that changed which enters everything.

    The projects whose conflicts were found anew; None for all.
    """
    held = connection.scalar(select(ConflictMark.mark).where(ConflictMark.project_id == EVERYTHING))
    whole = mark_of_all(connection, city, held or "")
    same = held is not None and _content(held) == _content(whole)
    changed = changes(connection) if same and not force else None
    if changed is None or len(changed) > MANY * _count(connection):
        _mark_all(connection, whole)
        _put(connection, city)
        return None
    if held != whole:
        changed |= {EVERYTHING: whole}
    if changed:
        _mark(connection, changed)
    touched = changed.keys() - {EVERYTHING}
    if touched:
        _put(connection, city, touched)
    return touched


def changes(connection: Connection) -> dict[str, str | None]:
    """The projects whose marks are not those that stand in the store, with their marks now; None for one that
    is gone."""
    now = _marks().subquery("now")
    was = select(ConflictMark).where(ConflictMark.project_id != EVERYTHING).subquery("was")
    query = (
        select(func.coalesce(now.c.key, was.c.project_id), now.c.mark)
        .select_from(now.outerjoin(was, now.c.key == in_bytes(was.c.project_id), full=True))
        .where(now.c.mark.is_distinct_from(was.c.mark))
    )
    return dict(connection.execute(query).all())


def _marks() -> Select[tuple[str, str]]:
    """The mark of each project as it is now: key, mark."""
    rows = versions_by(Project.id, Work.project_id, ProjectFunding.project_id).subquery("rows")
    return select(rows.c.key, cast(rows.c.version, Text).label("mark"))


def mark_of_all(connection: Connection, city: City, held: str) -> str:
    """The mark of what enters every finding, VERSIONS:CONTENT; rows of versions as held are not read."""
    versions = BETWEEN.join(version_of_table(connection, layer) for layer in COMMON)
    profile = msgspec.json.encode((city.conflicts, city.work_types, city.powers))
    first = hashlib.sha256(versions.encode() + profile).hexdigest()
    if held.startswith(f"{first}:"):
        return held
    shared = [*common().values(), select(places())]
    sums = [str(connection.scalar(_sum(query))).encode() for query in shared]
    return f"{first}:{hashlib.sha256(BETWEEN.encode().join([profile, *sums])).hexdigest()}"


def _content(mark: str) -> str:
    return mark.rpartition(":")[2]


def _sum(query: Select[Any]) -> Any:
    """Count and sum of the hashes of rows, whatever their order."""
    row = query.subquery("shared")
    values: list[SQLColumnExpression[Any]] = [func.coalesce(cast(each, Text), MISSING) for each in row.c]
    total = func.sum(cast(func.hashtextextended(func.concat_ws(BETWEEN, *values), 0), Numeric))
    return select(func.concat_ws(" ", func.count(), total)).select_from(row)


def _count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(ConflictMark)) or 0


def _mark_all(connection: Connection, whole: str) -> None:
    """Keep the marks of all projects as they are now."""
    connection.execute(delete(ConflictMark))
    connection.execute(insert(ConflictMark).values(project_id=EVERYTHING, mark=whole))
    connection.execute(insert(ConflictMark).from_select(["project_id", "mark"], _marks()))


def _mark(connection: Connection, changed: Mapping[str, str | None]) -> None:
    """Keep the marks of changed projects."""
    connection.execute(delete(ConflictMark).where(among(ConflictMark.project_id, changed.keys())))
    rows = [{"project_id": project, "mark": mark} for project, mark in changed.items() if mark]
    if rows:
        connection.execute(insert(ConflictMark), rows)


def _put(connection: Connection, city: City, only: Collection[str] | None = None) -> None:
    """Bring the table in line with what is found, with `only` about these projects; rows that stay as they
    were are left alone."""
    staged = stage(connection, Conflict)
    copy_frame(connection, staged, frame(connection, city, only), srid_of(city))
    if only is not None:
        _drop_stale(connection, staged, only)
    merge(connection, Conflict, staged, replace=only is None)


def _drop_stale(connection: Connection, staged: Table, projects: Collection[str]) -> None:
    """Delete the conflicts of these projects that were not found again."""
    mine = or_(among(Conflict.project_a, projects), among(Conflict.project_b, projects))
    with by_index(connection):
        connection.execute(delete(Conflict).where(mine, Conflict.id.not_in(select(staged.c.id))))
