"""Which server's programs are chosen, and what is said when there are none."""

from pathlib import Path

import pytest

from gis_core.cluster import binaries, find_binaries
from gis_core.errors import StoreError


@pytest.fixture(autouse=True)
def _bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No server but those a test puts up."""
    monkeypatch.setattr(binaries, "USUAL_PLACES", (f"{str(tmp_path)[1:]}/usual/*/bin",))
    monkeypatch.setattr("sys.prefix", str(tmp_path / "venv"))


def put_up(prefix: Path, *, postgis: str | None = "3.4.2", major: int = 16) -> Path:
    """A server's folder of programs which do nothing but tell their version."""
    folder = prefix / "bin"
    folder.mkdir(parents=True)
    for name in binaries.NEEDED:
        (folder / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {major}.1'\n")
        (folder / name).chmod(0o755)
    if postgis:
        control = prefix / "share" / "extension" / "postgis.control"
        control.parent.mkdir(parents=True)
        control.write_text(f"default_version = '{postgis}'\n")
    return folder.resolve()


def test_server_said_explicitly_is_the_only_one_tried(tmp_path: Path) -> None:
    good, bare = put_up(tmp_path / "good"), put_up(tmp_path / "bare", postgis=None)
    assert find_binaries({"ABAT_PG_BIN": str(good), "PATH": str(bare)}) == good
    with pytest.raises(StoreError, match=f"in {bare}, which ABAT_PG_BIN names"):
        find_binaries({"ABAT_PG_BIN": str(bare), "PATH": str(good)})


def test_this_environment_comes_before_path_and_path_before_the_usual_places(tmp_path: Path) -> None:
    usual = put_up(tmp_path / "usual" / "16")
    assert find_binaries({"PATH": "/nowhere"}) == usual
    path = put_up(tmp_path / "path")
    assert find_binaries({"PATH": f"/nowhere:{path}"}) == path
    conda = put_up(tmp_path / "conda")
    assert find_binaries({"PATH": str(path), "CONDA_PREFIX": str(tmp_path / "conda")}) == conda


def test_newest_of_the_usual_places_is_taken(tmp_path: Path) -> None:
    put_up(tmp_path / "usual" / "9")
    newest = put_up(tmp_path / "usual" / "17")
    assert find_binaries({"PATH": ""}) == newest


def test_server_of_the_version_of_the_data_is_taken(tmp_path: Path) -> None:
    old = put_up(tmp_path / "usual" / "15", major=15)
    put_up(tmp_path / "usual" / "17", major=17)
    assert find_binaries({"PATH": ""}, major=15) == old


def test_server_without_postgis_is_passed_over(tmp_path: Path) -> None:
    bare, good = put_up(tmp_path / "bare", postgis=None), put_up(tmp_path / "usual" / "16")
    assert find_binaries({"PATH": str(bare)}) == good


@pytest.mark.parametrize(
    ("postgis", "fault"), [(None, "PostgreSQL without PostGIS"), ("3.2.9", "PostGIS 3.2")]
)
def test_refusal_says_what_was_found_wanting(tmp_path: Path, postgis: str | None, fault: str) -> None:
    bare = put_up(tmp_path / "bare", postgis=postgis)
    with pytest.raises(StoreError, match=f"{bare}: {fault}"):
        find_binaries({"PATH": str(bare)})


@pytest.mark.parametrize(
    "cure", ["apt install", "environment-server.yml", "brew install", "ABAT_DATABASE_URL"]
)
def test_missing_binaries_say_what_to_install(cure: str) -> None:
    with pytest.raises(StoreError, match=cure):
        find_binaries({"PATH": "/nowhere"})
