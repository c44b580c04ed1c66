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
    corners, start = np.zeros(count, np.int64), np.zeros((count, 2))

    def sized(begin: int, end: int) -> int:
        return sizes(wkb, (first, size), begin, end, corners, start)

    strange = [number for number in in_stretches(sized, count) if number >= 0]
    if strange:
        raise ValueError(f"shape {strange[0]} is no two-dimensional polygon in little-endian WKB")
    full = np.flatnonzero(corners)
    owner = full[np.argsort(curve(start[full]), kind="stable")]
    begins = offsets(corners[owner])
    xy, boxes = np.empty((begins[-1], 2)), np.empty((len(owner), 4))

    def filled(begin: int, end: int) -> None:
        fill(wkb, first[owner[begin:end]], begins[begin : end + 1], xy.reshape(-1), boxes[begin:end])

    in_stretches(filled, len(owner))
    return Flat(begins[:-1], begins[1:], xy, boxes, owner)


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
    wkb: Bytes, at_size: tuple[Counts, Counts], begin: int, end: int, corners: Counts, start: Numbers
) -> int:
    """Count the corners of each chain, and note its first corner; the first shape not understood."""
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
            for _ring in range(count):
                length = whole(wkb, at)
                at += 4
                if corners[shape] == 0 and length > 0:
                    start[shape] = np.frombuffer(wkb[at : at + CORNER], np.float64)
                elif length > 0:
                    corners[shape] += 1  # back to the first corner
                at += CORNER * length
                corners[shape] += length
    return -1


@compiled
def fill(wkb: Bytes, first: Counts, begins: Counts, xy: Numbers, boxes: Numbers) -> None:  # noqa: PLR0913
    """Corners and boxes of some shapes: that in the bytes from first[n] on takes the corners begins[n] up to
    begins[n + 1], two numbers each."""
    for shape in range(len(first)):
        kind, parts, at = opened(wkb, first[shape])
        corner = begins[shape]
        for _ in range(parts):
            if kind == MULTIPOLYGON:
                at += PART
            count = whole(wkb, at)
            at += 4
            for number in range(count):
                length = whole(wkb, at)
                at += 4
                numbers = np.frombuffer(wkb[at : at + CORNER * length], np.float64)
                for n in range(2 * length):  # several at once, which a slice of bytes is not
                    xy[2 * corner + n] = numbers[n]
                at += CORNER * length
                if (turning(xy, corner, length) >= 0.0) != (number == 0):
                    turn(xy, corner, length)
                if corner > begins[shape] and length > 0:
                    xy[2 * (corner + length)] = xy[2 * begins[shape]]
                    xy[2 * (corner + length) + 1] = xy[2 * begins[shape] + 1]
                    corner += 1
                corner += length
        bound(xy, begins[shape], corner, boxes[shape])


@compiled
def turning(xy: Numbers, first: int, length: int) -> float:
    """Twice the signed area of a ring: positive where its corners run counter-clockwise."""
    if length == 0:
        return 0.0
    total = 0.0
    west, south = xy[2 * first], xy[2 * first + 1]
    x1, y1 = 0.0, 0.0
    for corner in range(first + 1, first + length):
        x0, y0 = x1, y1
        x1, y1 = xy[2 * corner] - west, xy[2 * corner + 1] - south
        total += x0 * y1 - x1 * y0
    return total


@compiled
def turn(xy: Numbers, first: int, length: int) -> None:
    """Put the corners of a ring the other way round."""
    for step in range(length // 2):
        here, there = 2 * (first + step), 2 * (first + length - 1 - step)
        for axis in range(2):
            kept = xy[here + axis]
            xy[here + axis] = xy[there + axis]
            xy[there + axis] = kept


@compiled
def bound(xy: Numbers, first: int, last: int, box: Numbers) -> None:
    """The box around some corners."""
    west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
    for corner in range(first, last):
        x, y = xy[2 * corner], xy[2 * corner + 1]
        west, east, south, north = min(west, x), max(east, x), min(south, y), max(north, y)
    box[0], box[1], box[2], box[3] = west, south, east, north
