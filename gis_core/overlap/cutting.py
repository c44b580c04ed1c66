"""Polygons of many corners cut into pieces of few, whose areas add up.

A piece is what lies in one of several parallel slabs. A chain of corners that leaves a slab comes back
through the same line, and meanwhile goes along it (Sutherland and Hodgman, Reentrant polygon clipping, 1974,
here for all slabs in one walk). Ways along a line that this makes are walked once in each direction, so that
they cancel in a sum of signed trapezoids. A city-long corridor becomes small boxes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gis_core.overlap.compiled import compiled, in_stretches
from gis_core.overlap.flat import Counts, Flat, Numbers, offsets, ragged

MANY = 96  # corners above which a polygon is cut
FEW = 40  # corners of a piece, at most
AIM = 20  # corners of a slab, about
SMALL = 24.0  # metres: a box so small is not cut further, however many corners it holds


def cut_large(flat: Flat) -> Flat:
    """The same polygons, those of many corners in pieces, which stand behind the others."""
    length = np.diff(flat.first)
    large = np.flatnonzero(length > MANY)
    if not len(large):
        return flat
    small = np.flatnonzero(length <= MANY)

    def cut(begin: int, end: int) -> tuple[Numbers, Counts, Counts]:
        return cut_some(flat.first, flat.xy, large[begin:end])

    made = in_stretches(cut, len(large))
    lengths, whole = (np.concatenate([each[k] for each in made]) for k in (1, 2))
    corners = np.concatenate([each[0] for each in made])
    starts = offsets(lengths)
    boxes = np.column_stack([
        np.minimum.reduceat(corners, starts[:-1]), np.maximum.reduceat(corners, starts[:-1])
    ])  # fmt: skip
    xy = flat.xy[ragged(flat.first[small], length[small])]
    return Flat(
        offsets(np.concatenate([length[small], lengths])),
        np.concatenate([xy, corners]),
        np.concatenate([flat.boxes[small], boxes]),
        np.concatenate([flat.owner[small], flat.owner[whole]]),
        np.arange(len(small) + len(lengths)) >= len(small),
    )


@compiled
def cut_some(first: Counts, xy: Numbers, large: Counts) -> tuple[Numbers, Counts, Counts]:
    """Corners of all pieces of some chains; of each piece their number, and which chain it is of."""
    done, chain_of = [xy[:0]], [0]
    for chain in large:
        left = [xy[first[chain] : first[chain + 1]]]
        while len(left) > 0:
            part = left.pop()
            axis, low, side = longer_side(part)
            if len(part) <= FEW or side < SMALL:
                done.append(part)
                chain_of.append(chain)
                continue
            count = max(min(len(part) // AIM + 1, int(side / SMALL)), 2)
            corners, starts = slabs(part, Across(axis, low, side / count, count))
            for slab in range(count):
                if starts[slab + 1] > starts[slab]:
                    left.append(corners[starts[slab] : starts[slab + 1]])  # noqa: PERF401  no such list here
    return together(done[1:]), np.array([len(part) for part in done[1:]]), np.array(chain_of[1:])


@compiled
def longer_side(part: Numbers) -> tuple[int, float, float]:
    """Of the box around a chain: the axis, the lower end and the length."""
    low_x, low_y = part[0]
    high_x, high_y = low_x, low_y
    for x, y in part:
        low_x, high_x, low_y, high_y = min(low_x, x), max(high_x, x), min(low_y, y), max(high_y, y)
    if high_x - low_x >= high_y - low_y:
        return 0, low_x, high_x - low_x
    return 1, low_y, high_y - low_y


class Across(NamedTuple):
    """So many slabs across an axis (0 or 1) from a lower end on, each a step wide."""

    axis: int
    low: float
    step: float
    slabs: int


@compiled
def slabs(part: Numbers, across: Across) -> tuple[Numbers, Counts]:
    """What of a closed chain lies in each slab: chain s is corners[starts[s]:starts[s + 1]]."""
    length = np.zeros(across.slabs + 1, np.int64)
    walk(part, across, length[1:], part[:0])
    length[1:] += length[1:] > 0  # the first corner once more
    starts = np.cumsum(length)
    corners, place = np.empty((starts[-1], 2)), starts.copy()
    walk(part, across, place, corners)
    for slab in range(across.slabs):
        if starts[slab + 1] > starts[slab]:
            corners[starts[slab + 1] - 1] = corners[starts[slab]]
    return corners, starts


@compiled
def walk(part: Numbers, across: Across, place: Counts, corners: Numbers) -> None:
    """Go along a closed chain, and put each corner and each crossing of a line at the next place of its slab;
    without room for corners, only count."""
    axis, low, step, count = across
    here = min(int((part[0, axis] - low) / step), count - 1)
    for corner in range(1, len(part)):
        start, side = part[corner - 1, axis], part[corner - 1, 1 - axis]
        there = min(int((part[corner, axis] - low) / step), count - 1)
        put(corners, place, here, axis, start, side)
        onwards = 1 if there > here else -1
        while here != there:
            line = low + step * max(here, here + onwards)
            along = min(max((line - start) / (part[corner, axis] - start), 0.0), 1.0)
            aside = side + along * (part[corner, 1 - axis] - side)
            put(corners, place, here, axis, line, aside)
            here += onwards
            put(corners, place, here, axis, line, aside)


@compiled
def put(corners: Numbers, place: Counts, slab: int, axis: int, first: float, second: float) -> None:  # noqa: PLR0913
    """Put a point at the next place of a slab."""
    if len(corners):
        corners[place[slab], axis], corners[place[slab], 1 - axis] = first, second
    place[slab] += 1


@compiled
def together(parts: list[Numbers]) -> Numbers:
    """Corners of several chains one after the other."""
    count = 0
    for part in parts:
        count += len(part)
    xy, count = np.empty((count, 2)), 0
    for part in parts:
        xy[count : count + len(part)] = part
        count += len(part)
    return xy
