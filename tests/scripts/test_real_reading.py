"""Files nobody here wrote, through `abat load`: what is taken, what is refused and why, counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from sqlalchemy import Connection, create_engine, text

from gis_core.errors import InputError
from gis_core.layer import Layer
from layers.appeals import Appeal
from layers.bodies import Body
from layers.city import City, read_city
from layers.parcels import Parcel
from tests.reading import Taken, taken
from tests.scripts.conftest import Abat

REAL = Path(__file__).parents[3] / "shared" / "real"
WORLD = read_city(Path(__file__).parents[1] / "bad_input" / "world.toml")
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside the project")
DAY = {"requested_on": "2022-01-01"}
Read = Callable[..., Taken]


@pytest.fixture
def read(empty: Connection) -> Read:
    def of(name: str, layer: type[Layer], city: City = WORLD, **options: object) -> Taken:
        return taken(empty, REAL / name, layer, city=city, **{"numbered": True, **options})  # type: ignore[arg-type]

    return of


def counts(found: Taken) -> tuple[int, int, int]:
    return found.source.read, len(found.rows), len(found.rejected)


def test_astana_from_openstreetmap_loads_through_the_command_line(abat: Abat, database_url: str) -> None:
    for layer, name, expected in (
        ("streets", "streets_osm.json", STREETS),
        ("buildings", "malls_osm.geojson", (28, 28, 0)),
        ("parcels", "city_outline_osm.geojson", (1, 1, 0)),
    ):
        done = abat("--json", "load", layer, REAL / "astana" / name, "--number-rows")
        assert done.code == 0, done.err
        told = done.facts["counts"]
        assert (told["read"], told["accepted"], told["rejected"]) == expected
    points = abat("--json", "load", "appeals", REAL / "astana" / "pois_osm.parquet", "--number-rows",
                  "--set", "requested_on=2022-01-01")  # fmt: skip
    assert (points.facts["counts"]["read"], points.facts["counts"]["accepted"]) == (5883, 5883)
    engine = create_engine(database_url)
    with engine.connect() as connection:
        km2 = connection.scalar(text("SELECT sum(ST_Area(geom)) / 1e6 FROM parcels"))
    engine.dispose()
    outline = gpd.read_file(REAL / "astana" / "city_outline_osm.geojson").to_crs(32642)
    assert km2 == pytest.approx(outline.area.sum() / 1e6, rel=1e-9)


STREETS = (1515, 1515, 0)


def test_other_cities_load_with_their_counts(read: Read) -> None:
    almaty = read("almaty/districts_osm.geojson", Parcel)
    assert counts(almaty) == (8, 8, 0)
    helsinki = read("helsinki/kaupunginosat_pretty.xml", Parcel)
    assert (counts(helsinki), helsinki.crs) == ((60, 60, 0), "EPSG:3879")
    assert counts(read("nyc/community_districts.geojson", Parcel)) == (71, 71, 0)
    assert counts(read("nyc/capital_projects.geojson", Appeal, constants=DAY)) == (2010, 2010, 0)


def test_helsinki_lies_where_geopandas_puts_it(read: Read) -> None:
    found = read("helsinki/kaupunginosat_pretty.xml", Parcel)
    raw = gpd.read_file(REAL / "helsinki" / "kaupunginosat_pretty.xml", engine="pyogrio")
    theirs = raw.set_crs(3879, allow_override=True).to_crs(6933).geometry
    assert [shape.area for shape in found.shapes] == pytest.approx(list(theirs.area), rel=1e-6)


def test_karlsruhe_gives_points_and_by_wish_the_shapes_in_its_property(read: Read) -> None:
    assert counts(read("karlsruhe/karlsruhe_baustellen.geojson", Appeal, constants=DAY)) == (181, 181, 0)
    areas = read("karlsruhe/karlsruhe_baustellen.geojson", Parcel, stated={"area": "geom"})
    assert counts(areas) == (181, 150, 31)  # 103 polygons, 45 multipolygons, 2 collections that hold areas
    assert all("the shape is a" in words and "linestring" in words for words in areas.rejected.values())


LOADED = {
    "gdal/prjwithutf8bom.shp": (Appeal, (1, 1, 0), "EPSG:4269"),
    "gdal/point_with_utf8bom.json": (Appeal, (1, 1, 0), "EPSG:4326"),
    "gdal/samples.kml": (Parcel, (20, 9, 11), "EPSG:4326"),
    "gdal/tab-win1251.TAB": (Appeal, (3, 1, 2), "a system without a name on Pulkovo 1942"),
    "gdal/win1251.mif": (Appeal, (3, 1, 2), "a system without a name on Pulkovo 1942"),
    "openaddr/be-wa-brussels.zip": (Appeal, (666, 666, 0), "BD72 / Belgian Lambert 72"),
    "openaddr/lake-man-utf8.shp": (Appeal, (6, 6, 0), "EPSG:4326"),
}
REFUSED = {
    "gdal/100_test.sxf": "format not recognised",
    "gdal/csv_with_utf8_bom.csv": "row 1",
    "gdal/extentnan.shp": "no rows",
    "gdal/junk_content_after_valid_doc.kml": "junk after document element",
    "gdal/truncated.kml": "truncated or damaged",
    "gdal/multipolygon_as_invalid_polygon.shp": "does not say the CRS",
    "gdal/pointnan.shp": "does not say the CRS",
    "gdal/slightly_overlapping_polygons.shp": "does not say the CRS",
    "gdal/test_missing_row1_data.xlsx": "required fields",
    "gdal/test.xlsx": "several sheets hold tables",
    "openaddr/it-52-statewide.zip": "encoding is not said and unsure",
    "openaddr/jp-fukushima.zip": "encoding is not said and unsure",
    "openaddr/lake-man-epsg26943-noprj.shp": "does not say the CRS",
    "openaddr/pl.zip": "several layers inside",
}


@pytest.mark.parametrize("name", LOADED)
def test_messy_files_load_with_their_counts(name: str, read: Read) -> None:
    layer, expected, crs = LOADED[name]
    found = read(f"messy/{name}", layer, **({"constants": DAY} if layer is Appeal else {}))
    assert (counts(found), found.crs) == (expected, crs)


@pytest.mark.parametrize("name", REFUSED)
def test_messy_files_that_cannot_be_trusted_are_refused(name: str, read: Read) -> None:
    layer = Body if name.endswith("xlsx") else Parcel
    with pytest.raises(InputError, match=REFUSED[name]):
        read(f"messy/{name}", layer)


def test_drawings_and_mapinfo_files_keep_their_letters(read: Read) -> None:
    hatch = read(
        "messy/gdal/hatch_as_multipolygon.dxf", Parcel, crs="EPSG:32633", stated={"Layer": "purpose"}
    )
    assert [row["purpose"] for row in hatch.rows] == ["Строения"]  # utf-8 under a code page of cp1251
    point = read("messy/gdal/utf-8.dxf", Appeal, crs="EPSG:4326", constants=DAY, stated={"Layer": "text"})
    assert [row["text"] for row in point.rows] == ["éven"]
    for name in ("tab-win1251.TAB", "win1251.mif"):
        found = read(f"messy/gdal/{name}", Parcel, stated={"Поле_А": "purpose"})
        assert [row["purpose"] for row in found.rows] == ["Полигон"]
