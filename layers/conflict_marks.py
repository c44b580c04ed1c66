"""Only what changed: marks of what the conflicts were last found from, and conflicts found anew by them.

A mark is a hash of all that enters the findings about one project: its works, its money, its hands. One more,
under an empty id, is of all that enters every finding: places, districts, bodies and the profile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Numeric,
    Select,
    SQLColumnExpression,
    Subquery,
    Text,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Mapped, mapped_column

from gis_core.joins import among
from gis_core.layer import Label, Layer
from gis_core.merging import merge
from gis_core.staging import stage
from gis_core.store import copy_frame
from layers.city import City
from layers.conflict_frame import frame
from layers.conflict_queries import common, of_projects
from layers.conflicts import Conflict
from layers.places import places
from layers.schema import srid_of

EVERYTHING = ""  # the id of the mark that is of no single project
FIELD, ROW, PART, MISSING = "\x1f", "\x1e", "\x1d", "\x1a"  # ASCII separators, which no text holds
MANY = 0.2  # of all projects: so many changed that finding all anew costs no more


class ConflictMark(Layer):
    __tablename__ = "conflict_marks"
    label = Label("Из чего найдены пересечения", "Қиылысулар неден табылды", "What conflicts were found from")

    project_id: Mapped[str] = mapped_column(Text, primary_key=True)
    mark: Mapped[str] = mapped_column(Text)


def refresh_conflicts(connection: Connection, city: City, force: bool) -> None:
    """Find anew what changed projects touch; all with `force`, or if that changed which enters everything."""
    whole = mark_of_all(connection, city)
    held = connection.scalar(select(ConflictMark.mark).where(ConflictMark.project_id == EVERYTHING))
    changed = None if force or held != whole else changes(connection)
    if changed is None or len(changed) > MANY * _count(connection):
        _mark_all(connection, whole)
        _put(connection, city)
    elif changed:
        _mark(connection, changed)
        _put(connection, city, changed.keys())


def changes(connection: Connection) -> dict[str, str | None]:
    """The projects whose marks are not those that stand in the store, with their marks now; None for one
    without works."""
    now = _marks().subquery("now")
    was = select(ConflictMark).where(ConflictMark.project_id != EVERYTHING).subquery("was")
    query = (
        select(func.coalesce(now.c.id, was.c.project_id), now.c.mark)
        .select_from(now.outerjoin(was, now.c.id == was.c.project_id, full=True))
        .where(now.c.mark.is_distinct_from(was.c.mark))
    )
    return dict(connection.execute(query).all())


def mark_of_all(connection: Connection, city: City) -> str:
    """The mark of what enters every finding."""
    profile = msgspec.json.encode((city.conflicts, city.work_types, city.powers))
    shared = [*common().values(), select(places())]
    sums = [str(connection.scalar(_sum(query.subquery("shared")))).encode() for query in shared]
    return hashlib.sha256(FIELD.encode().join([profile, *sums])).hexdigest()


def _marks() -> Select[tuple[str, str]]:
    """The mark of each project that has works: id, mark."""
    own = of_projects()
    project = own["projects"].subquery("project")
    works, money = _joined(own["works"], "area_no"), _joined(own["budgets"], "year", "source")
    mark = func.md5(func.concat_ws(PART, _said(project), works.c.said, func.coalesce(money.c.said, "")))
    return (
        select(project.c.id, mark.label("mark"))
        .join(works, works.c.project_id == project.c.id)
        .outerjoin(money, money.c.project_id == project.c.id)
    )


def _joined(query: Select[Any], *order: str) -> Subquery:
    """What all rows of each project say, in their order: project_id, said."""
    row = query.subquery()
    said = aggregate_order_by(literal(ROW), *(row.c[name] for name in order))
    return (
        select(row.c.project_id, func.string_agg(_said(row), said).label("said"))
        .group_by(row.c.project_id)
        .subquery()
    )


def _said(row: Subquery) -> ColumnElement[str]:
    """All values of a row as one text."""
    values: list[SQLColumnExpression[Any]] = [func.coalesce(cast(each, Text), MISSING) for each in row.c]
    return func.concat_ws(FIELD, *values)


def _sum(row: Subquery) -> Any:
    """Count and sum of the hashes of rows, whatever their order."""
    total = func.sum(cast(func.hashtextextended(_said(row), 0), Numeric))
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
        mine = or_(among(Conflict.project_a, only), among(Conflict.project_b, only))
        connection.execute(delete(Conflict).where(mine, Conflict.id.not_in(select(staged.c.id))))
    merge(connection, Conflict, staged, replace=only is None)
