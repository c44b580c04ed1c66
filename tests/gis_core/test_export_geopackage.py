"""GeoPackages: every layer in one file, read by SQLite and by a GDAL that did not write it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import fiona
import geopandas as gpd
import pyogrio
import pytest
import shapely

from gis_core.errors import GisError, InputError
from gis_core.export import geopackage, has_shapes, write_geopackage
from gis_core.export.links import Link
from gis_core.export.values import visible_columns
from gis_core.layer import LANGUAGES, Label, Language, Layer, fields
from layers.bodies import Body
from layers.catalogue import LAYERS
from layers.conflicts import Conflict
from layers.courtyards import Courtyard
from layers.projects import Project
from tests.gis_core.test_export_frames import CRS, KAZAKH, LONG, ROWS, invented

METADATA = {"run": "12", "source": "образец <a> & \"b\" 'ё'", "coverage": "71 %"}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file with every layer of the catalogue."""
    path = tmp_path_factory.mktemp("gpkg") / "city.gpkg"
    pairs = [(layer, invented(layer)) for layer in LAYERS.values()]
    made = write_geopackage(pairs, path, metadata=METADATA, date=dt.date(2024, 5, 6))
    assert made.paths == (path,)
    assert made.rows == ROWS * len(LAYERS)
    return path


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as store:
        store.row_factory = sqlite3.Row
        yield store


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_a_layer_is_read_back_equal_by_another_gdal(layer: type[Layer], city: Path) -> None:
    frame = invented(layer)
    columns = visible_columns(layer)
    with fiona.open(city, layer=layer.__tablename__) as source:
        assert list(source.schema["properties"]) == [column.name for column in columns]
        rows = list(source)
        if has_shapes(layer):
            assert source.crs.to_epsg() == 32642
    assert len(rows) == ROWS
    for column in columns:
        found = [row.properties[column.name] for row in rows]
        meant: list[Any] = frame[column.name].tolist()
        if column.kind == "date":
            meant = [value and value.isoformat() for value in meant]
        if column.kind == "list":
            meant = [None if value is None else "; ".join(value) for value in meant]
        assert found == meant, column.name
    if has_shapes(layer):
        shapes = [row.geometry and shapely.geometry.shape(row.geometry) for row in rows]
        assert shapes == frame["geom"].tolist()


def test_the_file_is_a_geopackage_of_version_1_2(city: Path) -> None:
    with opened(city) as store:
        assert store.execute("PRAGMA application_id").fetchone()[0] == int.from_bytes(b"GPKG", "big")
        assert store.execute("PRAGMA user_version").fetchone()[0] == 10200
        assert store.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert store.execute("PRAGMA foreign_key_check").fetchall() == []


def test_dates_are_dates_and_truth_is_boolean(city: Path) -> None:
    with opened(city) as store:
        types = {row["name"]: row["type"] for row in store.execute("PRAGMA table_info(projects)")}
        row = store.execute("SELECT * FROM projects WHERE id = '1-Қ'").fetchone()
    assert (types["starts"], types["dates_firm"], types["source_row"]) == ("DATE", "BOOLEAN", "INTEGER")
    assert types["geom"] == "MULTIPOLYGON"
    assert (row["starts"], row["dates_firm"], row["source_row"]) == ("2021-05-06", 1, 10**15)
    assert row["name"] == KAZAKH


def test_a_long_text_is_whole(city: Path) -> None:
    with opened(city) as store:
        assert store.execute("SELECT text FROM appeals WHERE id = '2-Қ'").fetchone()[0] == LONG


@pytest.mark.parametrize("lang", LANGUAGES)
def test_layers_are_named_and_described_in_the_chosen_language(lang: Language, tmp_path: Path) -> None:
    path = tmp_path / "city.gpkg"
    write_geopackage([(Courtyard, invented(Courtyard)), (Body, invented(Body))], path, lang=lang)
    with opened(path) as store:
        found = {row["table_name"]: row for row in store.execute("SELECT * FROM gpkg_contents")}
        style = store.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = 'bodies'").fetchone()[0]
    assert found["courtyards"]["identifier"] == Courtyard.label.of(lang)
    assert "7" in found["courtyards"]["description"]
    assert "1" in found["courtyards"]["description"]
    assert (found["courtyards"]["data_type"], found["bodies"]["data_type"]) == ("features", "attributes")
    aliases = {alias.get("field"): alias.get("name") for alias in ET.fromstring(style).iter("alias")}
    assert aliases["name_ru"] == fields(Body)["name_ru"].title(lang)


def test_every_layer_has_its_default_style(city: Path) -> None:
    with opened(city) as store:
        rows = store.execute("SELECT * FROM layer_styles").fetchall()
    assert {row["f_table_name"] for row in rows} == set(LAYERS)
    for row in rows:
        assert row["useAsDefault"] == 1
        drawn = has_shapes(LAYERS[row["f_table_name"]])
        assert row["f_geometry_column"] == ("geom" if drawn else "")
        assert ET.fromstring(row["styleQML"]).tag == "qgis"


def test_the_metadata_say_run_source_and_coverage(city: Path) -> None:
    assert pyogrio.read_info(city, layer="courtyards")["dataset_metadata"] == METADATA
    with opened(city) as store:
        text = store.execute("SELECT metadata FROM gpkg_metadata WHERE md_scope = 'dataset'").fetchone()[0]
    assert {item.get("key"): item.text for item in ET.fromstring(text).iter("MDI")} == METADATA


def test_the_only_day_in_the_file_is_the_one_given(city: Path) -> None:
    with opened(city) as store:
        days = [row[0] for row in store.execute("SELECT last_change FROM gpkg_contents")]
        days += [row[0] for row in store.execute("SELECT timestamp FROM gpkg_metadata_reference")]
        days += [row[0] for row in store.execute("SELECT update_time FROM layer_styles")]
    assert set(days) == {"2024-05-06T00:00:00.000Z"}


def test_shapes_are_found_through_the_spatial_index(city: Path) -> None:
    frame = invented(Courtyard)
    read = pyogrio.read_dataframe(city, layer="courtyards", bbox=tuple(frame["geom"][3].bounds))
    assert read["id"].tolist() == ["3-Қ"]


def test_a_planner_can_edit_the_file(city: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.gpkg"
    copy.write_bytes(city.read_bytes())
    row = gpd.GeoDataFrame(
        {"id": ["new"]}, geometry=[shapely.multipolygons([shapely.box(0, 0, 1, 1)])], crs=CRS
    )
    pyogrio.write_dataframe(row.rename_geometry("geom"), copy, layer="courtyards", append=True)
    read = pyogrio.read_dataframe(copy, layer="courtyards", bbox=(0, 0, 1, 1))
    assert read["id"].tolist() == ["new"]


def test_no_rows_make_an_empty_layer(tmp_path: Path) -> None:
    path = tmp_path / "city.gpkg"
    write_geopackage([(layer, invented(layer).iloc[:0]) for layer in LAYERS.values()], path)
    assert pyogrio.read_info(path, layer="courtyards")["features"] == 0
    assert pyogrio.read_info(path, layer="bodies")["features"] == 0


def test_text_with_quotes_is_no_sql(tmp_path: Path) -> None:
    frame = invented(Project)
    evil = "'); DROP TABLE projects; --\" ]]> </qgis>"
    frame.loc[3, "name"] = evil
    path = tmp_path / "city.gpkg"
    write_geopackage([(Project, frame)], path, metadata={"source": evil})
    with opened(path) as store:
        assert store.execute("SELECT name FROM projects WHERE id = '3-Қ'").fetchone()[0] == evil
    assert pyogrio.read_info(path, layer="projects")["dataset_metadata"]["source"] == evil


@pytest.mark.parametrize("pairs", [[], [Courtyard, Courtyard]])
def test_no_layer_or_a_layer_twice_is_refused(pairs: list[type[Layer]], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least one layer, and each layer once"):
        write_geopackage([(layer, invented(layer)) for layer in pairs], tmp_path / "city.gpkg")


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ends in \.gpkg"):
        write_geopackage([(Body, invented(Body))], tmp_path / "city.sqlite")


def test_a_file_that_is_open_elsewhere_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "city.gpkg"
    write_geopackage([(Body, invented(Body))], path)
    with closing(sqlite3.connect(path)) as qgis:
        qgis.execute("PRAGMA journal_mode = WAL")
        qgis.execute("UPDATE bodies SET name_ru = 'правка' WHERE code = '1-Қ'")
        qgis.commit()
        with pytest.raises(InputError, match=r"city.gpkg is open in another program.*close it there first"):
            write_geopackage([(Body, invented(Body))], path)
        assert qgis.execute("SELECT name_ru FROM bodies WHERE code = '1-Қ'").fetchone() == ("правка",)


def test_a_journal_left_by_a_killed_program_does_no_harm(tmp_path: Path) -> None:
    path, killed = tmp_path / "city.gpkg", tmp_path / "killed.gpkg"
    write_geopackage([(Body, invented(Body))], path)
    with closing(sqlite3.connect(path)) as qgis:
        qgis.execute("PRAGMA journal_mode = WAL")
        qgis.execute("UPDATE bodies SET name_ru = 'правка'")
        qgis.commit()
        killed.write_bytes(path.read_bytes())
        killed.with_name("killed.gpkg-wal").write_bytes(path.with_name("city.gpkg-wal").read_bytes())
    write_geopackage([(Body, invented(Body))], killed)
    assert [member.name for member in tmp_path.glob("killed*")] == ["killed.gpkg"]
    with opened(killed) as store:
        assert store.execute("SELECT name_ru FROM bodies WHERE code = '1-Қ'").fetchone()[0] == KAZAKH


def test_a_file_that_reads_back_otherwise_is_never_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "city.gpkg"
    write_geopackage([(Body, invented(Body))], path)
    before = path.read_bytes()
    plain = geopackage.finish

    def spoilt(draft: Path, made: Path, *rest: Any) -> None:
        plain(draft, made, *rest)
        with closing(sqlite3.connect(made)) as store, store:
            store.execute("UPDATE bodies SET kind = 'utility' WHERE code = '2-Қ'")

    monkeypatch.setattr(geopackage, "finish", spoilt)
    with pytest.raises(GisError, match=r"column bodies.kind, row 3: 'district_akimat' became 'utility'"):
        write_geopackage([(Body, invented(Body))], path)
    assert path.read_bytes() == before
    assert [member.name for member in tmp_path.iterdir()] == ["city.gpkg"]


def test_a_style_names_the_layers_that_its_fields_refer_to(tmp_path: Path) -> None:
    """QGIS loads them by these names beside the layer that was opened, and makes the relations."""
    pairs = [(layer, invented(layer)) for layer in (Conflict, Project)]
    links = [
        Link(Conflict, "project_a", Project, "id"),
        Link(Project, "executing_body", Body, "code"),  # a layer that is not in the file
        Link(Conflict, "body_a", Project, "id"),  # a field that offers a list
    ]
    words = {"bodies": {"akimat": Label("Акимат", "Әкімдік", "Akimat")}}
    write_geopackage(pairs, tmp_path / "city.gpkg", lang="en", links=links, vocabularies=words)
    with closing(sqlite3.connect(tmp_path / "city.gpkg")) as package:
        styles = dict(package.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    found = [each.attrib for each in ET.fromstring(styles["conflicts"]).iter("relation")]
    assert [(each["layerName"], each["dataSource"], each["name"]) for each in found] == [
        ("projects", "./city.gpkg|layername=projects", "Conflicts: Project A")
    ]
    assert "referencedLayers" not in styles["projects"]
