"""WKB as a database sends it into flat arrays, without a shape made of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_core.overlap.compiled import compiled, in_stretches
from gis_core.overlap.flat import Counts, Flat, Numbers, offsets
from gis_core.overlap.polygons import curve

Bytes = NDArray[np.uint8]
POLYGON, MULTIPOLYGON, SRID_FLAG = 3, 6, 0x20000000
LITTLE_ENDIAN = 1
CORNER, PART = 16, 5  # bytes of a corner; bytes before each part of a multipolygon


def decoded(wkb: Bytes, first: Counts, size: Counts) -> Flat:
    """Arrays of shapes in WKB, `size` bytes each from `first` on; those without corners fall away.

    Raises ValueError for other kinds of shapes, for a third dimension and for big-endian bytes.
    """
    count = len(first)
    rings, corners, start = np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros((count, 2))

    def sized(begin: int, end: int) -> int:
        return sizes(wkb, (first, size), begin, end, rings, corners, start)

    strange = [number for number in in_stretches(sized, count) if number >= 0]
    if strange:
        raise ValueError(f"shape {strange[0]} is no two-dimensional polygon in little-endian WKB")
    full = np.flatnonzero(corners)
    owner = full[np.argsort(curve(start[full]), kind="stable")]
    first_ring, first_corner = offsets(rings[owner]), np.empty(int(rings.sum()) + 1, np.int64)
    begins = offsets(corners[owner])
    first_corner[-1] = begins[-1]
    sign, xy, boxes = np.empty(len(first_corner) - 1), np.empty((begins[-1], 2)), np.empty((len(owner), 4))
    into = Flat(first_ring, first_corner, sign, xy, boxes, owner, np.zeros(len(owner), dtype=np.bool_))
    raw = xy.reshape(-1).view(np.uint8)

    def filled(begin: int, end: int) -> None:
        fill(wkb, first, begin, end, begins, into, raw)

    in_stretches(filled, len(owner))
    return into


@compiled
def whole(wkb: Bytes, at: int) -> int:
    """The four bytes at a place as a number."""
    return wkb[at] | wkb[at + 1] << 8 | wkb[at + 2] << 16 | wkb[at + 3] << 24  # type: ignore[no-any-return]


@compiled
def opened(wkb: Bytes, at: int) -> tuple[int, int, int]:
    """Type, number of parts, and where the first part begins; type 0 for what is not understood."""
    kind, begin = whole(wkb, at + 1), at + 5
    if kind & SRID_FLAG:
        begin += 4
    kind &= ~SRID_FLAG
    if wkb[at] != LITTLE_ENDIAN:
        return 0, 0, begin
    if kind == MULTIPOLYGON:
        return kind, whole(wkb, begin), begin + 4
    return (kind, 1, begin) if kind == POLYGON else (0, 0, begin)


@compiled
def sizes(  # noqa: PLR0913
    wkb: Bytes,
    at_size: tuple[Counts, Counts],
    begin: int,
    end: int,
    rings: Counts,
    corners: Counts,
    start: Numbers,
) -> int:
    """Count rings and corners of each shape, and note its first corner; the first shape not understood."""
    for shape in range(begin, end):
        if at_size[1][shape] <= 0:
            continue  # missing
        kind, parts, at = opened(wkb, at_size[0][shape])
        if kind == 0:
            return shape
        for _ in range(parts):
            if kind == MULTIPOLYGON:
                at += PART
            count = whole(wkb, at)
            at += 4
            if corners[shape] == 0 and count > 0:
                start[shape] = np.frombuffer(wkb[at + 4 : at + 20], np.float64)
            for _ring in range(count):
                length = whole(wkb, at)
                at += 4 + CORNER * length
                corners[shape] += length
            rings[shape] += count
    return -1


@compiled
def fill(  # noqa: PLR0913
    wkb: Bytes, first: Counts, begin: int, end: int, begins: Counts, into: Flat, raw: Bytes
) -> None:
    """Corners, rings, signs and boxes of pieces begin up to end; `raw`: the bytes of the corners."""
    for piece in range(begin, end):
        kind, parts, at = opened(wkb, first[into.owner[piece]])
        ring, corner = into.first_ring[piece], begins[piece]
        for _ in range(parts):
            if kind == MULTIPOLYGON:
                at += PART
            count = whole(wkb, at)
            at += 4
            for number in range(count):
                length = whole(wkb, at)
                at += 4
                into.first_corner[ring] = corner
                for byte in range(CORNER * length):
                    raw[CORNER * corner + byte] = wkb[at + byte]
                at += CORNER * length
                outwards = turning(into.xy, corner, length) >= 0.0
                into.sign[ring] = 1.0 if outwards == (number == 0) else -1.0
                ring += 1
                corner += length
        bound(into, piece, begins[piece], corner)


@compiled
def turning(xy: Numbers, first: int, length: int) -> float:
    """Twice the signed area of a ring: positive where its corners run counter-clockwise."""
    total = 0.0
    west, south = xy[first, 0], xy[first, 1]
    for corner in range(first, first + length - 1):
        x0, y0 = xy[corner, 0] - west, xy[corner, 1] - south
        x1, y1 = xy[corner + 1, 0] - west, xy[corner + 1, 1] - south
        total += x0 * y1 - x1 * y0
    return total


@compiled
def bound(into: Flat, piece: int, first: int, last: int) -> None:
    """The box around the corners of a piece."""
    west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
    for corner in range(first, last):
        x, y = into.xy[corner, 0], into.xy[corner, 1]
        west, east, south, north = min(west, x), max(east, x), min(south, y), max(north, y)
    into.boxes[piece, 0], into.boxes[piece, 1] = west, south
    into.boxes[piece, 2], into.boxes[piece, 3] = east, north
