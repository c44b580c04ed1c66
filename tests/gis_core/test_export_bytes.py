"""The same input gives the same bytes, whatever the hash seed, time zone, locale and order of rows."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

from gis_core.export import has_shapes, write_csv, write_geojson, write_geopackage, write_shapefile
from layers.appeals import Appeal
from layers.bodies import Body
from layers.courtyards import Courtyard
from layers.districts import District
from layers.projects import Project
from tests.gis_core.test_export_frames import digest, invented

EVERY_KIND = (Body, District, Courtyard, Project, Appeal)  # lists, holes, truth, dates, points, no shapes
ROOT = Path(__file__).resolve().parents[2]
CALL = "import sys; from tests.gis_core.test_export_bytes import everything; everything(*sys.argv[1:])"
HERE = {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"}
THERE = {"PYTHONHASHSEED": "2", "TZ": "Asia/Almaty", "LC_ALL": "ru_RU.UTF-8", "GDAL_NUM_THREADS": "ALL_CPUS"}


def everything(folder: str, step: str) -> None:
    """Some layers in all formats; `step` -1 turns the frames upside down."""
    out, day = Path(folder), dt.date(2024, 5, 6)
    frames = [(layer, invented(layer).iloc[:: int(step)]) for layer in EVERY_KIND]
    write_geopackage(frames, out / "city.gpkg", metadata={"run": "12", "date": "2024-05-06"}, date=day)
    for layer, frame in frames:
        write_csv(layer, frame, out / f"{layer.__tablename__}.csv")
        if has_shapes(layer):
            write_geojson(layer, frame, out / f"{layer.__tablename__}.geojson")
            write_shapefile(layer, frame, out / "shp", date=day)


def run_apart(folder: Path, step: str, surroundings: dict[str, str]) -> str:
    """The hash of everything, written by a process of its own in other surroundings."""
    command = [sys.executable, "-W", "error", "-c", CALL, str(folder), step]
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | surroundings)
    return digest(folder)


def test_two_processes_in_different_surroundings_write_the_same_bytes(tmp_path: Path) -> None:
    assert run_apart(tmp_path / "a", "1", HERE) == run_apart(tmp_path / "b", "-1", THERE)


def test_another_day_changes_only_the_days(tmp_path: Path) -> None:
    one, other = (
        write_shapefile(Courtyard, invented(Courtyard), tmp_path / str(year), date=dt.date(year, 1, 1))
        for year in (2021, 2022)
    )
    changed = [
        a.name for a, b in zip(one.paths, other.paths, strict=True) if a.read_bytes() != b.read_bytes()
    ]
    assert changed == ["courtyards.dbf"]
