"""Rows for maps and exports: whole layers, projects with their budgets, and what a page says of the data."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from gis_core.joins import year_end
from gis_core.layer import Language, Layer, fields, geometry_kind, table_of
from gis_core.returning import store_mark
from gis_core.row_marks import NAME, bears_marks
from layers.appeal_places import AppealPlace
from layers.appeals import Appeal
from layers.assessments import Assessment
from layers.bodies import Body
from layers.budgets import budgets
from layers.districts import District
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.register_rows import LAST_SEEN
from layers.runs import Run
from layers.works import Work


def rows_of(layer: type[Layer]) -> Select[Any]:
    """All rows of a layer by key, its text byte by byte, without bookkeeping columns."""
    table = table_of(layer)
    shown = [name for name, field in fields(layer).items() if not field.hidden]
    shape = ["geom"] if geometry_kind(layer) else []
    said = {"last_seen": LAST_SEEN} if layer is Assessment else {}
    return select(*(said.get(name, table.c[name]) for name in [*shown, *shape])).order_by(*table.primary_key)


def marked_rows_of(layer: type[Layer]) -> Select[Any]:
    """All rows of a layer to go out and come home: with marks, where files are loaded into the layer."""
    return rows_of(layer).add_columns(*([store_mark(layer).label(NAME)] if bears_marks(layer) else []))


def projects_with_budgets() -> Select[Any]:
    """Projects without their shapes, and the budget of all years as `budget_kzt` (None: no money known)."""
    budget = budgets()
    spent = (
        select(budget.c.project_id, func.sum(budget.c.amount_kzt).label("budget_kzt"))
        .group_by(budget.c.project_id)
        .subquery("spent")
    )
    shown = [table_of(Project).c[name] for name, field in fields(Project).items() if not field.hidden]
    return (
        select(*shown, spent.c.budget_kzt)
        .outerjoin(spent, spent.c.project_id == Project.id)
        .order_by(Project.id)
    )


def verdicts_on_map() -> Select[Any]:
    """Verdicts, and those still missing, of the bodies that are in a conflict now, of conflicts that any of
    them has judged."""
    verdict = table_of(Assessment).c
    here = verdict.state == "open"
    judged = select(verdict.conflict_id).where(here, verdict.verdict != "not_assessed")
    names = ("conflict_id", "body", "verdict", "lead_body", "note", "state")
    return (
        select(*(verdict[name] for name in names))
        .where(here, verdict.conflict_id.in_(judged))
        .order_by(verdict.conflict_id, verdict.body)
    )


def works_on_map() -> Select[Any]:
    """The areas of projects, and whose each is."""
    work = table_of(Work).c
    return select(work.project_id, work.geom).order_by(work.project_id, work.area_no)


def appeals_on_map(most: int, *, texts: bool) -> Select[Any]:
    """The newest appeals that have a point, so many at most, with the place and the district of each; `texts`
    adds what people wrote."""
    names = ["id", "requested_on", "closed_on", "category", "status", *(["text"] if texts else [])]
    appeal, tie = table_of(Appeal).c, table_of(AppealPlace).c
    return (
        select(*(appeal[name] for name in names), tie.place_kind, tie.place_id, tie.district_id, appeal.geom)
        .join_from(table_of(Appeal), table_of(AppealPlace), tie.appeal_id == appeal.id, isouter=True)
        .where(appeal.geom.is_not(None))
        .order_by(appeal.requested_on.desc(), appeal.id)
        .limit(most)
    )


def day_of_data(connection: Connection) -> date | None:
    """The newest day in the data; None without one."""
    return connection.scalar(select(newest_day()))


def newest_day() -> ColumnElement[date]:
    """The newest day of an appeal, else the end of the last budget year; null without both."""
    heard = select(func.max(func.greatest(Appeal.requested_on, Appeal.closed_on))).scalar_subquery()
    paid = select(year_end(func.max(ProjectFunding.year))).scalar_subquery()
    return func.coalesce(heard, paid)


def source_files(connection: Connection) -> tuple[str, ...]:
    """Names of the files that the layers were loaded from, in alphabetical order."""
    loads = select(Run.inputs, Run.file).where(Run.verb == "load", Run.file.is_not(None))
    runs = connection.execute(loads).all()
    # a run of a former version names its files in one text
    named = {each["file"] for inputs, file in runs for each in inputs or [{"file": file}]}
    return tuple(sorted(map(str, named)))


def names_of(connection: Connection, lang: Language) -> dict[str, dict[str, str]]:
    """Names of `bodies` and `districts` by code in a language, in Russian where it has none."""
    return {layer.__tablename__: _names(connection, table_of(layer), lang) for layer in (Body, District)}


def _names(connection: Connection, table: Table, lang: Language) -> dict[str, str]:
    name = func.coalesce(table.c[f"name_{lang}"], table.c.name_ru)
    return dict(connection.execute(select(table.c.code, name)).all())
