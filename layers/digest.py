"""What each body has to be told of the register since a run: new, changed, gone, or to be judged anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, func, select

from gis_core.joins import among
from layers.register_rows import ROW, Entry, Wanted, entries
from layers.works import Work

Drawing = tuple[Any, Any, Any]  # shapes: works of A, works of B, the shared ground
STATUSES = ("reassess", "new", "back", "changed", "gone", "joint")  # in the order in which they are told


@dataclass(frozen=True)
class News:
    """One conflict as one body sees it. `side` is "a" or "b", None for a body that is neither."""

    status: str
    entry: Entry
    own: Mapping[str, Any]
    side: str | None

    @property
    def facts(self) -> dict[str, Any]:
        return self.entry.facts


def bodies_told(connection: Connection, body: str | None = None) -> list[str]:
    """All bodies that the register knows, or this one if it does."""
    known = sorted(connection.scalars(select(ROW.body).distinct()))
    return known if body is None else [each for each in known if each == body]


def news(connection: Connection, since: int, body: str) -> list[News]:
    """What a body has to be told, in the order in which it is told."""
    told = []
    for entry in entries(connection, Wanted(body=body, state=None)):
        own = next(each for each in entry.verdicts if each["body"] == body)
        status = _status(entry.facts, own, since)
        if status:
            told.append(News(status, entry, own, _side(entry, own)))
    return _ordered(told)


def drawings(connection: Connection, rows: Collection[News]) -> dict[str, Drawing]:
    """By conflict the works of both sides and what they share; of a project that is gone only the shared
    ground is left."""
    ground = _grounds(connection, {each.facts["conflict_id"] for each in rows})
    works = _works(connection, {each.facts[name] for each in rows for name in ("project_a", "project_b")})
    return {
        each.facts["conflict_id"]: _drawing(each, works, ground[each.facts["conflict_id"]]) for each in rows
    }


def _drawing(each: News, works: Mapping[str, Any], shared: Any) -> Drawing:
    a, b = (works.get(each.facts[name], shared) for name in ("project_a", "project_b"))
    return a, b, shared


def _status(facts: Mapping[str, Any], own: Mapping[str, Any], since: int) -> str | None:
    if own["state"] != "open":
        return str(own["state"]) if own["gone_in"] > since else None
    if own["verdict"] == "to_be_reassessed":
        return "reassess"
    runs = {"new": "first_seen", "back": "back_in", "changed": "changed_in"}
    return next((status for status, run in runs.items() if (facts[run] or 0) > since), None)


def _side(entry: Entry, own: Mapping[str, Any]) -> str | None:
    return next((side for side in ("a", "b") if entry.facts[f"body_{side}"] == own["body"]), None)


def _ordered(rows: Iterable[News]) -> list[News]:
    def rank(each: News) -> tuple[Any, ...]:
        facts = each.facts
        return STATUSES.index(each.status), -facts["money_at_risk_kzt"], facts["conflict_id"]

    return sorted(rows, key=rank)


def _works(connection: Connection, projects: Collection[str]) -> dict[str, Any]:
    """The shape of all works of each project."""
    query = select(Work.project_id, func.ST_AsBinary(func.ST_Collect(Work.geom)))
    rows = connection.execute(query.where(among(Work.project_id, projects)).group_by(Work.project_id)).all()
    shapes = shapely.from_wkb(np.array([bytes(wkb) for _, wkb in rows] + [None], dtype=object)[:-1])
    return dict(
        zip((project for project, _ in rows), shapely.union_all(shapes[:, None], axis=1), strict=True)
    )


def _grounds(connection: Connection, conflicts: Collection[str]) -> dict[str, Any]:
    query = select(ROW.conflict_id, func.ST_AsBinary(ROW.geom)).where(among(ROW.conflict_id, conflicts))
    rows = connection.execute(query.order_by(ROW.last_seen, ROW.body.desc()))
    return {conflict: shapely.from_wkb(bytes(wkb)) for conflict, wkb in rows}
