"""python -m benchmarks.overlap [PROJECTS] [PARCELS] [TIMES] [WAY...] [--peers PYTHON]: the engine, its peers.

One generated city is asked for pairs of projects of different bodies that share more than 1 m2 and lie within
90 days, and for parcels on which projects of two bodies share more than 1 m2 each, with all areas. The engine
and PostGIS read tables and write two tables of results; the engine in memory, GEOS, GeoPandas, DuckDB and
SedonaDB take WKB and give arrays. PYTHON is that of an environment with the last two (`overlap_peers.py` says
which packages); without it they are left out. All answers are compared. Medians of TIMES turns: CPU seconds
of this process and of the server's, and wall time; ratios are of CPU seconds on the same footing.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from sqlalchemy import Connection, text

from benchmarks.conflicts import BODIES, parcels, shapes
from benchmarks.copying import read_arrays, write_pairs
from benchmarks.overlap_sql import Answer, City, postgis, store
from benchmarks.server import cpu, database
from gis_core.overlap import Found, Polygons, Terms, overlaps, within_list

LEAST, WINDOW = 1.0, 90


def generated(count: int, plots: int) -> City:
    """Projects and parcels as WKB, with bodies and days."""
    dice = np.random.default_rng(2023)
    cells = parcels(plots, dice)
    begin = dice.integers(0, 4, count) * 365 + dice.integers(60, 240, count) + 18_262
    return {
        "jobs": shapely.to_wkb(shapes(count, cells, dice)),
        "plots": shapely.to_wkb(cells),
        "body": dice.integers(0, BODIES, count),
        "starts": begin,
        "ends": begin + dice.integers(15, 181, count),
    }


def engine(connection: Connection, _: City) -> Answer:
    """Read from PostGIS, found, written back."""
    days = "(starts - DATE '1970-01-01')::bigint, (ends - DATE '1970-01-01')::bigint"
    query = f"SELECT id, body, {days}, geom::bytea FROM jobs"
    (ids, body, first, last), jobs = read_arrays(connection, query, 5)
    (plot_ids,), plots = read_arrays(connection, "SELECT id, geom::bytea FROM plots", 2)
    pairs, places = _found(jobs, plots, Terms(body, first, last, WINDOW))
    low, high = np.minimum(ids[pairs.i], ids[pairs.j]), np.maximum(ids[pairs.i], ids[pairs.j])
    answer = Found(low, high, pairs.m2), Found(plot_ids[places.i], ids[places.j], places.m2)
    connection.execute(text("DROP TABLE IF EXISTS our_pairs, our_plots"))
    for table, found in zip(("our_pairs", "our_plots"), answer, strict=True):
        connection.execute(text(f"CREATE UNLOGGED TABLE {table} (i bigint, j bigint, m2 float8)"))
        write_pairs(connection, table, found)
    return answer


def _found(jobs: Polygons, plots: Polygons, terms: Terms) -> Answer:
    return within_list(jobs, terms, LEAST), _by_two(overlaps(plots, jobs, LEAST), terms.code)


def in_memory(_: Connection, city: City) -> Answer:
    """The engine from WKB to arrays."""
    lists = []
    for name in ("jobs", "plots"):
        length = np.array([len(each) for each in city[name]])
        joined = np.frombuffer(b"".join(city[name]), np.uint8)
        lists.append(Polygons.from_wkb(joined, np.cumsum(length) - length, length))
    return _found(lists[0], lists[1], Terms(city["body"], city["starts"], city["ends"], WINDOW))


def geos(_: Connection, city: City) -> Answer:
    """STRtree candidates, filters, then the intersection by GEOS of what is left."""
    jobs, plots, body = shapely.from_wkb(city["jobs"]), shapely.from_wkb(city["plots"]), city["body"]
    i, j = shapely.STRtree(jobs).query(jobs)
    gap = np.maximum(city["starts"][i], city["starts"][j]) - np.minimum(city["ends"][i], city["ends"][j])
    kept = (i < j) & (body[i] != body[j]) & (gap <= WINDOW)
    k, n = shapely.STRtree(plots).query(jobs)
    return _over(jobs, jobs, i[kept], j[kept]), _by_two(_over(plots, jobs, n, k), body)


def _over(left: Any, right: Any, i: Any, j: Any) -> Found:
    m2 = shapely.area(shapely.intersection(left[i], right[j]))
    return Found(i[m2 > LEAST], j[m2 > LEAST], m2[m2 > LEAST])


def _by_two(found: Found, body: Any) -> Found:
    """What lies on parcels with projects of two bodies."""
    bits = np.zeros(found.i.max() + 1, np.int64)
    np.bitwise_or.at(bits, found.i, 1 << body[found.j])
    several = (bits & (bits - 1) != 0)[found.i]
    return Found(*(each[several] for each in found))


def geopandas(_: Connection, city: City) -> Answer:
    """sjoin, then the area of the intersection."""
    frame = gpd.GeoDataFrame(
        {name: city[name] for name in ("body", "starts", "ends")}, geometry=shapely.from_wkb(city["jobs"])
    )
    plots = gpd.GeoDataFrame(geometry=shapely.from_wkb(city["plots"]))
    met = gpd.sjoin(frame, frame, predicate="intersects", lsuffix="a", rsuffix="b")
    i, j = met.index.to_numpy(), met["index_b"].to_numpy()
    gap = np.maximum(met["starts_a"], met["starts_b"]) - np.minimum(met["ends_a"], met["ends_b"])
    kept = (i < j) & (met["body_a"] != met["body_b"]).to_numpy() & (gap <= WINDOW).to_numpy()
    on = gpd.sjoin(plots, frame, predicate="intersects")
    jobs, cells = np.asarray(frame.geometry), np.asarray(plots.geometry)
    places = _over(cells, jobs, on.index.to_numpy(), on["index_right"].to_numpy())
    return _over(jobs, jobs, i[kept], j[kept]), _by_two(places, city["body"])


WAYS: dict[str, Callable[[Connection, City], Answer]] = {
    "engine": engine, "postgis": postgis, "in_memory": in_memory, "geos": geos, "geopandas": geopandas,
}  # fmt: skip
PEERS = ("duckdb", "sedonadb")
FOOTING = {"postgis": "engine"} | dict.fromkeys(("geos", "geopandas", *PEERS), "in_memory")
Asked = Callable[[], tuple[Answer, float, float]]  # an answer, its CPU seconds, its seconds


def measure(count: int, plots: int, times: int, ways: dict[str, str | None]) -> None:
    """`ways`: the Python of another environment for those that run there."""
    city = generated(count, plots)
    with database() as connection, tempfile.TemporaryDirectory(prefix="abat-peers-") as folder:
        store(connection, city)
        in_memory(connection, generated(6_000, 6_000))  # compiled loops are loaded
        if any(ways.values()):
            _write_files(city, Path(folder))
        asked: dict[str, Asked] = {
            way: partial(_elsewhere, python, way, Path(folder))
            if python
            else partial(_here, connection, city, way)
            for way, python in ways.items()
        }
        _turns(asked, times)


def _write_files(city: City, folder: Path) -> None:
    numbers = {name: pa.array(city[name]) for name in ("body", "starts", "ends")}
    for name, columns in (("jobs", numbers), ("plots", {})):
        rows = {
            "id": pa.array(np.arange(len(city[name]))),
            **columns,
            "wkb": pa.array(city[name], pa.binary()),
        }
        pq.write_table(pa.table(rows), folder / f"{name}.parquet")


def _here(connection: Connection, city: City, way: str) -> tuple[Answer, float, float]:
    began, wall = cpu(connection), time.perf_counter()
    answer = WAYS[way](connection, city)
    return answer, cpu(connection) - began, time.perf_counter() - wall


def _elsewhere(python: str, way: str, folder: Path) -> tuple[Answer, float, float]:
    command = [python, str(Path(__file__).with_name("overlap_peers.py")), way, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{way}: {done.stderr[-1000:]}")
    with np.load(folder / "answer.npz") as arrays:
        pairs, places = (Found(*(arrays[f"{a}{b}"] for b in range(3))) for a in range(2))
    used, wall = map(float, done.stdout.split())
    return (pairs, places), used, wall


def _turns(asked: dict[str, Asked], times: int) -> None:
    truth, seconds = None, {way: [] for way in asked}  # type: ignore[var-annotated]
    for _ in range(times):
        for way, ask in asked.items():
            answer, used, wall = ask()
            seconds[way].append((used, wall))
            truth = truth or _sorted(answer)
            _compare(way, _sorted(answer), truth)
            print(f"{way}: {used:.2f} CPU s, {wall:.2f} s", flush=True)
    assert truth
    middle = {way: [median(column) for column in zip(*each, strict=True)] for way, each in seconds.items()}
    print(
        f"{len(truth[0].i)} pairs, {len(np.unique(truth[1].i))} contested parcels, {len(truth[1].i)} shares"
    )
    for way, (used, wall) in middle.items():
        base = FOOTING.get(way)
        ratio = f", {used / middle[base][0]:.1f} times {base}" if base in middle else ""
        print(f"{way}: {used:.2f} CPU s{ratio}, {wall:.2f} s")
    print(f"largest memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _sorted(answer: Answer) -> Answer:
    orders = [np.lexsort((found.j, found.i)) for found in answer]
    return tuple(Found(*(c[o] for c in found)) for found, o in zip(answer, orders, strict=True))  # type: ignore[return-value]


def _compare(way: str, answer: Answer, truth: Answer) -> None:
    for mine, theirs in zip(answer, truth, strict=True):
        same = np.array_equal(mine.i, theirs.i) and np.array_equal(mine.j, theirs.j)
        if not same or not np.allclose(mine.m2, theirs.m2, rtol=1e-6, atol=1e-6):
            raise SystemExit(f"{way} gives another answer")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, number in (("projects", 10_000), ("parcels", 20_000), ("times", 3)):
        parser.add_argument(name, type=int, nargs="?", default=number)
    parser.add_argument("ways", nargs="*", metavar="WAY", help=", ".join([*WAYS, *PEERS]))
    parser.add_argument("--peers", metavar="PYTHON")
    told = parser.parse_args()
    ways = told.ways or [*WAYS, *PEERS]
    left = [way for way in ways if way in PEERS and not told.peers]
    if left:
        print(f"left out without --peers: {', '.join(left)}")
    chosen = {way: told.peers if way in PEERS else None for way in ways if way not in left}
    measure(told.projects, told.parcels, told.times, chosen)


if __name__ == "__main__":
    main()
