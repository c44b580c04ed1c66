"""Projects as rows: numbers given, status judged, money split into stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from data.boundaries.plane import Point
from data.sample.dice import Dice
from data.sample.money import THOUSAND
from data.sample.works import TODAY, Works, status

Row = dict[str, Any]
Rings = tuple[tuple[Point, ...], ...]
SLACK = timedelta(days=45)  # latest start of works without firm dates, before their end
DONE = ("completed", "completion")


@dataclass(frozen=True)
class Numbered:
    """Works with their project number."""

    id: str
    works: Works


def numbered(works: Sequence[Works]) -> list[Numbered]:
    """All works in the order of year, body, kind and name, with ids P-YEAR-NNNN."""
    counts: dict[int, int] = {}
    found = []
    for one in sorted(works, key=_order):
        counts[one.year] = counts.get(one.year, 0) + 1
        found.append(Numbered(f"P-{one.year}-{counts[one.year]:04d}", one))
    return found


def _order(works: Works) -> tuple[Any, ...]:
    return (works.year, works.executing, works.work_type, works.name, works.starts or date.min, works.rings)


def project_rows(projects: Sequence[Numbered]) -> list[tuple[Row, Rings]]:
    """Fields of the layer `projects` with the outlines, none where there is no place."""
    return [(_fields(project), project.works.rings) for project in projects]


def _fields(project: Numbered) -> Row:
    works = project.works
    loose = not works.firm and works.starts is not None and works.ends is not None
    return {
        "id": project.id,
        "name": works.name,
        "address": works.yard.address if works.yard else None,
        "executing_body": works.executing,
        "funding_body": works.funding,
        "work_type": works.work_type,
        "place_kind": works.place_kind,
        "starts": works.starts,
        "ends": works.ends,
        "dates_firm": works.firm,
        "earliest_start": works.starts if loose else None,
        "latest_start": works.ends - SLACK if loose and works.ends else None,
        "status": status(works),
        "joint_group": works.joint,
        "exception": None,
        "geom_source": works.geom_source,
    }


def area_rows(projects: Sequence[Numbered]) -> list[tuple[Row, Rings]]:
    """Fields of the layer `project_areas` with the outlines."""
    rows: list[tuple[Row, Rings]] = []
    for project in projects:
        for number, area in enumerate(project.works.areas, start=1):
            fields = {"project_id": project.id, "area_no": number, "starts": area.starts, "ends": area.ends}
            rows.append(({**fields, "geom_source": "drawn"}, (area.ring,)))
    return rows


def funding_rows(projects: Sequence[Numbered]) -> list[Row]:
    """Adopted money of every project, and what was spent by those that are done."""
    dice = Dice("spent")
    return [row for project in projects for row in _money(dice, project)]


def _money(dice: Dice, project: Numbered) -> list[Row]:
    rows: list[Row] = []
    for grant in project.works.grants:
        saved = 0.0 if project.works.published else dice.between(0, 0.07)
        amounts = {"adopted": grant.amount}
        if status(project.works) in DONE and grant.year <= TODAY.year:
            amounts["spent"] = grant.amount - int(grant.amount * saved) // THOUSAND * THOUSAND
        key = {"project_id": project.id, "year": grant.year, "source": grant.source}
        rows += [{**key, "stage": stage, "amount_kzt": amount} for stage, amount in amounts.items()]
    return rows
