"""What stands in each courtyard, by its size and by when it was last improved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.boundaries.plane import area
from data.sample.courtyards import Courtyard
from data.sample.dice import Dice
from data.sample.money import apportioned

KINDS = ("lighting", "benches", "bins", "playground", "sport")
EQUIPPED = {
    "lighting": 0.86,
    "benches": 0.93,
    "bins": 0.9,
    "playground": 0.82,
    "sport": 0.55,
}  # share that have any
Row = dict[str, Any]


def equipment(courtyards: Sequence[Courtyard], benches: int, bins: int) -> list[Row]:
    """A row a courtyard and kind; in Almaty's courtyards of 2022 benches and bins sum to these numbers."""
    dice = Dice("equipment")
    rows = [row for yard in courtyards for row in _of_yard(dice, yard)]
    renewed = {yard.id for yard in courtyards if yard.district == "almaty" and yard.fate.improved == 2022}
    published = {"benches": benches, "bins": bins}
    for kind, total in published.items():
        chosen = [row for row in rows if row["courtyard_id"] in renewed and row["kind"] == kind]
        counts = apportioned(total, [row["count"] for row in chosen], unit=1)
        swapped = {row["courtyard_id"]: count for row, count in zip(chosen, counts, strict=True)}
        rows = [_counted(row, swapped) if row["kind"] == kind else row for row in rows]
    return rows


def _counted(row: Row, counts: dict[str, int]) -> Row:
    return {**row, "count": counts.get(row["courtyard_id"], row["count"])}


def _of_yard(dice: Dice, yard: Courtyard) -> list[Row]:
    return [
        {"courtyard_id": yard.id, "kind": kind, "count": count, "condition": _condition(dice, yard, count)}
        for kind, count in ((kind, _count(dice, yard, kind)) for kind in KINDS)
    ]


def _count(dice: Dice, yard: Courtyard, kind: str) -> int:
    hectares = area(yard.ring) / 10_000
    if yard.fate.improved is None and not dice.chance(EQUIPPED[kind]):
        return 0
    most = {"lighting": 14, "benches": 13, "bins": 11, "playground": 2.2, "sport": 1.6}[kind]
    return max(1, round(most * hectares * dice.between(0.6, 1.3)))


def _condition(dice: Dice, yard: Courtyard, count: int) -> str:
    """Nothing there or not inspected: unknown. New things hold; in a bad courtyard most are bad."""
    if not count or yard.inspected_on is None:
        return "unknown"
    bad = 0.72 if yard.fate.condition == "needs_repair" else 0.18
    if yard.fate.improved is not None:
        bad = 0.04
    return "needs_repair" if dice.chance(bad) else "satisfactory"
