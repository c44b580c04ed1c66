"""What each body has to be told of the register since a run: new, changed, gone, or to be judged anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, func, select

from layers.register_rows import ROW, Entry, Wanted, entries
from layers.works import Work

STATUSES = ("reassess", "new", "back", "changed", "gone", "joint")  # in the order in which they are told


@dataclass(frozen=True)
class News:
    """One conflict as one body sees it. `side` is "a" or "b", None for a body that is neither."""

    status: str
    entry: Entry
    own: Mapping[str, Any]
    side: str | None
    shapes: tuple[Any, Any, Any]

    @property
    def facts(self) -> dict[str, Any]:
        return self.entry.facts


def news(connection: Connection, since: int, body: str | None = None) -> dict[str, list[News]]:
    """By body, all that the register knows; those with nothing new have an empty list."""
    found = entries(connection, Wanted(body=body, state=None))
    named = {facts[name] for facts in (entry.facts for entry in found) for name in ("project_a", "project_b")}
    works = _works(connection, named)
    ground = _grounds(connection)
    told: dict[str, list[News]] = {}
    for entry in found:
        for own in entry.verdicts:
            if body is not None and own["body"] != body:
                continue
            mine = told.setdefault(own["body"], [])
            status = _status(entry.facts, own, since)
            if status:
                mine.append(News(status, entry, own, _side(entry, own), _shapes(entry, works, ground)))
    return {code: _ordered(rows) for code, rows in sorted(told.items())}


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


def _shapes(entry: Entry, works: Mapping[str, Any], ground: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """Works of both sides and what they share; of a project that is gone only the shared ground is left."""
    shared = ground[entry.facts["conflict_id"]]
    a, b = (works.get(entry.facts[name], shared) for name in ("project_a", "project_b"))
    return a, b, shared


def _works(connection: Connection, projects: Iterable[str]) -> dict[str, Any]:
    """The shape of all works of each project."""
    wanted = {*projects}
    query = select(Work.project_id, func.ST_AsBinary(func.ST_Collect(Work.geom))).group_by(Work.project_id)
    rows = [row for row in connection.execute(query) if row[0] in wanted]
    shapes = shapely.from_wkb(np.array([bytes(wkb) for _, wkb in rows] + [None], dtype=object)[:-1])
    return dict(
        zip((project for project, _ in rows), shapely.union_all(shapes[:, None], axis=1), strict=True)
    )


def _grounds(connection: Connection) -> dict[str, Any]:
    query = select(ROW.conflict_id, func.ST_AsBinary(ROW.geom)).order_by(ROW.last_seen, ROW.body.desc())
    return {conflict: shapely.from_wkb(bytes(wkb)) for conflict, wkb in connection.execute(query)}
