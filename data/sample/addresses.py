"""House numbers of blocks: the nearest main street, odd on its left, even on its right, rising along it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from shapely import LineString, STRtree, points

from data.boundaries.plane import Point, apart, between
from data.sample.blocks import Block
from data.sample.ground import Street

SETTLEMENT = "ж.м."  # a housing estate: its name goes before the street


def addresses(blocks: Sequence[Block], streets: Sequence[Street]) -> list[str]:
    """An address a block, in their order; no two the same."""
    sides: dict[tuple[int, bool], list[tuple[float, int]]] = defaultdict(list)
    for index, street in enumerate(_nearest(blocks, streets)):
        _, along, left = _reach(blocks[index].centre, streets[street].axis)
        sides[street, left].append((along, index))
    found = [""] * len(blocks)
    for (street, left), houses in sorted(sides.items()):
        for place, (_, index) in enumerate(sorted(houses)):
            number = 2 * place + (1 if left else 2)
            found[index] = _prefix(blocks[index]) + f"{streets[street].name}, {number}"
    return found


def _prefix(block: Block) -> str:
    return f"{block.quarter}, " if block.quarter.startswith(SETTLEMENT) else ""


def _nearest(blocks: Sequence[Block], streets: Sequence[Street]) -> list[int]:
    """Index of the street nearest to each block; of equally near ones the first."""
    tree = STRtree([LineString(street.axis) for street in streets])
    found: dict[int, int] = {}
    for block, street in tree.query_nearest(points([block.centre for block in blocks]), all_matches=True).T:
        found[int(block)] = min(int(street), found.get(int(block), len(streets)))
    return [found[index] for index in range(len(blocks))]


def _reach(point: Point, axis: Sequence[Point]) -> tuple[float, float, bool]:
    """Distance to a line, metres along it to the foot of the perpendicular, and the side."""
    travelled, best = 0.0, (float("inf"), 0.0, True)
    for a, b in pairwise(axis):
        length = apart(a, b)
        run = (b[0] - a[0], b[1] - a[1])
        reach = (point[0] - a[0], point[1] - a[1])
        share = min(1.0, max(0.0, (reach[0] * run[0] + reach[1] * run[1]) / length**2))
        left = run[0] * reach[1] - run[1] * reach[0] > 0
        best = min(best, (apart(point, between(a, b, share)), travelled + share * length, left))
        travelled += length
    return best
