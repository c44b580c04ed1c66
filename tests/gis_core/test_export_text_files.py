"""GeoJSON and CSV: the rules of their formats, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest
import shapely

from gis_core.errors import InputError
from gis_core.export import has_shapes, write_csv, write_geojson
from gis_core.export.cells import safe_cell
from gis_core.export.values import visible_columns
from gis_core.layer import Layer
from layers.bodies import Body
from layers.catalogue import LAYERS
from layers.conflicts import Conflict
from layers.courtyards import Courtyard
from layers.districts import District
from tests.gis_core.test_export_frames import CRS, EAST, KAZAKH, LISTS, NORTH, ROWS, invented

DRAWN = {name: layer for name, layer in LAYERS.items() if has_shapes(layer)}


def collection(layer: type[Layer], folder: Path) -> dict[str, Any]:
    made = write_geojson(layer, invented(layer), folder / "out.geojson")
    found: dict[str, Any] = json.loads(made.paths[0].read_bytes().decode("utf-8"))
    return found


def sheet(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.reader(source, delimiter=";"))


@pytest.mark.parametrize("layer", DRAWN.values(), ids=DRAWN)
def test_geojson_is_read_back_equal(layer: type[Layer], tmp_path: Path) -> None:
    found = collection(layer, tmp_path)
    frame = invented(layer)
    assert set(found) == {"type", "name", "features"}
    assert len(found["features"]) == ROWS
    for column in visible_columns(layer):
        if column.kind != "date":
            values = [feature["properties"][column.name] for feature in found["features"]]
            assert values == frame[column.name].tolist()
    assert pyogrio.read_info(tmp_path / "out.geojson")["crs"] == "EPSG:4326"


def test_geojson_has_seven_digits_and_outer_rings_against_the_clock(tmp_path: Path) -> None:
    shapes = [feature["geometry"] for feature in collection(Courtyard, tmp_path)["features"]]
    assert shapes[0] is None
    drawn = [shapely.geometry.shape(shape) for shape in shapes[1:]]
    assert all(part.exterior.is_ccw for shape in drawn for part in shape.geoms)
    assert not drawn[0].geoms[0].interiors[0].is_ccw
    assert all(shape.is_valid for shape in drawn)
    xs = [repr(x) for shape in drawn for x, _ in shapely.get_coordinates(shape).tolist()]
    assert all(x.startswith("71.4") and len(x) <= len("71.4000000") for x in xs)


def test_geojson_says_its_source(tmp_path: Path) -> None:
    metadata = {"source": "образец </script>"}
    path = write_geojson(Courtyard, invented(Courtyard), tmp_path / "a.geojson", metadata).paths[0]
    assert json.loads(path.read_text("utf-8"))["metadata"] == metadata


def test_geojson_gives_a_feature_the_key_of_its_row(tmp_path: Path) -> None:
    features = collection(District, tmp_path)["features"]
    assert [feature["id"] for feature in features[:2]] == ["0-Қ", "1-Қ"]
    assert [feature["properties"]["spellings"] for feature in features] == list(LISTS)
    assert features[1]["properties"]["valid_from"] == "2021-05-06"


def test_a_shape_smaller_than_the_digits_is_not_lost(tmp_path: Path) -> None:
    frame = invented(Courtyard)
    specks = [shapely.box(EAST, NORTH, EAST + 0.001, NORTH + 0.001)] * ROWS
    frame["geom"] = gpd.GeoSeries(specks, crs=CRS)
    write_geojson(Courtyard, frame, tmp_path / "out.geojson")
    read = pyogrio.read_dataframe(tmp_path / "out.geojson")
    assert (shapely.area(read.geometry.array) > 0).all()


def test_what_rounding_would_break_stays_valid(tmp_path: Path) -> None:
    # a spike 20 m long and 1 mm wide, less than the last digit
    spike = [(0, 0), (20, 0), (20, 20), (10.001, 20), (10.0005, 0.001), (10, 20), (0, 20)]
    frame = invented(Courtyard)
    shapes = [shapely.Polygon([(EAST + x + n / 7, NORTH + y) for x, y in spike]) for n in range(ROWS)]
    frame["geom"] = gpd.GeoSeries(shapes, crs=CRS)
    write_geojson(Courtyard, frame, tmp_path / "out.geojson")
    read = pyogrio.read_dataframe(tmp_path / "out.geojson")
    assert read.geometry.is_valid.all()
    assert (read.to_crs(CRS).area - 399.99).abs().max() < 1.0


def test_a_layer_without_shapes_is_no_geojson(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="export it as csv or gpkg"):
        write_geojson(Body, invented(Body), tmp_path / "out.geojson")


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_csv_has_a_mark_semicolons_and_full_names(layer: type[Layer], tmp_path: Path) -> None:
    path = write_csv(layer, invented(layer), tmp_path / "out.csv").paths[0]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = sheet(path)
    assert rows[0] == [column.name for column in visible_columns(layer)]
    assert len(rows) == ROWS + 1


def test_csv_cells(tmp_path: Path) -> None:
    rows = sheet(write_csv(Conflict, invented(Conflict), tmp_path / "out.csv", wkt=True).paths[0])
    cells = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    assert cells["money_at_risk_kzt"][1:4] == ("1000000000000000", "-5", "0")
    assert cells["shared_m2"][2:4] == ("12345,678", "-2,5")
    assert cells["why_kk"][1:5] == (KAZAKH, invented(Conflict)["why_kk"][2], "'=1+1", 'a;b"c\nd')
    assert cells["wkt"][0] == ""
    assert shapely.from_wkt(cells["wkt"][2]).area == 100


def test_csv_decimals_may_be_points(tmp_path: Path) -> None:
    rows = sheet(write_csv(Conflict, invented(Conflict), tmp_path / "out.csv", decimal=".").paths[0])
    assert rows[3][rows[0].index("shared_m2")] == "12345.678"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_text_is_a_formula(start: str) -> None:
    assert safe_cell(f"{start}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize(("value", "cell"), [(-5, "-5"), (-2.5, "-2,5"), (None, ""), (False, "false")])
def test_numbers_stay_numbers(value: Any, cell: str) -> None:
    assert safe_cell(value) == cell
