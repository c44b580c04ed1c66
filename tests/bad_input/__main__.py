"""python -m tests.bad_input MANIFEST > RESULTS.jsonl: the judge's results for every entry of a manifest.

The manifest's folder is copied first: readers may not touch it, and `path.tar` is unpacked in the copy. Every file is
loaded in a process of its own, forked from one that has everything imported, into a database that is emptied
between files; two workers share the files.
"""  # noqa: E501

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
import tarfile
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text

from gis_core.cluster import Cluster
from layers.city import read_city
from layers.schema import prepare
from layers.sources import SOURCES
from tests.bad_input.answer import HERE, Attempt, answer

WORKERS = 2
GRACE = 1.5  # of the entry's own limit, before its process is ended


def main() -> None:
    """Load all entries and write their results in the order of the manifest."""
    results = run(Path(sys.argv[1]), *sys.argv[2:])
    sys.stdout.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in results)


def run(manifest: Path, *wanted: str) -> list[dict[str, Any]]:
    """Results of the entries whose id contains any of `wanted`, or of all."""
    with manifest.open(encoding="utf-8") as file:
        entries = list(csv.DictReader(file))
    entries = [each for each in entries if not wanted or any(word in each["id"] for word in wanted)]
    with _copied(manifest.parent) as folder, _cluster() as cluster:
        os.chdir(folder)
        urls = _databases(cluster)
        return _shared(entries, urls)


@contextmanager
def _copied(folder: Path) -> Iterator[Path]:
    """A copy of the corpus that may be written to, with `path.tar` unpacked."""
    with tempfile.TemporaryDirectory(prefix="abat-bad-") as place:
        copy = Path(place) / "corpus"
        shutil.copytree(folder, copy, copy_function=shutil.copyfile)
        for each in (copy, *copy.rglob("*")):
            if each.is_dir():
                each.chmod(0o755)
        if (copy / "path.tar").exists():
            with tarfile.open(copy / "path.tar") as archive:
                archive.extractall(copy, filter="data")
        yield copy


@contextmanager
def _cluster() -> Iterator[Cluster]:
    root = Path(tempfile.mkdtemp(prefix="abat-bad-pg-"))
    root.chmod(0o755)
    made = Cluster(root / "postgres", durable=False, linger=0)
    try:
        yield made.start()
    finally:
        made.stop()
        shutil.rmtree(root, ignore_errors=True)


def _databases(cluster: Cluster) -> list[dict[str, str]]:
    """For every worker a database of the city and one of the world, with their tables."""
    cities = {"astana": read_city(Path("astana")), "world": read_city(HERE / "world.toml")}
    urls: list[dict[str, str]] = []
    for worker in range(WORKERS):
        urls.append({})
        for name, city in cities.items():
            cluster.ensure_database(f"{name}_{worker}")
            urls[worker][name] = cluster.url(f"{name}_{worker}")
            engine = create_engine(urls[worker][name])
            with engine.begin() as connection:
                prepare(connection, city)
            engine.dispose()
    return urls


def _shared(entries: list[dict[str, str]], urls: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Results by workers that each take every second entry."""
    parts = [Path(tempfile.mkstemp(prefix="abat-part-")[1]) for _ in urls]
    for worker, part in enumerate(parts):
        if os.fork() == 0:
            _forked(lambda worker=worker, part=part: _work(entries[worker::WORKERS], urls[worker], part))  # type: ignore[misc]
    for _ in urls:
        os.wait()
    found = {}
    for part in parts:
        found |= {each["id"]: each for each in map(json.loads, part.read_text("utf-8").split("\n")[:-1])}
        part.unlink()
    return [found[entry["id"]] for entry in entries if entry["id"] in found]


def _forked(task: Callable[[], object]) -> None:
    """Do the task and end this process; nothing of the parent's is cleaned up here."""
    code = 1
    try:
        task()
        code = 0
    finally:
        if code:
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)


def _work(entries: list[dict[str, str]], urls: dict[str, str], part: Path) -> None:
    engines = {name: create_engine(url) for name, url in urls.items()}
    Attempt(urls["astana"], "astana", "bodies", str(HERE / "bodies.csv"))
    with part.open("w", encoding="utf-8") as results:
        for entry in entries:
            _reset(engines["world" if "read step only" in entry["notes"] else "astana"])
            for engine in engines.values():
                engine.dispose()
            results.write(json.dumps(_alone(entry, urls), ensure_ascii=False) + "\n")
            results.flush()


def _reset(engine: Engine) -> None:
    """Empty the layers that files are loaded into; the city keeps the bodies that projects name."""
    names = [layer.__tablename__ for layer in reversed(SOURCES)]
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # the past is not kept here
        for name in [*names, "rejections"]:
            kept = " WHERE source_file IS DISTINCT FROM 'bodies.csv'" if name == "bodies" else ""
            connection.execute(text(f"DELETE FROM {name}{kept}"))


def _alone(entry: dict[str, str], urls: dict[str, str]) -> dict[str, Any]:
    """One entry in a process of its own: its result, seconds, memory."""
    out, started = Path(tempfile.mkstemp(prefix="abat-one-")[1]), time.monotonic()
    child = os.fork()
    if child == 0:
        _forked(
            lambda: out.write_text(
                json.dumps(answer(entry, urls), ensure_ascii=False, default=str), encoding="utf-8"
            )
        )
    killed = False
    while True:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() - started > GRACE * float(entry["max_s"]) + 5:
            os.kill(child, 9)
            killed = True
        time.sleep(0.01)
    told = json.loads(out.read_text("utf-8") or "{}") if not status else {}
    out.unlink()
    took = round(time.monotonic() - started, 2)
    result = {
        "id": entry["id"],
        "outcome": "CRASH",
        "killed": killed,
        "s": took,
        "maxrss_mb": usage.ru_maxrss // 1024,
    }
    return result | ({"exit": 99} if status else {}) | told


if __name__ == "__main__":
    main()
