"""Laws of reading: what was written comes back equal, and no damage is half taken."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from gis_core.errors import InputError
from layers.courtyards import Courtyard
from tests.reading import Taken, taken

EXAMPLES = settings(
    max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
EAST, NORTH = 668_000, 5_666_000
LETTERS = "абвгғкқнңоөуұүіһёжшщъыьэюяABCxyz0123456789 «»№—'\"<>{}$%;,.&|\\/"
TEXTS = st.text(LETTERS, min_size=1, max_size=60).map(str.strip).filter(bool)
NUMBERED = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/."


@st.composite
def frames(draw: Any) -> gpd.GeoDataFrame:
    """Courtyards with ids, texts, days and numbers, each a polygon, with a hole or of two parts."""
    ids = draw(
        st.lists(st.text(NUMBERED, min_size=1, max_size=12), min_size=1, max_size=8, unique_by=str.casefold)
    )
    count = len(ids)
    columns = {
        "id": ids,
        "address": draw(st.lists(st.none() | TEXTS, min_size=count, max_size=count)),
        "inspected_on": draw(
            st.lists(st.none() | st.dates(date(1995, 1, 1), date(2050, 1, 1)), min_size=count, max_size=count)
        ),
        "residents": draw(st.lists(st.none() | st.integers(0, 9999), min_size=count, max_size=count)),
    }
    shapes = [_shape(row, draw(st.integers(0, 2)), draw(st.floats(1, 90))) for row in range(count)]
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=32642)
    frame["residents"] = frame["residents"].astype("Int64")
    frame["address"] = frame["address"].astype(object).where(frame["address"].notna(), None)
    frame["inspected_on"] = [None if day is None else day.isoformat() for day in columns["inspected_on"]]
    return frame


def _shape(row: int, kind: int, side: float) -> Any:
    west = EAST + 100 * row
    shell = shapely.box(west, NORTH, west + side, NORTH + side)
    if kind == 1:
        return shell - shapely.box(west + side / 4, NORTH + side / 4, west + side / 2, NORTH + side / 2)
    if kind == 2:
        return shapely.union(shell, shapely.box(west, NORTH + 200, west + side, NORTH + 200 + side))
    return shell


def gdal(driver: str, **options: Any) -> Callable[[gpd.GeoDataFrame, Path], None]:
    return lambda frame, path: pyogrio.write_dataframe(frame, path, driver=driver, **options)


def _csv(frame: gpd.GeoDataFrame, path: Path) -> None:
    plain = pd.DataFrame(frame.drop(columns="geometry"))
    plain["wkt"] = ["SRID=32642;" + shapely.to_wkt(each, rounding_precision=-1) for each in frame.geometry]
    plain.to_csv(path, index=False)


def _xlsx(frame: gpd.GeoDataFrame, path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["id", "address", "inspected_on", "residents", "wkt"])
    for row in frame.itertuples(index=False):
        cells = [row.id, row.address, row.inspected_on, row.residents, f"SRID=32642;{row.geometry.wkt}"]
        line = sheet.max_row + 1
        for place, value in enumerate(cells, 1):
            made = sheet.cell(row=line, column=place, value=None if pd.isna(value) else value)
            if isinstance(value, str):
                made.data_type = "s"  # text, however much it looks like a formula
    book.save(path)


WRITERS: dict[str, Callable[[gpd.GeoDataFrame, Path], None]] = {
    "shp": gdal("ESRI Shapefile", encoding="utf-8"),
    "gpkg": gdal("GPKG"),
    "geojson": gdal("GeoJSON", write_bbox="NO", coordinate_precision=12),
    "geojsonl": lambda frame, path: gdal("GeoJSONSeq", coordinate_precision=12)(frame.to_crs(4326), path),
    "fgb": gdal("FlatGeobuf", spatial_index="NO"),
    "gml": gdal("GML"),
    "mif": gdal("MapInfo File", encoding="UTF-8"),
    "parquet": lambda frame, path: frame.to_parquet(path),
    "csv": _csv,
    "xlsx": _xlsx,
}


def _taken(empty: Connection, frame: gpd.GeoDataFrame, ending: str) -> Taken:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"yards.{ending}"
        WRITERS[ending](
            frame.rename(columns={"inspected_on": "inspected"}) if ending == "shp" else frame, path
        )
        return taken(empty, path, Courtyard)


@pytest.mark.parametrize("ending", WRITERS)
@EXAMPLES
@given(frame=frames())
def test_a_frame_written_and_loaded_comes_back_equal(
    ending: str, frame: gpd.GeoDataFrame, empty: Connection
) -> None:
    found = _taken(empty, frame, ending)
    assert not found.rejected
    assert [row["id"] for row in found.rows] == list(frame["id"])
    assert [row["address"] for row in found.rows] == _cells(frame["address"])
    days = [row["inspected_on"] and row["inspected_on"].isoformat() for row in found.rows]
    assert days == _cells(frame["inspected_on"])
    empty_number = 0 if ending == "mif" else None  # MapInfo knows no empty numbers
    numbers = [empty_number if cell is None else cell for cell in _cells(frame["residents"])]
    assert [row["residents"] for row in found.rows] == numbers
    for ours, theirs in zip(found.shapes, frame.geometry, strict=True):
        assert ours.symmetric_difference(theirs).area < 0.01  # square metres, after degrees and back


def _cells(column: Any) -> list[Any]:
    """Cells of a column, None where there is none, whatever pandas calls it."""
    return [None if pd.isna(cell) else cell for cell in column]


SAMPLES: dict[str, bytes] = {}


def _sample(ending: str) -> bytes:
    """Twenty rows in a format, written once."""
    if ending not in SAMPLES:
        count = 20
        frame = gpd.GeoDataFrame(
            {"id": [f"D-{n}" for n in range(count)], "address": ["ул. Сарайшық"] * count,
             "inspected_on": ["2022-05-01"] * count, "residents": pd.array(range(count), "Int64")},
            geometry=[_shape(row, row % 3, 30) for row in range(count)], crs=32642,
        )  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"yards.{ending}"
            WRITERS[ending](frame, path)
            SAMPLES[ending] = path.read_bytes()
    return SAMPLES[ending]


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "parquet", "csv", "xlsx"])
@settings(EXAMPLES, max_examples=12)
@given(
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=12)
)
def test_flipped_bytes_are_refused_or_accounted_for_row_by_row(
    ending: str, flips: list[tuple[float, int]], empty: Connection
) -> None:
    raw = bytearray(_sample(ending))
    for place, mask in flips:
        raw[int(place * len(raw))] ^= mask
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"yards.{ending}"
        path.write_bytes(bytes(raw))
        try:
            found = taken(empty, path, Courtyard)
        except InputError:
            return
    assert len(found.rows) + len(found.rejected) == found.source.read
    assert all(shapely.is_valid(found.shapes))


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "parquet", "csv", "xlsx", "fgb", "gml", "mif"])
@settings(EXAMPLES, max_examples=6)
@given(share=st.floats(0.02, 0.98))
def test_a_cut_file_never_gives_fewer_rows_in_silence(ending: str, share: float, empty: Connection) -> None:
    raw = _sample(ending)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"yards.{ending}"
        path.write_bytes(raw[: int(len(raw) * share)])
        try:
            found = taken(empty, path, Courtyard)
        except InputError:
            return
    # a table of text may end anywhere; what is left of the last row must be told
    assert ending == "csv"
    assert len(found.rows) + len(found.rejected) == found.source.read
