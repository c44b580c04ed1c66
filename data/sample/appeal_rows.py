"""Appeals as rows: numbered by day, repeated ones tied to the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.boundaries.plane import Point, to_degrees
from data.sample.appeals import AGAIN, REPEAT, Appeal
from data.sample.dice import Dice

Row = dict[str, Any]
DIGITS = 7
PASSED, REOPENED = 0.06, 0.05  # invented
BLANK: Point = (0.0, 0.0)


def appeal_rows(appeals: Sequence[Appeal]) -> list[Row]:
    """Fields of the layer `appeals`, with lon and lat, in the order of days."""
    dice, handling = Dice("repeats"), Dice("handling")
    ordered = sorted(
        appeals, key=lambda one: (one.day, one.target.id, one.category, one.text, one.point or BLANK)
    )
    counts: dict[int, int] = {}
    first: dict[tuple[str, str], tuple[str, Appeal]] = {}
    rows = []
    for one in ordered:
        counts[one.day.year] = counts.get(one.day.year, 0) + 1
        code = f"109-{one.day:%y}-{counts[one.day.year]:06d}"
        subject = (one.target.id, one.category)
        earlier = first.get(subject)
        repeated = earlier is not None and one.day - earlier[1].day <= AGAIN and dice.chance(REPEAT)
        row = _row(code, one, earlier[0] if earlier and repeated else None)
        rows.append({**row, **_handling(handling, one)})
        if not repeated:
            first[subject] = (code, one)
    return rows


def _handling(dice: Dice, one: Appeal) -> Row:
    """How often bodies passed it on, and how often it was opened again after it was closed."""
    passed = sum(dice.chance(PASSED) for _ in range(3))
    again = dice.chance(REOPENED)
    return {"transfers": passed, "reopened": int(again and one.closed is not None)}


def _row(code: str, one: Appeal, duplicate_of: str | None) -> Row:
    lon, lat = to_degrees(one.point, DIGITS) if one.point else (None, None)
    return {
        "id": code,
        "requested_on": one.day,
        "closed_on": one.closed,
        "category": one.category,
        "status": "closed" if one.closed else "open",
        "channel": one.channel,
        "address": one.target.address,
        "text": one.text,
        "duplicate_of": duplicate_of,
        "geom_source": one.source,
        "lon": lon,
        "lat": lat,
    }
