"""A load is all or nothing: killed, refused, done twice, done at once with another, read meanwhile."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gis_core import filling
from tests.nursery import Nursery
from tests.scripts.conftest import Abat

KILLS = 24
HEAD = "id;purpose;geometry\n"
READ = """
SELECT count(*), count(*) FILTER (WHERE purpose = 'new'), md5(string_agg(id, ',' ORDER BY id)) FROM parcels
"""
GIST = "SELECT indisready AND indisvalid FROM pg_index WHERE indexrelid = 'idx_parcels_geom'::regclass"


def parcels(path: Path, rows: range, purpose: str) -> Path:
    """A table of squares of one metre in a row."""
    path.write_text(HEAD + "".join(f'{n:06d};{purpose};"{square(n)}"\n' for n in rows), encoding="utf-8")
    return path


def square(n: int) -> str:
    west, east, south, north = 660_000 + n, 660_001 + n, 5_660_000, 5_660_001
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON(({','.join(f'{x} {y}' for x, y in corners)}))"


class Loads(Nursery):
    """Loads of parcels into one database."""

    def __init__(self, url: str, large: int = filling.LARGE) -> None:
        super().__init__(large)
        self.url = url

    def start(self, *words: object) -> int:
        said = ["load", "-q", "parcels", *map(str, words), "--crs", "EPSG:32642"]
        return self.begin(self.url, os.devnull, said)

    def load(self, *words: object) -> int:
        return self.wait(self.start(*words))


@pytest.fixture
def nursery(database_url: str) -> Iterator[Loads]:
    made = Loads(database_url)
    yield made
    made.close()


def seen(store: Engine, query: str = READ) -> list[tuple[object, ...]]:
    with store.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_a_load_killed_at_any_moment_leaves_the_layer_as_before_or_as_after(
    nursery: Loads, store: Engine, tmp_path: Path
) -> None:
    files = [parcels(tmp_path / "old.csv", range(6_000), "old")]
    files.append(parcels(tmp_path / "new.csv", range(300, 6_300), "new"))
    states = []
    for file in files:
        began = time.monotonic()
        assert nursery.load(file, "--replace") == 0
        whole = time.monotonic() - began
        states.append(seen(store))
    assert states[0] != states[1]
    dice = random.Random(5)
    for number in range(KILLS):
        wanted = states.index(seen(store)) ^ 1  # each tries to bring the other state
        process = nursery.start(files[wanted], "--replace")
        time.sleep(whole * (number + dice.random()) / KILLS)
        os.kill(process, signal.SIGKILL)
        nursery.wait(process)
        assert _settled(store) in states
    assert seen(store, GIST) == [(True,)]
    runs = "SELECT count(*) FROM runs WHERE layer = 'parcels'"
    ((before,),) = seen(store, runs)
    wanted = states.index(seen(store)) ^ 1
    assert nursery.load(files[wanted], "--replace") == 0
    assert seen(store) == states[wanted]
    assert seen(store, runs) == [(before + 1,)]


def _settled(store: Engine) -> list[tuple[object, ...]]:
    """What is stored once the server has noticed that its client is gone."""
    running = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'abat' AND state <> 'idle'"
    while seen(store, running) != [(0,)]:
        time.sleep(0.02)
    return seen(store)


def test_two_loads_at_once_equal_one_after_the_other(nursery: Loads, store: Engine, tmp_path: Path) -> None:
    one = parcels(tmp_path / "one.csv", range(5_000), "new")
    two = parcels(tmp_path / "two.csv", range(2_500, 7_500), "old")
    both = [nursery.start(one), nursery.start(two)]
    assert [nursery.wait(each) for each in both] == [0, 0]
    ((rows, new, _),) = seen(store)
    assert rows == 7_500
    assert new in (2_500, 5_000)  # the later load wins where both have a row
    counts = "SELECT (counts->>'new')::int, (counts->>'changed')::int FROM runs"
    assert seen(store, f"{counts} WHERE layer = 'parcels' ORDER BY id") == [(5_000, 0), (2_500, 2_500)]


def test_readers_never_wait_for_a_load(nursery: Loads, store: Engine, tmp_path: Path) -> None:
    """A reader that would wait for a lock longer than a second is refused by the server."""
    file = parcels(tmp_path / "many.csv", range(25_000), "new")
    reads, look = 0, text("SELECT count(*) FROM parcels WHERE geom && ST_MakeEnvelope(0, 0, 1, 1, 32642)")
    process = nursery.start(file)
    with store.connect() as connection, ThreadPoolExecutor(1) as other:
        connection.execute(text("SET lock_timeout = '1s'"))
        ended = other.submit(nursery.wait, process)
        while not ended.done():
            connection.execute(look)
            connection.commit()
            reads += 1
            time.sleep(0.01)
    assert ended.result() == 0
    assert reads > 20
    assert seen(store, "SELECT count(*) FROM parcels") == [(25_000,)]
    assert seen(store, GIST) == [(True,)]


def test_a_reader_that_stays_does_not_keep_others_from_reading(
    nursery: Loads, store: Engine, tmp_path: Path
) -> None:
    """While a reader holds the table, the load waits without a queue behind it, and ends once he is gone."""
    file = parcels(tmp_path / "many.csv", range(21_000), "new")
    with ThreadPoolExecutor(1) as thread:
        with store.connect() as stays:
            stays.execute(text("SELECT count(*) FROM parcels"))
            ended = thread.submit(nursery.load, file)
            waiting = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted"
            while seen(store, waiting) == [(0,)] and not ended.done():
                time.sleep(0.02)
            with store.connect() as other:
                other.execute(text("SET lock_timeout = '1s'"))
                other.execute(text("SELECT count(*) FROM parcels"))
            assert not ended.done()
        assert ended.result() == 0
    assert seen(store, GIST) == [(True,)]


def test_the_same_file_twice_changes_nothing_and_says_so(abat: Abat, tmp_path: Path, store: Engine) -> None:
    file = parcels(tmp_path / "few.csv", range(10), "new")
    assert abat("load", "parcels", file, "--crs", "EPSG:32642").code == 0
    again = abat("load", "parcels", file, "--crs", "EPSG:32642")
    assert again.code == 3
    assert "nothing to change" in again.out
    assert seen(store, "SELECT count(*) FROM runs WHERE layer = 'parcels'") == [(1,)]


def test_a_dry_run_tells_the_same_and_writes_nothing(abat: Abat, tmp_path: Path, store: Engine) -> None:
    file = parcels(tmp_path / "few.csv", range(10), "new")
    dry = abat("--json", "load", "parcels", file, "--crs", "EPSG:32642", "--dry-run").facts
    assert seen(store, "SELECT count(*) FROM parcels") == [(0,)]
    assert seen(store, "SELECT count(*) FROM runs WHERE layer = 'parcels'") == [(0,)]
    wet = abat("--json", "load", "parcels", file, "--crs", "EPSG:32642").facts
    assert dry["counts"] == wet["counts"]
    assert dry["files"] == wet["files"]


@pytest.mark.parametrize(("rows", "code"), [(89, 1), (90, 0), (115, 0), (116, 1)])
def test_far_fewer_or_more_rows_replace_a_layer_only_by_force(
    abat: Abat, tmp_path: Path, rows: int, code: int
) -> None:
    options = ("--crs", "EPSG:32642", "--replace")
    assert abat("load", "parcels", parcels(tmp_path / "old.csv", range(100), "old"), *options).code == 0
    new = parcels(tmp_path / "new.csv", range(rows), "new")
    refused = abat("load", "parcels", new, *options)
    assert refused.code == code
    assert ("only with --force" in refused.err) == (code == 1)
    assert abat("load", "parcels", new, *options, "--force").code == (0 if code else 3)


def test_replacing_keeps_keys_checks_indexes_grants_comments_and_views(
    abat: Abat, tmp_path: Path, store: Engine
) -> None:
    many, options = range(25_000), ("--crs", "EPSG:32642", "--replace")
    with store.begin() as connection:
        connection.execute(text("CREATE ROLE reader_of_parcels"))
        connection.execute(text("GRANT SELECT ON parcels TO reader_of_parcels"))
        connection.execute(text("CREATE VIEW big_parcels AS SELECT id, geom FROM parcels"))
        connection.execute(text("CREATE INDEX own_index ON parcels (holder)"))
    try:
        before = _held(store)
        for purpose in ("old", "new"):
            file = parcels(tmp_path / f"{purpose}.csv", many, purpose)
            assert abat("load", "parcels", file, *options).code == 0
            assert _held(store) == before
        assert seen(store, "SELECT count(*) FROM big_parcels") == [(25_000,)]
    finally:
        with store.begin() as connection:
            connection.execute(text("DROP OWNED BY reader_of_parcels; DROP ROLE reader_of_parcels"))


def _held(store: Engine) -> list[list[tuple[object, ...]]]:
    rules = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
    queries = (
        f"{rules} WHERE conrelid = 'parcels'::regclass ORDER BY 1",
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'parcels' ORDER BY 1",
        "SELECT relacl::text, obj_description(oid) FROM pg_class WHERE relname = 'parcels'",
        "SELECT objsubid, description FROM pg_description WHERE objoid = 'parcels'::regclass ORDER BY 1",
    )
    return [seen(store, query) for query in queries]
