"""Every format that a city may be sent, through the command line into a layer: the same rows come out."""

from __future__ import annotations

import gzip
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from sqlalchemy import create_engine, text

from tests.scripts import osm
from tests.scripts.conftest import Abat

IDS = ["01-001", "01-002", "01-003"]
PURPOSES = ["Сарайшық, двор", "сквер «Жерұйық»", "парк; школа, 2-й корпус"]
SQUARES = [shapely.box(668_000 + 100 * i, 5_666_000, 668_030 + 100 * i, 5_666_030) for i in range(3)]
FRAME = gpd.GeoDataFrame({"id": IDS, "purpose": PURPOSES}, geometry=SQUARES, crs=32642)
DEGREES = FRAME.to_crs(4326)
NAMED = ["--map", "description=purpose"]  # what KML calls it
Write = Callable[[Path], Path]


def drawn(driver: str, ending: str, frame: gpd.GeoDataFrame = FRAME, **options: str) -> Write:
    def write(folder: Path) -> Path:
        path = folder / f"parcels.{ending}"
        pyogrio.write_dataframe(frame, path, driver=driver, **options)
        return path

    return write


def zipped(folder: Path) -> Path:
    inner = folder / "in"
    inner.mkdir()
    drawn("ESRI Shapefile", "shp", encoding="utf-8")(inner)
    with zipfile.ZipFile(folder / "parcels.zip", "w") as archive:
        for each in inner.iterdir():
            archive.write(each, f"Участки/{each.name}")
    return folder / "parcels.zip"


def kmz(folder: Path) -> Path:
    path = drawn("KML", "kml", DEGREES.rename(columns={"purpose": "Description"}))(folder)
    with zipfile.ZipFile(folder / "parcels.kmz", "w") as archive:
        archive.write(path, "doc.kml")
    return folder / "parcels.kmz"


def table(column: str, cell: Callable[[object], str], ending: str = "csv") -> Write:
    def write(folder: Path) -> Path:
        path = folder / f"parcels.{ending}"
        made = pd.DataFrame({"id": IDS, "purpose": PURPOSES, column: [cell(each) for each in FRAME.geometry]})
        made.to_csv(path, index=False, sep="\t" if ending == "tsv" else ";")
        return path

    return write


def ewkb(shape: object) -> str:
    return str(shapely.to_wkb(shapely.set_srid(shape, 32642), hex=True, include_srid=True))


def in_degrees(shape: object) -> object:
    return DEGREES.geometry[list(FRAME.geometry).index(shape)]


def workbook(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Участки города"])
    sheet.append(["id", "purpose", "wkt"])
    for row in zip(IDS, PURPOSES, SQUARES, strict=True):
        sheet.append([*row[:2], f"SRID=32642;{row[2].wkt}"])
    book.save(folder / "parcels.xlsx")
    return folder / "parcels.xlsx"


def parquet(folder: Path) -> Path:
    FRAME.to_parquet(folder / "parcels.parquet")
    return folder / "parcels.parquet"


def plain_parquet(folder: Path) -> Path:
    made = pd.DataFrame({"id": IDS, "purpose": PURPOSES, "geom": [ewkb(each) for each in SQUARES]})
    made.to_parquet(folder / "parcels.parquet")
    return folder / "parcels.parquet"


def packed(folder: Path) -> Path:
    path = drawn("GeoJSON", "geojson", DEGREES)(folder)
    (folder / "parcels.geojson.gz").write_bytes(gzip.compress(path.read_bytes()))
    return folder / "parcels.geojson.gz"


FORMATS: dict[str, tuple[Write, str | None]] = {
    "shapefile": (drawn("ESRI Shapefile", "shp", encoding="utf-8"), "EPSG:32642"),
    "zipped shapefile": (zipped, "EPSG:32642"),
    "GeoPackage": (drawn("GPKG", "gpkg"), "EPSG:32642"),
    "GeoJSON": (drawn("GeoJSON", "geojson", DEGREES), "EPSG:4326"),
    "GeoJSONSeq": (drawn("GeoJSONSeq", "geojsonl", DEGREES), "EPSG:4326"),
    "gzipped GeoJSON": (packed, "EPSG:4326"),
    "KML": (drawn("KML", "kml", DEGREES.rename(columns={"purpose": "Description"})), "EPSG:4326"),
    "KMZ": (kmz, "EPSG:4326"),
    "GML": (drawn("GML", "gml"), "EPSG:32642"),
    "MapInfo TAB": (drawn("MapInfo File", "tab", encoding="UTF-8"), "EPSG:32642"),
    "MapInfo MIF": (drawn("MapInfo File", "mif", encoding="UTF-8"), "EPSG:32642"),
    "FlatGeobuf": (drawn("FlatGeobuf", "fgb"), "EPSG:32642"),
    "GeoParquet": (parquet, "EPSG:32642"),
    "Parquet with EWKB": (plain_parquet, "EPSG:32642"),
    "CSV with EWKT": (table("wkt", lambda shape: f"SRID=32642;{shape}"), "EPSG:32642"),
    "CSV with EWKB": (table("geom", ewkb), "EPSG:32642"),
    "CSV with GeoJSON": (table("geojson", lambda shape: shapely.to_geojson(in_degrees(shape))), "EPSG:4326"),
    "TSV with WKT in degrees": (table("wkt", lambda shape: str(in_degrees(shape)), "tsv"), "EPSG:4326"),
    "XLSX": (workbook, "EPSG:32642"),
}


@pytest.fixture
def parcels(database_url: str) -> Callable[[], gpd.GeoDataFrame]:
    def read() -> gpd.GeoDataFrame:
        engine = create_engine(database_url)
        found = gpd.read_postgis("SELECT id, purpose, geom FROM parcels ORDER BY id", engine)
        engine.dispose()
        return found

    return read


@pytest.mark.parametrize("kind", FORMATS)
def test_rows_of_every_format_come_out_the_same(
    kind: str, abat: Abat, parcels: Callable[[], gpd.GeoDataFrame], tmp_path: Path
) -> None:
    write, crs = FORMATS[kind]
    words = ["load", "parcels", write(tmp_path), *(NAMED if kind in ("KML", "KMZ") else [])]
    done = abat("--json", *words)
    assert done.code == 0, done.err
    assert done.facts["files"][0]["crs"] == crs
    assert (done.facts["counts"]["read"], done.facts["counts"]["accepted"]) == (3, 3)
    found = parcels()
    assert (list(found.id), list(found.purpose)) == (IDS, PURPOSES)
    apart = [one.hausdorff_distance(other) for one, other in zip(found.geometry, SQUARES, strict=True)]
    assert max(apart) < 0.01  # metres; degrees are written to seven figures
    assert abat(*words).code == 3  # nothing to change


def test_a_drawing_gives_areas_and_numbers_its_rows(
    abat: Abat, parcels: Callable[[], gpd.GeoDataFrame], tmp_path: Path
) -> None:
    path = drawn("DXF", "dxf", gpd.GeoDataFrame(geometry=FRAME.boundary, crs=32642))(tmp_path)
    assert "EPSG:32642" in abat("load", "parcels", path, "--number-rows").err
    facts = abat("--json", "load", "parcels", path, "--number-rows", "--crs", "EPSG:32642").facts
    assert facts["counts"]["repaired"] == 3  # closed lines that became areas
    found = parcels()
    assert list(found.id) == ["parcels-1", "parcels-2", "parcels-3"]
    assert list(found.area.round(6)) == [900, 900, 900]


def test_folders_and_several_files_are_one_load(
    abat: Abat, parcels: Callable[[], gpd.GeoDataFrame], tmp_path: Path
) -> None:
    folder = tmp_path / "sent"
    folder.mkdir()
    drawn("ESRI Shapefile", "shp", FRAME[:1], encoding="utf-8")(folder)
    DEGREES[1:2].to_file(folder / "more.geojson")
    (folder / "readme.txt").write_text("thanks")
    third = tmp_path / "third.gpkg"
    FRAME[2:].to_file(third)
    facts = abat("--json", "load", "parcels", folder, third).facts
    assert [each["file"] for each in facts["files"]] == ["more.geojson", "parcels.shp", "third.gpkg"]
    assert facts["counts"]["new"] == 3
    assert list(parcels().id) == IDS


def test_of_several_layers_the_user_names_one(abat: Abat, tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    FRAME.to_file(path, layer="участки")
    FRAME[:1].to_file(path, layer="прочее")
    refused = abat("load", "parcels", path)
    assert refused.code == 1
    assert "--sublayer: участки, прочее" in refused.err
    assert abat("--json", "load", "parcels", path, "--sublayer", "прочее").facts["counts"]["read"] == 1
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.geojson", DEGREES.to_json())
        archive.writestr("b.geojson", DEGREES[:2].to_json())
    assert "a.geojson, b.geojson" in abat("load", "parcels", tmp_path / "two.zip").err
    facts = abat("--json", "load", "parcels", tmp_path / "two.zip", "--sublayer", "b.geojson").facts
    assert facts["counts"]["read"] == 2


@pytest.mark.parametrize("name", ["city.osm", "city.osm.pbf"])
def test_openstreetmap_extracts_go_by_a_stated_choice_of_tags(
    name: str, abat: Abat, database_url: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(osm.as_pbf() if name.endswith("pbf") else osm.as_xml().encode())
    for layer in ("public_spaces", "streets", "courtyards", "buildings", "greens"):
        done = abat("load", layer, path)
        assert done.code == 0, done.err
    assert "OpenStreetMap: multipolygons where leisure is park, garden or landuse is" in done.err
    engine = create_engine(database_url)
    with engine.connect() as connection:
        spaces = connection.execute(text("SELECT id, name, kind FROM public_spaces ORDER BY id")).all()
        streets = connection.execute(text("SELECT id, name, kind FROM streets")).all()
        others = connection.execute(
            text(
                "SELECT id FROM courtyards UNION ALL SELECT id FROM buildings UNION ALL SELECT id FROM greens"
            )
        ).all()
    engine.dispose()
    assert [tuple(row) for row in spaces] == [("way/11", "Жерұйық", "park"), ("way/12", "Площадь", "square")]
    assert [tuple(row) for row in streets] == [("way/13", "Сарайшық", "street")]
    assert [row[0] for row in others] == ["way/14", "way/16", "way/11"]
    refused = abat("load", "districts", path)
    assert refused.code == 1
    assert "no choice of OpenStreetMap tags" in refused.err


def test_a_cut_openstreetmap_extract_is_refused(abat: Abat, tmp_path: Path) -> None:
    for name, raw in (("a.osm", osm.as_xml().encode()), ("b.osm.pbf", osm.as_pbf())):
        (tmp_path / name).write_bytes(raw[:-20])
        refused = abat("load", "streets", tmp_path / name)
        assert refused.code == 1
        assert "truncated or damaged" in refused.err


REQUESTS = [
    {"service_request_id": "638344", "status": "closed", "service_name": "детская площадка",
     "description": "Сынған әткеншек", "requested_datetime": "2022-04-14T23:37:38+05:00",
     "address": "ул. Сарайшық, 5", "lat": 51.12, "long": 71.40},
    {"service_request_id": "638349", "status": "open", "service_name": "прочее", "description": "Яма",
     "requested_datetime": "2022-04-19T20:37:38Z", "address": None, "lat": 51.13, "long": 71.41},
]  # fmt: skip


def request_xml() -> str:
    rows = "".join(
        "<request>" + "".join(f"<{key}>{value or ''}</{key}>" for key, value in each.items()) + "</request>"
        for each in REQUESTS
    )
    return f'<?xml version="1.0" encoding="utf-8"?><service_requests>{rows}</service_requests>'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("requests.json", json.dumps(REQUESTS)),
        ("wrapped.json", json.dumps({"service_requests": REQUESTS}, ensure_ascii=False)),
        ("requests.xml", request_xml()),
    ],
)
def test_open311_requests_become_appeals(
    name: str, content: str, abat: Abat, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    done = abat("load", "appeals", tmp_path / name)
    assert done.code == 0, done.err
    engine = create_engine(database_url)
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT id, requested_on::text, status, category, text FROM appeals ORDER BY id")
        ).all()
    engine.dispose()
    assert [tuple(row) for row in found] == [
        ("638344", "2022-04-15", "closed", "playground", "Сынған әткеншек"),  # the day in the city's zone
        ("638349", "2022-04-20", "open", "other", "Яма"),
    ]


def test_a_disguised_vrt_opens_nothing(abat: Abat, tmp_path: Path) -> None:
    secret = tmp_path / "secret.geojson"
    DEGREES.to_file(secret)
    inner = f'<OGRVRTLayer name="a"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>'
    vrt = f"<OGRVRTDataSource>{inner}</OGRVRTDataSource>"
    for ending in ("geojson", "gml", "kml", "csv", "tab", "fgb", "vrt", "xml", "dxf", "osm"):
        (tmp_path / f"a.{ending}").write_text(vrt)
        refused = abat("load", "streets" if ending == "osm" else "parcels", tmp_path / f"a.{ending}")
        assert (refused.code, "Traceback" in refused.err) == (1, False)
        shutil.rmtree(tmp_path / f"a.{ending}", ignore_errors=True)


def test_of_several_sheets_those_are_read_that_are_the_table_meant(abat: Abat, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Итоги"
    for row in (["район", "сумма"], ["east", 1], ["west", 2]):
        book.active.append(row)
    for name in ("east", "west"):  # one table in two parts, as an export by district has it
        page = book.create_sheet(name)
        for row in (["Код", "Название по-русски"], [f"{name}-1", f"Отдел {name}"], [f"{name}-2", "Второй"]):
            page.append(row)
    path = tmp_path / "bodies.xlsx"
    book.save(path)
    loaded = abat("--json", "load", "bodies", path).facts
    assert loaded["counts"]["new"] == 4
    assert loaded["files"][0]["sublayer"] == "east, west"
    assert any("east, west read as one table" in note for note in loaded["files"][0]["notes"])
    book["west"]["B1"].value = "name_ru"  # no longer the same head: which one is meant?
    book.save(path)
    refused = abat("load", "bodies", path)
    assert refused.code == 1
    assert "several sheets hold tables; choose one with --sublayer (sheet): Итоги, east, west" in refused.err
    book["west"].title = "Исполнительные органы"  # named after the layer
    book.save(path)
    assert abat("load", "bodies", path).code == 3
