"""Heat, water, power and storm drains: strips dug along lanes and across blocks, some over courtyards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from data.boundaries.plane import Point, ribbon
from data.sample.akimats import LANE
from data.sample.blocks import Block
from data.sample.courtyards import Courtyard
from data.sample.dice import Dice
from data.sample.works import TODAY, YEARS, Area, Grant, Works, local, season, thousands, unsettled

Plan = dict[str, Any]
Period = tuple[date, date]


class Network(NamedTuple):
    """A kind of network: who digs, who pays, how wide the trench with its banks is, in metres."""

    work_type: str
    title: str
    executing: str
    funding: str
    width: float


NETWORKS = (
    Network("heat_network", "Капитальный ремонт тепловой сети", "util_heat", "dept_energy", 12.0),
    Network("heat_network", "Реконструкция тепловой сети", "util_heat", "dept_energy", 12.0),
    Network("water_network", "Реконструкция водопровода", "util_water", "dept_housing", 9.0),
    Network("water_network", "Замена канализационного коллектора", "util_water", "dept_housing", 10.0),
    Network("power_network", "Прокладка кабельной линии", "util_power", "dept_energy", 5.0),
    Network("storm_drain", "Строительство ливневой канализации", "util_drain", "dept_housing", 10.0),
)


def background(blocks: Sequence[Block], counts: Sequence[int]) -> list[Works]:
    """Networks laid anywhere, whatever lies there; some with vague dates, some cancelled."""
    dice = Dice("networks")
    made = []
    for year, count in zip(YEARS, counts, strict=True):
        for block in dice.some(blocks, count):
            eye = (dice.between(0.25, 0.75), dice.between(0.25, 0.75))
            made.append(_dug(dice, block, eye, season(dice, year, 20, 70)))
    return unsettled(dice, made, 0.12, 0.07)


def planted(works: Sequence[Works], plan: Plan) -> tuple[list[Works], dict[Works, str]]:
    """Networks dug over improved courtyards: at the same time, after, before, and declared joint.

    The second part gives the courtyard works of the joint pairs with the name of their joint group.
    """
    dice = Dice("planted networks")
    finished = dice.some([one for one in works if one.year < TODAY.year], plan["after"])
    taken = set(finished)
    others = dice.shuffled([one for one in works if one not in taken])
    clashes, others = others[: plan["clash"]], others[plan["clash"] :]
    earlier, pairs = others[: plan["before"]], others[plan["before"] :][: plan["joint"]]
    made = [_over(dice, one, _after) for one in finished]
    made += [_over(dice, one, _during) for one in clashes]
    made += [_over(dice, one, _before) for one in earlier]
    groups = {one: f"J-{one.year}-{number:02d}" for number, one in enumerate(pairs, 1)}
    return made + [replace(_over(dice, one, _during), joint=groups[one]) for one in pairs], groups


def _over(dice: Dice, works: Works, period: Callable[[Dice, Works], Period]) -> Works:
    if works.yard is None:
        raise ValueError(f"{works.name}: in no courtyard")
    return _dug(dice, works.yard.block, works.yard.eye, period(dice, works))


def _during(dice: Dice, works: Works) -> Period:
    start = works.period[0] + timedelta(days=dice.whole(3, 28))
    return start, start + timedelta(days=dice.whole(15, 40))


def _after(dice: Dice, works: Works) -> Period:
    """In the same autumn, or in the next summer while the guarantee runs."""
    start = works.period[1] + timedelta(days=dice.whole(6, 34))
    if dice.chance(0.6):
        start = date(works.period[1].year + 1, 5, 5) + timedelta(days=dice.whole(0, 80))
    return start, start + timedelta(days=dice.whole(15, 45))


def _before(dice: Dice, works: Works) -> Period:
    end = works.period[0] - timedelta(days=dice.whole(4, 40))
    return end - timedelta(days=dice.whole(15, 40)), end


def _dug(dice: Dice, block: Block, eye: Point, period: Period) -> Works:
    network = dice.pick(NETWORKS)
    strip = ribbon(trench(dice, block, eye), network.width)
    source = "republican_transfer" if dice.chance(0.2) else "local"
    money = (Grant(period[0].year, source, thousands(dice, 18, 95)),)
    return Works(
        f"{network.title}: {block.quarter}", network.executing, network.funding, network.work_type, *period,
        (tuple(strip),), "buffered_line", grants=money,
    )  # fmt: skip


def trench(dice: Dice, block: Block, eye: Point) -> list[Point]:
    """A line up the western lane, across the block through its eye, and on along the eastern lane."""
    west, east = LANE, 1 - LANE
    tail, head = dice.between(-1.2, -0.2), dice.between(1.2, 2.2)
    shape = [(west, eye[1] + tail), (west, eye[1]), (east, eye[1]), (east, eye[1] + head - 1)]
    if dice.chance(0.5):
        shape = [
            (v, u)
            for u, v in [(west, eye[0] + tail), (west, eye[0]), (east, eye[0]), (east, eye[0] + head - 1)]
        ]
    return [block.at(*point) for point in shape]


def staged(yards: Sequence[Courtyard], count: int) -> list[Works]:
    """Projects of several areas, each with its own dates; the areas stand for the shape."""
    dice = Dice("staged")
    made = []
    for number in range(count):
        year = YEARS[1 + number % 3]
        first = dice.whole(0, len(yards) - 4)
        areas = tuple(_stage(dice, yard, year) for yard in yards[first : first + dice.whole(2, 4)])
        starts, ends = min(area.starts for area in areas), max(area.ends for area in areas)
        made.append(
            Works(
                f"Озеленение дворов, {len(areas)} участка: {yards[first].block.quarter}", "dept_environment",
                "dept_environment", "greening", starts, ends, (), "none", "courtyard", areas=areas,
                grants=local(year, thousands(dice, 20, 60)),
            )
        )  # fmt: skip
    return made


def _stage(dice: Dice, yard: Courtyard, year: int) -> Area:
    starts, ends = season(dice, year, 12, 30)
    return Area(starts, ends, yard.ring)
