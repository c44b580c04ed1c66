"""Which delimiter a text table has, though its shapes are full of commas."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_core.reading.csvfile import read_csv
from gis_core.reading.model import Request

RING = "POLYGON((0 0,1 0,1 1,0 1,0 0))"


@pytest.mark.parametrize("shape", [RING, f'"{RING}"'])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_commas_within_shapes_are_no_delimiters(tmp_path: Path, shape: str, delimiter: str) -> None:
    path = tmp_path / "plots.csv"
    rows = [
        delimiter.join(("id", "purpose", "wkt")),
        *(delimiter.join((f"{n:03d}", "сад", shape)) for n in range(99)),
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    assert read_csv(Request(path, tmp_path)).columns == ["id", "purpose", "wkt"]


def test_years_may_be_column_names(tmp_path: Path) -> None:
    path = tmp_path / "money.csv"
    path.write_text("район,2021,2022\nАлматы,1,2\nЕсиль,3,4\n", encoding="utf-8")
    assert read_csv(Request(path, tmp_path)).columns == ["район", "2021", "2022"]
