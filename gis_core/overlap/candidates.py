"""Pieces whose boxes overlap that of another, found over a grid.

What is compared first stands in the order of the grid's entries, in numbers of 32 bits, so that the processor
takes eight entries at once; only what passes is looked at in full.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_core.overlap.compiled import compiled
from gis_core.overlap.edges import Edges, Place
from gis_core.overlap.flat import Numbers
from gis_core.overlap.grid import Grid

Days = NDArray[np.int32]
Rough = NDArray[np.float32]
LOOSE = 2.0**-21  # of the breadth of the grid: more than numbers of 32 bits are off
FURTHEST = 2**30  # days
AT_ONCE = 8  # entries; so many more may be looked at behind the last


class Sides(NamedTuple):
    """Of each piece: a code, and its first and last day; pairs of one code do not count."""

    code: NDArray[np.int32]
    first_day: Days
    last_day: Days


class Want(NamedTuple):
    """What a pair must be: `same_list`: counted once; no more than `window` days apart; more than `least`
    square metres."""

    same_list: bool
    window: int
    least: float


class Entries(NamedTuple):
    """Of each entry of a grid: the ends of its box in metres from the grid's corner, its piece and sides."""

    west: Rough
    south: Rough
    east: Rough
    north: Rough
    piece: NDArray[np.int32]
    code: NDArray[np.int32]
    first_day: Days
    last_day: Days


class Room(NamedTuple):
    """Where one thread writes: for each entry whether it passes, and those that do."""

    passes: NDArray[np.bool_]
    met: NDArray[np.int32]


@compiled
def entries_of(grid: Grid, boxes: Numbers, sides: Sides) -> Entries:
    """What is compared of each entry."""
    count = len(grid.items)
    ends, words = np.zeros((4, count + AT_ONCE), np.float32), np.zeros((4, count + AT_ONCE), np.int32)
    for at in range(count):
        j = grid.items[at]
        ends[0, at], ends[1, at] = boxes[j, 0] - grid.west, boxes[j, 1] - grid.south
        ends[2, at], ends[3, at] = boxes[j, 2] - grid.west, boxes[j, 3] - grid.south
        words[0, at], words[1, at] = j, sides.code[j]
        words[2, at], words[3, at] = sides.first_day[j], sides.last_day[j]
    return Entries(ends[0], ends[1], ends[2], ends[3], words[0], words[1], words[2], words[3])


def room_for(grid: Grid) -> Room:
    """Room for all entries."""
    return Room(np.empty(len(grid.items) + AT_ONCE, np.bool_), np.empty(len(grid.items) + 1, np.int32))


@compiled
def candidates_of(  # noqa: PLR0913
    a: Edges, i: int, b: Edges, grid: Grid, entries: Entries, own: Sides, want: Want, room: Room
) -> int:
    """Fill `room.met` with the pieces whose boxes overlap that of piece i; how many.

    A pair stands in every cell that both boxes touch, and counts in the one that holds the south-west corner
    of what the boxes share.
    """
    west, south, east, north = a.boxes[i, 0], a.boxes[i, 1], a.boxes[i, 2], a.boxes[i, 3]
    count = passing(i, (west, south, east, north), grid, entries, own, want, room)
    kept = 0
    for k in range(count):
        at = room.met[k]
        j = grid.items[at]
        if want.same_list and a.owner[i] == b.owner[j]:
            continue
        if b.boxes[j, 0] >= east or b.boxes[j, 2] <= west or b.boxes[j, 1] >= north or b.boxes[j, 3] <= south:
            continue
        column = int((max(west, b.boxes[j, 0]) - grid.west) * grid.per_metre)
        line = int((max(south, b.boxes[j, 1]) - grid.south) * grid.per_metre)
        cell = line * grid.columns + column
        if grid.first[cell] <= at < grid.first[cell + 1]:
            room.met[kept] = j
            kept += 1
    return kept


@compiled
def passing(  # noqa: PLR0913
    i: int,
    box: tuple[float, float, float, float],
    grid: Grid,
    entries: Entries,
    own: Sides,
    want: Want,
    room: Room,
) -> int:
    """Fill `room.met` with the entries whose boxes, codes and days may do; how many."""
    code, after = own.code[i], np.int32(i if want.same_list else -1)
    soonest = np.int32(max(own.first_day[i] - want.window, -FURTHEST))
    latest = np.int32(min(own.last_day[i] + want.window, FURTHEST))
    loose = LOOSE * max(grid.columns, grid.lines) / grid.per_metre
    west, south = np.float32(box[0] - grid.west - loose), np.float32(box[1] - grid.south - loose)
    east, north = np.float32(box[2] - grid.west + loose), np.float32(box[3] - grid.south + loose)
    first_column = max(int((box[0] - grid.west) * grid.per_metre), 0)
    last_column = min(int((box[2] - grid.west) * grid.per_metre), grid.columns - 1)
    first_line = max(int((box[1] - grid.south) * grid.per_metre), 0)
    last_line = min(int((box[3] - grid.south) * grid.per_metre), grid.lines - 1)
    count = Place(0)
    for line in range(first_line, last_line + 1 if first_column <= last_column else first_line):
        begin = Place(grid.first[line * grid.columns + first_column])
        end = Place(grid.first[line * grid.columns + last_column + 1])
        for n in range((end - begin + Place(AT_ONCE - 1)) // Place(AT_ONCE) * Place(AT_ONCE)):
            at = begin + n  # a loop that the processor runs for eight at once, with none left over
            room.passes[n] = (
                (entries.west[at] <= east) & (entries.east[at] >= west)
                & (entries.south[at] <= north) & (entries.north[at] >= south)
                & (entries.first_day[at] <= latest) & (entries.last_day[at] >= soonest)
                & (entries.code[at] != code) & (entries.piece[at] > after)
            )  # fmt: skip
        for n in range(end - begin):
            room.met[count] = begin + n
            count += Place(room.passes[n])
    return int(count)
