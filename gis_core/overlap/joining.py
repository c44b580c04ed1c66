"""Pairs of pieces that share ground, found over a grid and measured in the same loop."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_core.overlap.compiled import compiled, in_stretches
from gis_core.overlap.edges import Edges, pair_area
from gis_core.overlap.flat import Counts, Numbers
from gis_core.overlap.grid import Grid, grid_over

NO_CODE = -1  # of shapes that are told apart by no code
PIECES_SHARE = 0.0  # square metres: a piece says nothing of the least of the whole

Pairs = tuple[Counts, Counts, Numbers]  # pieces of both lists, square metres


class Sides(NamedTuple):
    """Of each piece: a code, and its first and last day; pairs of one code do not count."""

    code: NDArray[np.int64]
    first_day: NDArray[np.int64]
    last_day: NDArray[np.int64]


class Want(NamedTuple):
    """What a pair must be: `same_list`: counted once; no more than `window` days apart; more than `least`
    square metres."""

    same_list: bool
    window: int
    least: float


def joined(a: Edges, b: Edges, sides: tuple[Sides, Sides], want: Want) -> Pairs:
    """Pairs of pieces, by number, with what they share; a whole shape of `a` meets another in one of its
    pieces only, for all of them."""
    empty = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    if not len(a.owner) or not len(b.owner):
        return empty
    grid = grid_over(b.boxes)

    def work(begin: int, end: int) -> Pairs:
        room = max(1024, 8 * (end - begin))
        while True:
            i, j, m2 = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
            met = np.empty(len(b.owner), np.int32)
            count = join(a, begin, end, b, grid, sides[0], sides[1], want, (i, j, m2), met)
            if count <= room:
                return i[:count], j[:count], m2[:count]
            room = count

    parts = in_stretches(work, len(a.owner))
    return tuple(np.concatenate([part[k] for part in parts]) for k in range(3))  # type: ignore[return-value]


@compiled
def join(  # noqa: PLR0913
    a: Edges,
    begin: int,
    end: int,
    b: Edges,
    grid: Grid,
    own: Sides,
    other: Sides,
    want: Want,
    out: Pairs,
    met: NDArray[np.int32],
) -> int:
    """Fill `out` with the pairs of pieces begin up to end; how many there are, even beyond its room."""
    ours, others = (a.numbers, a.first, a.boxes), (b.numbers, b.first, b.boxes)
    count = 0
    for i in range(begin, end):
        first, parts = count, 0
        for at in range(candidates_of(a, i, b, grid, own, other, want, met)):
            j = met[at]
            m2 = pair_area(ours, i, others, j)
            if m2 > (PIECES_SHARE if a.cut[i] or b.cut[j] else want.least):
                if count < len(out[0]):
                    out[0][count], out[1][count], out[2][count] = i, j, m2
                count += 1
                parts += b.cut[j]
        if parts > 1 and not a.cut[i] and count <= len(out[0]):
            count = added_up(out[1], out[2], b.owner, first, count)
    return count


@compiled
def added_up(j: Counts, m2: Numbers, owner: Counts, first: int, end: int) -> int:  # noqa: PLR0913
    """Add up what pieces of one shape share with a whole one; where the stretch of pairs ends then.

    In the order of their size, since a sum of floats depends on it.
    """
    gap = (end - first) // 2
    while gap > 0:  # Shell, A high-speed sorting procedure, 1959
        for n in range(first + gap, end):
            piece, share, place = j[n], m2[n], n
            while place >= first + gap and (owner[j[place - gap]], m2[place - gap]) > (owner[piece], share):
                j[place], m2[place] = j[place - gap], m2[place - gap]
                place -= gap
            j[place], m2[place] = piece, share
        gap //= 2
    count = first
    for n in range(first, end):
        if n > first and owner[j[n]] == owner[j[count - 1]]:
            m2[count - 1] += m2[n]
        else:
            j[count], m2[count] = j[n], m2[n]
            count += 1
    return count


@compiled
def candidates_of(  # noqa: PLR0913, PLR0912, C901  one loop, one list of reasons to go on
    a: Edges,
    i: int,
    b: Edges,
    grid: Grid,
    own: Sides,
    other: Sides,
    want: Want,
    met: NDArray[np.int32],
) -> int:
    """Fill `met` with the pieces whose boxes overlap that of piece i; how many.

    A pair stands in every cell that both boxes touch, and counts in the one that holds the south-west corner
    of what the boxes share.
    """
    west, south, east, north = a.boxes[i, 0], a.boxes[i, 1], a.boxes[i, 2], a.boxes[i, 3]
    code, soonest, latest = own.code[i], own.first_day[i] - want.window, own.last_day[i] + want.window
    count = 0
    for line in range(
        max(int((south - grid.south) * grid.per_metre), 0),
        min(int((north - grid.south) * grid.per_metre), grid.lines - 1) + 1,
    ):
        for column in range(
            max(int((west - grid.west) * grid.per_metre), 0),
            min(int((east - grid.west) * grid.per_metre), grid.columns - 1) + 1,
        ):
            cell = line * grid.columns + column
            for at in range(grid.first[cell], grid.first[cell + 1]):
                j = grid.items[at]
                if want.same_list and (j <= i or a.owner[i] == b.owner[j]):
                    continue
                if code == other.code[j] or other.first_day[j] > latest or other.last_day[j] < soonest:
                    continue
                if b.boxes[j, 0] >= east or b.boxes[j, 2] <= west:
                    continue
                if b.boxes[j, 1] >= north or b.boxes[j, 3] <= south:
                    continue
                if int((max(west, b.boxes[j, 0]) - grid.west) * grid.per_metre) != column:
                    continue
                if int((max(south, b.boxes[j, 1]) - grid.south) * grid.per_metre) != line:
                    continue
                met[count] = j
                count += 1
    return count


@compiled
def measured(a: Edges, i: Counts, b: Edges, j: Counts, out: Numbers) -> None:  # noqa: PLR0913
    """What pairs of pieces share."""
    ours, others = (a.numbers, a.first, a.boxes), (b.numbers, b.first, b.boxes)
    for pair in range(len(i)):
        out[pair] = pair_area(ours, i[pair], others, j[pair])


def pieces_measured(a: Edges, i: Counts, b: Edges, j: Counts) -> Numbers:
    """Square metres that piece i[k] shares with piece j[k]."""
    out = np.zeros(len(i))

    def work(begin: int, end: int) -> None:
        measured(a, i[begin:end], b, j[begin:end], out[begin:end])

    in_stretches(work, len(i))
    return out
