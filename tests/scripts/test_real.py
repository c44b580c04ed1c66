"""Files nobody here wrote, through load, derive, map and export, against an independent computation."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from sqlalchemy import Engine, create_engine

from tests.scripts.conftest import Abat

REAL = Path(__file__).parents[3] / "shared" / "real"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside the project")
City = Callable[[str], Abat]


@pytest.fixture
def store() -> Callable[[], Engine]:
    """Opens the database that the commands of the test work on."""
    return lambda: create_engine(os.environ["ABAT_DATABASE_URL"])


def test_paris_works_conflict_exactly_as_geopandas_overlay_says(
    abat_of: City, store: Callable[[], Engine], tmp_path: Path
) -> None:
    abat = abat_of("paris")
    assert abat("load", "districts", REAL / "paris" / "paris_quartiers.geojson").code == 0
    loaded = abat("--json", "load", "projects", REAL / "paris" / "paris_chantiers_perturbants.geojson").facts
    assert (loaded["counts"]["read"], loaded["counts"]["accepted"], loaded["counts"]["rejected"]) == (
        1136,
        1131,
        5,
    )
    derived = abat("--json", "derive").facts["counts"]
    assert (derived["works"], derived["conflicts"]) == (1130, 253)
    engine = store()
    works = gpd.read_postgis("SELECT project_id, body, starts, ends, geom FROM works", engine)
    found = pd.read_sql("SELECT project_a, project_b, shared_m2 FROM conflicts WHERE rule = 'clash'", engine)
    bodies = pd.read_sql("SELECT count(*) AS n FROM bodies", engine)
    engine.dispose()
    assert bodies["n"].item() == 192  # every spelling is a body of its own until a person merges them
    pairs = gpd.overlay(works, works, how="intersection", keep_geom_type=True)
    pairs["m2"] = pairs.area
    pairs = pairs[
        (pairs.project_id_1 < pairs.project_id_2)
        & (pairs.body_1 != pairs.body_2)
        & (pairs.m2 > 1)
        & (pairs.starts_1 <= pairs.ends_2)
        & (pairs.starts_2 <= pairs.ends_1)
    ]
    expected = pairs.groupby(["project_id_1", "project_id_2"])["m2"].sum()
    ours = found.groupby(["project_a", "project_b"])["shared_m2"].sum()
    assert list(ours.index) == list(expected.index)
    assert len(ours) == 102
    assert ours.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-6)
    assert abat("map", "--out", tmp_path / "maps").code == 0
    assert abat("export", "--to", tmp_path / "files", "--format", "shp").code == 0
    assert len(gpd.read_file(tmp_path / "files" / "conflicts" / "conflicts.shp")) == 253


def test_chicago_requests_fall_into_wards_as_geopandas_says(
    abat_of: City, store: Callable[[], Engine], tmp_path: Path
) -> None:
    abat = abat_of("chicago")
    wards = REAL / "chicago" / "chicago_wards_2015.geojson"
    requests = REAL / "chicago" / "service_requests_74k.csv.gz"
    assert abat("load", "districts", wards).code == 0
    counts = abat("--json", "load", "appeals", requests).facts["counts"]
    assert counts["read"] == 74401
    assert counts["accepted"] + counts["rejected"] == 74401
    assert abat("derive").code == 0
    raw = pd.read_csv(requests, dtype=str).drop_duplicates()  # a row that is repeated whole counts once
    repeated = raw["Service_Request_Number"].duplicated(keep=False)
    assert counts["accepted"] == int((~repeated).sum())
    raw = raw[~repeated & raw["Latitude"].notna() & raw["Longitude"].notna()]
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(raw["Longitude"].astype(float), raw["Latitude"].astype(float)), crs=4326
    )
    joined = points.sjoin(gpd.read_file(wards)[["ward", "geometry"]])
    expected = joined.groupby("ward").size().sort_index()
    engine = store()
    query = "SELECT district_id AS ward, count(*) AS n FROM appeal_places GROUP BY 1"
    ours = pd.read_sql(query, engine).dropna().set_index("ward")["n"].sort_index()
    engine.dispose()
    assert ours.to_dict() == {str(ward): n for ward, n in expected.items()}
    assert abat("map", "needs", "--out", tmp_path).code == 0


def test_philadelphia_parcels_come_from_feet_to_metres(
    abat_of: City, store: Callable[[], Engine], tmp_path: Path
) -> None:
    abat = abat_of("philadelphia")
    parcels = REAL / "philadelphia" / "vacant_parcels.parquet"
    assert abat("load", "districts", REAL / "philadelphia" / "city_limits.geojson").code == 0
    facts = abat("--json", "load", "parcels", parcels).facts
    assert facts["files"][0]["crs"] == "EPSG:2272"
    assert (facts["counts"]["read"], facts["counts"]["accepted"]) == (25663, 25648)
    engine = store()
    ours = gpd.read_postgis("SELECT id, geom FROM parcels", engine).set_index("id").geometry.area
    engine.dispose()
    raw = gpd.read_parquet(parcels).dropna(subset="opa_id")
    raw = raw.set_index(raw["opa_id"].str.strip())
    valid = raw[raw.is_valid].to_crs(26918).geometry.area
    assert ours[valid.index].to_numpy() == pytest.approx(valid.to_numpy(), rel=1e-6, abs=1e-6)
    assert abat("export", "parcels", "--to", tmp_path, "--format", "gpkg").code == 0


def test_new_yorks_capital_money_falls_into_districts_and_adds_up(
    abat_of: City, store: Callable[[], Engine]
) -> None:
    """All money of the file but that of ids met twice and of one outside the city.

    A point is widened to ten metres; of its 314 m² one in another district counts as touching.
    """
    abat = abat_of("nyc")
    projects, districts = (
        REAL / "nyc" / "capital_projects.geojson",
        REAL / "nyc" / "community_districts.geojson",
    )
    assert abat("load", "districts", districts).code == 0
    assert abat("--json", "load", "projects", projects).facts["counts"]["accepted"] == 2005
    assert abat("load", "project_funding", projects, "--set", "year=2021").code == 0
    assert abat("derive").code == 0
    features = json.loads(projects.read_text("utf-8"))["features"]
    raw = gpd.GeoDataFrame.from_features(features, crs=4326)[["project_id", "combined_total", "geometry"]]
    raw = raw.assign(project_id=raw["project_id"].astype(str)).to_crs(26918)
    raw = raw[~raw["project_id"].duplicated(keep=False) & (raw["project_id"] != "CRO-NCA")]
    engine = store()
    works = pd.read_sql("SELECT project_id FROM works", engine)["project_id"]
    query = "SELECT district_code, sum(amount_kzt) AS amount FROM district_money GROUP BY 1"
    ours = pd.read_sql(query, engine).set_index("district_code")["amount"].astype(float)
    engine.dispose()
    assert ours.sum() == raw["combined_total"].sum()
    placed = raw[raw["project_id"].isin(works)].assign(geometry=lambda rows: rows.geometry.buffer(10))
    outlines = gpd.read_file(districts).to_crs(26918)
    parts = gpd.overlay(placed, outlines, how="intersection", keep_geom_type=True)
    share = parts.area / parts["project_id"].map(placed.set_index("project_id").area)
    expected = (parts["combined_total"] * share).groupby(parts["BoroCD"].astype(str)).sum()
    inside = ours.drop("")
    assert inside.to_dict() == pytest.approx(expected.to_dict(), rel=1e-3, abs=250)
    assert abat("--json", "needs").facts["coverage"]["money"] == pytest.approx(inside.sum() / ours.sum())
