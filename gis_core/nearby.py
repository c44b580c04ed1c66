"""Points and the polygons they lie in or near, for whole arrays of points at once."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
DOUBT = 1e-6  # of a unit: so near to a half the decimal digits themselves decide


def nearest_within(points: Floats, reach: Floats, shapes: NDArray[Any]) -> tuple[Numbers, Floats]:
    """The nearest shape of each point within its reach, and how far it is (0: inside); -1 and NaN for none.

    Of shapes equally near the first. Points are rows of x and y; one without numbers has none.
    """
    known = np.flatnonzero(~np.isnan(points).any(axis=1))
    placed = shapely.points(points[known])
    at, shape = shapely.STRtree(shapes).query(placed, predicate="dwithin", distance=reach[known])
    metres = shapely.distance(placed[at], shapes[shape])
    order = np.lexsort((shape, metres, at))
    first = order[np.flatnonzero(np.diff(at[order], prepend=-1))]
    found, far = np.full(len(points), -1), np.full(len(points), np.nan)
    found[known[at[first]]], far[known[at[first]]] = shape[first], metres[first]
    return found, far


def within(points: Floats, shape: Any) -> NDArray[np.bool_]:
    """Which points lie in a shape or on its edge."""
    west, south, east, north = shapely.bounds(shape)
    x, y = points.T
    there = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
    shapely.prepare(shape)
    inside = np.zeros(len(points), bool)
    inside[there] = shapely.intersects_xy(shape, x[there], y[there])
    return inside


def first_around(points: Floats, shapes: NDArray[Any]) -> Numbers:
    """The first shape in which each point lies or on whose edge; -1 for none.

    Shape by shape, each of which is prepared once, against the points in its box. A point without numbers
    lies in none.
    """
    found, order = np.full(len(points), -1), np.argsort(points[:, 0])
    x, y = points[order].T
    shapely.prepare(shapes)
    west, south, east, north = shapely.bounds(shapes).T
    low, high = np.searchsorted(x, west), np.searchsorted(x, east, side="right")
    for number in reversed(range(len(shapes))):  # the first is written last
        near = y[low[number] : high[number]]
        at = low[number] + np.flatnonzero((near >= south[number]) & (near <= north[number]))
        inside = at[shapely.intersects_xy(shapes[number], x[at], y[at])]
        found[order[inside]] = number
    return found


def rounded(numbers: Floats, digits: int) -> Floats:
    """Numbers rounded as the server rounds them: by their fifteen decimal digits, halves away from zero.

    >>> rounded(np.array([1.005, 2.675, 0.125, np.nan]), 2).tolist()
    [1.01, 2.68, 0.13, nan]
    """
    scaled = numbers * 10.0**digits
    found = np.rint(scaled) / 10.0**digits
    for at in np.flatnonzero(np.abs(scaled - np.floor(scaled) - 0.5) < DOUBT):
        told = Decimal(f"{numbers[at]:.15g}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        found[at] = float(told)
    return found
