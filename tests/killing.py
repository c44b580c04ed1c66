"""python -m tests.killing [--moments N] [--seed N]: kill -9 of commands and of the server, at seeded moments.

Each moment starts a command on a database as it was, waits a part of the time that the command takes, kills
the command or the server with all its processes, and looks: the layers are as before or as after, files are
whole or absent, the register and its history agree. Prints a table; exit code 1 where a promise was broken.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from gis_core.cluster import Cluster
from gis_core.cluster.server import is_alive, read_postmaster
from tests.nursery import Nursery

ROOT = Path(__file__).parents[1]
VICTIMS = ("command", "server")
STATE = """
SELECT jsonb_build_object(
    'parcels', (SELECT md5(string_agg(id || purpose, ',' ORDER BY id)) FROM parcels),
    'projects', (SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM projects t),
    'conflicts', (SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM conflicts t),
    'needs', (SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM courtyard_needs t),
    'register', (SELECT md5(string_agg(concat_ws(' ', conflict_id, body, verdict, note, state, edition), ','
                 ORDER BY conflict_id, body)) FROM assessments),
    'history', (SELECT md5(string_agg(concat_ws(' ', conflict_id, body, edition, before, after), ','
                ORDER BY conflict_id, body, edition)) FROM assessment_changes),
    'changes', (SELECT count(*) FROM changes), 'rejections', (SELECT count(*) FROM rejections),
    'runs', (SELECT array_agg(verb ORDER BY id) FROM runs))::text
"""
# Each edition of the register stands in its history, and nothing else does
INCOMPLETE = """
SELECT (SELECT count(*) FROM assessments a WHERE edition <> (
    SELECT count(*) FROM assessment_changes c WHERE c.conflict_id = a.conflict_id AND c.body = a.body))
+ (SELECT count(*) FROM pg_index WHERE NOT (indisvalid AND indisready))
"""


@dataclass
class Bench:
    """A server that may be killed, a database to copy, a folder for files, and the way to run commands."""

    folder: Path
    cluster: Cluster
    nursery: Nursery
    copies: int = 0

    def url(self, name: str) -> str:
        return self.cluster.url(name)

    def copy(self) -> str:
        """The address of a new copy of the prepared database; the one before is dropped."""
        with self.admin() as server:
            server.execute(f"DROP DATABASE IF EXISTS copy_{self.copies} WITH (FORCE)")
            self.copies += 1
            server.execute(f"CREATE DATABASE copy_{self.copies} TEMPLATE prepared STRATEGY file_copy")
        return self.url(f"copy_{self.copies}")

    @contextmanager
    def admin(self) -> Iterator[psycopg.Connection[Any]]:
        address = self.url("prepared").replace("+psycopg", "").replace("/prepared?", "/postgres?")
        with psycopg.connect(address, autocommit=True) as connection:
            yield connection

    def run(self, url: str, *words: object) -> int:
        return self.nursery.run(url, self.folder / "log", [str(word) for word in words])

    def must(self, url: str, *words: object) -> None:
        """Run a command that has to end well."""
        assert self.run(url, *words) == 0, self.said()

    def said(self) -> str:
        return (self.folder / "log").read_text("utf-8")


@dataclass(frozen=True)
class Action:
    """A command, and the folder of its files, if it writes any."""

    words: tuple[str, ...]
    out: Path | None = None


def ask(url: str, query: str) -> Any:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[call-overload]
        return row[0] if row else None


def square(x: float, y: float, side: float) -> str:
    west, south, east, north = 660_000 + x, 5_660_000 + y, 660_000 + x + side, 5_660_000 + y + side
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON(({','.join(f'{px} {py}' for px, py in corners)}))"


def tables() -> dict[str, str]:
    """Files of a city of forty courtyards in a row, with two works on each, and appeals."""
    numbers, bodies = range(40), ("heat", "roads", "akimat")
    may, june = "2022-05-01;2022-05-31", "2022-05-10;2022-06-10"
    works = [f'P-{n};{bodies[n % 3]};paving;{may};"{square(20 * n + 2, 2, 9)}"' for n in numbers]
    works += [f'Q-{n};roads;heat_network;{june};"{square(20 * n + 4, 2, 9)}"' for n in numbers]
    money = [f"P-{n};2022;local;{1000 + n}" for n in numbers]
    appeals = [f"{n};2022-0{n % 8 + 1}-11;playground;{660_003 + n % 700};5660005" for n in range(800)]
    rows = {
        "bodies;code;name_ru": ["akimat;Акимат", "heat;Тепло", "roads;Дороги"],
        "districts;id;code;name_ru;geometry": [f'w;w;Запад;"{square(-50, -50, 5000)}"'],
        "courtyards;id;address;geometry": [f'C-{n};Абай {n};"{square(20 * n, 0, 15)}"' for n in numbers],
        "projects;id;executing_body;work_type;starts;ends;geometry": works,
        "appeals;id;requested_on;category;x;y": appeals,
        "project_funding;project_id;year;source;amount_kzt": money,
    }
    split = ((head.split(";", 1), lines) for head, lines in rows.items())
    return {layer: "\n".join((head, *lines)) + "\n" for (layer, head), lines in split}


def parcels(name: str, first: int) -> str:
    rows = (f'{n:05d};{name};"{square(n, 100, 1)}"' for n in range(first, 4_000 + first))
    return "\n".join(("id;purpose;geometry", *rows)) + "\n"


def prepare(bench: Bench) -> dict[str, Action]:
    """Fill the database that is copied, write old files, and name the commands."""
    url, files, out = bench.url("prepared"), bench.folder / "in", bench.folder / "out"
    files.mkdir()
    (out / "backup").mkdir(parents=True)
    written = {**tables(), "old": parcels("old", 0), "new": parcels("new", 200)}
    for name, rows in written.items():
        (files / f"{name}.csv").write_text(rows, "utf-8")
    metres = ("--crs", "EPSG:32642")
    for layer in tables():
        bench.must(url, "load", layer, files / f"{layer}.csv", *metres)
    bench.must(url, "load", "parcels", files / "old.csv", *metres)
    bench.must(url, "derive")
    conflict = ask(url, "SELECT min(conflict_id) FROM assessments WHERE body = 'roads'")
    verdict = ("assess", conflict, "--body", "roads", "--verdict")
    bench.must(url, *verdict, "yes", "--note", "первое")
    layers = ("parcels", "projects", "assessments")
    commands: dict[str, tuple[str, ...]] = {
        "load": ("load", "parcels", str(files / "new.csv"), "--replace", *metres),
        "derive": ("derive",),
        "assess": (*verdict, "no", "--note", "второе"),
        "map": ("map", "conflicts", "index", "--out", str(out / "map" / "maps")),
        "export": ("export", *layers, "--format", "gpkg", "--to", str(out / "export")),
        "backup": ("db", "backup", str(out / "backup" / "a.dump"), "--force"),
    }
    writing = ("map", "export", "backup")
    for name in writing:
        bench.must(url, *commands[name])
    with psycopg.connect(url.replace("+psycopg", "")) as connection:  # a derive and new files have work
        connection.execute("UPDATE projects SET ends = '2022-06-20' WHERE id LIKE 'P%'")
        connection.execute("UPDATE conflicts SET money_at_risk_kzt = money_at_risk_kzt + 1")
    shutil.copytree(out, bench.folder / "old")
    return {name: Action(words, out / name if name in writing else None) for name, words in commands.items()}


def kill_server(cluster: Cluster) -> None:
    """Kill the server and all its processes at once, and wait until none is left."""
    postmaster = read_postmaster(cluster.folder)
    assert postmaster
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(postmaster.pid)], capture_output=True, text=True, check=False
    )
    for pid in (postmaster.pid, *map(int, listed.stdout.split())):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while is_alive(cluster.folder):
        time.sleep(0.01)


@dataclass
class Known:
    """What an action brings: the state and the files before and after, and the seconds it takes."""

    before: str
    after: str
    old: dict[str, bytes]
    new: dict[str, bytes]
    seconds: float


def rehearse(bench: Bench, action: Action) -> Known:
    """Run an action to its end."""
    url = bench.copy()
    before, old = ask(url, STATE), files_of(action.out)
    began = time.monotonic()
    code = bench.run(url, *action.words)
    assert code == 0, bench.said()
    seconds = time.monotonic() - began
    known = Known(before, ask(url, STATE), old, files_of(action.out), seconds)
    put_back(bench, action)
    return known


def put_back(bench: Bench, action: Action) -> None:
    if action.out:
        shutil.rmtree(action.out)
        shutil.copytree(bench.folder / "old" / action.out.name, action.out)


def files_of(folder: Path | None) -> dict[str, bytes]:
    """The files that a reader sees; the workshop of a killed export is hidden."""
    if folder is None:
        return {}
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths if ".abat-" not in str(path)}


def strike(bench: Bench, action: Action, known: Known, victim: str, part: float) -> str:
    """Kill at one moment; "before" or "after", or what was broken."""
    url = bench.copy()
    process = bench.nursery.begin(url, bench.folder / "log", [str(word) for word in action.words])
    time.sleep(known.seconds * part)
    if victim == "command":
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        bench.nursery.wait(process)
    else:
        kill_server(bench.cluster)
        code = bench.nursery.wait(process)
        bench.cluster.start()
        if code not in (0, 1) or "Traceback" in bench.said():
            return f"exit {code}: {bench.said()[-500:]}"
    settle(url)
    return judged(bench, url, action, known)


def settle(url: str) -> None:
    """Wait until the server has noticed that its client is gone."""
    busy = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    while ask(url, busy):
        time.sleep(0.01)


def judged(bench: Bench, url: str, action: Action, known: Known) -> str:
    state, seen = ask(url, STATE), files_of(action.out)
    if state not in (known.before, known.after):
        return f"neither before nor after: {state}"
    if ask(url, INCOMPLETE):
        return "the register and its history disagree, or an index is broken"
    torn = [name for name, content in seen.items() if not _is_whole(bench, name, content, known)]
    gone = [name for name in known.old if name not in seen]
    began = time.monotonic()
    again = bench.run(url, *action.words)
    if again == 0 and state == known.before:
        known.seconds = time.monotonic() - began  # the machine may be busier than it was
    left = [*action.out.rglob(".abat-*")] if action.out else []
    put_back(bench, action)
    if torn or gone or left:
        return f"files torn {torn}, gone {gone}, left behind {left}"
    if again not in (0, 3):
        return f"afterwards the command fails: {bench.said()[-500:]}"
    done = seen != known.old if action.out else state == known.after
    return "after" if done else "before"


def _is_whole(bench: Bench, name: str, content: bytes, known: Known) -> bool:
    if content in (known.old.get(name), known.new.get(name)):
        return True
    if not name.endswith(".dump"):
        return False
    path = bench.folder / "look.dump"
    path.write_bytes(content)
    read = [str(bench.cluster.binaries / "pg_restore"), "--file=/dev/null", str(path)]
    return subprocess.run(read, capture_output=True, check=False).returncode == 0


Ended = Counter[tuple[str, str, str]]


@contextmanager
def bench_of() -> Iterator[Bench]:
    folder = Path(tempfile.mkdtemp(prefix="abat-killing-"))
    folder.chmod(0o755)
    cluster = Cluster(folder / "postgres", durable=False, linger=60)
    nursery = Nursery()
    try:
        cluster.start().ensure_database("prepared")
        yield Bench(folder, cluster, nursery)
    finally:
        nursery.close()
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def killing(moments: int, seed: int, say: Callable[[str], None]) -> tuple[Ended, list[str]]:
    """Kill so many times; how each ended by action and victim, and what was broken."""
    dice, ended, broken = random.Random(seed), Ended(), []
    with bench_of() as bench:
        actions = prepare(bench)
        known = {name: rehearse(bench, action) for name, action in actions.items()}
        first = [(name, VICTIMS[number % 2]) for number, name in enumerate(actions)]
        rounds = [*first, *((name, VICTIMS[victim == VICTIMS[0]]) for name, victim in first)]
        parts = list(range(-(-moments // len(rounds))))  # of a command, each struck once, in no order
        dice.shuffle(parts)
        with suppress(KeyboardInterrupt):  # what was done until then is told
            for number in range(moments):
                name, victim = rounds[number % len(rounds)]
                part = (parts[number // len(rounds)] + dice.random()) / len(parts) * 1.1
                found = strike(bench, actions[name], known[name], victim, part)
                if found not in ("before", "after"):
                    broken.append(f"{name}, {victim} killed at {part:.0%}: {found}")
                    say(broken[-1])
                    found = "broken"
                ended[name, victim, found] += 1
    return ended, broken


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--moments", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background takes away
    ended, broken = killing(given.moments, given.seed, print)
    sys.stdout.write("action   killed    before  after  broken\n")
    for name, victim in sorted({key[:2] for key in ended}):
        figures = [ended[name, victim, found] for found in ("before", "after", "broken")]
        sys.stdout.write(f"{name:8} {victim:8} {figures[0]:7} {figures[1]:6} {figures[2]:7}\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
