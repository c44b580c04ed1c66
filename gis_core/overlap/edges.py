"""The area that two polygons share, as a sum over pairs of their edges.

With outer rings counter-clockwise and holes clockwise, let an edge that is not upright count +1 if it runs
leftwards, else -1. A point is inside a polygon where the edges above it sum to one. So the shared area is the
sum over edges e of one and f of the other of both signs times the integral of min(e, f), above a floor, over
the breadth they have in common: a trapezoid, or two where the edges cross. Nothing is ordered or linked;
edges that touch or lie on each other, holes and several parts need no case of their own. The sum of signed
trapezoids is that of the area of one polygon (Bourke, Calculating the area and centroid of a polygon, 1988),
taken of two at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_core.overlap.compiled import compiled, in_stretches, summing
from gis_core.overlap.flat import Counts, Flat, Numbers, offsets

Place = np.uint64  # of a number in a table: without a sign, compiled loops take several at once
ROWS = Place(5)  # of a table of edges: x at the left end, x at the right end, y at the left end, slope, sign
AT_ONCE = 2_000  # shapes whose tables one thread fills
TOGETHER = 4  # edges that the processor takes at once; each table is filled up to a multiple of them
LEAST = 1e-300  # metres between edges that lie on each other, in place of none
STEEP = 1e15  # metres up a metre aside: a steeper edge counts as upright
Stretch = tuple[np.uint64, np.uint64]
Tables = tuple[Numbers, NDArray[np.uint64], Numbers]  # numbers, first and boxes of `Edges`


class Edges(NamedTuple):
    """Pieces of polygons as tables of their edges, none of them upright.

    The table of piece i is numbers[first[i]] up to numbers[first[i + 1]], row by row, each as long as a fifth
    of it; edges without breadth fill it up. `boxes`: west, south, east, north. `owner`: the number of the
    shape a piece is of; `cut`: whether that shape has other pieces. Metres.
    """

    first: NDArray[np.uint64]  # (n + 1,)
    numbers: Numbers
    boxes: Numbers  # (n, 4)
    owner: Counts  # (n,)
    cut: NDArray[np.bool_]  # (n,)


def edges_of(whole: Flat, cut: list[Flat]) -> Edges:
    """The tables of whole shapes and of pieces of others."""
    flats = [*whole.stretches(AT_ONCE), *cut]
    boxes, owner = (np.concatenate([each[column] for each in flats]) for column in (3, 4))
    most = np.concatenate([each.end - each.first for each in flats]) - 1
    first = offsets(int(ROWS) * TOGETHER * ((most + TOGETHER - 1) // TOGETHER)).astype(Place)
    numbers, begins = np.zeros(first[-1]), offsets(np.array([len(each.owner) for each in flats]))

    def filled(begin: int, end: int) -> None:
        for n in range(begin, end):
            fill(flats[n].xy, flats[n].first, flats[n].end, first[begins[n] :], numbers)

    in_stretches(filled, len(flats))
    return Edges(first, numbers, boxes, owner, np.arange(len(owner)) >= len(whole.owner))


@compiled
def fill(xy: Numbers, begin: Counts, end: Counts, first: NDArray[np.uint64], numbers: Numbers) -> None:  # noqa: PLR0913
    """Fill the tables of some pieces."""
    for piece in range(len(begin)):
        room, at = (first[piece + 1] - first[piece]) // ROWS, first[piece]
        for corner in range(begin[piece], end[piece] - 1):
            x0, y0, x1, y1 = xy[corner, 0], xy[corner, 1], xy[corner + 1, 0], xy[corner + 1, 1]
            if x0 == x1 or abs(y1 - y0) > STEEP * abs(x1 - x0):
                continue
            leftwards = x0 > x1
            row = at
            for number in (
                x1 if leftwards else x0,
                x0 if leftwards else x1,
                y1 if leftwards else y0,
                (y1 - y0) / (x1 - x0),
                1.0 if leftwards else -1.0,
            ):
                numbers[row] = number
                row += room
            at += Place(1)


@compiled
def pair_area(a: Tables, i: int, b: Tables, j: int) -> float:
    """Square metres that piece i of one list shares with piece j of another."""
    ours, others = (a[1][i], a[1][i + 1]), (b[1][j], b[1][j + 1])
    return shared_area(a[0], ours, b[0], others, bounds(a[2], i, b[2], j))


@compiled
def bounds(a: Numbers, i: int, b: Numbers, j: int) -> tuple[float, float, float, float]:
    """West and east of what two boxes share, the south of the second, and that of both."""
    return max(a[i, 0], b[j, 0]), min(a[i, 2], b[j, 2]), b[j, 1], min(a[i, 1], b[j, 1])


@summing
def shared_area(  # noqa: PLR0913  plain arrays and numbers: those are passed quickly
    own: Numbers, ours: Stretch, other: Numbers, others: Stretch, bounds: tuple[float, float, float, float]
) -> float:
    """Square metres that two pieces share, by the places of their tables in two arrays.

    `bounds`: west and east of what their boxes share, the south of the other's box, and that of both boxes,
    which is the floor. Edges below the other's box share nothing with it: the signs of its edges sum to none.
    """
    west, east, south, floor = bounds
    many, more = (ours[1] - ours[0]) // ROWS, (others[1] - others[0]) // ROWS
    left_ = others[0]
    right_, height_ = left_ + more, left_ + Place(2) * more
    slope_, sign_ = left_ + Place(3) * more, left_ + Place(4) * more
    total = 0.0
    for e in range(ours[0], ours[0] + many):
        left, right = own[e], own[e + many]
        height, slope = own[e + Place(2) * many], own[e + Place(3) * many]
        if right <= west or left >= east or max(height, height + (right - left) * slope) <= south:
            continue
        height -= floor
        under = 0.0
        for f in range(more):
            begin = max(left, other[left_ + f])
            breadth = max(min(right, other[right_ + f]) - begin, 0.0)
            e0 = height + (begin - left) * slope
            f0 = other[height_ + f] - floor + (begin - other[left_ + f]) * other[slope_ + f]
            e1, f1 = e0 + breadth * slope, f0 + breadth * other[slope_ + f]
            d0, d1 = e0 - f0, e1 - f1
            # where they cross, the lower of both rises above the chord between its ends
            rise = -min(d0 * d1, 0.0) / (abs(d0) + abs(d1) + LEAST)
            under += other[sign_ + f] * (min(e0, f0) + min(e1, f1) + rise) * breadth
        total += own[e + Place(4) * many] * under
    return 0.5 * total
