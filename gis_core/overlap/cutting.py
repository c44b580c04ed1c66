"""Polygons of many corners cut into pieces of few, whose areas add up.

A piece is what lies in one of several parallel slabs. A chain of corners that leaves a slab comes back through
the same line, and goes along it meanwhile (Sutherland and Hodgman, Reentrant polygon clipping, 1974, for all
slabs in one walk). Ways along the line that this makes are walked once in each direction, so that they cancel
in a sum of signed trapezoids. A city-long corridor becomes small boxes.
"""

from __future__ import annotations

import numpy as np

from gis_core.overlap.compiled import compiled, in_stretches
from gis_core.overlap.flat import Counts, Flat, Numbers, offsets, ragged

MANY = 96  # corners above which a polygon is cut
FEW = 40  # corners of a piece
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
            count = max(min((len(part) - 1) // FEW + 1, int(side / SMALL)), 2)
            corners, starts = slabs(part, axis, low, side / count, count)
            for slab in range(count):
                if starts[slab + 1] > starts[slab]:
                    left.append(corners[starts[slab] : starts[slab + 1]])
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


@compiled
def slabs(part: Numbers, axis: int, low: float, step: float, count: int) -> tuple[Numbers, Counts]:  # noqa: PLR0913
    """What of a closed chain lies in each slab across an axis: chain s is corners[starts[s]:starts[s + 1]]."""
    ends = np.zeros(count + 1, np.int64)
    starts, corners = ends, np.empty((0, 2))
    for turn in range(2):  # count, then fill
        if turn == 1:
            ends[1:] += ends[1:] > 0  # the first corner once more
            ends = np.cumsum(ends)
            starts, corners = ends.copy(), np.empty((ends[-1], 2))
        here = min(int((part[0, axis] - low) / step), count - 1)
        for corner in range(1, len(part)):
            there = min(int((part[corner, axis] - low) / step), count - 1)
            if turn == 1:
                corners[ends[here]] = part[corner - 1]
            ends[here + 1 - turn] += 1
            while here != there:
                line = low + step * (here + 1 if there > here else here)
                if turn == 1:
                    crossing(part[corner - 1], part[corner], axis, line, corners[ends[here]])
                ends[here + 1 - turn] += 1
                here += 1 if there > here else -1
                if turn == 1:
                    crossing(part[corner - 1], part[corner], axis, line, corners[ends[here]])
                ends[here + 1 - turn] += 1
    for slab in range(count):
        if starts[slab + 1] > starts[slab]:
            corners[starts[slab + 1] - 1] = corners[starts[slab]]
    return corners, starts


@compiled
def crossing(start: Numbers, end: Numbers, axis: int, line: float, into: Numbers) -> None:  # noqa: PLR0913
    """Where an edge meets a line across an axis."""
    along = min(max((line - start[axis]) / (end[axis] - start[axis]), 0.0), 1.0)
    into[axis] = line
    into[1 - axis] = start[1 - axis] + along * (end[1 - axis] - start[1 - axis])


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
