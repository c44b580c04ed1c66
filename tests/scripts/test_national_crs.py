"""A city that keeps its rows in QazTRF-23, which neither pyproj nor PostGIS knows, from loading to export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import Engine, create_engine, text

from gis_core.cluster import Cluster
from tests.scripts.conftest import SQUARES, Abat

ZONE = "EPSG:10946"
DISTRICT = shapely.box(71.40, 51.10, 71.50, 51.20)
PARCELS = {
    f"p{number}": shapely.box(at := 71.42 + number / 100, 51.12, at + 0.001, 51.121) for number in range(3)
}
IN_DEGREES = text("SELECT id, ST_AsBinary(ST_Transform(geom, 4326)) FROM parcels ORDER BY id")
M2 = text("SELECT ST_Area(geom), ST_Area(ST_Transform(geom, 4326)::geography) FROM parcels")


@pytest.fixture
def national(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abat: Abat
) -> Iterator[Engine]:
    """The city of squares in zone 12 of QazTRF-23, in a database without tables."""
    profile = Path(SQUARES).read_text("utf-8").replace("EPSG:32642", ZONE)
    (tmp_path / "national.toml").write_text(profile, encoding="utf-8")
    cluster.ensure_database("national")
    monkeypatch.setenv("ABAT_DATABASE_URL", cluster.url("national"))
    monkeypatch.setenv("ABAT_CITY", str(tmp_path / "national.toml"))
    engine = create_engine(cluster.url("national"))
    yield engine
    engine.dispose()


def written(path: Path, shapes: dict[str, shapely.Geometry], **more: object) -> Path:
    """Shapes with ids as GeoJSON in degrees."""
    frame = gpd.GeoDataFrame({"id": [*shapes], **more}, geometry=[*shapes.values()], crs=4326)
    frame.to_file(path, driver="GeoJSON")
    return path


def test_rows_are_stored_turned_into_degrees_and_exported_where_they_lie(
    national: Engine, abat: Abat, tmp_path: Path
) -> None:
    districts = written(tmp_path / "districts.geojson", {"d": DISTRICT}, code="d", name_ru="Район")
    assert (done := abat("load", "districts", districts)).code == 0, done.err
    loaded = abat("--json", "load", "parcels", written(tmp_path / "parcels.geojson", PARCELS))
    assert loaded.code == 0, loaded.err
    assert loaded.facts["files"][0]["bounds"] == pytest.approx([71.42, 51.12, 71.441, 51.121], abs=1e-3)
    with national.connect() as connection:
        found = {name: shapely.from_wkb(bytes(shape)) for name, shape in connection.execute(IN_DEGREES)}
        areas = connection.execute(M2).all()
    assert all(found[name].hausdorff_distance(shape) < 1e-9 for name, shape in PARCELS.items())
    assert all(flat == pytest.approx(round_, rel=0.002) for flat, round_ in areas)
    for kind in ("gpkg", "shp"):
        made = abat("export", "parcels", "--format", kind, "--to", tmp_path / kind)
        assert made.code == 0, made.err
        back = abat("load", "parcels", next((tmp_path / kind).rglob(f"*.{kind}")))
        assert back.code == 3, back.out + back.err


def test_an_account_that_may_not_tell_postgis_of_the_crs_is_told_who_may(
    national: Engine, abat: Abat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    districts = written(tmp_path / "districts.geojson", {"d": DISTRICT}, code="d", name_ru="Район")
    with national.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.exec_driver_sql("CREATE EXTENSION postgis; CREATE EXTENSION btree_gist")
        connection.exec_driver_sql("CREATE ROLE lesser LOGIN; GRANT ALL ON SCHEMA public TO lesser")
    url = national.url.set(username="lesser")
    monkeypatch.setenv("ABAT_DATABASE_URL", url.render_as_string(hide_password=False))
    try:
        told = abat("load", "districts", districts)
        assert (told.code, told.out) == (1, "")
        assert "does not know EPSG:10946" in told.err
        assert "GRANT INSERT ON spatial_ref_sys TO lesser" in told.err
        with national.begin() as connection:
            made = "SELECT count(*) FROM pg_class WHERE relowner = 'lesser'::regrole"
            assert connection.scalar(text(made)) == 0
            connection.exec_driver_sql("GRANT INSERT ON spatial_ref_sys TO lesser")
        assert abat("load", "districts", districts).code == 0
    finally:
        with national.begin() as connection:
            connection.exec_driver_sql("DROP OWNED BY lesser; DROP ROLE lesser")
