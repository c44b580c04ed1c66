"""`abat export` as a user calls it, on a few courtyards of squares."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pyogrio
import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, insert

from gis_core.layer import table_of
from layers.bodies import Body
from layers.courtyards import Courtyard
from layers.runs import Run
from tests.drawing import box
from tests.scripts.conftest import Abat


@pytest.fixture(autouse=True)
def _yards(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(table_of(Run)), [{"verb": "load", "account": "me", "version": "1"}])
        rows = [{"id": f"C-{n}", "address": f"=Абай, {n}", "geom": box(20 * n, 0, 10, 10)} for n in (1, 2)]
        connection.execute(insert(table_of(Courtyard)), rows)
        connection.execute(insert(table_of(Body)), [{"code": "a", "name_ru": "Акимат", "kind": "other"}])


def test_a_zipped_shapefile_opens_as_it_is_and_is_the_same_each_time(abat: Abat, tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        result = abat("--json", "export", "courtyards", "--format", "shp", "--zip", "--to", name)
        assert result.code == 0, result.err
        assert f"{name}/courtyards.zip" in result.facts["files"]
        made.append((tmp_path / name / "courtyards.zip").read_bytes())
    assert made[0] == made[1]
    read = pyogrio.read_dataframe(f"/vsizip/{tmp_path}/a/courtyards.zip")
    assert read["address"].tolist() == ["=Абай, 1", "=Абай, 2"]
    with zipfile.ZipFile(tmp_path / "a" / "courtyards.zip") as archive:
        assert "run: 1 (load)" in archive.read("courtyards_fields.txt").decode("utf-8-sig")


def test_a_workbook_has_labels_points_and_no_formula(abat: Abat, tmp_path: Path) -> None:
    words = ("--format", "xlsx", "--points", "--to", "x")
    result = abat("--lang", "kk", "export", "courtyards", "bodies", *words)
    assert result.code == 0, result.err
    page = load_workbook(tmp_path / "x" / "courtyards.xlsx").active
    assert [cell.value for cell in page[1]][-2:] == ["Бойлық", "Ендік"]
    assert (page["B2"].value, page["B2"].data_type) == ("=Абай, 1", "s")
    assert page["C2"].value == "тексерілмеген"
    assert load_workbook(tmp_path / "x" / "bodies.xlsx").active["A2"].value == "a"


def test_a_project_lies_beside_its_geopackage_and_tells_its_run(abat: Abat, tmp_path: Path) -> None:
    assert abat("export", "courtyards", "bodies", "--format", "qgz", "--to", "q").code == 0
    names = {path.name for path in (tmp_path / "q").iterdir()}
    assert names == {"squares.gpkg", "squares.qgz", "squares_postgis.qgz", "README.txt"}
    metadata = pyogrio.read_info(tmp_path / "q" / "squares.gpkg", layer="courtyards")["dataset_metadata"]
    assert metadata["run"] == "1 (load)"


def test_a_local_crs_is_given_as_text(abat: Abat, tmp_path: Path) -> None:
    local = "+proj=tmerc +lat_0=51 +lon_0=71 +k=1 +x_0=0 +y_0=0 +ellps=krass +units=m +no_defs"
    assert abat("export", "courtyards", "--crs", local, "--to", "l").code == 0
    west = pyogrio.read_dataframe(tmp_path / "l" / "squares.gpkg", layer="courtyards").total_bounds[0]
    assert 10_000 < west < 40_000


def test_styles_and_grants_are_commands(abat: Abat) -> None:
    assert abat("--json", "db", "styles").facts["styles"] > 20
    assert "differ from the declarations" not in abat("check").out
    refused = abat("db", "grant", "nobody_here", "--as", "reader")
    assert refused.code == 1
    assert "CREATE ROLE" in refused.err
    assert "Traceback" not in refused.err
