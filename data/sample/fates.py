"""What the years do to the courtyards of a district, in numbers exactly those of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data.sample.blocks import Block
from data.sample.dice import Dice

FAR = (
    "ж.м.",
    "Юго-Восток",
    "Коктал",
    "у шоссе",
    "от ул. Ондирис",
)  # how the names of outlying quarters begin
HASTE = 0.45  # how much earlier than others a courtyard of these is put among those that need repair


@dataclass(frozen=True)
class Fate:
    """What becomes of a courtyard: the year it was improved, whether planned for 2023, condition now."""

    improved: int | None
    planned: bool
    condition: str


def fates(homes: Sequence[tuple[Block, str]], plan: dict[str, Any]) -> list[Fate]:
    """A fate for each home of a district, in numbers exactly those of the plan."""
    dice = Dice("fates " + homes[0][0].district)
    order = sorted(range(len(homes)), key=lambda i: dice.share() * _haste(homes[i][0]))
    inside = [i for i in order if homes[i][0].quarter == plan.get("planned_quarter", homes[i][0].quarter)]
    planned = dice.some(inside, plan["planned"])
    chosen = set(planned)
    needing, again = (
        planned[: plan["planned_needing"]],
        planned[plan["planned_needing"] :][: plan["planned_again"]],
    )
    rest = [i for i in order if i not in chosen]
    bad = [*needing, *rest[: plan["needs_repair"] - len(needing)]]
    good = rest[plan["needs_repair"] - len(needing) :]
    improved = dice.shuffled([*again, *dice.some(good, sum(plan["improved"]) - len(again))])
    years = dict(zip(improved, _years(plan["improved"]), strict=True))
    conditions = {
        **dict.fromkeys(bad, "needs_repair"),
        **_others(plan, planned, good, set(improved) | set(bad)),
    }
    return [Fate(years.get(i), i in chosen, conditions.get(i, "satisfactory")) for i in range(len(homes))]


def _others(
    plan: dict[str, Any], planned: Sequence[int], good: Sequence[int], settled: set[int]
) -> dict[int, str]:
    """Which courtyards, neither bad nor improved, are under works, and which were not inspected."""
    works = [i for i in planned if i not in settled][: plan["in_works"]]
    unseen = [i for i in good if i not in settled][: plan["unknown"]]
    return {**dict.fromkeys(works, "in_works"), **dict.fromkeys(unseen, "unknown")}


def _years(counts: Sequence[int]) -> list[int]:
    return [2020 + index for index, count in enumerate(counts) for _ in range(count)]


def _haste(block: Block) -> float:
    return HASTE if block.quarter.startswith(FAR) else 1.0
