"""Polygons of many corners cut into pieces of few, whose areas add up.

A piece is what lies in one of several parallel slabs. A chain of corners that leaves a slab comes back
through the same line, and meanwhile goes along it (Sutherland and Hodgman, Reentrant polygon clipping, 1974,
here for all slabs in one walk). Ways along a line that this makes are walked once in each direction, so that
they cancel in a sum of signed trapezoids. A city-long corridor becomes small boxes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gis_core.overlap.compiled import compiled, in_stretches
from gis_core.overlap.flat import Counts, Flat, Numbers, offsets

MANY = 96  # corners above which a polygon is cut
FEW = 24  # corners of a piece, at most
AIM = 16  # corners of a slab, about
SMALL = 16.0  # metres: a box so small is not cut further, however many corners it holds

Cut = tuple[Numbers, Counts, Numbers, Counts]  # corners of all pieces; of each their number, box, owner


class Across(NamedTuple):
    """So many slabs across an axis (0 or 1) from a lower end on, each a step wide."""

    axis: int
    low: float
    step: float
    slabs: int


def cut_large(flat: Flat) -> tuple[Flat, Flat]:
    """The polygons of few corners, and pieces of the others."""
    many = flat.end - flat.first > MANY
    large = np.flatnonzero(many)
    if not len(large):
        return flat, flat.some(large)

    def cut(begin: int, end: int) -> Cut:
        some = flat.some(large[begin:end])
        return cut_some(some.first, some.end, some.xy, some.owner)

    made = in_stretches(cut, len(large))
    corners, lengths, boxes, owner = (np.concatenate([each[k] for each in made]) for k in range(4))
    places = offsets(lengths)
    return flat.some(np.flatnonzero(~many)), Flat(places[:-1], places[1:], corners, boxes, owner)


@compiled
def cut_some(first: Counts, end: Counts, xy: Numbers, owner: Counts) -> Cut:
    """All pieces of some chains."""
    most = (end - first).sum()
    corners, boxes = np.empty((2 * most, 2)), np.empty((most // 8, 4))
    whose = np.empty((most // 8, 2), np.int64)  # number of corners, owner
    filled, made = 0, 0
    for chain in range(len(first)):
        left = [xy[first[chain] : end[chain]]]
        while len(left) > 0:
            part = left.pop()
            across = slabs_across(len(part), box_of(part))
            within, starts = slabs(part, across)
            corners, boxes = with_room(corners, filled, len(within)), with_room(boxes, made, across.slabs)
            whose = with_room(whose, made, across.slabs)
            for slab in range(across.slabs):
                begin, after = starts[slab], starts[slab + 1]
                if begin == after:
                    continue
                box = box_of(within[begin:after])
                if slabs_across(after - begin, box).slabs > 1:
                    left.append(within[begin:after])
                    continue
                corners[filled : filled + after - begin] = within[begin:after]
                boxes[made], whose[made] = box, (after - begin, owner[chain])
                filled += after - begin
                made += 1
    return corners[:filled], whose[:made, 0], boxes[:made], whose[:made, 1]


@compiled
def with_room(rows: Any, count: int, more: int) -> Any:
    """The rows, with room for more of them behind so many."""
    if count + more <= len(rows):
        return rows
    wider = np.empty((2 * (count + more), rows.shape[1]), rows.dtype)
    wider[:count] = rows[:count]
    return wider


@compiled
def box_of(part: Numbers) -> tuple[float, float, float, float]:
    """West, south, east and north of a chain."""
    west, south = part[0]
    east, north = west, south
    for x, y in part:
        west, east, south, north = min(west, x), max(east, x), min(south, y), max(north, y)
    return west, south, east, north


@compiled
def slabs_across(corners: int, box: tuple[float, float, float, float]) -> Across:
    """The slabs across the longer side of a box into which a chain of so many corners is cut: one if it
    stays as it is."""
    west, south, east, north = box
    axis = 0 if east - west >= north - south else 1
    low, side = (west, east - west) if axis == 0 else (south, north - south)
    if corners <= FEW or side < SMALL:
        return Across(axis, low, side, 1)
    count = max(min(corners // AIM + 1, int(side / SMALL)), 2)
    return Across(axis, low, side / count, count)


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
    per_metre = 1 / step
    here = min(int((part[0, axis] - low) * per_metre), count - 1)
    for corner in range(1, len(part)):
        start, side = part[corner - 1, axis], part[corner - 1, 1 - axis]
        there = min(int((part[corner, axis] - low) * per_metre), count - 1)
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
