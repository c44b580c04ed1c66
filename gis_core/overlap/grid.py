"""A grid of square cells over boxes: which boxes touch a cell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_core.overlap.compiled import compiled
from gis_core.overlap.flat import Counts, Numbers

CELLS_PER_BOX = 4
ENTRIES_PER_BOX = 12


class Grid(NamedTuple):
    """Row by row from the south-west corner: the boxes of cell c are items[first[c]] up to first[c + 1]."""

    west: float
    south: float
    per_metre: float
    columns: int
    lines: int
    first: Counts
    items: NDArray[np.int32]


def grid_over(boxes: Numbers) -> Grid:
    """Cells about twice as wide as the boxes; wider, where few large boxes would stand in very many cells."""
    ends = boxes.T  # whole columns are added up many times faster than pairs of them
    (west, south), (east, north) = map(np.min, ends[:2]), map(np.max, ends[2:])
    sides = np.maximum(ends[2] - ends[0], ends[3] - ends[1])
    most = CELLS_PER_BOX * len(boxes) + 1024
    side = max(2 * float(np.mean(sides)), np.sqrt((east - west) * (north - south) / most), 1e-6)
    while _entries(boxes, west, south, side) > ENTRIES_PER_BOX * len(boxes) + 1024:
        side *= 2
    columns, lines = int((east - west) / side) + 1, int((north - south) / side) + 1
    first, items = _filled(boxes, west, south, 1 / side, columns, lines)
    return Grid(float(west), float(south), 1 / side, columns, lines, first, items)


def _entries(boxes: Numbers, west: float, south: float, side: float) -> float:
    first_column, first_line, last_column, last_line = (
        np.floor((ends - low) * (1 / side)) for ends, low in zip(boxes.T, (west, south) * 2, strict=True)
    )
    return float(np.sum((last_column - first_column + 1) * (last_line - first_line + 1)))


@compiled
def _filled(  # noqa: PLR0913
    boxes: Numbers, west: float, south: float, per_metre: float, columns: int, lines: int
) -> tuple[Counts, NDArray[np.int32]]:
    first, items = np.zeros(columns * lines + 2, np.int64), np.empty(0, np.int32)
    for turn in range(2):  # count, then fill
        if turn == 1:
            first[2:] = np.cumsum(first[2:])
            items = np.empty(first[-1], np.int32)
        for box in range(len(boxes)):
            west_cell, east_cell = (
                int((boxes[box, 0] - west) * per_metre),
                int((boxes[box, 2] - west) * per_metre),
            )
            for line in range(
                int((boxes[box, 1] - south) * per_metre), int((boxes[box, 3] - south) * per_metre) + 1
            ):
                for cell in range(
                    line * columns + west_cell, line * columns + min(east_cell, columns - 1) + 1
                ):
                    if turn == 0:
                        first[cell + 2] += 1
                    else:
                        items[first[cell + 1]] = box
                        first[cell + 1] += 1
    return first[:-1], items
