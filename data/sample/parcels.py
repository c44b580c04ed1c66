"""Cadastral plots: every block cut into two to five, sharing their borders vertex by vertex."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.boundaries.plane import Point
from data.sample.blocks import Block
from data.sample.dice import Dice

COUNTS = (2, 2, 2, 3, 3, 3, 4, 5)
HOMES = (
    ("для обслуживания многоквартирного жилого дома", "ОСИ"),
    ("для обслуживания многоквартирного жилого дома", "собственники квартир"),
    ("благоустройство дворовой территории", "город"),
    ("для строительства и обслуживания стоянки", "ТОО"),
)
OTHERS = (
    ("для обслуживания школы", "город"),
    ("для обслуживания детского сада", "город"),
    ("для обслуживания торгового объекта", "ТОО"),
    ("для обслуживания административного здания", "государство"),
    ("земли общего пользования", "город"),
    ("для строительства жилого комплекса", "ТОО"),
)


@dataclass(frozen=True)
class Parcel:
    """A land plot; its number has the form of a cadastral number and is invented."""

    id: str
    purpose: str
    holder: str
    ring: tuple[Point, ...]


def parcels(blocks: Sequence[Block], homes: set[Block], codes: dict[str, int]) -> list[Parcel]:
    """The plots of all blocks; `codes` is the cadastral number of each district."""
    dice = Dice("parcels")
    quarters = {
        name: number for number, name in enumerate(dict.fromkeys(block.quarter for block in blocks), 1)
    }
    counts = dict.fromkeys(quarters, 0)
    made = []
    for block in blocks:
        for ring in _cut(dice, block):
            counts[block.quarter] += 1
            code = f"21:{codes[block.district]}:{quarters[block.quarter]:03d}:{counts[block.quarter]:04d}"
            made.append(Parcel(code, *dice.pick(HOMES if block in homes else OTHERS), ring))
    return made


def _cut(dice: Dice, block: Block) -> list[tuple[Point, ...]]:
    """Strips side by side along the block; with four or five plots the last strip is cut across as well."""
    count = dice.pick(COUNTS)
    strips = count if count < 4 else count - 1
    south = [block.at(u, 0) for u in _marks(dice, strips)]
    north = [block.at(u, 1) for u in _marks(dice, strips)]
    rings = [(south[i], south[i + 1], north[i + 1], north[i]) for i in range(strips)]
    if count < 4:
        return list(rings)
    return [*rings[:-2], *_crossed(dice, rings[-2], rings[-1])]


def _crossed(dice: Dice, before: Sequence[Point], last: Sequence[Point]) -> list[tuple[Point, ...]]:
    """The last strip in two; its western neighbour takes the new corner into its border."""
    west, east = _within(dice, last[0], last[3]), _within(dice, last[1], last[2])
    neighbour = (before[0], before[1], west, before[2], before[3])
    return [neighbour, (last[0], last[1], east, west), (west, east, last[2], last[3])]


def _within(dice: Dice, a: Point, b: Point) -> Point:
    share = dice.between(0.4, 0.6)
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _marks(dice: Dice, strips: int) -> list[float]:
    """Cuts from 0 to 1, the inner ones moved a little."""
    inner = [(i + dice.between(-0.12, 0.12)) / strips for i in range(1, strips)]
    return [0.0, *inner, 1.0]
