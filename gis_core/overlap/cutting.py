"""Polygons of many corners cut into pieces of few, whose areas add up.

A piece is what lies in one of several parallel slabs. A chain of corners that leaves a slab comes back
through the same line, and meanwhile goes along it (Sutherland and Hodgman, Reentrant polygon clipping, 1974,
here for all slabs in one walk). Ways along a line that this makes are walked once in each direction, so that
they cancel in a sum of signed trapezoids. A city-long corridor becomes small boxes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_core.overlap.compiled import compiled, in_stretches
from gis_core.overlap.decoding import bound
from gis_core.overlap.flat import Counts, Flat, Numbers

MANY = 96  # corners above which a polygon is cut
FEW = 24  # corners of a piece, at most
AIM = 16  # corners of a slab, about
SMALL = 16.0  # metres: a box so small is not cut further, however many corners it holds
CUT = -1  # in place of the owner of what was cut further

Slabs = NDArray[np.int32]


class Across(NamedTuple):
    """So many slabs across an axis (0 or 1) from a lower end on, each a step wide."""

    axis: int
    low: float
    step: float
    slabs: int


def cut_large(flat: Flat) -> tuple[Flat, list[Flat]]:
    """The polygons of few corners; pieces of the others, in lists."""
    many = flat.end - flat.first > MANY
    large = np.flatnonzero(many)
    if not len(large):
        return flat, []

    def cut(begin: int, end: int) -> Flat:
        corners, places, boxes = cut_some(*flat.some(large[begin:end]))
        kept = np.flatnonzero(places[:, 2] != CUT)
        return Flat(places[kept, 0], places[kept, 1], corners, boxes[kept], places[kept, 2])

    return flat.some(np.flatnonzero(~many)), in_stretches(cut, len(large))


@compiled
def cut_some(  # noqa: PLR0913
    first: Counts, end: Counts, xy: Numbers, boxes: Numbers, owner: Counts
) -> tuple[Numbers, Counts, Numbers]:
    """All pieces of some chains: corners; of each its first corner, end and owner; boxes.

    What is cut further stays among them, without owner, and its pieces come behind.
    """
    most = (end - first).sum()
    corners, frames = np.empty((2 * most, 2)), np.empty((most // 8, 4))
    places = np.empty((most // 8, 3), np.int64)
    filled, made = 0, 0
    for chain in range(len(first)):
        part, box, at = xy[first[chain] : end[chain]], boxes[chain], made - 1
        while True:
            across = slabs_across(len(part), box)
            where = slab_of_each(part, across)
            starts = starts_of(part, where, across, filled)
            filled = starts[-1]
            corners = with_room(corners, filled)
            frames, places = with_room(frames, made + across.slabs), with_room(places, made + across.slabs)
            walk(part, where, across, starts[:-1].copy(), corners)
            made = noted(corners, starts, owner[chain], frames, places, made)
            at += 1
            while at < made and slabs_across(places[at, 1] - places[at, 0], frames[at]).slabs == 1:
                at += 1
            if at == made:
                break
            part, box = corners[places[at, 0] : places[at, 1]], frames[at]
            places[at, 2] = CUT
    return corners, places[:made], frames[:made]


@compiled
def with_room(rows: Any, count: int) -> Any:
    """The rows, with room for so many."""
    if count <= len(rows):
        return rows
    wider = np.empty((2 * count, rows.shape[1]), rows.dtype)
    wider[: len(rows)] = rows
    return wider


@compiled
def slabs_across(corners: int, box: Numbers) -> Across:
    """The slabs across the longer side of a box into which a chain of so many corners is cut: one if it
    stays as it is."""
    width, height = box[2] - box[0], box[3] - box[1]
    axis, low, side = (0, box[0], width) if width >= height else (1, box[1], height)
    if corners <= FEW or side < SMALL:
        return Across(axis, low, max(side, SMALL), 1)
    count = max(min(corners // AIM + 1, int(side / SMALL)), 2)
    return Across(axis, low, side / count, count)


@compiled
def slab_of_each(part: Numbers, across: Across) -> Slabs:
    """The slab in which each corner lies."""
    where, per_metre, last = np.empty(len(part), np.int32), 1 / across.step, across.slabs - 1.0
    for corner in range(len(part)):
        where[corner] = np.int32(min((part[corner, across.axis] - across.low) * per_metre, last))
    return where


@compiled
def starts_of(part: Numbers, where: Slabs, across: Across, begin: int) -> Counts:
    """Where the chain of each slab begins among the corners, the first at `begin`; where the last ends."""
    length = np.zeros(across.slabs + 1, np.int64)
    walk(part, where, across, length[1:], part[:0])
    length[1:] += length[1:] > 0  # the first corner once more
    return begin + np.cumsum(length)


@compiled
def noted(  # noqa: PLR0913
    corners: Numbers, starts: Counts, owner: int, frames: Numbers, places: Counts, made: int
) -> int:
    """Close the chain of each slab, and note its box and its place behind those made; how many there are."""
    xy = corners.reshape(-1)
    for slab in range(len(starts) - 1):
        begin, end = starts[slab], starts[slab + 1]
        if begin < end:
            corners[end - 1, 0], corners[end - 1, 1] = corners[begin, 0], corners[begin, 1]
            bound(xy, begin, end, frames[made])
            places[made, 0], places[made, 1], places[made, 2] = begin, end, owner
            made += 1
    return made


@compiled
def walk(part: Numbers, where: Slabs, across: Across, place: Counts, corners: Numbers) -> None:  # noqa: PLR0913
    """Go along a closed chain, and put each corner and each crossing of a line at the next place of its slab;
    without room for corners, only count."""
    begin, end = 0, len(part) - 1
    for corner in range(1, end + 1):
        if where[corner] != where[begin] or corner == end:
            slab = where[begin]
            if len(corners):
                for n in range(corner - begin):
                    corners[place[slab] + n, 0] = part[begin + n, 0]
                    corners[place[slab] + n, 1] = part[begin + n, 1]
            place[slab] += corner - begin
            cross(part, corner, (slab, where[corner]), across, place, corners)
            begin = corner


@compiled
def cross(  # noqa: PLR0913
    part: Numbers, corner: int, slabs: tuple[int, int], across: Across, place: Counts, corners: Numbers
) -> None:
    """Put where the way to a corner crosses lines, from one slab to another, into the slabs on both sides."""
    axis, low, step, _ = across
    here, there = slabs
    onwards = 1 if there > here else -1
    start, side = part[corner - 1, axis], part[corner - 1, 1 - axis]
    while here != there:
        line = low + step * max(here, here + onwards)
        if len(corners):
            along = min(max((line - start) / (part[corner, axis] - start), 0.0), 1.0)
            aside = side + along * (part[corner, 1 - axis] - side)
            corners[place[here], axis], corners[place[here], 1 - axis] = line, aside
            corners[place[here + onwards], axis], corners[place[here + onwards], 1 - axis] = line, aside
        place[here] += 1
        here += onwards
        place[here] += 1
