"""All that stands behind one conflict: both records with their sources, shapes, money, certainty, history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from sqlalchemy import Connection, func, select

from gis_core.errors import InputError
from gis_core.layer import Layer, table_of
from layers.assessments import Assessment, AssessmentChange
from layers.budgets import budgets
from layers.city import City
from layers.conflict_frame import FIRST_ONLY, money_in_common
from layers.conflict_inputs import FIRM_SHAPES
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.register_rows import Entry, Wanted, entries
from layers.works import Work

Shape = Any
RING_M = 0.01  # a shared ground computed elsewhere may lie a hair beside the works


@dataclass(frozen=True)
class Money:
    """A year's budget of a project, and the row of the file it came from."""

    year: int
    source: str
    amount_kzt: int
    source_file: str | None
    source_row: int | None


@dataclass(frozen=True)
class Record:
    """One of the two projects as it is stored now. `doubts`: geometry sources that are not firm.

    `begins_there`: the first day of works on the ground of the conflict.
    """

    facts: dict[str, Any]
    starts: date | None
    ends: date | None
    firm: bool
    open_ended: bool
    begins_there: date | None
    doubts: tuple[str, ...]
    money: tuple[Money, ...]
    shape: Shape

    @property
    def budget(self) -> int:
        return sum(each.amount_kzt for each in self.money)


@dataclass(frozen=True)
class Part:
    """One side of the reckoning: so much of a budget, by the share of the works that lie on the ground."""

    project: str
    amount_kzt: int
    share: float
    part_kzt: int


@dataclass(frozen=True)
class Evidence:
    """A conflict with what it rests on. `records` lacks a project that is no longer in the store."""

    entry: Entry
    records: dict[str, Record]
    parts: tuple[Part, ...]
    years: tuple[int, ...]
    history: list[dict[str, Any]]
    ground: Shape
    turned: bool


def evidence(connection: Connection, conflict_id: str) -> Evidence:
    """Everything about one conflict. InputError where the register does not know it."""
    found = entries(connection, Wanted(conflict_id=conflict_id, state=None))
    if not found:
        raise InputError(
            f"the register has no conflict {conflict_id!r}; abat conflicts --status all lists them"
        )
    entry = found[0]
    ground = _ground(connection, conflict_id)
    pair = list(dict.fromkeys((entry.facts["project_a"], entry.facts["project_b"])))
    records = {
        project: made for project in pair if (made := _record(connection, project, ground)) is not None
    }
    turned = _turned(entry, records)
    parts, years = _parts(entry, records, ground, turned=turned)
    return Evidence(entry, records, parts, years, _history(connection, conflict_id), ground, turned)


def _ground(connection: Connection, conflict_id: str) -> Shape:
    own = Assessment.__table__.c
    query = (
        select(func.ST_AsBinary(own.geom))
        .where(own.conflict_id == conflict_id)
        .order_by(own.last_seen.desc(), own.body)
        .limit(1)
    )
    return shapely.from_wkb(bytes(connection.scalar(query)))  # type: ignore[arg-type]


def _record(connection: Connection, project: str, ground: Shape) -> Record | None:
    facts = connection.execute(_plain(Project).where(Project.id == project)).mappings().one_or_none()
    if facts is None:
        return None
    works = connection.execute(
        select(
            *(Work.starts, Work.ends, Work.dates_firm, Work.geom_source),
            func.ST_AsBinary(Work.geom).label("wkb"),
        ).where(Work.project_id == project)
    ).all()
    shapes = [shapely.from_wkb(bytes(work.wkb)) for work in works]
    near = [
        work for work, shape in zip(works, shapes, strict=True) if shape.distance(ground) <= RING_M
    ] or works
    return Record(
        facts=dict(facts),
        starts=min((work.starts for work in works if work.starts), default=None),
        ends=max((work.ends for work in works if work.ends), default=None),
        firm=all(work.dates_firm for work in near),
        open_ended=any(work.starts is None or work.ends is None for work in near),
        begins_there=min((work.starts for work in near if work.starts), default=None),
        doubts=tuple(sorted({work.geom_source for work in near} - {*FIRM_SHAPES})),
        money=_money(connection, project),
        shape=shapely.union_all(shapes),
    )


def _plain(layer: type[Layer]) -> Any:
    return select(*(column for column in table_of(layer).c if column.name != "geom"))


def _money(connection: Connection, project: str) -> tuple[Money, ...]:
    budget, row = budgets(), ProjectFunding.__table__.c
    same = [row[name] == budget.c[name] for name in ("project_id", "year", "source", "stage")]
    query = (
        select(budget.c.year, budget.c.source, budget.c.amount_kzt, row.source_file, row.source_row)
        .join(ProjectFunding, same[0] & same[1] & same[2] & same[3])
        .where(budget.c.project_id == project)
        .order_by(budget.c.year, budget.c.source)
    )
    return tuple(Money(*each) for each in connection.execute(query))


def _turned(entry: Entry, records: dict[str, Record]) -> bool:
    """True where the order of works counts and B is the one that came first on this ground."""
    a, b = (records.get(entry.facts[name]) for name in ("project_a", "project_b"))
    if entry.facts["rule"] not in FIRST_ONLY or a is None or b is None:
        return False
    return (a.begins_there or date.min) > (b.begins_there or date.min)


def _parts(
    entry: Entry, records: dict[str, Record], ground: Shape, *, turned: bool
) -> tuple[tuple[Part, ...], tuple[int, ...]]:
    """The shares of which the smaller is at risk, and the years they are of; nothing for a gone project."""
    facts = entry.facts
    a, b = facts["project_a"], facts["project_b"]
    if not {a, b} <= {*records}:
        return (), ()
    sides = [b if turned else a] if facts["rule"] in FIRST_ONLY else [a, b]
    amounts, years = _amounts(records, sides)
    made = []
    for project, amount in zip(sides, amounts, strict=True):
        share = _share(facts["rule"], ground, records[project].shape)
        made.append(Part(project, amount, share, int(amount * share + 0.5)))
    return tuple(made), years


def _share(rule: str, ground: Shape, works: Shape) -> float:
    """How much of the works lies on the ground; where they are only near, their own part of it."""
    own = shapely.intersection(ground, works) if rule == "near_clash" else ground
    return min(own.area / works.area, 1.0) if works.area else 0.0


def _amounts(records: dict[str, Record], projects: Sequence[str]) -> tuple[list[int], tuple[int, ...]]:
    """Budgets of the years in common; of one project alone, its whole budget."""
    purses: dict[str, dict[int, dict[str, int]]] = {project: {} for project in projects}
    for project in projects:
        for each in records[project].money:
            purses[project].setdefault(each.year, {})[each.source] = each.amount_kzt
    years = set.intersection(*({*purses[project]} for project in projects))
    if len(projects) == 1:
        return [records[projects[0]].budget], tuple(sorted(years))
    return list(money_in_common(purses, projects[0], projects[1])), tuple(sorted(years))


def _history(connection: Connection, conflict_id: str) -> list[dict[str, Any]]:
    own = AssessmentChange.__table__
    query = select(own).where(own.c.conflict_id == conflict_id)
    ordered = query.order_by(own.c.at, own.c.body, own.c.edition)
    return [dict(row) for row in connection.execute(ordered).mappings()]


def thresholds(city: City, found: Evidence) -> list[tuple[str, str]]:
    """Keys of the profile that this rule used, with their values."""
    rules, facts = city.conflicts, found.entry.facts
    works = [each.facts["work_type"] for each in found.records.values()]
    made = works[-1 if found.turned else 0] if works else ""
    term = city.work_types.get(made)
    used: dict[str, list[tuple[str, object]]] = {
        "near_clash": [("near_m", rules.near_m), ("near_disruptive_m", rules.near_disruptive_m)],
        "opportunity": [("window_days", rules.window_days)],
        "duplicate_function": [("group", city.work_groups.get(made, ""))],
        "double_funding": [("group", city.work_groups.get(made, ""))],
        "restriction_breach": [("guarantee_months", term.guarantee_months if term else "")],
        "wrong_order": [("order_days", rules.order_days)],
        "outside_powers": [("regime", rules.regime)],
    }
    limits = rules.reassess
    keep: list[tuple[str, object]] = [("min_shared_m2", rules.min_shared_m2)]
    keep += used.get(facts["rule"], [])
    keep += [(f"reassess.{name}", getattr(limits, name)) for name in ("days", "area", "money")]
    return [(key, f"{value:g}" if isinstance(value, float) else str(value)) for key, value in keep]
