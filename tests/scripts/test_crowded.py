"""Eight loads, four derives and twenty verdicts at once: no deadlock, no lost verdict, no half-read layer."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.killing import square, tables
from tests.nursery import Nursery

LOADS, DERIVES, VERDICTS, READERS, ROWS = 8, 4, 20, 4, 400


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]


def test_loads_derives_and_verdicts_at_once_lose_nothing(
    nursery: Nursery, database_url: str, tmp_path: Path
) -> None:
    for layer, words in tables().items():
        (tmp_path / f"{layer}.csv").write_text(words, "utf-8")
        named = ["load", layer, str(tmp_path / f"{layer}.csv"), "--crs", "EPSG:32642"]
        assert nursery.run(database_url, tmp_path / "log", named) == 0, (tmp_path / "log").read_text()
    assert nursery.run(database_url, tmp_path / "log", ["derive"]) == 0
    judged = [key for (key,) in rows(database_url, "SELECT DISTINCT conflict_id FROM assessments"
                                     " WHERE body = 'roads' ORDER BY 1 LIMIT 10")]  # fmt: skip
    started = []
    for number in range(LOADS):
        file = tmp_path / f"parcels-{number}.csv"
        first = number * ROWS // 2  # each shares half of its rows with the next
        body = "".join(f'{n:06d};load {number};"{square(n, 100, 1)}"\n' for n in range(first, first + ROWS))
        file.write_text("id;purpose;geometry\n" + body, "utf-8")
        started.append(["load", "parcels", str(file), "--crs", "EPSG:32642"])
    started += [["derive", "--force"]] * DERIVES
    for number in range(VERDICTS):
        verdict = ("yes", "no")[number % 2]
        started.append(["assess", judged[number % 10], "--body", "roads", "--verdict", verdict,
                        "--note", f"note {number}"])  # fmt: skip
    for number in range(READERS):
        started.append(["export", "parcels", "--format", "csv", "--to", str(tmp_path / f"seen-{number}")])
    order = sorted(range(len(started)), key=lambda place: place * 7 % len(started))
    running = {
        nursery.begin(database_url, tmp_path / f"log-{place}", started[place]): place for place in order
    }
    ended = {place: nursery.wait(process) for process, place in running.items()}
    told = {place: (tmp_path / f"log-{place}").read_text("utf-8") for place in ended}
    assert Counter(ended.values()) == {0: len(started)}, [told[each] for each in ended if ended[each]]
    assert any("waiting for another command that is working on" in words for words in told.values())
    _no_layer_was_half_read(tmp_path)
    _no_load_was_torn(database_url)
    _no_verdict_was_lost(database_url, judged)


def _no_layer_was_half_read(folder: Path) -> None:
    """Each reader saw whole loads: rows come by halves of one, which two loads share."""
    for path in folder.glob("seen-*/parcels.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            halves = Counter(int(row["id"]) // (ROWS // 2) for row in csv.DictReader(file, delimiter=";"))
        assert {*halves.values()} <= {ROWS // 2}, halves
    assert len([*folder.glob("seen-*/parcels.csv")]) == READERS


def _no_load_was_torn(url: str) -> None:
    """Each row says what the load that wrote it last says; the journal has all loads."""
    total = ROWS + (LOADS - 1) * ROWS // 2
    assert rows(url, "SELECT count(*), count(DISTINCT id) FROM parcels") == [(total, total)]
    torn = "SELECT count(*) FROM parcels p JOIN runs r ON r.id = p.run_id WHERE r.file <> p.source_file"
    assert rows(url, torn) == [(0,)]
    counted = "SELECT sum((counts->>'new')::int) FROM runs WHERE verb = 'load' AND layer = 'parcels'"
    assert rows(url, counted) == [(total,)]
    assert rows(url, "SELECT count(*) FROM changes WHERE layer = 'parcels' AND action <> 'update'") == [(0,)]


def _no_verdict_was_lost(url: str, judged: list[str]) -> None:
    """Both verdicts on each conflict stand in the history, the later one in the register."""
    told = rows(url, "SELECT conflict_id, count(*), max(edition) FROM assessment_changes GROUP BY 1")
    assert sorted(told) == [(conflict, 2, 2) for conflict in judged]
    last = """SELECT count(*) FROM assessments a JOIN assessment_changes c USING (conflict_id, body, edition)
              WHERE a.note = c.after->>'note' AND a.verdict = c.after->>'verdict'"""
    assert rows(url, last) == [(len(judged),)]
    notes = rows(url, "SELECT after->>'note' FROM assessment_changes")
    assert {note for (note,) in notes} == {f"note {number}" for number in range(VERDICTS)}
    assert rows(url, "SELECT count(*) FROM pg_locks WHERE NOT granted") == [(0,)]
