"""The disk of the server is full: one message with the cure, nothing changed; with room again it goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gis_core.cluster import Cluster
from tests.scripts.conftest import Abat
from tests.scripts.test_faults import CRS, refused
from tests.scripts.test_load_atomic import parcels

MEGABYTE = 1_000_000
ROWS = 50_000  # 12 MB of table, and as much of the server's journal


@pytest.fixture
def shelf() -> Iterator[Path]:
    """A small disk in memory where one may be mounted, else a folder."""
    folder = Path(tempfile.mkdtemp(prefix="abat-full-"))
    folder.chmod(0o755)
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    mount = [*sudo, "mount", "-t", "tmpfs", "-o", f"size=200m,mode=755,uid={os.geteuid()}", "tmpfs", folder]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0  # type: ignore[arg-type]
    yield folder
    if mounted:
        subprocess.run([*sudo, "umount", "-l", folder], check=True)  # type: ignore[list-item]
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(shelf: Path, abat: Abat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """Abat's own server there, with five parcels, and a file with many others."""
    monkeypatch.delenv("ABAT_DATABASE_URL")
    monkeypatch.setenv("ABAT_HOME", str(shelf))
    own = Cluster(shelf / "postgres", durable=False, linger=0).start()
    try:
        assert abat("load", "parcels", parcels(tmp_path / "few.csv", range(5), "old"), *CRS).code == 0
        parcels(tmp_path / "many.csv", range(ROWS), "new")
        yield own
    finally:
        own.stop()


def ask(server: Cluster, query: str) -> Any:
    address = server.start().url("abat_squares").replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        return connection.execute(query).fetchone()  # type: ignore[call-overload]


def test_a_table_that_cannot_grow_changes_nothing(server: Cluster, abat: Abat) -> None:
    """The kernel itself says that there is no room: the file of the table is a device that is always full."""
    path = server.folder.data / ask(server, "SELECT pg_relation_filepath('rejections')")[0]
    path.rename(path.with_suffix(".kept"))
    path.symlink_to("/dev/full")
    bad = Path("bad.csv")
    bad.write_text(Path("few.csv").read_text("utf-8").replace("old", "new") + "9;new;POINT EMPTY\n", "utf-8")
    told = abat("load", "parcels", bad, *CRS)
    refused(told, "No space left on device", "free space on the disk of the server")
    path.unlink()
    path.with_suffix(".kept").rename(path)
    assert ask(server, "SELECT count(*), min(purpose) FROM parcels") == (5, "old")
    assert abat("load", "parcels", bad, *CRS).code == 0
    assert ask(server, "SELECT count(*) FROM rejections") == (1,)


@pytest.mark.parametrize(
    ("left", "words"), [(8, "free space on the disk"), (20, "is full: free some space on it")]
)
def test_a_disk_that_fills_stops_a_load_and_not_the_store(
    server: Cluster, shelf: Path, abat: Abat, left: int, words: str
) -> None:
    """With little room tables cannot grow; with more its journal cannot, and the server stops itself."""
    if not shelf.is_mount():
        pytest.skip("no disk may be mounted here; the device that is always full is tested above")
    ballast = shelf / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(shelf).free - left * MEGABYTE))
    refused(abat("load", "parcels", "many.csv", *CRS), "the database refused", words)
    again = abat("export", "parcels", "--format", "csv", "--to", "out")
    assert (again.code == 0) == (left == 8)
    assert again.code == 0 or "the disk of" in again.err
    ballast.unlink()
    assert ask(server, "SELECT count(*), min(purpose) FROM parcels") == (5, "old")
    assert abat("load", "parcels", "many.csv", *CRS).code == 0
    assert ask(server, "SELECT count(*), min(purpose) FROM parcels") == (ROWS, "new")
