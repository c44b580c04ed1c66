"""Worker processes give the rows that one process gives, also where one of them dies of a kill -9."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from distributed import Client
from numpy.typing import NDArray
from sqlalchemy import Engine, create_engine, text

from gis_core import tiles, workers
from gis_core.errors import StoreError
from gis_core.overlap import Polygons, overlaps
from scripts import deriving
from tests.killing import tables
from tests.scripts.conftest import Abat

ROOT = Path(__file__).parents[2]
SPREAD = ("conflicts", "openings", "project_places")
REGIMES = ("regime_conflicts", "regime_scenarios")
SAMPLE = ROOT / "data" / "sample"


class Farm:
    """A scheduler and two workers of one thread each, started as docs/scale.md tells."""

    def __init__(self, folder: Path) -> None:
        self.told = folder / "scheduler.json"
        self.log = (folder / "log").open("w")
        here = ("--host", "127.0.0.1", "--no-dashboard")
        self.scheduler = self.begin("scheduler", "--port", "0", "--scheduler-file", str(self.told), *here)
        while not (self.told.exists() and self.told.read_text("utf-8").endswith("}")):
            assert self.scheduler.poll() is None
            time.sleep(0.05)
        self.address = json.loads(self.told.read_text("utf-8"))["address"].replace("tcp://", "dask://")
        self.workers: list[subprocess.Popen[bytes]] = []

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        program = [sys.executable, "-m", "dask", *words]
        return subprocess.Popen(program, cwd=ROOT, stdout=self.log, stderr=self.log)

    def staff(self) -> None:
        """Bring the workers to two."""
        self.workers = [each for each in self.workers if each.poll() is None]
        words = (
            "worker",
            "--scheduler-file",
            str(self.told),
            "--nthreads",
            "1",
            "--no-nanny",
            "--no-dashboard",
        )
        self.workers += [self.begin(*words) for _ in range(2 - len(self.workers))]

    def close(self) -> None:
        for each in (*self.workers, self.scheduler):
            each.kill()
            each.wait()
        self.log.close()


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    started = Farm(tmp_path_factory.mktemp("farm"))
    yield started
    started.close()


@pytest.fixture
def address(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where two workers are found; tiles are small enough that there are many."""
    monkeypatch.setattr(tiles, "LEAST", 5)
    farm.staff()
    with Client(farm.address.replace("dask", "tcp")) as client:
        client.wait_for_workers(2, timeout=60)
    return farm.address


@pytest.fixture
def filled(abat: Abat, tmp_path: Path) -> Abat:
    """A row of forty courtyards with two works on each, loaded."""
    for layer, words in tables().items():
        (tmp_path / f"{layer}.csv").write_text(words, "utf-8")
        result = abat("load", layer, tmp_path / f"{layer}.csv", "--crs", "EPSG:32642")
        assert result.code == 0, result.err
    return abat


def rows(store: Engine, names: Iterable[str] = SPREAD) -> dict[str, list[str]]:
    with store.connect() as connection:
        return {
            name: [row for (row,) in connection.execute(text(f"SELECT t::text FROM {name} t ORDER BY 1"))]
            for name in names
        }


def scattered(count: int, seed: int) -> NDArray[np.object_]:
    """Stars of up to 300 corners, some as long as the town, some empty."""
    dice, made = np.random.default_rng(seed), np.empty(count, dtype=object)
    for number in range(count):
        corners = int(dice.choice([5, 9, 300], p=[0.5, 0.45, 0.05]))
        turn = np.sort(dice.uniform(0, 2 * np.pi, corners))
        reach = dice.uniform(0.6, 1, corners) * (900 if number % 197 == 0 else 40)
        star = np.column_stack([np.cos(turn), np.sin(turn)]) * reach[:, None] + dice.uniform(
            0, 60 * count**0.5, 2
        )
        made[number] = shapely.make_valid(shapely.Polygon(star)) if number % 50 else shapely.Polygon()
    kind = shapely.get_type_id(made)
    made[(kind != 3) & (kind != 6)] = shapely.Polygon()
    return made


@pytest.mark.parametrize("count", [400, 6_000])
def test_pairs_found_by_workers_are_those_found_here_to_the_last_digit(address: str, count: int) -> None:
    a, b = scattered(count, 1), scattered(count, 2)
    here = overlaps(Polygons(a), Polygons(b), 1.0)
    told: list[str] = []
    with workers.given(address, told.append):
        there = tiles.spread_overlaps(a, b, 1.0)
    assert len(told) > 8  # as many parts, and more
    assert len(here.i) > count / 2
    for mine, theirs in zip(here, there, strict=True):
        assert np.array_equal(mine, theirs)


def test_each_shape_is_of_one_tile_and_an_empty_one_of_none() -> None:
    shapes = scattered(3_000, 3)
    cut = tiles.tiles(shapes, 2)
    assert len(cut) > 5
    assert max(map(len, cut)) <= 3_000 / 8 + 1
    assert sorted(np.concatenate(cut).tolist()) == np.flatnonzero(~shapely.is_empty(shapes)).tolist()
    assert tiles.tiles(shapes[:0], 2) == []


def test_a_derive_by_workers_gives_the_same_rows_though_one_is_killed(
    filled: Abat, store: Engine, farm: Farm, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def kill(words: str) -> None:
        told.append(words)
        if words.startswith("part 1 of") and farm.workers[0].poll() is None:
            farm.workers[0].kill()

    monkeypatch.setattr(deriving, "given", lambda where, _: workers.given(where, kill))
    result = filled("derive", "--workers", address)
    assert result.code == 0, result.err
    assert told[0] == f"2 workers with 2 threads at {address}"
    assert len(told) > 8
    assert farm.workers[0].poll() is not None
    there = rows(store)
    assert filled("derive", "--force").code == 0
    assert len(there["conflicts"]) > 20
    assert rows(store) == there


def test_both_divisions_of_powers_are_tried_by_workers_as_here(
    abat_of: Callable[[str], Abat], tmp_path: Path, address: str
) -> None:
    astana, of = (
        abat_of("astana"),
        {"heat": "dept_environment", "roads": "dept_transport", "akimat": "akimat_nura"},
    )
    files = {layer: tmp_path / f"{layer}.csv" for layer in tables()} | {"bodies": SAMPLE / "bodies.csv"}
    for layer, words in tables().items():
        if layer != "bodies":
            told = re.sub(r";(heat|roads|akimat);", lambda met: f";{of[met[1]]};", words)
            files[layer].write_text(told.replace("heat_network", "current_repair"), "utf-8")
        assert astana("load", layer, files[layer], "--crs", "EPSG:32642").code == 0
    store = create_engine(os.environ["ABAT_DATABASE_URL"])
    assert astana("derive", "--workers", address).code == 0
    there = rows(store, REGIMES)
    assert astana("derive", "--force").code == 0
    assert rows(store, REGIMES) == there
    store.dispose()
    assert all(len(there[name]) > 20 for name in REGIMES)


def test_a_worker_with_another_programme_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "programme", lambda: "another")
    with workers.given(address, str), pytest.raises(StoreError, match="runs another version of Abat"):
        tiles.spread_overlaps(scattered(20, 1), scattered(20, 2))


def test_a_fault_of_a_worker_is_not_told_as_a_lost_scheduler(address: str) -> None:
    with workers.given(address, lambda _: None):
        held = workers.at_hand()
        assert held is not None
        with pytest.raises(StoreError, match=r"a worker could not go on .*No such file"):
            held.map(os.listdir, ["/no/such/folder"], 1)


def test_no_scheduler_is_asked_where_nothing_is_to_be_derived(abat: Abat) -> None:
    assert abat("derive").code == 0
    result = abat("derive", "--workers", "dask://127.0.0.1:9")
    assert (result.code, result.out) == (3, "derived layers are up to date\n")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://127.0.0.1:8786", "give dask://HOST:PORT"),
        ("dask://", "give dask://HOST:PORT"),
        ("dask://127.0.0.1:9", "no Dask scheduler with a worker answers at dask://127.0.0.1:9"),
    ],
)
def test_what_is_no_scheduler_is_refused_before_anything_is_done(
    abat: Abat, monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    monkeypatch.setattr(workers, "ANSWERS_IN", 0.5)
    result = abat("derive", "--workers", address)
    assert (result.code, result.out) == (1, "")
    assert words in result.err


def test_a_scheduler_that_loses_all_its_workers_is_given_up(
    farm: Farm, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(words: str) -> None:
        if words.startswith("part 1 of"):
            for each in farm.workers:
                each.kill()

    with workers.given(address, kill):
        monkeypatch.setattr(workers, "ANSWERS_IN", 1.0)
        monkeypatch.setattr(workers, "ALONE", 2.0)
        shapes = scattered(2_000, 4)
        with pytest.raises(StoreError, match="has had no worker for 2 seconds"):
            tiles.spread_overlaps(shapes, shapes)
