"""Only what changed: marks of what the conflicts were last found from, and conflicts found anew by them.

A mark is a hash of all that enters the findings about one project: its works, its money, its hands. One more,
under an empty id, is of all that enters every finding: places, districts, bodies and the profile.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    Numeric,
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

from gis_core.layer import Label, Layer, table_of
from gis_core.merging import merge
from gis_core.staging import stage
from gis_core.store import copy_frame
from layers.bodies import Body
from layers.budgets import budgets
from layers.city import City
from layers.conflict_frame import frame
from layers.conflict_inputs import OF_PROJECT
from layers.conflicts import Conflict
from layers.courtyards import Courtyard
from layers.districts import District
from layers.parcels import Parcel
from layers.projects import Project
from layers.public_spaces import PublicSpace
from layers.schema import srid_of
from layers.works import Work

EVERYTHING = ""  # the id of the mark that is of no single project
COMMON = (Body, District, Parcel, Courtyard, PublicSpace)
BETWEEN = literal("\x1e")  # the ASCII record separator
BOOKKEEPING = ("source_file", "source_row", "run_id")


class ConflictMark(Layer):
    __tablename__ = "conflict_marks"
    label = Label("Из чего найдены пересечения", "Қиылысулар неден табылды", "What conflicts were found from")

    project_id: Mapped[str] = mapped_column(Text, primary_key=True)
    mark: Mapped[str] = mapped_column(Text)


def refresh_conflicts(connection: Connection, city: City, force: bool) -> None:
    """Find anew what changed projects touch; all with `force`, or if that changed which enters everything."""
    before, now = marked(connection), marks(connection, city)
    touched = {project for project in before.keys() | now.keys() if before.get(project) != now.get(project)}
    if force or EVERYTHING in touched:
        _replace(connection, city)
    elif touched:
        _mend(connection, city, touched)
    if force or touched:
        connection.execute(delete(ConflictMark))
        rows = [{"project_id": project, "mark": mark} for project, mark in now.items()]
        connection.execute(insert(ConflictMark), rows)


def marked(connection: Connection) -> dict[str, str]:
    """The marks that stand in the store."""
    rows = connection.execute(select(ConflictMark.project_id, ConflictMark.mark))
    return dict(rows.all())


def marks(connection: Connection, city: City) -> dict[str, str]:
    """The marks as they would be now, by project."""
    own = dict(connection.execute(_of_projects()).all())
    common = [str(connection.scalar(_of_layer(layer))) for layer in COMMON]
    profile = msgspec.json.encode((city.conflicts, city.work_types, city.powers))
    whole = hashlib.sha256(b"\x1f".join([profile, *(each.encode() for each in common)])).hexdigest()
    return {**own, EVERYTHING: whole}


def _of_projects() -> Any:
    work, money, project = _works(), _money(), table_of(Project).c
    hands = func.concat_ws("\x1f", *(func.coalesce(cast(project[name], Text), "\x1e") for name in OF_PROJECT))
    mark = func.md5(func.concat_ws("\x1d", hands, work.c.mark, func.coalesce(money.c.mark, "")))
    return (
        select(project.id, mark)
        .join(work, work.c.project_id == project.id)
        .outerjoin(money, money.c.project_id == project.id)
    )


def _works() -> Subquery:
    row = cast(table_of(Work).table_valued(), Text)
    return (
        select(Work.project_id, func.string_agg(row, aggregate_order_by(BETWEEN, Work.area_no)).label("mark"))
        .group_by(Work.project_id)
        .subquery("work_marks")
    )


def _money() -> Subquery:
    budget = budgets().c
    row = func.concat_ws("\x1f", budget.year, budget.source, budget.amount_kzt)
    order = aggregate_order_by(BETWEEN, budget.year, budget.source)
    marks = select(budget.project_id, func.string_agg(row, order).label("mark")).group_by(budget.project_id)
    return marks.subquery("money_marks")


def _of_layer(layer: type[Layer]) -> Any:
    """Count and sum of the hashes of the rows of a layer, whatever their order."""
    columns: list[SQLColumnExpression[Any]] = [c for c in table_of(layer).c if c.name not in BOOKKEEPING]
    row = func.concat_ws("\x1f", *(func.coalesce(cast(column, Text), "\x1e") for column in columns))
    total = func.sum(cast(func.hashtextextended(row, 0), Numeric))
    return select(func.concat_ws(" ", func.count(), total)).select_from(table_of(layer))


def _replace(connection: Connection, city: City) -> None:
    staged = stage(connection, Conflict)
    copy_frame(connection, staged, frame(connection, city), srid_of(city))
    merge(connection, Conflict, staged, replace=True)


def _mend(connection: Connection, city: City, touched: set[str]) -> None:
    """Replace the conflicts of some projects; those that stay as they were are left alone."""
    staged = stage(connection, Conflict)
    copy_frame(connection, staged, frame(connection, city, only=touched), srid_of(city))
    mine = or_(Conflict.project_a.in_(touched), Conflict.project_b.in_(touched))
    connection.execute(delete(Conflict).where(mine, Conflict.id.not_in(select(staged.c.id))))
    merge(connection, Conflict, staged, replace=False)
