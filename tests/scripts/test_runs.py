"""Each run says which files it read with their sums, by which versions, and how long it took."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gis_core import filling
from tests.scripts.conftest import Abat
from tests.scripts.test_load_atomic import parcels

CRS = ("--crs", "EPSG:32642")


@pytest.mark.parametrize("large", [filling.LARGE, 1], ids=["merged", "filled"])
def test_a_run_keeps_sums_of_all_its_files_versions_and_times(
    abat: Abat, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(filling, "LARGE", large)
    files = [parcels(tmp_path / f"{n}.csv", range(5 * n, 5 * n + 5), "x") for n in (1, 2)]
    assert abat("load", "parcels", *files, *CRS).code == 0
    with engine.connect() as connection:
        query = "SELECT inputs, versions, ended - began FROM runs JOIN run_times ON run_id = id"
        ((inputs, versions, took),) = connection.execute(text(query)).all()
    sums = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    assert inputs == [{"file": f"{n}.csv", "sha256": sums[n - 1]} for n in (1, 2)]
    assert versions["abat"] == version("abat")
    assert {"python", "postgresql", "postgis", "shapely", "pyproj"} <= {*versions}
    assert took.total_seconds() > 0


def test_a_log_is_lines_of_json_when_asked_for(abat: Abat, tmp_path: Path) -> None:
    file = parcels(tmp_path / "a.csv", range(5), "x")
    said = abat("--log-json", "--json", "load", "parcels", file, *CRS)
    lines = [json.loads(line) for line in said.err.splitlines()]
    assert all({*line} == {"time", "level", "message"} for line in lines)
    assert lines[0]["message"] == f"reading {file}"
    assert said.facts["changed"] is True
    refused = abat("load", "parcels", "nowhere.csv", "--log-json")
    (line,) = refused.err.splitlines()
    assert (refused.code, json.loads(line)["level"]) == (1, "error")
    assert "nowhere.csv" in json.loads(line)["message"]
