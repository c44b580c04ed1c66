"""An export killed at any moment leaves the old files whole, and the next one clears its remains away."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gis_core.errors import InputError
from gis_core.export import aside, exchange, write_csv, write_geojson, write_geopackage, write_shapefile
from gis_core.export.aside import file_aside, folder_aside
from layers.courtyards import Courtyard
from tests.gis_core.test_export_frames import digest, invented

ROOT = Path(__file__).resolve().parents[2]
CALL = "import sys; from tests.gis_core.test_export_aside import rehearse; rehearse(*sys.argv[1:])"
TIMED = 5
CHANGES = {"ctypes.dlsym", "sqlite3.connect", "shutil.rmtree"} | {
    f"os.{call}" for call in ("chmod", "link", "mkdir", "remove", "rename", "rmdir")
}


def export(kind: str, folder: Path, address: str) -> None:
    frame = invented(Courtyard).assign(address=address)
    match kind:
        case "gpkg":
            write_geopackage([(Courtyard, frame)], folder / "city.gpkg")
        case "csv":
            write_csv(Courtyard, frame, folder / "courtyards.csv")
        case "geojson":
            write_geojson(Courtyard, frame, folder / "courtyards.geojson")
        case _:
            write_shapefile(Courtyard, frame, folder)


def in_child(work: Callable[[], None]) -> int:
    """The number of a new process that does the work and ends."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return child


def visible(folder: Path) -> str:
    """One hash over what a reader sees: all but the hidden folders of exports that were killed."""
    return "".join(
        f"{path.name} {digest(path) if path.is_dir() else hash_of(path)}\n" for path in seen(folder)
    )


def seen(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith(aside.PREFIX))


def hash_of(path: Path) -> str:
    return str(hash(path.read_bytes()))


def killing(step: int, folder: str) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook that kills its own process at the given call that touches the folder."""
    count = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        touches = event == "ctypes.dlsym" or any(str(given).startswith(folder) for given in arguments)
        if touches and event in CHANGES:
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

    return hook


def rehearse(folder: str) -> None:
    """Kill the export of a shapefile and of a GeoPackage."""
    for kind in ("shp", "gpkg"):
        (Path(folder) / kind).mkdir()
        rehearse_kind(kind, str(Path(folder) / kind))


def rehearse_kind(kind: str, folder: str) -> None:
    """Export old, then new over it again and again, killed one call later each time; and by the clock."""
    home = Path(folder)
    states = {}
    for address in ("старый", "новый", "старый"):
        os.waitpid(in_child(lambda given=address: export(kind, home, given)), 0)  # type: ignore[misc]
        states[address] = visible(home)
    assert len(set(states.values())) == 2

    def attempt(step: int) -> None:
        sys.addaudithook(killing(step, folder))
        export(kind, home, "новый")

    ends, step = [], 1
    while not ends or ends[-1] != 0:
        ends.append(os.waitpid(in_child(lambda given=step: attempt(given)), 0)[1])  # type: ignore[misc]
        assert visible(home) in states.values(), f"killed at call {step}"
        step += 1
    moments = random.Random(7)
    for _ in range(TIMED):
        child = in_child(lambda: export(kind, home, moments.choice(["старый", "новый"])))
        time.sleep(moments.uniform(0.0, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert visible(home) in states.values()
    os.waitpid(in_child(lambda: export(kind, home, "новый")), 0)
    assert visible(home) == states["новый"]
    assert seen(home) == sorted(home.iterdir()), "remains of killed exports"
    assert len(ends) > 5, "too few moments to mean anything"


def test_a_killed_export_leaves_old_or_new_whole(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", CALL, str(tmp_path)]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_an_error_leaves_the_old_file_and_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail() -> None:
        with file_aside(path) as made:
            made.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "old"
    assert [member.name for member in tmp_path.iterdir()] == ["a.txt"]


def test_the_new_file_keeps_who_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o640)
    with file_aside(path) as made:
        made.write_text("new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)


def filled(path: Path, text: str) -> None:
    with folder_aside(path) as made:
        (made / f"{path.name}.dbf").write_text(text)


def test_a_file_system_without_exchange_replaces_the_folder_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "exchange", lambda _one, _other: False)
    filled(tmp_path / "set", "old")
    (tmp_path / "set" / "note.txt").write_text("mine")
    filled(tmp_path / "set", "new")
    assert (tmp_path / "set" / "set.dbf").read_text() == "new"
    assert (tmp_path / "set" / "note.txt").read_text() == "mine"
    assert [member.name for member in tmp_path.iterdir()] == ["set"]


def test_a_folder_lost_between_two_renames_comes_back(tmp_path: Path) -> None:
    left = tmp_path / f"{aside.PREFIX}dead"
    (left / "set.old").mkdir(parents=True)
    (left / "set").mkdir()
    (left / "set.old" / "set.dbf").write_text("old")
    filled(tmp_path / "other", "new")
    assert (tmp_path / "set" / "set.dbf").read_text() == "old"
    assert sorted(member.name for member in tmp_path.iterdir()) == ["other", "set"]


def test_what_a_live_export_writes_is_not_cleared_away(tmp_path: Path) -> None:
    with file_aside(tmp_path / "slow.txt") as slow:
        slow.write_text("half")
        with file_aside(tmp_path / "quick.txt") as quick:
            quick.write_text("quick")
        assert slow.exists()
    assert sorted(member.name for member in tmp_path.iterdir()) == ["quick.txt", "slow.txt"]


def test_exchange_changes_two_folders_or_nothing(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    (one / "a").touch()
    assert exchange.exchange(one, other) == (other / "a").exists()
    with pytest.raises(FileNotFoundError):
        exchange.exchange(one, tmp_path / "nowhere")


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "city.gpkg").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        export("gpkg", tmp_path, "x")


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "courtyards").touch()
    with pytest.raises(InputError, match="is a file"):
        export("shp", tmp_path, "x")


@pytest.mark.parametrize("kind", ["shp", "gpkg", "csv", "geojson"])
def test_a_full_disk_is_told_and_leaves_nothing(kind: str, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600, hard))
    try:
        with pytest.raises(InputError, match=r"cannot write .*nothing was replaced"):
            export(kind, tmp_path, "x")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"cannot write into .*choose another folder"):
        export("gpkg", tmp_path / "file" / "below", "x")
