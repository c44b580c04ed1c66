"""A full disk, a lost server, a missing right: one message with the cure, exit 1, nothing changed."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, text

from gis_core import database
from gis_core.cluster import Cluster
from tests.killing import kill_server
from tests.scripts.conftest import Abat, Result
from tests.scripts.test_load_atomic import parcels

ROOT = Path(__file__).parents[2]
CRS = ("--crs", "EPSG:32642")


@pytest.fixture
def store(engine: Engine, abat: Abat, tmp_path: Path) -> Abat:
    """Five parcels that were loaded, and a file with five thousand others."""
    assert abat("load", "parcels", parcels(tmp_path / "few.csv", range(5), "old"), *CRS).code == 0
    parcels(tmp_path / "many.csv", range(5_000), "new")
    return abat


def seen(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.execute(text("SELECT count(*), min(purpose) FROM parcels")).one()


def refused(result: Result, *words: str) -> None:
    """Ended with exit 1, one message that has these words, and no traceback."""
    assert result.code == 1, result
    assert "Traceback" not in result.err
    last = result.err.strip().splitlines()[-1]
    assert last.startswith("abat: "), last
    for word in words:
        assert word in last, last


def limited(*words: object, most: int = 20_000) -> Result:
    """A command in a process whose files may not grow beyond so many bytes, as on a disk that is full."""
    command = [sys.executable, "-W", "ignore", "-B", "-m", f"scripts.{words[0]}", *map(str, words[1:])]
    limit = (most, most)
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )  # fmt: skip
    return Result(done.returncode, done.stdout, done.stderr)


def test_a_disk_that_fills_during_a_load_changes_nothing(store: Abat, engine: Engine, tmp_path: Path) -> None:
    told = limited("load", "parcels", tmp_path / "many.csv", *CRS)
    refused(told, "nothing was changed", "files may not grow that large here")
    assert seen(engine) == (5, "old")


def test_a_file_where_a_folder_is_asked_for_is_left_alone(store: Abat, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    for place in (taken, taken / "deeper"):
        refused(store("export", "parcels", "--to", place), "a file stands", "choose another place")
        refused(store("map", "needs", "--out", place), "a file stands", "choose another place")
    assert taken.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("kind", ["gpkg", "csv", "xlsx", "geojson", "shp"])
def test_a_disk_that_fills_during_an_export_leaves_the_old_files(
    store: Abat, engine: Engine, tmp_path: Path, kind: str
) -> None:
    assert store("export", "parcels", "--format", kind, "--to", "out").code == 0
    before = files(tmp_path / "out")
    assert store("load", "parcels", "many.csv", *CRS).code == 0
    refused(limited("export", "parcels", "--format", kind, "--to", tmp_path / "out"), "")
    assert {name: content for name, content in files(tmp_path / "out").items() if name in before} == before
    assert not [*(tmp_path / "out").glob(".abat-*")]


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "README.txt"
    }


def test_a_disk_that_fills_during_a_backup_leaves_the_old_one(store: Abat, tmp_path: Path) -> None:
    assert store("db", "backup", "a.dump").code == 0
    before = (tmp_path / "a.dump").read_bytes()
    refused(limited("db", "backup", tmp_path / "a.dump", "--force", most=4_000), "nothing was changed")
    assert files(tmp_path)["a.dump"] == before


@pytest.mark.parametrize("verb", ["load", "derive", "export", "map"])
def test_a_read_only_database_takes_no_change_and_can_be_read(store: Abat, engine: Engine, verb: str) -> None:
    with engine.connect() as connection:
        name = connection.scalar(text("SELECT current_database()"))
    with engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    words: dict[str, tuple[object, ...]] = {
        "load": ("load", "parcels", "many.csv", *CRS), "derive": ("derive",),
        "export": ("export", "parcels", "--to", "out"), "map": ("map", "index", "--out", "maps"),
    }  # fmt: skip
    said = store(*words[verb])
    if verb in ("load", "derive"):
        refused(said, "read-only transaction", "it takes no changes")
    else:
        assert said.code == 0, said.err
    assert seen(engine) == (5, "old")


def test_an_account_without_rights_is_told_what_to_do(
    store: Abat, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = engine.url
    with engine.begin() as connection:
        connection.execute(text("CREATE ROLE stranger LOGIN"))
    monkeypatch.setenv(
        "ABAT_DATABASE_URL", url.set(username="stranger").render_as_string(hide_password=False)
    )
    try:
        for words in (("load", "parcels", "many.csv", *CRS), ("export", "parcels"), ("derive",)):
            refused(store(*words), "permission denied", "give you the right (abat db grant)")
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP ROLE stranger"))
    assert seen(engine) == (5, "old")


def test_postgis_that_is_too_old_is_told_with_the_cure(store: Abat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST_POSTGIS", (99, 0))
    refused(store("export", "parcels"), "is too old; Abat needs 99.0", "ALTER EXTENSION postgis UPDATE")


def test_a_database_without_postgis_is_told_with_the_cure(
    store: Abat, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = engine.url.set(database="postgres").render_as_string(hide_password=False)
    monkeypatch.setenv("ABAT_DATABASE_URL", url)
    refused(store("export", "parcels"), "has no PostGIS", "CREATE EXTENSION postgis")


def test_a_database_that_is_not_there_is_told_with_the_cure(
    store: Abat, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = engine.url.set(database="nowhere").render_as_string(hide_password=False)
    monkeypatch.setenv("ABAT_DATABASE_URL", url)
    refused(store("export", "parcels"), "does not exist", "CREATE DATABASE")


COMMANDS: tuple[tuple[str, ...], ...] = (
    *(("load", "parcels", "many.csv", *CRS), ("derive",), ("export", "parcels"), ("map", "index")),
    *(("check",), ("check", "--repair"), ("db", "upgrade"), ("db", "backup", "a.dump"), ("conflicts",)),
)


def test_a_database_of_a_newer_program_is_left_alone_with_the_cure(
    store: Abat, engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = files(tmp_path)
    for words in COMMANDS:
        refused(store(*words), "schema 9999, which this Abat does not know", "install a newer Abat")
    assert (seen(engine), files(tmp_path)) == ((5, "old"), before)


@contextmanager
def crowd(url: str) -> Iterator[None]:
    """All connections that a server gives, taken."""
    address = url.replace("postgresql+psycopg", "postgresql")
    held: list[psycopg.Connection[Any]] = []
    try:
        with suppress(psycopg.OperationalError):
            while True:
                held.append(psycopg.connect(address))
        yield
    finally:
        for each in held:
            each.close()


@pytest.fixture
def lonely() -> Iterator[tuple[str, Cluster]]:
    """A server of this test alone, which may be broken."""
    with tempfile.TemporaryDirectory(prefix="abat-lonely-") as folder:
        Path(folder).chmod(0o755)
        made = Cluster(Path(folder) / "postgres", linger=0)
        try:
            made.start().ensure_database("squares")
            yield made.url("squares"), made
        finally:
            made.stop()


def test_a_server_lost_in_the_middle_changes_nothing(
    lonely: tuple[str, Cluster], abat: Abat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, cluster = lonely
    monkeypatch.setenv("ABAT_DATABASE_URL", url)
    assert abat("load", "parcels", parcels(tmp_path / "few.csv", range(5), "old"), *CRS).code == 0
    parcels(tmp_path / "many.csv", range(60_000), "new")
    for words in (("load", "parcels", "many.csv", *CRS), ("db", "backup", "a.dump")):
        struck = threading.Thread(target=_strike, args=(cluster, url))
        struck.start()
        said = abat(*words)
        refused(said)
        assert "abat db status" in said.err or "nothing was changed" in said.err
        struck.join()
        cluster.start()
        engine = create_engine(cluster.url("squares"))
        assert seen(engine) == (5, "old")
        engine.dispose()
    assert not (tmp_path / "a.dump").exists()


BUSY = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name IN ('abat', 'pg_dump') AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
"""


def _strike(cluster: Cluster, url: str) -> None:
    """Kill the server and all its processes as soon as a command of Abat works in it."""
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        while connection.execute(BUSY).fetchone() == (0,):
            time.sleep(0.005)
        kill_server(cluster)


def test_a_server_without_free_connections_is_told_with_the_cure(
    lonely: tuple[str, Cluster], abat: Abat, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, _ = lonely
    monkeypatch.setenv("ABAT_DATABASE_URL", url)
    with crowd(url):
        refused(abat("check"), "close other programs that use the database", "max_connections")
