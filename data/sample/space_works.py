"""Works on public spaces: those of the akimats, and those the thesis names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from data.boundaries.plane import Point
from data.sample.dice import Dice
from data.sample.ground import plane
from data.sample.money import MILLION, apportioned
from data.sample.spaces import Space
from data.sample.works import YEARS, Works, local, season

Plan = dict[str, Any]
SPACE_WORKS = {
    "current_repair": "Текущий ремонт",
    "paving": "Укладка брусчатки",
    "greening": "Озеленение",
    "public_space_construction": "Обустройство",
    "small_forms": "Установка малых архитектурных форм",
}


def space_works(spaces: Sequence[Space], district: str, plan: Plan) -> list[Works]:
    """Works of the akimat on public spaces; those of the thesis (2022, 2023) as it names them."""
    dice = Dice("space works " + district)
    own = [space for space in spaces if space.district == district]
    named = [space for space in own if "year" in space.plan]
    free = dice.shuffled([space for space in own if "year" not in space.plan])
    made = [_named(dice, space) for space in named]
    start = 0
    for index, year in enumerate(YEARS):
        count = plan["spaces"][index] - sum(_given(space, f"akimat_{district}", year) for space in named)
        chosen = [free[(start + i) % len(free)] for i in range(count)]
        start += count
        made += _repaired(dice, chosen, year, plan["space_money"][index])
    return made


def _given(space: Space, akimat: str, year: int) -> bool:
    """The thesis names this space as done, with money, by the akimat in that year."""
    return space.plan["year"] == year and "million" in space.plan and space.plan.get("body", akimat) == akimat


def _named(dice: Dice, space: Space) -> Works:
    """Works the thesis names; those needed in 2023 have neither money nor firm dates."""
    plan, year = space.plan, space.plan["year"]
    body = plan.get("body", f"akimat_{space.district}")
    work_type = plan.get("work", "public_space_construction")
    title = plan.get("works_name", f"{SPACE_WORKS[work_type]}: {space.name}")
    starts, ends = season(dice, year, 60, 120)
    works = Works(
        title, body, body, work_type, starts, ends, (_part(space),), "drawn", "public_space", space=space
    )
    if year == 2023:
        wanted = replace(works, firm=False, status="identification", funding="dept_environment")
        return replace(wanted, starts=date(2023, 5, 1), ends=date(2023, 10, 31))
    money = local(year, plan["million"] * MILLION)
    return replace(works, grants=money, published="invented" not in plan)


def _part(space: Space) -> tuple[Point, ...]:
    """The whole space, or the part that its row draws."""
    return tuple(plane(space.plan["part"])) if "part" in space.plan else space.ring


def _repaired(dice: Dice, spaces: Sequence[Space], year: int, million: int) -> list[Works]:
    if not spaces:
        return []
    amounts = apportioned(million * MILLION, [dice.between(0.6, 1.8) for _ in spaces])
    return [_on_space(dice, space, year, amount) for space, amount in zip(spaces, amounts, strict=True)]


def _on_space(dice: Dice, space: Space, year: int, amount: int) -> Works:
    akimat = f"akimat_{space.district}"
    work_type = dice.pick(
        ("current_repair", "current_repair", "current_repair", "paving", "greening", "small_forms")
    )
    starts, ends = season(dice, year, 50, 110)
    title = f"{SPACE_WORKS[work_type]}: {space.name}"
    return Works(
        title, akimat, akimat, work_type, starts, ends, (space.ring,), "drawn", "public_space",
        grants=local(year, amount), published=space.district == "almaty", space=space,
    )  # fmt: skip
