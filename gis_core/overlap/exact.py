"""The shared area without rounding: the second look where the last bits would decide."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from gis_core.overlap.polygons import Polygons

Edge = tuple[Fraction, Fraction, Fraction, Fraction, int]  # x0 < x1, y0, y1, sign


def exact_area(a: Polygons, i: int, b: Polygons, j: int) -> Fraction:
    """Square metres that two shapes share, by the formula of `edges` in fractions."""
    own, other = (_edges(each.some(np.array([number]))[0]) for each, number in ((a, i), (b, j)))
    floor = min(min(y0, y1) for _, y0, _, y1, _ in (*own, *other))
    total = Fraction(0)
    for x0, y0, x1, y1, sign in own:
        for u0, v0, u1, v1, turn in other:
            begin, end = max(x0, u0), min(x1, u1)
            if begin < end:
                ends = (begin, end)
                e = [y0 + (y1 - y0) * (x - x0) / (x1 - x0) - floor for x in ends]
                f = [v0 + (v1 - v0) * (x - u0) / (u1 - u0) - floor for x in ends]
                total += sign * turn * (end - begin) * _lower(e[0], e[1], f[0], f[1])
    return total


def _lower(e0: Fraction, e1: Fraction, f0: Fraction, f1: Fraction) -> Fraction:
    """The mean of the lower of two lines over a breadth."""
    d0, d1 = e0 - f0, e1 - f1
    lower = min(e0, f0) + min(e1, f1)
    if d0 * d1 < 0:
        lower += abs(d0) * abs(d1) / (abs(d0) + abs(d1))
    return lower / 2


def _edges(shape: Any) -> list[Edge]:
    edges = []
    for part in getattr(shape, "geoms", [shape]):
        for number, ring in enumerate([part.exterior, *part.interiors]):
            corners = [(Fraction(x), Fraction(y)) for x, y, *_ in ring.coords]
            steps = list(pairwise(corners))
            turning = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in steps)
            sign = 1 if (turning >= 0) == (number == 0) else -1
            edges += [
                (x0, y0, x1, y1, -sign) if x0 < x1 else (x1, y1, x0, y0, sign)
                for (x0, y0), (x1, y1) in steps
                if x0 != x1
            ]
    return edges
