"""Pairs without compiled loops: candidates by a tree of boxes, the formula of `edges` by whole arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

from gis_core.overlap.flat import Counts, Numbers, offsets, ragged, rounds, sums
from gis_core.overlap.polygons import Polygons, Shapes
from gis_core.overlap.terms import Found, Terms

AT_ONCE = 2_000_000  # pairs of edges in memory


def pairs_within(shapes: Polygons, terms: Terms, least: float) -> Found:
    """Pairs i < j of one list."""
    i, j = shapely.STRtree(shapes.shapes).query(shapes.shapes)
    kept = i < j
    if terms.code is not None:
        kept &= terms.code[i] != terms.code[j]
    i, j = i[kept], j[kept]
    if terms.first_day is not None and terms.last_day is not None:
        apart = np.maximum(terms.first_day[i], terms.first_day[j])
        apart = apart - np.minimum(terms.last_day[i], terms.last_day[j])
        i, j = i[apart <= terms.window], j[apart <= terms.window]
    return _more_than(least, i, j, measured(shapes, i, shapes, j))


def pairs_between(a: Polygons, b: Polygons, least: float) -> Found:
    """Pairs of two lists."""
    i, j = shapely.STRtree(b.shapes).query(a.shapes)
    return _more_than(least, i, j, measured(a, i, b, j))


def _more_than(least: float, i: Counts, j: Counts, m2: Numbers) -> Found:
    kept = m2 > least
    return Found(i[kept], j[kept], m2[kept])


class Edges(NamedTuple):
    """Edges that are not upright, those of shape n at first[n] up to first[n + 1], and the shapes' boxes."""

    left: Numbers
    right: Numbers
    height: Numbers  # at the left end
    slope: Numbers
    sign: Numbers
    first: Counts
    boxes: Numbers

    @staticmethod
    def of(shapes: Polygons) -> Edges:
        xy, first_corner, sign_of_ring, shape_of_ring = rings(shapes.shapes)
        length = np.diff(first_corner) - 1
        start = ragged(first_corner[:-1], length)
        (x0, y0), (x1, y1) = xy[start].T, xy[start + 1].T
        sign = np.repeat(sign_of_ring, length) * np.where(x0 > x1, 1.0, -1.0)
        shape = np.repeat(shape_of_ring, length)
        kept = np.flatnonzero(x0 != x1)
        kept = kept[np.argsort(shape[kept], kind="stable")]
        slope = (y1[kept] - y0[kept]) / (x1[kept] - x0[kept])
        height = np.where(x0 < x1, y0, y1)[kept]
        first = offsets(np.bincount(shape[kept], minlength=len(shapes)))
        ends = np.minimum(x0, x1)[kept], np.maximum(x0, x1)[kept]
        return Edges(*ends, height, slope, sign[kept], first, shapely.bounds(shapes.shapes))


def rings(shapes: Shapes) -> tuple[Numbers, Counts, Numbers, Counts]:
    """Corners; of each ring its first corner and the last one's successor, its sign, and its shape.

    The sign is 1 for a ring that encloses ground with counter-clockwise corners or takes it away with
    clockwise ones, else -1.
    """
    full = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if not len(full):
        return np.empty((0, 2)), np.zeros(1, np.int64), np.empty(0), np.empty(0, np.int64)
    kind, xy, first = shapely.to_ragged_array(shapes[full], include_z=False)
    corners, parts = (each.astype(np.int64) for each in first[:2])
    shape_parts = (
        first[2].astype(np.int64) if kind == shapely.GeometryType.MULTIPOLYGON else np.arange(len(full) + 1)
    )
    outer = np.zeros(len(corners) - 1, dtype=bool)
    outer[parts[:-1]] = True
    sign = np.where((_turning(xy, corners) >= 0) == outer, 1.0, -1.0)
    return xy, corners, sign, np.repeat(full, np.diff(parts[shape_parts]))


def _turning(xy: Numbers, first: Counts) -> Numbers:
    """Twice the signed area of each ring: positive where the corners run counter-clockwise."""
    x, y = (xy - np.repeat(xy[first[:-1]], np.diff(first), axis=0)).T
    cross = np.zeros(len(xy))
    cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    cross[first[1:] - 1] = 0.0  # from the last corner of a ring no edge leads to the next ring
    return np.add.reduceat(cross, first[:-1])


def measured(a: Polygons, i: Counts, b: Polygons, j: Counts) -> Numbers:
    """Square metres that pairs share."""
    own = Edges.of(a)
    other = own if b is a else Edges.of(b)
    work = np.diff(own.first)[i] * np.diff(other.first)[j]
    parts = [_measured(own, i[s:t], other, j[s:t]) for s, t in rounds(work, AT_ONCE)]
    return np.concatenate([np.empty(0), *parts])


class Clipped(NamedTuple):
    """Edges of pairs between west and east and above south of what their boxes share, relative to it."""

    pair: Counts
    left: Numbers
    right: Numbers
    height: Numbers
    slope: Numbers
    sign: Numbers


def _measured(own: Edges, i: Counts, other: Edges, j: Counts) -> Numbers:
    west, south = np.maximum(own.boxes[i, :2], other.boxes[j, :2]).T
    east = np.minimum(own.boxes[i, 2], other.boxes[j, 2])
    e, f = (_clipped(each, n, west, east, south) for each, n in ((own, i), (other, j)))
    first = offsets(np.bincount(f.pair, minlength=len(i)))
    length = np.diff(first)[e.pair]
    p, q = np.repeat(np.arange(len(e.pair)), length), ragged(first[:-1][e.pair], length)
    begin, end = np.maximum(e.left[p], f.left[q]), np.minimum(e.right[p], f.right[q])
    both = begin < end
    p, q, begin, end = p[both], q[both], begin[both], end[both]
    ends = [[s.height[n] + (x - s.left[n]) * s.slope[n] for x in (begin, end)] for s, n in ((e, p), (f, q))]
    lower = _lower(*ends[0], *ends[1])
    return sums(e.pair[p], e.sign[p] * f.sign[q] * (end - begin) * lower, len(i))


def _lower(e0: Numbers, e1: Numbers, f0: Numbers, f1: Numbers) -> Numbers:
    """The mean of the lower of two lines over a breadth."""
    d0, d1 = e0 - f0, e1 - f1
    lower = np.minimum(e0, f0) + np.minimum(e1, f1)
    cross = d0 * d1 < 0
    d0, d1 = np.abs(d0[cross]), np.abs(d1[cross])
    lower[cross] += d0 * d1 / (d0 + d1)
    return lower / 2


def _clipped(edges: Edges, n: Counts, west: Numbers, east: Numbers, south: Numbers) -> Clipped:  # noqa: PLR0913
    length = np.diff(edges.first)[n]
    pair, at = np.repeat(np.arange(len(n)), length), ragged(edges.first[n], length)
    near = (edges.right[at] > west[pair]) & (edges.left[at] < east[pair])
    pair, at = pair[near], at[near]
    left, right = np.maximum(edges.left[at], west[pair]), np.minimum(edges.right[at], east[pair])
    slope = edges.slope[at]
    low = edges.height[at] - south[pair] + (left - edges.left[at]) * slope
    high = low + (right - left) * slope
    rising, falling = (low < 0) & (high > 0), (low > 0) & (high < 0)
    crossing = left[rising] - low[rising] / slope[rising]
    left[rising], low[rising] = np.clip(crossing, left[rising], right[rising]), 0.0
    right[falling] = np.clip(left[falling] - low[falling] / slope[falling], left[falling], right[falling])
    kept = ((low > 0) | (high > 0)) & (left < right)
    sides = (left - west[pair])[kept], (right - west[pair])[kept]
    return Clipped(pair[kept], *sides, low[kept], slope[kept], edges.sign[at][kept])
