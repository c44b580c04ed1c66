"""The area that two polygons share, as a sum over pairs of their edges.

With outer rings counter-clockwise and holes clockwise, let an edge count +1 if it runs leftwards, else -1. A
point is inside a polygon where the edges above it sum to one. So the shared area is the sum over edges e of
one and f of the other of both signs times the integral of min(e, f) over the breadth they have in common.
Over any x the edges of a polygon sum to none, so that e may be taken from min(e, f): what is left is how far
f lies below e, a trapezoid, or a triangle where the edges cross. Nothing is ordered or linked; edges that
touch or lie on each other, holes and several parts need no case of their own. The sum of signed trapezoids is
that of the area of one polygon (Bourke, Calculating the area and centroid of a polygon, 1988), taken of two.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_core.overlap.compiled import compiled, in_order, in_stretches, summing
from gis_core.overlap.flat import Counts, Flat, Numbers, offsets

Place = np.uint64  # of a number in a table: without a sign, compiled loops take several at once
ROWS = Place(3)  # of a table of edges: x and y where each begins, its slope; one x more, where the last ends
TOGETHER = 4  # edges that the processor takes at once; each table is filled up to a multiple of them
AT_ONCE = 2_000  # shapes whose tables one thread fills
LEAST = 1e-300  # metres between edges that lie on each other, in place of none
STEEP = 1e15  # metres up a metre aside: a steeper edge counts as upright
Stretch = tuple[np.uint64, np.uint64]
Tables = tuple[Numbers, NDArray[np.uint64], Numbers]  # numbers, first and boxes of `Edges`


class Edges(NamedTuple):
    """Pieces of polygons as tables of their edges, each of which begins where the one before ends.

    The table of piece i is numbers[first[i]] up to numbers[first[i + 1]], row by row; edges without breadth
    fill it up. `boxes`: west, south, east, north. `owner`: the number of the shape a piece is of; `cut`:
    whether that shape has other pieces. Metres.
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
    first = offsets(int(ROWS) * TOGETHER * ((most + TOGETHER - 1) // TOGETHER) + 1).astype(Place)
    numbers, begins = np.zeros(first[-1]), offsets(np.array([len(each.owner) for each in flats]))

    def filled(begin: int, end: int) -> None:
        for n in range(begin, end):
            fill(flats[n].xy.reshape(-1), flats[n].first, flats[n].end, first[begins[n] :], numbers)

    in_stretches(filled, len(flats))
    return Edges(first, numbers, boxes, owner, np.arange(len(owner)) >= len(whole.owner))


@compiled
def fill(xy: Numbers, begin: Counts, end: Counts, first: NDArray[np.uint64], numbers: Numbers) -> None:  # noqa: PLR0913
    """Fill the tables of some pieces."""
    for piece in range(len(begin)):
        room, count = (first[piece + 1] - first[piece]) // ROWS, Place(end[piece] - begin[piece] - 1)
        x = Place(first[piece])
        y, slope, corners = x + room + Place(1), x + Place(2) * room + Place(1), Place(2 * begin[piece])
        for edge in range(count):
            x0, y0 = xy[corners + Place(2) * edge], xy[corners + Place(2) * edge + Place(1)]
            aside = xy[corners + Place(2) * edge + Place(2)] - x0
            up = xy[corners + Place(2) * edge + Place(3)] - y0
            numbers[x + edge], numbers[y + edge] = x0, y0
            numbers[slope + edge] = 0.0 if abs(up) >= STEEP * abs(aside) else up / aside
        for edge in range(count, room + Place(1)):
            numbers[x + edge] = xy[corners]


@compiled
def pair_area(a: Tables, i: int, b: Tables, j: int) -> float:
    """Square metres that piece i of one list shares with piece j of another."""
    ours, others = (a[1][i], a[1][i + 1]), (b[1][j], b[1][j + 1])
    return shared_area(a[0], ours, b[0], others, bounds(a[2], i, b[2], j))


@compiled
def bounds(a: Numbers, i: int, b: Numbers, j: int) -> tuple[float, float, float]:
    """West and east of what two boxes share, the south of the second."""
    return max(a[i, 0], b[j, 0]), min(a[i, 2], b[j, 2]), b[j, 1]


@in_order
def height_over(y: float, below: float, x: float, slope: float, along: float, rise: float) -> float:  # noqa: PLR0913
    """How far one line lies above another, by a point of each and how far it is aside."""
    return (y - below) + (x * slope - along * rise)


@in_order
def twice_mean(gap: float, more: float) -> float:
    """Twice the mean height above another line, of what lies above, where that grows from `gap` by `more`."""
    then = gap + more
    return max(gap, 0.0) + max(then, 0.0) + min(gap * then, 0.0) / (abs(more) + LEAST)


@summing
def shared_area(  # noqa: PLR0913  plain arrays and numbers: those are passed quickly
    own: Numbers, ours: Stretch, other: Numbers, others: Stretch, bounds: tuple[float, float, float]
) -> float:
    """Square metres that two pieces share, by the places of their tables in two arrays.

    `bounds`: west and east of what their boxes share, and the south of the other's box: edges below it lie
    below all of the other's.
    """
    west, east, south = bounds
    many, more = (ours[1] - ours[0]) // ROWS, (others[1] - others[0]) // ROWS
    y_, slope_ = ours[0] + many + Place(1), ours[0] + Place(2) * many + Place(1)
    begin_, end_ = others[0], others[0] + Place(1)
    height_, rise_ = end_ + more, end_ + Place(2) * more
    total = 0.0
    for e in range(many):
        start, end = own[ours[0] + e], own[ours[0] + e + Place(1)]
        y, slope = own[y_ + e], own[slope_ + e]
        left, right = max(min(start, end), west), min(max(start, end), east)
        if left >= right or max(y, y + (end - start) * slope) <= south:
            continue
        under = 0.0
        for f in range(more):
            x = min(max(other[begin_ + f], left), right)
            breadth = min(max(other[end_ + f], left), right) - x  # below none for an edge that runs leftwards
            gap = height_over(
                y, other[height_ + f], x - start, slope, x - other[begin_ + f], other[rise_ + f]
            )
            under += twice_mean(gap, breadth * (slope - other[rise_ + f])) * breadth
        total += under if start > end else -under
    return 0.5 * total
