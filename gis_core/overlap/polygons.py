"""Shapes as the overlap engine takes them: from shapely, or from WKB as a database sends it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_core.overlap.flat import Counts, Numbers

if TYPE_CHECKING:
    from gis_core.overlap.edges import Edges
    from gis_core.overlap.grid import Grid

Shapes = NDArray[np.object_]
CELL = 32.0  # metres between neighbours in the order of pieces


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
    def pieces(self) -> Edges:
        """The arrays that compiled loops run over."""
        from gis_core.overlap.cutting import cut_large  # noqa: PLC0415  compiled only where it is asked for
        from gis_core.overlap.decoding import decoded  # noqa: PLC0415
        from gis_core.overlap.edges import edges_of  # noqa: PLC0415

        return edges_of(*cut_large(decoded(*(self._wkb or packed(self.shapes)))))

    @cached_property
    def grid(self) -> Grid:
        """A grid over their pieces."""
        from gis_core.overlap.grid import grid_over  # noqa: PLC0415

        return grid_over(self.pieces.boxes)


def packed(shapes: Shapes) -> tuple[NDArray[np.uint8], Counts, Counts]:
    """Shapes as WKB end to end, where each begins, how long it is."""
    parts = [part or b"" for part in shapely.to_wkb(shapes, output_dimension=2).tolist()]
    length = np.fromiter(map(len, parts), np.int64, len(parts))
    return np.frombuffer(b"".join(parts), np.uint8), np.cumsum(length) - length, length


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
