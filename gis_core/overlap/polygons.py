"""Shapes as the overlap engine takes them: from shapely, or from WKB as a database sends it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_core.overlap.flat import Counts, Flat, Numbers

Shapes = NDArray[np.object_]
CELL = 32.0  # metres between neighbours in the order of pieces
MULTIPOLYGON = 6


class Polygons:
    """A list of polygons and multipolygons, valid, in metres; empty ones and missing ones share no ground."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes: Shapes | None = shapes
        self._wkb: tuple[NDArray[np.uint8], Counts, Counts] | None = None

    @classmethod
    def from_wkb(cls, bytes_: NDArray[np.uint8], start: Counts, length: Counts) -> Polygons:
        """Little-endian WKB or EWKB: shape k has length[k] bytes from start[k] on, or none."""
        made = cls(np.empty(0, dtype=object))
        made._shapes, made._wkb = None, (bytes_, start, length)
        return made

    def __len__(self) -> int:
        return len(self._shapes) if self._shapes is not None else len(self._wkb[1])  # type: ignore[index]

    @cached_property
    def shapes(self) -> Shapes:
        """All of them as shapely shapes."""
        return self._shapes if self._shapes is not None else self.some(np.arange(len(self)))

    def some(self, numbers: Counts) -> Shapes:
        """Some of them as shapely shapes."""
        if self._shapes is not None:
            return self._shapes[numbers]
        bytes_, start, length = self._wkb  # type: ignore[misc]
        ends = zip(start[numbers].tolist(), length[numbers].tolist(), strict=True)
        parts = [bytes_[at : at + size].tobytes() if size > 0 else None for at, size in ends]
        return shapely.from_wkb(np.array(parts, dtype=object))  # type: ignore[no-any-return]

    @cached_property
    def pieces(self) -> Flat:
        """The arrays that compiled loops run over."""
        from gis_core.overlap.cutting import cut_large  # noqa: PLC0415  compiled only where it is asked for
        from gis_core.overlap.decoding import decoded  # noqa: PLC0415

        return cut_large(decoded(*(self._wkb or packed(self.shapes))))


def packed(shapes: Shapes) -> tuple[NDArray[np.uint8], Counts, Counts]:
    """Shapes as WKB end to end, where each begins, how long it is."""
    parts = [part or b"" for part in shapely.to_wkb(shapes, output_dimension=2).tolist()]
    length = np.fromiter(map(len, parts), np.int64, len(parts))
    return np.frombuffer(b"".join(parts), np.uint8), np.cumsum(length) - length, length


def flat(shapes: Shapes) -> Flat:
    """Arrays of the shapes that are not empty, in the order of a curve that keeps neighbours together."""
    owner = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    boxes = shapely.bounds(shapes[owner])
    order = np.argsort(curve(boxes[:, :2]), kind="stable")
    owner, boxes = owner[order], boxes[order]
    xy, first_corner, first_ring, first_part = rings(shapes[owner])
    outer = np.zeros(len(first_corner) - 1, dtype=bool)
    outer[first_ring[:-1]] = True
    sign = np.where((_turning(xy, first_corner) >= 0) == outer, 1.0, -1.0)
    return Flat(
        first_ring[first_part], first_corner, sign, xy, boxes, owner, np.zeros(len(owner), dtype=bool)
    )


def rings(shapes: Shapes) -> tuple[Numbers, Counts, Counts, Counts]:
    """Corners; the first corner of each ring, the first ring of each part, the first part of each shape."""
    if not len(shapes):
        return np.empty((0, 2)), *(np.zeros(1, dtype=np.int64) for _ in range(3))  # type: ignore[return-value]
    kind, xy, first = shapely.to_ragged_array(shapes, include_z=False)
    corners, parts = (each.astype(np.int64) for each in first[:2])
    many = int(kind) == MULTIPOLYGON
    return xy, corners, parts, first[2].astype(np.int64) if many else np.arange(len(shapes) + 1)


def _turning(xy: Numbers, first: Counts) -> Numbers:
    """Twice the signed area of each ring: positive where the corners run counter-clockwise."""
    length = np.diff(first)
    x, y = (xy - np.repeat(xy[first[:-1]], length, axis=0)).T
    cross = np.zeros(len(xy))
    cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    cross[first[1:] - 1] = 0.0  # from the last corner of a ring no edge leads to the next ring
    return np.add.reduceat(cross, first[:-1]) if len(length) else np.empty(0)


def curve(corners: Numbers) -> NDArray[np.uint64]:
    """The place of each point on a curve through cells (Morton, 1966)."""
    if not len(corners):
        return np.empty(0, dtype=np.uint64)
    cells = ((corners - corners.min(axis=0)) / CELL).astype(np.uint64) & np.uint64(0xFFFF)
    return _spread(cells[:, 0]) | (_spread(cells[:, 1]) << np.uint64(1))  # type: ignore[no-any-return]


def _spread(number: Any) -> Any:
    """Sixteen bits with a free one after each."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        number = (number | (number << np.uint64(shift))) & np.uint64(mask)
    return number
