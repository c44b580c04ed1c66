"""Courtyards: shapes inside blocks, residents, days of inspection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

from data.boundaries.plane import Point, area, between
from data.sample.blocks import Block
from data.sample.dice import Dice
from data.sample.fates import Fate
from data.sample.spaces import CODES

# Outlines in shares of the block, each with the point from which all of it is seen
RECTANGLE = ((0.08, 0.08), (0.92, 0.08), (0.92, 0.92), (0.08, 0.92))
CUT_CORNER = ((0.08, 0.08), (0.92, 0.08), (0.92, 0.6), (0.6, 0.92), (0.08, 0.92))
TWO_CUT_CORNERS = ((0.08, 0.3), (0.3, 0.08), (0.92, 0.08), (0.92, 0.7), (0.7, 0.92), (0.08, 0.92))
L_SHAPE = ((0.08, 0.08), (0.92, 0.08), (0.92, 0.52), (0.52, 0.52), (0.52, 0.92), (0.08, 0.92))
T_SHAPE = (
    *((0.08, 0.1), (0.92, 0.1), (0.92, 0.5), (0.68, 0.5)),
    *((0.68, 0.9), (0.32, 0.9), (0.32, 0.5), (0.08, 0.5)),
)
Z_SHAPE = (
    *((0.08, 0.08), (0.6, 0.08), (0.6, 0.36), (0.92, 0.36)),
    *((0.92, 0.92), (0.4, 0.92), (0.4, 0.64), (0.08, 0.64)),
)
NOTCHED = (
    *((0.08, 0.08), (0.33, 0.08), (0.38, 0.18), (0.62, 0.18), (0.67, 0.08), (0.92, 0.08)),
    *((0.92, 0.8), (0.8, 0.92), (0.2, 0.92), (0.08, 0.8)),
)
SHAPES: tuple[tuple[tuple[Point, ...], Point], ...] = (
    (RECTANGLE, (0.5, 0.5)),
    (CUT_CORNER, (0.5, 0.5)),
    (TWO_CUT_CORNERS, (0.5, 0.5)),
    (L_SHAPE, (0.3, 0.3)),
    (T_SHAPE, (0.5, 0.3)),
    (Z_SHAPE, (0.5, 0.5)),
    (NOTCHED, (0.5, 0.55)),
)
SMALLEST, LARGEST = 2_100.0, 14_700.0  # square metres
INSPECTED = date(2023, 3, 1)
EARLIER = date(2022, 4, 1)


@dataclass(frozen=True)
class Courtyard:
    """A courtyard of a block; from `eye`, in shares of the block, its whole outline is seen."""

    id: str
    district: str
    address: str
    block: Block
    ring: tuple[Point, ...]
    eye: Point
    residents: int
    inspected_on: date | None
    fate: Fate


def courtyards(homes: Sequence[tuple[Block, str]], fates: Sequence[Fate]) -> list[Courtyard]:
    """The courtyards of one district: a home is a block with its address."""
    dice = Dice("courtyards " + homes[0][0].district)
    return [
        _courtyard(dice, number, home, fate)
        for number, (home, fate) in enumerate(zip(homes, fates, strict=True), 1)
    ]


def _courtyard(dice: Dice, number: int, home: tuple[Block, str], fate: Fate) -> Courtyard:
    block, address = home
    ring, eye = _outline(dice, block)
    code = f"C-{CODES[block.district]}-{number:03d}"
    residents = round(area(ring) * dice.between(0.04, 0.1) + dice.between(50, 160))
    day = None if fate.condition == "unknown" else _inspected(dice, block.district)
    return Courtyard(code, block.district, address, block, tuple(ring), eye, residents, day, fate)


def _inspected(dice: Dice, district: str) -> date:
    """Almaty district was gone over in spring 2023, for the published 250 + 175; elsewhere some earlier."""
    start = EARLIER if district != "almaty" and dice.chance(0.25) else INSPECTED
    return start + timedelta(days=dice.whole(0, 75))


def _outline(dice: Dice, block: Block) -> tuple[list[Point], Point]:
    """A shape of the list, a little crooked, turned, shrunk towards its eye; from `SMALLEST` to `LARGEST`."""
    shape, eye = dice.pick(SHAPES)
    turns = dice.whole(0, 3)
    crooked = [(u + dice.between(-0.02, 0.02), v + dice.between(-0.02, 0.02)) for u, v in shape]
    turned, eye = [_turn(point, turns) for point in crooked], _turn(eye, turns)
    whole = area([block.at(*point) for point in turned])
    size = max(dice.between(0.62, 1.0), sqrt(SMALLEST / whole))
    size = min(size, sqrt(LARGEST / whole), 1.0)
    return [block.at(*between(eye, point, size)) for point in turned], eye


def _turn(point: Point, quarters: int) -> Point:
    """A point of the unit square after so many quarter turns about its middle."""
    for _ in range(quarters):
        point = (1 - point[1], point[0])
    return point
