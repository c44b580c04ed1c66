"""What the district akimats do in courtyards and quarters: improvement, repair works, playgrounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from typing import Any

from data.boundaries.plane import area, ribbon
from data.sample.blocks import Block
from data.sample.courtyards import Courtyard
from data.sample.dice import Dice
from data.sample.money import MILLION, apportioned
from data.sample.works import TODAY, YEARS, Grant, Works, circle, local, patch, season, thousands, unsettled

Plan = dict[str, Any]
GAMES = (
    ("playground", "Детская площадка"),
    ("playground", "Детская площадка"),
    ("sports_ground", "Спортивная площадка"),
)
LANE = -0.068  # share of a block west of it: the middle of the local street


def courtyard_works(yards: Sequence[Courtyard], plan: Plan) -> list[Works]:
    """A project a courtyard and year: improved in 2020-2022, planned for 2023."""
    dice = Dice("courtyard works " + yards[0].district)
    made = []
    for index, year in enumerate(YEARS):
        chosen = [
            yard for yard in yards if (yard.fate.planned if year == 2023 else yard.fate.improved == year)
        ]
        given = set(dice.some(range(len(chosen)), plan["participatory_yards"][index]))
        own = [yard for i, yard in enumerate(chosen) if i not in given]
        voted = [chosen[i] for i in sorted(given)]
        made += _improved(dice, own, Grant(year, "local", plan["courtyard_money"][index] * MILLION))
        made += _improved(dice, voted, Grant(year, "participatory", plan["participatory"][index] * MILLION))
    return made


def _improved(dice: Dice, yards: Sequence[Courtyard], total: Grant) -> list[Works]:
    """Works in these courtyards that share a grant by their areas and some chance."""
    if not yards:
        return []
    amounts = apportioned(total.amount, [area(yard.ring) * dice.between(0.7, 1.4) for yard in yards])
    pairs = zip(yards, amounts, strict=True)
    made = [_of_yard(dice, yard, Grant(total.year, total.source, amount)) for yard, amount in pairs]
    return unsettled(dice, made, 0.12, 0) if total.year == TODAY.year else made


def _of_yard(dice: Dice, yard: Courtyard, grant: Grant) -> Works:
    """Most outlines are the courtyard itself; some bodies give no more than a point."""
    starts, ends = season(dice, grant.year, 45, 100)
    akimat = f"akimat_{yard.district}"
    works = Works(
        f"Благоустройство двора: {yard.address}", akimat, akimat, "courtyard_improvement", starts, ends,
        (yard.ring,), "drawn", "courtyard", grants=(grant,), published=yard.district == "almaty", yard=yard,
    )  # fmt: skip
    if dice.chance(0.9):
        return works
    round_it = circle(yard.block.at(*yard.eye), 0.7 * sqrt(area(yard.ring) / 3.1416))
    return replace(works, rings=(tuple(round_it),), geom_source="buffered_point")


def repair_works(yards: Sequence[Courtyard], blocks: Sequence[Block], plan: Plan) -> list[Works]:
    """Repair works (РВР): every other one in a courtyard, the rest on a local street."""
    dice = Dice("repair works " + yards[0].district)
    worn = [yard for yard in yards if yard.fate.improved is None and not yard.fate.planned]
    made = []
    for index, year in enumerate(YEARS):
        count = plan["repairs"][index]
        amounts = apportioned(
            plan["repair_money"][index] * MILLION, [dice.between(0.5, 1.5) for _ in range(count)]
        )
        inside = iter(dice.some(worn, count // 2))
        lanes = iter(dice.some(blocks, count - count // 2))
        for order, amount in enumerate(amounts):
            grant = local(year, amount)[0]
            made.append(
                _in_yard(dice, next(inside), grant) if order % 2 else _on_lane(dice, next(lanes), grant)
            )
    return made


def _in_yard(dice: Dice, yard: Courtyard, grant: Grant) -> Works:
    akimat, (starts, ends) = f"akimat_{yard.district}", season(dice, grant.year, 20, 60)
    return Works(
        f"Ремонтно-восстановительные работы, двор: {yard.address}", akimat, akimat, "current_repair",
        starts, ends, (yard.ring,), "drawn", "courtyard", grants=(grant,), published=True, yard=yard,
    )  # fmt: skip


def _on_lane(dice: Dice, block: Block, grant: Grant) -> Works:
    akimat, (starts, ends) = f"akimat_{block.district}", season(dice, grant.year, 20, 60)
    strip = ribbon([block.at(LANE, -0.06), block.at(LANE, 0.5), block.at(LANE, 1.06)], 8)
    title = f"Ремонтно-восстановительные работы, внутриквартальный проезд: {block.quarter}"
    return Works(
        title, akimat, akimat, "current_repair", starts, ends, (tuple(strip),), "buffered_line",
        grants=(grant,), published=True,
    )  # fmt: skip


def playgrounds(yards: Sequence[Courtyard], counts: Sequence[int]) -> list[Works]:
    """Playgrounds and sports grounds set up by the akimats beside their courtyard works."""
    dice = Dice("playgrounds")
    made = []
    for year, count in zip(YEARS, counts, strict=True):
        free = [yard for yard in yards if yard.fate.improved != year and not yard.fate.planned]
        made += [_playground(dice, yard, year) for yard in dice.some(free, count)]
    return made


def _playground(dice: Dice, yard: Courtyard, year: int) -> Works:
    akimat, (starts, ends) = f"akimat_{yard.district}", season(dice, year, 20, 50)
    work_type, word = dice.pick(GAMES)
    return Works(
        f"{word}: {yard.address}", akimat, akimat, work_type, starts, ends, (tuple(patch(yard, 0.07)),),
        "drawn", "courtyard", grants=local(year, thousands(dice, 6, 14)), yard=yard,
    )  # fmt: skip
