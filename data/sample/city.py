"""The whole sample city, step by step: ground, blocks, courtyards, works, appeals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from shapely import Polygon

from data.sample import akimats, appeals, departments, doubles, networks
from data.sample.addresses import addresses
from data.sample.blocks import Block, blocks
from data.sample.courtyards import Courtyard, courtyards
from data.sample.dice import Dice
from data.sample.fates import fates
from data.sample.ground import Ground, ground, table
from data.sample.space_works import space_works
from data.sample.spaces import CODES, Space, named_rings, spaces
from data.sample.targets import Target, space_target, street_target, yard_target
from data.sample.works import YEARS, Works

Plan = dict[str, Any]
Home = tuple[Block, str]


@dataclass(frozen=True)
class City:
    """Everything the files are written from."""

    blocks: tuple[Block, ...]
    addressed: tuple[Home, ...]
    homes: tuple[Home, ...]
    others: tuple[Home, ...]
    courtyards: tuple[Courtyard, ...]
    spaces: tuple[Space, ...]
    streets: Ground


def built(plan: Plan) -> City:
    """Blocks with their addresses shared out among courtyards, squares and other uses."""
    land, places = ground(), table("places.toml")
    rings = named_rings(land, places["space"])
    grid = blocks(land, places["quarter"], [Polygon(ring) for ring in rings])
    addressed = list(zip(grid, addresses(grid, land.streets), strict=True))
    homes = _homes(addressed, places["quarter"])
    rest = _without(addressed, homes)
    squares = _squares(rest, plan)
    yards = [yard for district in CODES for yard in _yards(homes, district, plan[district])]
    found = spaces(places["space"], rings, squares)
    others = tuple(_without(rest, squares))
    return City(tuple(grid), tuple(addressed), tuple(homes), others, tuple(yards), tuple(found), land)


def _without(homes: Sequence[Home], gone: Sequence[Home]) -> list[Home]:
    """The homes that are left, in their order."""
    dropped = set(gone)
    return [home for home in homes if home not in dropped]


def _homes(addressed: Sequence[Home], quarters: Sequence[Plan]) -> list[Home]:
    """The blocks with a courtyard: of each quarter as many as its table says, in the order of blocks."""
    dice = Dice("homes")
    chosen: set[Home] = set()
    for quarter in quarters:
        inside = [home for home in addressed if home[0].quarter == quarter["name"]]
        chosen |= set(dice.some(inside, quarter["courtyards"]))
    return [home for home in addressed if home in chosen]


def _squares(rest: Sequence[Home], plan: Plan) -> list[Home]:
    dice = Dice("squares")
    found = []
    for district in CODES:
        found += dice.some([home for home in rest if home[0].district == district], plan[district]["squares"])
    return found


def _yards(homes: Sequence[Home], district: str, plan: Plan) -> list[Courtyard]:
    own = [home for home in homes if home[0].district == district]
    return courtyards(own, fates(own, plan))


def works(city: City, plan: Plan) -> list[Works]:
    """Every project of every body."""
    yards = {code: [yard for yard in city.courtyards if yard.district == code] for code in CODES}
    lots = {code: [block for block in city.blocks if block.district == code] for code in CODES}
    courts = [one for code in CODES for one in akimats.courtyard_works(yards[code], plan[code])]
    open_air = [one for code in CODES for one in space_works(city.spaces, code, plan[code])]
    repairs = [one for code in CODES for one in akimats.repair_works(yards[code], lots[code], plan[code])]
    dug, joint = networks.planted(courts, plan["planted"])
    courts = [replace(one, joint=joint[one]) if one in joint else one for one in courts]
    return [*courts, *open_air, *repairs, *dug, *_others(city, open_air, plan["works"], plan["planted"])]


def _others(city: City, open_air: Sequence[Works], plan: Plan, planted: Plan) -> list[Works]:
    quiet = [yard for yard in city.courtyards if yard.fate.improved is None and not yard.fate.planned]
    games = akimats.playgrounds(city.courtyards, plan["playgrounds"])
    return [
        *games,
        *networks.background(city.blocks, plan["networks"]),
        *networks.staged(quiet, plan["staged"]),
        *departments.street_works(city.streets.streets, plan),
        *departments.construction(city.spaces, plan["construction"]),
        *departments.placeless(plan["placeless"]),
        *doubles.repaired_twice(open_air, planted["space_repair"]),
        *doubles.playgrounds_twice(games, planted["playground"]),
        *doubles.greened_twice(quiet, planted["greening"]),
    ]


def voices(city: City, plan: Plan) -> list[appeals.Appeal]:
    """Every appeal of every district and year."""
    words = appeals.words()
    found = []
    for district in CODES:
        dice = Dice("appeals " + district)
        targets = _targets(dice, city, district)
        for index, year in enumerate(YEARS):
            count = appeals.Count(year, plan[district]["appeals"][index], plan[district]["waiting"][index])
            found += appeals.of_year(dice, words, targets, count)
    return found


def _targets(dice: Dice, city: City, district: str) -> list[Target]:
    """Courtyards, public spaces and the blocks between them."""
    yards = [yard_target(dice, yard) for yard in city.courtyards if yard.district == district]
    parks = [space_target(space) for space in city.spaces if space.district == district]
    return [*yards, *parks, *(street_target(*home) for home in city.others if home[0].district == district)]
