"""Shapes on their way out: any CRS in the order x, y, still valid; values of the wrong kind are refused."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from gis_core.errors import InputError
from gis_core.export import write_csv, write_geopackage, write_shapefile
from gis_core.export.parts import Passing, prepared_parts
from gis_core.export.values import visible_columns
from gis_core.layer import Layer, keys
from layers.appeals import Appeal
from layers.bodies import Body
from layers.catalogue import LAYERS
from layers.courtyards import Courtyard
from layers.districts import District
from layers.projects import Project
from tests.gis_core.test_export_frames import CRS, EAST, NORTH, ROWS, invented

# the national system of 2023, which this PROJ does not know by its code
DEGREE = 'ANGLEUNIT["degree",0.0174532925199433]'
METRE = 'LENGTHUNIT["metre",1]'
QAZTRF = (
    'PROJCRS["QazTRF-23 / Gauss-Kruger zone 12",BASEGEOGCRS["QazTRF-23",DATUM["Qazaqstan TRF 2023",'
    'ELLIPSOID["GRS 1980",6378137,298.257222101]]],CONVERSION["6-degree Gauss-Kruger zone 12",'
    f'METHOD["Transverse Mercator"],PARAMETER["Latitude of natural origin",0,{DEGREE}],'
    f'PARAMETER["Longitude of natural origin",69,{DEGREE}],'
    'PARAMETER["Scale factor at natural origin",1,SCALEUNIT["unity",1]],'
    f'PARAMETER["False easting",500000,{METRE}],PARAMETER["False northing",0,{METRE}]],'
    f'CS[Cartesian,2],AXIS["northing (X)",north],AXIS["easting (Y)",east],{METRE}]'
)
LOCAL = "+proj=tmerc +lat_0=51 +lon_0=71.5 +k=1 +x_0=10000 +y_0=20000 +ellps=krass +units=m +no_defs"


@pytest.mark.parametrize(
    ("crs", "west", "south"),
    [
        ("EPSG:4326", 71.43, 51.15),
        ("EPSG:28412", 12_670_000, 5_670_000),
        (QAZTRF, 670_000, 5_670_000),
        (LOCAL, 5_176, 37_370),
    ],
    ids=["degrees", "Pulkovo, north before east", "QazTRF-23", "local"],
)
def test_any_crs_comes_out_as_x_y_and_valid(crs: str, west: float, south: float, tmp_path: Path) -> None:
    frame = invented(Courtyard)
    shapefile = write_shapefile(Courtyard, frame, tmp_path, crs=crs).paths[0]
    package = write_geopackage([(Courtyard, frame)], tmp_path / "city.gpkg", crs=crs).paths[0]
    for path in (shapefile, package):
        meta, _, raw, _ = pyogrio.raw.read(path, layer="courtyards", columns=[])
        shapes = shapely.from_wkb(raw)
        assert shapely.is_valid(shapes[1:]).all()
        assert shapely.total_bounds(shapes)[:2] == pytest.approx((west, south), rel=0.01)
        assert meta["crs"]


def test_a_move_to_another_crs_is_said_with_its_accuracy(tmp_path: Path) -> None:
    notes = write_csv(Courtyard, invented(Courtyard), tmp_path / "a.csv", crs="EPSG:28412").notes
    assert notes[0].startswith("courtyards: WGS 84 / UTM zone 42N to Pulkovo 1942 / Gauss-Kruger zone 12 by ")
    assert "accuracy" in notes[0]


def test_the_national_system_goes_by_its_code(tmp_path: Path) -> None:
    made = write_shapefile(Courtyard, invented(Courtyard), tmp_path, crs="EPSG:10946")
    assert 'Central_Meridian",69.0' in made.paths[0].with_suffix(".prj").read_text()
    bounds = pyogrio.read_info(made.paths[0], force_total_bounds=True)["total_bounds"]
    assert bounds[0] == pytest.approx(12_670_085, abs=20)
    assert not any("no shift" in note for note in made.notes)


def test_a_shift_that_a_prj_cannot_hold_is_said(tmp_path: Path) -> None:
    crs = f"{LOCAL} +towgs84=15,-130,-84"
    notes = write_shapefile(Courtyard, invented(Courtyard), tmp_path, crs=crs).notes
    assert any(note.startswith("courtyards: a .prj holds no shift to WGS 84") for note in notes)


def test_a_row_without_a_shape_does_not_stretch_the_extent(tmp_path: Path) -> None:
    frame = invented(Courtyard)
    box = tuple(frame.total_bounds)
    path = write_shapefile(Courtyard, frame, tmp_path).paths[0]
    package = write_geopackage([(Courtyard, frame)], tmp_path / "city.gpkg").paths[0]
    for made in (path, package):
        found = pyogrio.read_info(made, layer="courtyards", force_total_bounds=True)["total_bounds"]
        assert found == box
    for member in (path, path.with_suffix(".shx")):
        assert struct.unpack("<4d", member.read_bytes()[36:68]) == box


def test_there_and_back_again_is_the_same_place(tmp_path: Path) -> None:
    path = write_shapefile(Courtyard, invented(Courtyard), tmp_path, crs="EPSG:28412").paths[0]
    back = pyogrio.read_dataframe(path).to_crs(CRS)
    assert back.total_bounds == pytest.approx(invented(Courtyard).total_bounds, abs=0.01)


@pytest.mark.parametrize("crs", ["EPSG:999999", "Пулково", "", "EPSG:4978", "EPSG:5773"])
def test_an_unknown_or_upright_crs_is_refused(crs: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="CRS"):
        write_shapefile(Courtyard, invented(Courtyard), tmp_path, crs=crs)


def test_a_crs_of_another_part_of_the_world_is_refused(tmp_path: Path) -> None:
    frame = invented(Courtyard)
    frame["geom"] = gpd.GeoSeries([shapely.box(1e8, 1e8, 1e8 + 1, 1e8 + 1)] * ROWS, crs=CRS)
    with pytest.raises(InputError, match=r"outside the area of|no way from"):
        write_shapefile(Courtyard, frame, tmp_path, crs="EPSG:4326")


def test_shapes_without_a_crs_are_refused(tmp_path: Path) -> None:
    frame = invented(Courtyard)
    frame = frame.set_crs(None, allow_override=True)
    with pytest.raises(InputError, match="no CRS"):
        write_shapefile(Courtyard, frame, tmp_path)


def test_a_shape_of_another_kind_is_refused(tmp_path: Path) -> None:
    frame = invented(Courtyard)
    frame["geom"] = gpd.GeoSeries([shapely.Point(EAST, NORTH)] * ROWS, crs=CRS)
    with pytest.raises(InputError, match="POINT in a layer of MULTIPOLYGON"):
        write_shapefile(Courtyard, frame, tmp_path)


def test_an_island_in_a_hole_and_parts_that_touch_come_back_equal(tmp_path: Path) -> None:
    ring = shapely.box(0, 0, 30, 30).difference(shapely.box(10, 10, 20, 20))
    island = shapely.box(12, 12, 18, 18).difference(shapely.box(14, 14, 15, 15))
    corner = shapely.box(30, 30, 40, 40)
    shape = shapely.affinity.translate(shapely.MultiPolygon([ring, island, corner]), EAST, NORTH)
    frame = invented(Courtyard)
    frame["geom"] = gpd.GeoSeries([shape] * ROWS, crs=CRS)
    read = pyogrio.read_dataframe(write_shapefile(Courtyard, frame, tmp_path).paths[0])
    assert read.geometry[0].equals(shape)
    assert read.geometry[0].area == shape.area == 935


def test_rows_stand_in_the_order_of_the_key_whatever_the_frame(tmp_path: Path) -> None:
    frame = invented(Courtyard)
    one = write_csv(Courtyard, frame, tmp_path / "one.csv").paths[0]
    other = write_csv(Courtyard, frame.iloc[::-1], tmp_path / "other.csv").paths[0]
    assert one.read_bytes() == other.read_bytes()


def test_gaps_in_a_number_column_do_no_harm(tmp_path: Path) -> None:
    frame = invented(Courtyard).assign(residents=[10.0**15, np.nan, 3.0, 4.0, 5.0, 6.0, 7.0])
    path = write_csv(Courtyard, frame, tmp_path / "a.csv").paths[0]
    assert "1000000000000000;" in path.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("layer", "column", "value", "kind"),
    [
        (Courtyard, "residents", 0.5, "integer"),
        (Courtyard, "residents", "много", "integer"),
        (Courtyard, "inspected_on", "2021-05-06", "date"),
        (Project, "dates_firm", "да", "bool"),
        (Courtyard, "address", 5, "text"),
        (District, "spellings", "а;б", "list"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(
    layer: Any, column: str, value: Any, kind: str, tmp_path: Path
) -> None:
    frame = pd.DataFrame(invented(layer))
    frame.at[2, column] = value
    with pytest.raises(InputError, match=rf"{column}, row 3: .* is not of kind {kind}"):
        write_csv(layer, gpd.GeoDataFrame(frame, geometry="geom"), tmp_path / "a.csv")


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_an_invented_frame_has_the_declared_columns(layer: type[Layer]) -> None:
    frame = invented(layer)
    assert len(frame) == ROWS
    assert set(frame.columns) - {"geom"} == {column.name for column in visible_columns(layer)}


def test_missing_and_unknown_columns_are_named(tmp_path: Path) -> None:
    frame = invented(Body)
    with pytest.raises(InputError, match="bodies: the frame lacks the columns kind, name_kk"):
        write_csv(Body, frame.drop(columns=["kind", "name_kk"]), tmp_path / "a.csv")
    with pytest.raises(InputError, match="bodies: columns not declared: phone"):
        write_csv(Body, frame.assign(phone="+7 701"), tmp_path / "a.csv")


def test_hidden_columns_stay_inside(tmp_path: Path) -> None:
    path = write_csv(Appeal, invented(Appeal).assign(run_id=7), tmp_path / "a.csv").paths[0]
    assert "run_id" not in path.read_text("utf-8-sig")


@pytest.mark.parametrize("crs", [None, "EPSG:28412"])
@pytest.mark.parametrize("cuts", [(1, 4), (3, 5)])
def test_rows_in_parts_make_the_same_files_as_one_frame(
    cuts: tuple[int, int], crs: str | None, tmp_path: Path
) -> None:
    layers = (Appeal, Courtyard, Body)
    frames = [invented(layer).sort_values(keys(layer), ignore_index=True) for layer in layers]
    first, second = cuts
    boxes = [each.total_bounds.tolist() if "geom" in each else None for each in frames]
    parts = [
        Passing([each.iloc[:first], each.iloc[first:second], each.iloc[second:]], box and tuple(box))
        for each, box in zip(frames, boxes, strict=True)
    ]
    written = []
    for number, rows in enumerate((frames, parts)):
        folder = tmp_path / str(number)
        package = write_geopackage(list(zip(layers, rows, strict=True)), folder / "city.gpkg", crs=crs)
        table = write_csv(Appeal, rows[0], folder / "appeals.csv", crs=crs, wkt=True)
        written.append((package.rows, package.notes, table.notes, [
            each.paths[0].read_bytes() for each in (package, table)
        ]))  # fmt: skip
    assert written[0] == written[1]


def test_of_a_layer_whose_box_is_known_one_part_is_held_on_the_way_into_another_crs() -> None:
    frame, taken = invented(Courtyard), []

    def read() -> Iterator[gpd.GeoDataFrame]:
        for row in range(ROWS):
            taken.append(row)
            yield frame.iloc[row : row + 1]

    west, south, east, north = frame.total_bounds.tolist()
    parts = prepared_parts(Courtyard, Passing(read(), (west, south, east, north)), "EPSG:4326")
    assert [next(parts)[1].rows, taken] == [1, [0]]
