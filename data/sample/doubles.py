"""The doubling the thesis describes, laid on purpose: two bodies, one place, the same work, one year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.sample.courtyards import Courtyard
from data.sample.dice import Dice
from data.sample.spaces import Space
from data.sample.works import YEARS, Grant, Works, local, patch, season, thousands

INSTALLERS = ("dept_sport", "dept_construction", "dept_environment")


def repaired_twice(works: Sequence[Works], counts: Sequence[int]) -> list[Works]:
    """Current repair of a public space by the environment department where the akimat repairs it as well."""
    dice = Dice("repaired twice")
    made = []
    for year, count in zip(YEARS, counts, strict=True):
        same = [
            (one, one.space) for one in works if one.year == year and _repair_of_akimat(one) and one.space
        ]
        made += [_second_repair(dice, one, space) for one, space in dice.some(same, count)]
    return made


def _repair_of_akimat(works: Works) -> bool:
    return works.work_type == "current_repair" and works.executing.startswith("akimat_")


def _second_repair(dice: Dice, works: Works, space: Space) -> Works:
    """Most lie in the same weeks; the rest somewhere in the same season."""
    body, period = "dept_environment", season(dice, works.year, 30, 80)
    grants = local(works.year, thousands(dice, 22, 110))
    return Works(
        f"Текущий ремонт и содержание: {space.name}", body, body, "current_repair",
        *(works.period if dice.chance(0.65) else period), (space.ring,), "drawn", "public_space",
        grants=grants, space=space,
    )  # fmt: skip


def playgrounds_twice(works: Sequence[Works], count: int) -> list[Works]:
    """A second budget for a playground or sports ground that the akimat sets up in the same year."""
    dice = Dice("playgrounds twice")
    games = [(one, one.yard) for one in works if one.yard]
    return [_second_playground(dice, one, yard) for one, yard in dice.some(games, count)]


def _second_playground(dice: Dice, works: Works, yard: Courtyard) -> Works:
    body, period = dice.pick(INSTALLERS), season(dice, works.year, 20, 50)
    ring = tuple(patch(yard, 0.075, dice.between(-0.03, 0.03)))
    source = dice.pick(("local", "republican_transfer", "participatory"))
    word = "Спортивная площадка" if works.work_type == "sports_ground" else "Детский игровой комплекс"
    grants = (Grant(works.year, source, thousands(dice, 7, 16)),)
    return Works(
        f"{word}: {yard.address}", body, body, works.work_type, *period, (ring,), "drawn", "courtyard",
        grants=grants, yard=yard,
    )  # fmt: skip


def greened_twice(yards: Sequence[Courtyard], count: int) -> list[Works]:
    """Greening of one courtyard in one year by its akimat and by the environment department: a pair each."""
    dice = Dice("greened twice")
    made = []
    for number, yard in enumerate(dice.some(yards, count)):
        first = _greened(dice, yard, f"akimat_{yard.district}", YEARS[number % 4])
        second = _greened(dice, yard, "dept_environment", YEARS[number % 4])
        made += [
            first,
            replace(second, name=f"Посадка деревьев и кустарников: {yard.address}", rings=(yard.ring,)),
        ]
    return made


def _greened(dice: Dice, yard: Courtyard, body: str, year: int) -> Works:
    starts, ends = season(dice, year, 15, 40)
    ring = tuple(patch(yard, 0.1))
    return Works(
        f"Озеленение двора: {yard.address}", body, body, "greening", starts, ends, (ring,), "drawn",
        "courtyard", grants=local(year, thousands(dice, 2, 9)), yard=yard,
    )  # fmt: skip
