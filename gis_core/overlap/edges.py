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

import numpy as np
from numpy.typing import NDArray

from gis_core.overlap.compiled import compiled, summing
from gis_core.overlap.flat import Flat

Numbers = NDArray[np.float64]
# rows of a table of edges: x at the left end, x at the right end, y at the left end, slope, sign
LEFT, RIGHT, HEIGHT, SLOPE, SIGN = range(5)


@compiled
def shared_area(a: Flat, i: int, b: Flat, j: int, room: Numbers) -> float:  # noqa: PLR0913
    """Square metres that piece i of one list shares with piece j of another; `room`: two tables of edges."""
    west, east = max(a.boxes[i, 0], b.boxes[j, 0]), min(a.boxes[i, 2], b.boxes[j, 2])
    south, north = max(a.boxes[i, 1], b.boxes[j, 1]), min(a.boxes[i, 3], b.boxes[j, 3])
    if east <= west or north <= south:
        return 0.0
    own = edges_in(a, i, west, east, south, room[0])
    if own == 0:
        return 0.0
    other = edges_in(b, j, west, east, south, room[1])
    return 0.5 * both(room[0], own, room[1], other)


@compiled
def edges_in(p: Flat, i: int, west: float, east: float, south: float, table: Numbers) -> int:  # noqa: PLR0913
    """Fill a table with the edges of a piece between west and east and above south; how many.

    Coordinates become relative to (west, south). What lies below is cut off, what lies above stays.
    """
    count = 0
    for ring in range(p.first_ring[i], p.first_ring[i + 1]):
        first, last = p.first_corner[ring], p.first_corner[ring + 1]
        x1, y1 = p.xy[first, 0] - west, p.xy[first, 1] - south
        for corner in range(first + 1, last):
            x0, y0 = x1, y1
            x1, y1 = p.xy[corner, 0] - west, p.xy[corner, 1] - south
            if min(x0, x1) >= east - west or max(x0, x1) <= 0.0 or x0 == x1 or max(y0, y1) <= 0.0:
                continue
            leftwards = x0 > x1
            sign = p.sign[ring] if leftwards else -p.sign[ring]
            ends = (x1, y1, x0, y0) if leftwards else (x0, y0, x1, y1)
            count += clipped(ends, east - west, sign, table, count)
    return count


@compiled
def clipped(  # noqa: PLR0913
    ends: tuple[float, float, float, float], breadth: float, sign: float, table: Numbers, place: int
) -> int:
    """Put what of an edge lies between 0 and the breadth and above 0 at a place of the table; 1, or 0 for
    nothing."""
    left, low, right, high = ends
    slope = (high - low) / (right - left)
    if left < 0.0:
        low -= left * slope
        left = 0.0
    if right > breadth:
        high = low + (breadth - left) * slope
        right = breadth
    if low <= 0.0 and high <= 0.0:
        return 0
    if low < 0.0:
        left, low = min(max(left - low / slope, left), right), 0.0
    elif high < 0.0:
        right = min(max(left - low / slope, left), right)
    if right <= left:
        return 0
    table[LEFT, place], table[RIGHT, place], table[HEIGHT, place] = left, right, low
    table[SLOPE, place], table[SIGN, place] = slope, sign
    return 1


@summing
def both(own: Numbers, many: int, other: Numbers, more: int) -> float:
    """Twice the sum of the signed trapezoids under every edge of one table and every edge of another."""
    total = 0.0
    for e in range(many):
        left, right, height, slope = own[LEFT, e], own[RIGHT, e], own[HEIGHT, e], own[SLOPE, e]
        under = 0.0
        for f in range(more):
            begin, end = max(left, other[LEFT, f]), min(right, other[RIGHT, f])
            if end > begin:
                e0, e1 = height + (begin - left) * slope, height + (end - left) * slope
                f0 = other[HEIGHT, f] + (begin - other[LEFT, f]) * other[SLOPE, f]
                f1 = other[HEIGHT, f] + (end - other[LEFT, f]) * other[SLOPE, f]
                lower = min(e0, f0) + min(e1, f1)
                d0, d1 = e0 - f0, e1 - f1
                if d0 * d1 < 0.0:  # they cross: the lower of both rises above the chord between its ends
                    lower += abs(d0) * abs(d1) / (abs(d0) + abs(d1))
                under += other[SIGN, f] * lower * (end - begin)
        total += own[SIGN, e] * under
    return total
