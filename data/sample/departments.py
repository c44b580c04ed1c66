"""What the city's departments do: roads, lighting, greening, new public spaces, purchases without a place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from data.boundaries.plane import Point, ribbon
from data.sample.dice import Dice
from data.sample.ground import Street
from data.sample.money import MILLION, apportioned
from data.sample.spaces import Space
from data.sample.works import TODAY, YEARS, Grant, Works, local, season, thousands, unsettled

Plan = dict[str, Any]
ROAD_KERB = 6.0  # metres of a street that are not carriageway
PLACELESS = (
    ("dept_environment", "small_forms", "Поставка малых архитектурных форм для города"),
    ("dept_environment", "greening", "Закуп саженцев для весенней посадки"),
    ("dept_housing", "lighting", "Замена светильников на светодиодные, по заявкам"),
    ("dept_transport", "road_repair", "Аварийно-ямочный ремонт дорог города"),
    ("dept_housing", "other", "Праздничное оформление улиц города"),
    ("dept_architecture", "other", "Разработка эскизных проектов благоустройства"),
)


def street_works(streets: Sequence[Street], plan: Plan) -> list[Works]:
    """Roads, lighting and greening along the main streets."""
    dice = Dice("street works")
    made = []
    for index, year in enumerate(YEARS):
        made += [_road(dice, dice.pick(streets), year) for _ in range(plan["roads"][index])]
        made += [_lamps(dice, dice.pick(streets), year) for _ in range(plan["lighting"][index])]
        made += [_trees(dice, dice.pick(streets), year) for _ in range(plan["greening"][index])]
    return unsettled(dice, made, 0.1, 0.05)


def _stretch(dice: Dice, street: Street) -> tuple[Point, ...]:
    """One or two neighbouring legs of a street."""
    first = dice.whole(0, len(street.axis) - 2)
    return street.axis[first : first + dice.whole(2, 3)]


class Job(NamedTuple):
    """Works along a street: what, who, which kind, where, for how much."""

    title: str
    body: str
    work_type: str
    strip: Sequence[Point]
    grants: tuple[Grant, ...]


def _road(dice: Dice, street: Street, year: int) -> Works:
    word = dice.pick(("Средний ремонт дороги", "Текущий ремонт дороги", "Реконструкция дороги"))
    strip = ribbon(_stretch(dice, street), street.width - ROAD_KERB)
    source = "republican_transfer" if word.startswith("Рек") else "local"
    grants = (Grant(year, source, thousands(dice, 60, 330)),)
    return _along(dice, year, Job(f"{word}: {street.name}", "dept_transport", "road_repair", strip, grants))


def _lamps(dice: Dice, street: Street, year: int) -> Works:
    strip = _verge(_stretch(dice, street), street.width / 2 + 2, 3)
    grants = local(year, thousands(dice, 9, 34))
    return _along(
        dice, year, Job(f"Уличное освещение: {street.name}", "dept_housing", "lighting", strip, grants)
    )


def _trees(dice: Dice, street: Street, year: int) -> Works:
    strip = _verge(_stretch(dice, street), street.width / 2 + 4, 6)
    grants = local(year, thousands(dice, 12, 58))
    return _along(
        dice, year, Job(f"Озеленение: {street.name}", "dept_environment", "greening", strip, grants)
    )


def _verge(line: Sequence[Point], shift: float, width: float) -> list[Point]:
    """A strip beside a line, its middle `shift` metres to the right."""
    edge = ribbon(line, 2 * shift)[: len(line)]
    return ribbon(edge, width)


def _along(dice: Dice, year: int, job: Job) -> Works:
    starts, ends = season(dice, year, 25, 95)
    return Works(
        job.title, job.body, job.body, job.work_type, starts, ends, (tuple(job.strip),), "buffered_line",
        grants=job.grants,
    )  # fmt: skip


def construction(spaces: Sequence[Space], counts: Sequence[int]) -> list[Works]:
    """New public spaces by the department of construction, some paid over two years; none in Almaty district.

    There the thesis gives the number of spaces a year, which ours must not disturb.
    """
    dice = Dice("construction")
    free = dice.shuffled(
        [space for space in spaces if space.district != "almaty" and not space.plan.get("green")]
    )
    made = []
    for year, count in zip(YEARS, counts, strict=True):
        made += [_built(dice, free.pop(), year) for _ in range(count)]
    return unsettled(dice, made, 0.1, 0.05)


def _built(dice: Dice, space: Space, year: int) -> Works:
    starts, ends = season(dice, year, 90, 150)
    total = thousands(dice, 180, 620)
    parts = apportioned(total, [0.6, 0.4]) if dice.chance(0.35) else [total]
    grants = tuple(Grant(year + i, "local", part) for i, part in enumerate(parts))
    return Works(
        f"Строительство: {space.name}", "dept_construction", "dept_construction", "public_space_construction",
        starts, ends, (space.ring,), "drawn", "public_space", grants=grants, space=space,
    )  # fmt: skip


def placeless(counts: Sequence[int]) -> list[Works]:
    """Money that is on no map."""
    dice = Dice("placeless")
    made = []
    for year, count in zip(YEARS, counts, strict=True):
        for body, work_type, title in dice.some(PLACELESS, count):
            money = local(year, dice.whole(55, 120) * MILLION)
            state = "completed" if year < TODAY.year else "implementation"
            name = f"{title}, {year}"
            made.append(
                Works(name, body, body, work_type, None, None, (), "none", None, False, state, grants=money)
            )
    return made
