"""Marks of rows are one thing, whether they are made of plain values or of whole columns."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from gis_core.row_marks import edits, marks

SIGNS = "aЖ—№ '\n\r\t\u200b\u00a0\ufeff\u3000\x7f\x00\x1c7=\u202e\u2028\x85\u1680"
POINTS = [None, shapely.Point(0.1, -0.0), shapely.from_wkt("POINT EMPTY"), shapely.Point(3, 4)]
SQUARES = [
    None,
    shapely.box(0, 0, 1, 1),
    shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]),
    shapely.Point(3, 4),
]


@pytest.mark.parametrize("shapes", [None, POINTS, POINTS[:2] + POINTS[3:] * 2, SQUARES])
def test_columns_have_the_marks_of_their_values(shapes: list[object] | None) -> None:
    dice = random.Random(5)
    texts = [None, *("".join(dice.choices(SIGNS, k=dice.randrange(5))) for _ in range(799))]
    columns: dict[str, Any] = {
        "said": pa.array(texts, pa.string()),
        "whole": pa.array([None, 5, -7, 10**15] * 200, pa.int64()),
        "part": pa.array([None, 0.1 + 0.2, -0.0, 0.0] * 200, pa.float64()),
        "sure": pa.array([None, True, False, True] * 200, pa.bool_()),
        "day": pa.array([None, dt.date(1, 2, 3), dt.date(2024, 2, 29), None] * 200, pa.date32()),
        "words": pa.array([None, [], ["a", "b "], [" "]] * 200, pa.list_(pa.string())),
    }
    drawn = None if shapes is None else np.array(shapes * 200, dtype=object)
    values: dict[str, Any] = {name: column.to_pylist() for name, column in columns.items()}
    found = marks(["0a1b2c3d"] * 800, columns, drawn)
    assert found.to_pylist() == marks(["0a1b2c3d"] * 800, values, drawn).to_pylist()
    changed = values | {"whole": [5] * 800}
    assert edits(found.to_pylist(), changed, drawn) == [
        [] if whole == 5 else ["whole"] for whole in values["whole"]
    ]


def test_a_mark_is_what_it_was_in_files_that_are_out() -> None:
    shape = np.array([shapely.Point(660983.24, 5661131.34)], dtype=object)
    row: dict[str, Any] = {
        "id": ["A-00000000"],
        "day": [dt.date(2021, 10, 12)],
        "said": [None],
        "words": [["а", "ә"]],
    }
    assert marks(["3539f0e7"], row, shape).to_pylist() == ["3539f0e7.jPTO.VJxYPlOfNe95K4tB"]
