"""The whole line on the sample city: load, derive, check, draw, export."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from layers.catalogue import LAYERS
from scripts.demo import sample_files
from tests.scripts.conftest import Abat


@pytest.fixture
def sample(abat_of: object, tmp_path: Path) -> tuple[Abat, Path, dict[str, object]]:
    """The demo, run on an empty database of Astana."""
    abat: Abat = abat_of("astana")  # type: ignore[operator]
    result = abat("--json", "demo", "--out", tmp_path)
    assert result.code == 0, result.err
    return abat, tmp_path, json.loads(result.out)


def test_the_demo_goes_through_every_step(sample: tuple[Abat, Path, dict[str, dict[str, int]]]) -> None:
    abat, out, facts = sample
    assert facts["rows"]["courtyards"] == 1615
    assert facts["derived"]["contested_parcels"] > 100
    assert facts["programme"]["places"] > 50
    assert {path.name for path in (out / "maps").iterdir()} == {
        *("index.html", "needs.html", "conflicts.html", "regimes.html", "programme.html", "summary.html"),
        *(
            f"district-{code}.html"
            for code in ("almaty", "baikonur", "nura", "saraishyk", "saryarka", "yesil")
        ),
    }

    # a second run loads, derives and writes the same
    pages = {path.name: path.read_bytes() for path in (out / "maps").iterdir()}
    package = (out / "qgis" / "astana.gpkg").read_bytes()
    again = json.loads(abat("--json", "demo", "--out", out).out)
    assert again["rows"] == facts["rows"]
    assert again["derived"] == facts["derived"]
    assert {path.name: path.read_bytes() for path in (out / "maps").iterdir()} == pages
    assert (out / "qgis" / "astana.gpkg").read_bytes() == package

    # what came out is what the store holds
    conflicts = gpd.read_file(out / "qgis" / "astana.gpkg", layer="conflicts")
    assert len(conflicts) == facts["derived"]["conflicts"]
    places = gpd.read_file(out / "shapefiles" / "contested_parcels" / "contested_parcels.shp")
    assert len(places) == facts["derived"]["contested_parcels"]
    assert {"distr_code", "n_bodies", "amount_kzt"} <= set(places.columns)
    inside = {name for name, _ in pyogrio.list_layers(out / "qgis" / "astana.gpkg")}
    assert inside == {*LAYERS, "layer_styles"}

    # every way out says that the data are invented
    for folder in ("qgis", "shapefiles"):
        assert "SAMPLE DATA, not facts" in (out / folder / "README.txt").read_text("utf-8-sig")

    checked = abat("--json", "check").facts
    assert checked["faults"] == 0


def test_the_sample_refuses_to_mix_with_rows_of_ones_own(abat_of: object, tmp_path: Path) -> None:
    abat: Abat = abat_of("astana")  # type: ignore[operator]
    own = tmp_path / "parcels.geojson"
    own.write_bytes(sample_files()["parcels"].read_bytes())
    assert abat("load", "parcels", own).code == 0
    result = abat("demo", "--out", tmp_path)
    assert result.code == 1
    assert "rows of your own in parcels" in result.err


def test_deriving_twice_changes_nothing_and_says_so(abat: Abat) -> None:
    assert abat("derive").code == 0
    result = abat("derive")
    assert (result.code, result.out) == (3, "derived layers are up to date\n")


def test_unknown_pages_and_layers_are_named_with_those_there_are(abat: Abat, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("id\n1\n")
    assert "no such page; there are: needs" in abat("map", "weather").err
    assert "no such layer; there are: bodies" in abat("export", "weather").err
    assert "no layer that files are loaded into" in abat("load", "conflicts", tmp_path / "x.csv").err


@pytest.mark.parametrize("kind", ["shp", "gpkg", "geojson", "csv"])
def test_an_empty_city_can_be_exported(abat: Abat, tmp_path: Path, kind: str) -> None:
    result = abat("export", "--to", tmp_path / "out", "--format", kind)
    assert result.code == 0, result.err


def test_an_empty_city_can_be_drawn(abat: Abat, tmp_path: Path) -> None:
    result = abat("map", "--out", tmp_path / "out")
    assert result.code == 0, result.err
