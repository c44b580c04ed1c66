"""Polygons of many corners cut into pieces of few, whose areas add up.

A piece is what a half-plane leaves of each ring (Sutherland and Hodgman, Reentrant polygon clipping, 1974).
The ways along the cut that this makes where a ring comes back several times are walked once in each
direction, so that they cancel in a sum of signed trapezoids. A city-long corridor becomes small boxes.
"""

from __future__ import annotations

import numpy as np

from gis_core.overlap.compiled import compiled
from gis_core.overlap.flat import Counts, Flat, Numbers, offsets, ragged

MANY = 96  # corners above which a polygon is cut
FEW = 40  # corners of a piece
SMALL = 24.0  # metres: a box so small is not cut further, however many corners it holds
DEEP = 60


def cut_large(flat: Flat) -> Flat:
    """The same polygons, those of many corners in pieces, which stand behind the others."""
    length = np.diff(flat.first_corner[flat.first_ring])
    large = np.flatnonzero(length > MANY)
    if not len(large):
        return flat
    small = np.flatnonzero(length <= MANY)
    made = [_cut(flat, i) for i in large.tolist()]
    rings = ragged(flat.first_ring[small], np.diff(flat.first_ring)[small])
    lengths = np.diff(flat.first_corner)[rings]
    xy = np.concatenate([flat.xy[ragged(flat.first_corner[rings], lengths)], *(each[0] for each in made)])
    first_corner = offsets(np.concatenate([lengths, *(each[1] for each in made)]))
    sign = np.concatenate([flat.sign[rings], *(each[2] for each in made)])
    counts = [each[3] for each in made]
    first_ring = offsets(np.concatenate([np.diff(flat.first_ring)[small], *counts]))
    owner = np.concatenate([flat.owner[small], np.repeat(flat.owner[large], [len(c) for c in counts])])
    starts = first_corner[first_ring[len(small) : -1]]
    boxes = np.column_stack([np.minimum.reduceat(xy, starts), np.maximum.reduceat(xy, starts)])
    cut = np.arange(len(owner)) >= len(small)
    if len(small):
        boxes = np.concatenate([flat.boxes[small], boxes[-(len(owner) - len(small)) :]])
    return Flat(first_ring, first_corner, sign, xy, boxes, owner, cut)


def _cut(flat: Flat, i: int) -> tuple[Numbers, Counts, Numbers, Counts]:
    """Corners, corners of each ring, signs of rings and rings of each piece."""
    rings = slice(flat.first_ring[i], flat.first_ring[i + 1])
    first = flat.first_corner[rings.start : rings.stop + 1]
    return pieces(flat.xy[first[0] : first[-1]], np.diff(first), flat.sign[rings])


@compiled
def pieces(xy: Numbers, length: Counts, sign: Numbers) -> tuple[Numbers, Counts, Numbers, Counts]:
    """One polygon halved across its longer side until each piece has few corners or is small."""
    stack = [(xy, length, sign, 0)]
    done = [(xy, length, sign, 0)]
    done.pop()
    while len(stack) > 0:
        part = stack.pop()
        low_x, high_x = part[0][:, 0].min(), part[0][:, 0].max()
        low_y, high_y = part[0][:, 1].min(), part[0][:, 1].max()
        if len(part[0]) <= FEW or max(high_x - low_x, high_y - low_y) < SMALL or part[3] > DEEP:
            done.append(part)
            continue
        axis = 0 if high_x - low_x >= high_y - low_y else 1
        middle = 0.5 * (low_x + high_x) if axis == 0 else 0.5 * (low_y + high_y)
        for side in (-1.0, 1.0):
            corners, lengths, signs = half(part[0], part[1], part[2], axis, middle, side)
            if len(corners) > 0:
                stack.append((corners, lengths, signs, part[3] + 1))
    return _together(done)


@compiled
def half(  # noqa: PLR0913
    xy: Numbers, length: Counts, sign: Numbers, axis: int, middle: float, side: float
) -> tuple[Numbers, Counts, Numbers]:
    """What of each ring lies above the middle of an axis (`side` 1) or below it (-1)."""
    made, lengths, signs = (
        np.empty((2 * len(xy) + len(length), 2)),
        np.empty_like(length),
        np.empty_like(sign),
    )
    other, count, rings, start = 1 - axis, 0, 0, 0
    for ring in range(len(length)):
        begin = count
        for corner in range(start, start + length[ring] - 1):
            here, there = (xy[corner, axis] - middle) * side, (xy[corner + 1, axis] - middle) * side
            if here >= 0.0:
                made[count] = xy[corner]
                count += 1
            if (here > 0.0 and there < 0.0) or (here < 0.0 and there > 0.0):
                along = here / (here - there)
                made[count, axis] = middle
                made[count, other] = xy[corner, other] + along * (xy[corner + 1, other] - xy[corner, other])
                count += 1
        if count > begin:
            made[count] = made[begin]
            count += 1
            lengths[rings], signs[rings] = count - begin, sign[ring]
            rings += 1
        start += length[ring]
    return made[:count].copy(), lengths[:rings].copy(), signs[:rings].copy()


@compiled
def _together(parts: list[tuple[Numbers, Counts, Numbers, int]]) -> tuple[Numbers, Counts, Numbers, Counts]:
    corners, rings = 0, 0
    for part in parts:
        corners += len(part[0])
        rings += len(part[1])
    xy, length, sign = np.empty((corners, 2)), np.empty(rings, np.int64), np.empty(rings)
    counts = np.empty(len(parts), np.int64)
    corners, rings = 0, 0
    for number, part in enumerate(parts):
        counts[number] = len(part[1])
        xy[corners : corners + len(part[0])] = part[0]
        length[rings : rings + len(part[1])] = part[1]
        sign[rings : rings + len(part[1])] = part[2]
        corners += len(part[0])
        rings += len(part[1])
    return xy, length, sign, counts
