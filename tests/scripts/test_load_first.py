"""A large first load goes straight into the empty table and comes out as one that was staged."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import Polygon
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from gis_core import filling, rejecting, rules
from gis_core.errors import InputError
from gis_core.rules import note_broken_rules
from gis_core.seen import Seen
from gis_core.staging import stage
from layers import appeal_gathering
from layers.parcels import Parcel
from tests.scripts.conftest import Abat
from tests.scripts.test_load_atomic import GIST, Loads, parcels, seen

HEAD = "id;requested_on;closed_on;category;address;lon;lat\n"
GOOD = "a1;2022-06-01;;playground;ул. Абая, 1;71.42;51.16\n"
ALWAYS = 0  # bytes from which a load counts as large
COUNTS = "SELECT count(*), max(run_id) = (SELECT max(id) FROM runs) FROM parcels"


@pytest.fixture
def straight(database_url: str) -> Iterator[Loads]:
    """Loads as processes of their own, of which all count as large."""
    made = Loads(database_url, large=ALWAYS)
    yield made
    made.close()


def both(abat: Abat, store: Engine, monkeypatch: pytest.MonkeyPatch, *words: object) -> list[Any]:
    """What a first load says and stores: through the staged table, and straight."""
    told = []
    for large in (filling.LARGE, ALWAYS):
        monkeypatch.setattr(filling, "LARGE", large)
        filled: list[object] = []
        begin = filling.begin

        def counted(*given: Any, begin: Any = begin, filled: list[object] = filled) -> filling.Filling:
            filled.append(given)
            return begin(*given)  # type: ignore[no-any-return]

        with monkeypatch.context() as patch:
            patch.setattr(filling, "begin", counted)
            result = abat("--json", "load", *words)
        assert result.code == 0, result.err
        facts = result.facts
        assert bool(filled) == (large == ALWAYS)
        layer, run = facts["layer"], facts.pop("run")
        facts.pop("seconds")
        rows = seen(store, f"SELECT to_jsonb(t) - 'run_id', run_id = {run} FROM {layer} t ORDER BY id")
        rejected = seen(
            store,
            f"SELECT row, record_id, reason, record::text FROM rejections WHERE run_id = {run} ORDER BY 1, 3",
        )
        runs = seen(store, f"SELECT layer, file, sha256, options, counts FROM runs WHERE id = {run}")
        told.append((facts, rows, rejected, runs))
        with store.begin() as connection:
            connection.execute(text(f"TRUNCATE {layer} CASCADE"))
    return told


def test_good_repeated_wrong_and_stacked_rows_come_out_alike(
    abat: Abat, tmp_path: Path, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "appeals.csv"
    rows = [
        GOOD,
        GOOD,  # again
        "a2;2022-06-02;;playground;;71.42;51.16\n",  # repeats a1 as a matter
        "a3;2022-06-03;2022-06-01;other;;71.43;51.17\n",  # breaks the rule of the period
        "a4;2022-06-03;;other;;71.43;51.17\n",
        "a4;2022-06-04;;other;;71.43;51.17\n",  # says something else
        "a5;31.31.2022;;other;;71.43;51.17\n",
        *(f"c{n};2022-07-0{n + 1};;other;;71.44;51.18\n" for n in range(6)),  # one point: a centre
    ]
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    staged, straight = both(abat, store, monkeypatch, "appeals", path)
    assert straight == staged
    counts = straight[0]["counts"]
    assert (counts["read"], counts["accepted"], counts["rejected"], counts["new"]) == (13, 8, 5, 8)
    by_id = {row["id"]: row for row, _ in straight[1]}
    assert by_id["a2"]["duplicate_of"] == "a1"
    assert by_id["c0"]["geom_source"] == "centroid"
    assert all(own for _, own in straight[1])


def test_rows_with_references_come_out_alike(
    abat: Abat, tmp_path: Path, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies, path = tmp_path / "bodies.csv", tmp_path / "projects.csv"
    bodies.write_text("code;name_ru\nDGH;Управление ЖКХ\n", encoding="utf-8")
    path.write_text(
        "id;name;executing_body;funding_body;work_type;starts;ends;status;geometry\n"
        "p1;Двор;DGH;Управление ЖКХ;paving;2022-05-01;2022-06-01;completion;POINT(71.4 51.1)\n"
        "p2;Двор;DGH;никто;paving;2022-05-01;2022-06-01;completion;POINT(71.4 51.1)\n",
        encoding="utf-8",
    )
    assert abat("load", "bodies", bodies).code == 0
    staged, straight = both(abat, store, monkeypatch, "projects", path, "--crs", "EPSG:4326")
    assert straight == staged
    assert [row["id"] for row, _ in straight[1]] == ["p1"]


def test_afterwards_the_table_keeps_its_rules(
    abat: Abat, tmp_path: Path, store: Engine, monkeypatch: Any
) -> None:
    monkeypatch.setattr(filling, "LARGE", ALWAYS)
    file = parcels(tmp_path / "few.csv", range(10), "new")
    assert abat("load", "parcels", file, "--crs", "EPSG:32642").code == 0
    assert seen(store, COUNTS) == [(10, True)]
    assert seen(store, GIST) == [(True,)]
    for wrong in ("run_id = 999999", "geom_source = 'a guess'"):
        with pytest.raises(IntegrityError), store.begin() as connection:
            connection.execute(text(f"UPDATE parcels SET {wrong}"))
    assert abat("load", "parcels", file, "--crs", "EPSG:32642").code == 3


def test_a_reference_to_nothing_is_refused(store: Engine) -> None:
    with store.begin() as connection:
        made = filling.begin(connection, Parcel, 999_999)
        connection.execute(
            text(
                "INSERT INTO parcels (id, run_id, geom)"
                " VALUES ('a', 999999, ST_Multi(ST_MakeEnvelope(0, 0, 1, 1, 32642)))"
            )
        )
        with pytest.raises(InputError, match="run_id 999999 is not in runs"):
            filling.finish(connection, made)
        connection.rollback()


def test_rules_are_asked_of_all_rows_at_once_and_then_of_each(store: Engine) -> None:
    crossed = (
        "INSERT INTO parcels (id, source_file, source_row, geom_source, geom) VALUES ('a', 'f', 1, 'a guess',"
        " ST_GeomFromText('MULTIPOLYGON(((0 0, 1 1, 1 0, 0 1, 0 0)))', 32642))"
    )
    with store.begin() as connection:
        rejecting.make_tables(connection)
        made = filling.begin(connection, Parcel, 999_999)
        connection.exec_driver_sql(crossed)
        made.doubted.append(1)
        filling.ask_rules(connection, made)
        faults = connection.execute(text("SELECT * FROM staged_faults")).all()
        assert [each[:2] for each in faults] == [("f", 1)]
        assert "ST_IsValid(geom)" in faults[0].reason
        assert "geom_source IN" in faults[0].reason
        with pytest.raises(IntegrityError, match="ck_parcels_geom"), connection.begin_nested():
            connection.exec_driver_sql(crossed.replace("'a',", "'b',", 1))
        connection.rollback()


@pytest.mark.parametrize(("crossed", "asked"), [(2, False), (20, True)])
def test_shapes_in_doubt_are_asked_for_one_by_one_where_they_are_few(
    abat: Abat, tmp_path: Path, store: Engine, monkeypatch: pytest.MonkeyPatch, crossed: int, *, asked: bool
) -> None:
    path, whole = tmp_path / "parcels.gpkg", []
    ask = rules.ask_of_all

    def noted(*given: Any, shapes: bool) -> None:
        whole.append(shapes)
        ask(*given, shapes=shapes)

    monkeypatch.setattr(rules, "ask_of_all", noted)
    shapes = [outline(at, crossed=at < crossed) for at in range(100)]
    GeoDataFrame({"id": range(100)}, geometry=shapes, crs="EPSG:32642").to_file(path)
    staged, straight = both(abat, store, monkeypatch, "parcels", path)
    assert straight == staged
    assert whole == [asked]
    assert (straight[0]["counts"]["new"], straight[0]["counts"]["repaired"]) == (100, crossed)


def outline(at: int, *, crossed: bool) -> Polygon:
    """A square of 10 m, or a bow tie."""
    x, low, high = 660_000 + 20 * at, 5_660_000, 5_660_010
    right = [(x + 10, low), (x + 10, high)]
    return Polygon([(x, low), *(reversed(right) if crossed else right), (x, high)])


def test_a_rule_of_somebody_else_is_asked_of_each_row(store: Engine) -> None:
    with store.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE parcels ADD CONSTRAINT own CHECK (id <> 'a')")
        assert not filling.begin(connection, Parcel, 999_999).lenient
        with pytest.raises(IntegrityError, match="own"), connection.begin_nested():
            connection.exec_driver_sql(
                "INSERT INTO parcels (id, geom) VALUES ('a', ST_Multi(ST_MakeEnvelope(0, 0, 1, 1, 32642)))"
            )
        connection.rollback()


def test_a_table_with_rows_or_with_a_trigger_of_its_own_is_not_filled_straight(store: Engine) -> None:
    with store.begin() as connection:
        assert filling.may_fill(connection, Parcel)
        connection.exec_driver_sql(
            "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
            "CREATE TRIGGER noted AFTER INSERT ON parcels FOR EACH ROW EXECUTE FUNCTION noted()"
        )
        assert not filling.may_fill(connection, Parcel)
        connection.exec_driver_sql("ALTER TABLE parcels ENABLE ALWAYS TRIGGER noted")  # fires all the same
        assert filling.may_fill(connection, Parcel)
        connection.exec_driver_sql(
            "INSERT INTO parcels (id, geom) VALUES ('a', ST_Multi(ST_MakeEnvelope(0, 0, 1, 1, 32642)))"
        )
        assert not filling.may_fill(connection, Parcel)
        connection.rollback()


def test_known_keys_are_known_again_over_many_calls() -> None:
    seen_keys, dice = Seen(), np.random.default_rng(3)
    first, second = (dice.integers(0, 2**64, 10_000, dtype=np.uint64) for _ in range(2))
    assert seen_keys.meet(first).mean() < 0.001
    assert seen_keys.meet(np.concatenate([second[:10], second[:10]])).tolist()[10:] == [True] * 10
    assert seen_keys.meet(first).all()
    assert seen_keys.meet(second[10:]).mean() < 0.001


def test_a_first_load_killed_at_any_moment_leaves_the_layer_empty_or_whole(
    straight: Loads, store: Engine, tmp_path: Path
) -> None:
    file, dice, ends = parcels(tmp_path / "new.csv", range(6_000), "new"), random.Random(5), set()
    began = time.monotonic()
    assert straight.load(file) == 0
    whole = time.monotonic() - began
    for number in range(8):
        with store.begin() as connection:
            connection.execute(text("TRUNCATE parcels"))
        process = straight.start(file)
        time.sleep(whole * (number + dice.random()) / 7)
        os.kill(process, signal.SIGKILL)
        straight.wait(process)
        ends.add(_settled(store))
        assert seen(store, GIST) == [(True,)]
    assert ends <= {0, 6_000}
    assert 0 in ends
    with store.begin() as connection:
        connection.execute(text("TRUNCATE parcels"))
    assert straight.load(file) == 0
    assert seen(store, COUNTS) == [(6_000, True)]


def _settled(store: Engine) -> object:
    """How many rows there are once the server has noticed that its client is gone."""
    running = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'abat' AND state <> 'idle'"
    while seen(store, running) != [(0,)]:
        time.sleep(0.02)
    return seen(store, "SELECT count(*) FROM parcels")[0][0]


def test_two_first_loads_at_once_equal_one_after_the_other(
    straight: Loads, store: Engine, tmp_path: Path
) -> None:
    one, two = (parcels(tmp_path / f"{name}.csv", range(5_000), name) for name in ("one", "two"))
    started = [straight.start(one), straight.start(two)]
    assert [straight.wait(each) for each in started] == [0, 0]
    counts = "SELECT (counts->>'new')::int, (counts->>'changed')::int FROM runs"
    assert seen(store, f"{counts} WHERE layer = 'parcels' ORDER BY id") == [(5_000, 0), (0, 5_000)]


def test_readers_never_wait_for_a_first_load(straight: Loads, store: Engine, tmp_path: Path) -> None:
    """A reader that would wait for a lock longer than a second is refused by the server."""
    file = parcels(tmp_path / "many.csv", range(25_000), "new")
    look, counts = (
        text("SELECT count(*) FROM parcels WHERE geom && ST_MakeEnvelope(0, 0, 1, 1, 32642)"),
        set(),
    )
    process = straight.start(file)
    with store.connect() as connection, ThreadPoolExecutor(1) as other:
        connection.execute(text("SET lock_timeout = '1s'"))
        ended = other.submit(straight.wait, process)
        while not ended.done():
            connection.execute(look)
            counts.add(connection.scalar(text("SELECT count(*) FROM parcels")))
            connection.commit()
            time.sleep(0.01)
    assert ended.result() == 0
    assert counts <= {0, 25_000}
    assert seen(store, COUNTS) == [(25_000, True)]


def test_repeats_among_many_appeals_come_out_alike_however_many_are_kept(
    abat: Abat, tmp_path: Path, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice, path = random.Random(11), tmp_path / "appeals.csv"
    rows = [
        f"a{number};2022-{dice.randrange(1, 13):02d}-{dice.randrange(1, 29):02d};;"
        f"{dice.choice(['playground', 'lighting'])};;{71.42 + dice.random() / 100:.5f};51.16\n"
        for number in range(2_000)
    ]
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    staged, straight = both(abat, store, monkeypatch, "appeals", path)
    repeated = {row["id"]: row["duplicate_of"] for row, _ in straight[1] if row["duplicate_by"] == "found"}
    assert len(repeated) > 200
    assert straight == staged
    monkeypatch.setattr(appeal_gathering, "MOST", 1_000)
    assert both(abat, store, monkeypatch, "appeals", path)[1][1] == straight[1]


def test_what_a_file_says_of_repeats_comes_out_alike(
    abat: Abat, tmp_path: Path, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "appeals.csv"
    told = ["a1;;", "a2;a1;", "a3;;", "a4;a0;found"]  # a4 was found by another store: that counts for nothing
    path.write_text(
        "id;duplicate_of;duplicate_by;requested_on;category;lon;lat\n"
        + "".join(f"{each};2022-06-0{day};playground;71.42;51.16\n" for day, each in enumerate(told, 1)),
        encoding="utf-8",
    )
    staged, straight = both(abat, store, monkeypatch, "appeals", path)
    assert straight == staged
    assert [(row["duplicate_of"], row["duplicate_by"]) for row, _ in straight[1]] == [
        (None, None), ("a1", "said"), ("a1", "found"), ("a1", "found")
    ]  # fmt: skip


def test_the_rule_of_shapes_is_left_to_the_table_unless_asked_for(store: Engine) -> None:
    with store.begin() as connection:
        rejecting.make_tables(connection)
        staged = stage(connection, Parcel)
        crossed = "ST_GeomFromText('MULTIPOLYGON(((0 0, 1 1, 1 0, 0 1, 0 0)))', 32642)"
        connection.exec_driver_sql(
            f"INSERT INTO staged_parcels (id, source_file, source_row, geom) VALUES ('a', 'f', 1, {crossed})"
        )
        for asked, faults in ((False, 0), (True, 1)):
            note_broken_rules(connection, Parcel, staged, shapes=asked)
            assert connection.scalar(text("SELECT count(*) FROM staged_faults")) == faults
        connection.rollback()
