"""Rows per second from a file to an indexed table: abat, geopandas.to_postgis and ogr2ogr on the same files.

python -m benchmarks.load --rows 1000000 [--kinds polygons points] [--repeats 1]

Every contender gets a database of its own on one private server and is a process of its own, after a round of
few rows that counts for nothing (Python compiles its libraries then); ogr2ogr needs the Debian package
gdal-bin and is left out without it. `abat` does all its checks: CRS, encoding, types, references, valid
shapes, repeated ids and contents. `cpu_seconds` are the client's with its children, `server_seconds` those of
the whole server.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from benchmarks.load_files import KINDS, write_layer
from gis_core.cluster import Cluster
from layers.city import read_city
from layers.schema import prepare

TO_POSTGIS = """
import sys, geopandas
from sqlalchemy import create_engine
path, url, table = sys.argv[1:]
frame = geopandas.read_file(path)
frame.to_postgis(table, create_engine(url), index=False, chunksize=100_000)
"""


@contextmanager
def server(kept: Path | None = None) -> Iterator[Cluster]:
    """A durable private server in a temporary folder, or in one that is kept."""
    root = kept or Path(tempfile.mkdtemp(prefix="abat-bench-"))
    root.chmod(0o755)
    cluster = Cluster(root / "postgres", linger=0)
    try:
        yield cluster.start()
    finally:
        cluster.stop()
        if not kept:
            shutil.rmtree(root, ignore_errors=True)


def abat(path: Path, url: str, kind: str) -> list[str]:
    """The command of Abat, its tables made beforehand as they are in use."""
    engine = create_engine(url)
    with engine.begin() as connection:
        prepare(connection, read_city(Path("astana")))
    engine.dispose()
    return [
        sys.executable,
        "-m",
        "scripts.load",
        "--database",
        url,
        "--json",
        "-q",
        KINDS[kind][0],
        str(path),
    ]


def to_postgis(path: Path, url: str, kind: str) -> list[str]:
    """GeoPandas, which makes the table and its spatial index."""
    return [sys.executable, "-c", TO_POSTGIS, str(path), url, KINDS[kind][0]]


def ogr2ogr(path: Path, url: str, kind: str) -> list[str]:
    """GDAL's own tool, by COPY, with its spatial index."""
    at = make_url(url)
    place = f"host='{at.query['host']}' port={at.query['port']}"
    told = f"PG:{place} user={at.username} dbname={at.database}"
    kind_of = ["-nlt", "PROMOTE_TO_MULTI"] if kind == "polygons" else []
    return ["ogr2ogr", "-f", "PostgreSQL", told, str(path), "-nln", KINDS[kind][0], *kind_of,
            "--config", "PG_USE_COPY", "YES", "-gt", "65536"]  # fmt: skip


def environment() -> dict[str, str]:
    """That of the user, with compiled Python kept in a folder of this run."""
    told = {
        name: value for name, value in os.environ.items() if name not in ("PGHOST", "PYTHONDONTWRITEBYTECODE")
    }
    return {"PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "abat-bench-compiled")} | told


def server_seconds(cluster: Cluster) -> float:
    """Processor seconds of the server and of all its processes, those that have ended included."""
    leader = (cluster.folder.data / "postmaster.pid").read_text().split()[0]
    ended, running = _ticks(leader), Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
    return (sum(ended) + sum(sum(_ticks(each)[:2]) for each in running)) / os.sysconf("SC_CLK_TCK")


def _ticks(process: str) -> list[int]:
    """Processor time in user and system mode, then the same of ended children."""
    return [int(word) for word in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:15]]


CONTENDERS = {"abat": abat, "to_postgis": to_postgis, "ogr2ogr": ogr2ogr}


def run(cluster: Cluster, name: str, path: Path, kind: str) -> dict[str, object]:
    """One contender on one file: seconds, rows in the table, its spatial indexes."""
    database = f"bench_{name}"
    cluster.ensure_database(database)
    url = cluster.url(database)
    command = CONTENDERS[name](path, url, kind)
    busy = server_seconds(cluster)
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = server_seconds(cluster) - busy
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr[-2000:]}")
    table = KINDS[kind][0]
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.scalar(text(f"SELECT count(*) FROM {table}"))
        indexes = connection.scalar(
            text("SELECT count(*) FROM pg_indexes WHERE tablename = :t AND indexdef LIKE '%gist%'"),
            {"t": table},
        )
    engine.dispose()
    admin = create_engine(url.replace(f"/{database}?", "/postgres?"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {database} WITH (FORCE)"))
        connection.execute(text("CHECKPOINT"))
    admin.dispose()
    return {
        "kind": kind, "contender": name, "seconds": round(seconds, 1), "rows": rows, "gist": indexes,
        "rows_per_second": round((rows or 0) / seconds),
        "cpu_seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "server_seconds": round(busy, 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--repeats", type=int, default=1)
    told = parser.parse_args()
    names = [name for name in told.only if name != "ogr2ogr" or shutil.which("ogr2ogr")]
    if len(names) < len(told.only):
        sys.stderr.write("ogr2ogr is not installed (Debian: apt install gdal-bin) and is left out\n")
    with tempfile.TemporaryDirectory(prefix="abat-bench-files-") as folder, server() as cluster:
        few = Path(folder) / "few.gpkg"
        write_layer(told.kinds[0], 1_000, few, "GPKG")
        for name in names:
            run(cluster, name, few, told.kinds[0])
        for kind in told.kinds:
            path = Path(folder) / f"{kind}.gpkg"
            write_layer(kind, told.rows, path, "GPKG")
            for _ in range(told.repeats):
                for name in names:
                    print(json.dumps(run(cluster, name, path, kind)), flush=True)


if __name__ == "__main__":
    main()
