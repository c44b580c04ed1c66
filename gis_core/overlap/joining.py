"""Pairs of pieces that share ground, found over a grid and measured in the same loop."""

from __future__ import annotations

import numpy as np

from gis_core.overlap.candidates import Entries, Room, Sides, Want, candidates_of, entries_of, room_for
from gis_core.overlap.compiled import compiled, in_stretches
from gis_core.overlap.edges import Edges, pair_area
from gis_core.overlap.flat import Counts, Numbers
from gis_core.overlap.grid import Grid
from gis_core.overlap.polygons import Polygons

FEW = 64  # pairs that are sorted by plain insertion
PIECES_SHARE = 0.0  # square metres: a piece says nothing of the least of the whole

Pairs = tuple[Counts, Counts, Numbers]  # pieces of both lists, square metres


def joined(shapes: Polygons, others: Polygons, sides: tuple[Sides, Sides], want: Want) -> Pairs:
    """Pairs of pieces, by number, with what they share; a whole shape meets another in one of its pieces
    only, for all of them."""
    a, b = shapes.pieces, others.pieces
    empty = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    if not len(a.owner) or not len(b.owner):
        return empty
    grid = others.grid
    entries = entries_of(grid, b.boxes, sides[1])

    def work(begin: int, end: int) -> Pairs:
        room = max(1024, 8 * (end - begin))
        while True:
            i, j, m2 = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
            count = join(a, begin, end, b, grid, entries, sides[0], want, (i, j, m2), room_for(grid))
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
    entries: Entries,
    own: Sides,
    want: Want,
    out: Pairs,
    room: Room,
) -> int:
    """Fill `out` with the pairs of pieces begin up to end; how many there are, even beyond its room."""
    ours, others = (a.numbers, a.first, a.boxes), (b.numbers, b.first, b.boxes)
    count = 0
    for i in range(begin, end):
        first, parts = count, 0
        for at in range(candidates_of(a, i, b, grid, entries, own, want, room)):
            j = room.met[at]
            m2 = pair_area(ours, i, others, j)
            if m2 > (PIECES_SHARE if a.cut[i] or b.cut[j] else want.least):
                if count < len(out[0]):
                    out[0][count], out[1][count], out[2][count] = i, j, m2
                count += 1
                parts += b.cut[j]
        if parts > 1 and count <= len(out[0]):
            count = added_up(out[1], out[2], b.owner, first, count)
    return count


@compiled
def added_up(j: Counts, m2: Numbers, owner: Counts, first: int, end: int) -> int:  # noqa: PLR0913
    """Add up what pieces of one shape share with another piece; where the stretch of pairs ends then.

    In the order of the pieces, since a sum of floats depends on it. Those of one cell are in order already.
    """
    gap = (end - first) // 2 if end - first > FEW else 1
    while gap > 0:  # Shell, A high-speed sorting procedure, 1959
        for n in range(first + gap, end):
            piece, share, place = j[n], m2[n], n
            while place >= first + gap and j[place - gap] > piece:
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
