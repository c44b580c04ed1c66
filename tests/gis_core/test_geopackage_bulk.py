"""A GeoPackage read by GDAL gives what SQLite gives cell by cell, whatever SQLite let into its columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import pytest
import shapely

from gis_core.reading import geopackage, geopackage_bulk, pipe
from gis_core.reading.model import Request, Rows

ROWS, CHUNK = 400, 100
ODD = {
    "bytes in text": "UPDATE t SET name = x'4142' WHERE fid = 150",
    "text that is no letter": "UPDATE t SET name = CAST(x'ff41' AS TEXT) WHERE fid = 150",
    "a zero in text": "UPDATE t SET name = CAST(x'410042' AS TEXT) WHERE fid = 150",
    "a word in numbers": "UPDATE t SET floors = 'two' WHERE fid = 150",
    "a fraction in numbers": "UPDATE t SET floors = 2.5 WHERE fid = 150",
    "a word in measures": "UPDATE t SET height = 'high' WHERE fid = 150",
    "no day": "UPDATE t SET built = '2021-02-31' WHERE fid = 150",
    "a day in other words": "UPDATE t SET built = '31.12.2021' WHERE fid = 150",
    "a number for a day": "UPDATE t SET built = 44000 WHERE fid = 150",
    "neither yes nor no": "UPDATE t SET lit = 5 WHERE fid = 150",
    "no shape": "UPDATE t SET geom = NULL WHERE fid = 150",
    "a broken shape": "UPDATE t SET geom = x'00010203' WHERE fid = 150",
    "text for a shape": "UPDATE t SET geom = 'POINT(1 1)' WHERE fid = 150",
    "a shape of another CRS": "UPDATE t SET geom = CAST(substr(geom, 1, 4) || x'e6100000' || substr(geom, 9)"
    " AS BLOB) WHERE fid = 150",
    "a number left out": "DELETE FROM t WHERE fid = 150",
    "a number below zero": "UPDATE t SET fid = -7 WHERE fid = 150",
    "nothing at all": "UPDATE t SET name = NULL, built = NULL, floors = NULL, height = NULL, lit = NULL",
}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a hundred rows, and GDAL for any number."""
    monkeypatch.setattr(geopackage, "MANY", 0)
    monkeypatch.setattr(geopackage, "CHUNK_ROWS", CHUNK)
    monkeypatch.setattr(geopackage_bulk, "CHUNK_ROWS", CHUNK)
    monkeypatch.setattr(geopackage_bulk, "only_driver", lambda _: pyogrio)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    numbers = np.arange(ROWS)
    table = pa.table({
        "name": [f"Двор {n}" for n in numbers], "floors": numbers, "height": numbers / 4,
        "built": [date(2020, 1, 1 + n % 28) for n in numbers], "lit": numbers % 2 == 0,
        "geom": pa.array(shapely.to_wkb(shapely.points(numbers, 2)), pa.binary()),
    })  # fmt: skip
    path = tmp_path / "yards.gpkg"
    pyogrio.write_arrow(table, path, driver="GPKG", layer="t", geometry_name="geom", geometry_type="Point",
                        crs="EPSG:32642")  # fmt: skip
    return path


def change(path: Path, statement: str) -> None:
    """What another program did to the file, its triggers aside."""
    with sqlite3.connect(path) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(statement)
    connection.close()


def read(path: Path, tmp_path: Path) -> tuple[list[dict[str, Any]], list[bool]]:
    """Every row as the parent gets it, and for each chunk whether GDAL read it."""
    rows, by_gdal = [], []
    for chunk in geopackage.read_geopackage(Request(path, tmp_path)).chunks:
        by_gdal.append(_is_bulk(chunk))
        with pa.ipc.open_stream(pipe.packed(chunk)) as stream:
            rows += stream.read_all().to_pylist()
    return rows, by_gdal


def _is_bulk(chunk: Rows) -> bool:
    return all(isinstance(each, pa.Array) for each in chunk.columns) and isinstance(chunk.shapes, pa.Array)


def test_a_file_as_it_should_be_is_read_by_gdal_alone(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast, _ = read(file, tmp_path)
    monkeypatch.setattr(geopackage, "may_be_bulk", lambda _: False)
    assert fast == read(file, tmp_path)[0]
    assert len(fast) == ROWS
    assert fast[2] == {
        "c0": 3, "c1": "Двор 2", "c2": 2, "c3": 0.5, "c4": "2020-01-03", "c5": 1, "row": 3, "fault": None,
        "remark": None, "shape": shapely.to_wkb(shapely.Point(2, 2)),
    }  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_odd_cells_are_read_as_sqlite_holds_them(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    change(file, ODD[odd])
    cells: list[tuple[int, int, int]] = []
    one_by_one = geopackage.Table.cells

    def counted(table: geopackage.Table, first: int, last: int, done: int) -> Iterator[Rows]:
        for rows in one_by_one(table, first, last, done):
            cells.append((first, last, len(rows.rows)))
            yield rows

    monkeypatch.setattr(geopackage.Table, "cells", counted)
    fast, _ = read(file, tmp_path)
    slowly = sum(count for *_, count in cells)
    assert slowly <= (ROWS if odd == "a number below zero" else CHUNK)
    monkeypatch.setattr(geopackage, "may_be_bulk", lambda _: False)
    assert fast == read(file, tmp_path)[0]


def test_a_file_with_a_log_beside_it_is_left_to_sqlite(file: Path) -> None:
    assert geopackage_bulk.may_be_bulk(file)
    change(file, "PRAGMA journal_mode = WAL")
    assert not geopackage_bulk.may_be_bulk(file)
