"""Cycles of load, derive, assess, export and map in one process: what grows from one to the next.

python -m benchmarks.soak [--cycles 200]: memory of the process, its open files, connections and temporary
tables on the server, files left behind, and the size of the database, each tenth of the way. Every cycle
changes all parcels and half of the projects, and the next one changes them back, so that the layers are the
same after every second one; history grows by design and is not counted.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

import psycopg

from gis_core.cluster import Cluster
from scripts.app import main as abat
from tests.killing import ask, parcels, tables
from tests.scripts.conftest import SQUARES

HISTORY = "('changes', 'runs', 'run_times', 'rejections', 'assessment_changes')"
SIZE = f"""
SELECT sum(pg_total_relation_size(oid)) FILTER (WHERE relname NOT IN {HISTORY}) / 1e6
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'abat'"
LEFT = "SELECT count(*) FROM pg_class WHERE relpersistence = 't'"


@contextmanager
def server() -> Iterator[tuple[Cluster, Path]]:
    """A durable private server and a folder for files."""
    root = Path(tempfile.mkdtemp(prefix="abat-soak-"))
    root.chmod(0o755)
    cluster = Cluster(root / "postgres", linger=0)
    try:
        cluster.start().ensure_database("soak")
        yield cluster, root
    finally:
        cluster.stop()
        shutil.rmtree(root, ignore_errors=True)


def run(*words: object) -> None:
    """A command of Abat in this process, which must end well or have nothing to do."""
    with redirect_stdout(StringIO()):
        try:
            abat(["-q", *map(str, words)])
        except SystemExit as end:
            if end.code not in (0, 3, None):
                raise


def prepare(folder: Path) -> None:
    for layer, rows in {**tables(), "old": parcels("old", 0), "new": parcels("new", 0)}.items():
        (folder / f"{layer}.csv").write_text(rows, "utf-8")
    for layer in tables():
        run("load", layer, folder / f"{layer}.csv", "--crs", "EPSG:32642")
    run("derive")


def cycle(url: str, folder: Path, number: int) -> None:
    turn = ("old", "new")[number % 2]
    run("load", "parcels", folder / f"{turn}.csv", "--crs", "EPSG:32642")
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute(
            "UPDATE projects SET ends = %s WHERE id LIKE 'P%%'", [f"2022-05-{30 + number % 2}"]
        )
    run("derive")
    conflict = ask(url, "SELECT min(conflict_id) FROM assessments WHERE body = 'roads'")
    run("assess", conflict, "--body", "roads", "--verdict", ("yes", "no")[number % 2])
    run("export", "parcels", "conflicts", "--to", folder / "out")
    run("map", "index", "--out", folder / "maps")


def figures(url: str, number: int) -> str:
    """A line of what might grow; the connection that asks is none of Abat's."""
    now = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    files = len(list(Path("/proc/self/fd").iterdir()))
    left = len([*Path(tempfile.gettempdir()).iterdir()])
    size = f"{ask(url, SIZE):8.1f}"
    told = (f"{now:8.0f}", files, ask(url, CONNECTIONS), ask(url, LEFT), size, left)
    return f"{number:6}" + "".join(f"{each!s:>12}" for each in told) + "\n"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cycles", type=int, default=200)
    cycles = asked.parse_args().cycles
    with server() as (cluster, folder):
        url = cluster.url("soak")
        os.environ |= {"ABAT_DATABASE_URL": url, "ABAT_CITY": SQUARES}
        tempfile.tempdir = str(folder / "tmp")
        (folder / "tmp").mkdir()
        prepare(folder)
        heads = ("MB", "files", "connections", "temp tables", "database MB", "temp files")
        sys.stdout.write(" cycle" + "".join(f"{head:>12}" for head in heads) + "\n")
        for number in range(1, cycles + 1):
            cycle(url, folder, number)
            if number == 1 or number % max(1, cycles // 10) == 0:
                sys.stdout.write(figures(url, number))
                sys.stdout.flush()


if __name__ == "__main__":
    main()
