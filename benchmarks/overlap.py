"""python -m benchmarks.overlap [PROJECTS] [PARCELS] [TIMES] [WAY...]: the overlap engine against its peers.

One generated city is asked for pairs of projects of different bodies that share more than 1 m2 and lie within
90 days, and for parcels on which projects of two bodies share more than 1 m2 each, with all areas. The engine
and PostGIS read tables and write two tables of results; the engine in memory, GEOS and GeoPandas take WKB and
give arrays. All answers are compared. Medians of TIMES turns: CPU seconds of this process and of the
server's, and wall time; ratios are of CPU seconds to the engine on the same footing.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection, text

from benchmarks.conflicts import BODIES, parcels, shapes
from benchmarks.copying import read_arrays, write_pairs
from benchmarks.server import cpu, database
from gis_core.overlap import Found, Polygons, Terms, overlaps, within_list

LEAST, WINDOW = 1.0, 90
SETTINGS = "SET jit = off; SET work_mem = '256MB'; SET max_parallel_workers_per_gather = 2"
TABLES = """
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE UNLOGGED TABLE raw_jobs (id bigint, body bigint, starts bigint, ends bigint, wkb bytea);
CREATE UNLOGGED TABLE raw_plots (id bigint, wkb bytea)
"""
TUNED = """
CREATE TABLE jobs AS SELECT id, body, DATE '1970-01-01' + starts::int AS starts,
    DATE '1970-01-01' + ends::int AS ends, ST_GeomFromWKB(wkb, 32642) AS geom FROM raw_jobs
    ORDER BY ST_GeomFromWKB(wkb, 32642);
CREATE TABLE plots AS SELECT id, ST_GeomFromWKB(wkb, 32642) AS geom FROM raw_plots
    ORDER BY ST_GeomFromWKB(wkb, 32642);
DROP TABLE raw_jobs, raw_plots;
ALTER TABLE jobs ADD days daterange GENERATED ALWAYS AS (daterange(starts, ends, '[]')) STORED,
    ADD wide daterange GENERATED ALWAYS AS (daterange(starts, ends + 90, '[]')) STORED;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE INDEX ON jobs USING gist (geom, wide);
CREATE INDEX ON jobs USING gist (geom);
CREATE INDEX ON plots USING gist (geom);
ANALYZE jobs; ANALYZE plots
"""
PAIRS = """
CREATE UNLOGGED TABLE sql_pairs AS SELECT i, j, m2
FROM (SELECT a.id AS i, b.id AS j, ST_Area(ST_Intersection(a.geom, b.geom)) AS m2
    FROM jobs a JOIN jobs b ON ST_Intersects(a.geom, b.geom) AND a.wide && b.wide
    WHERE a.id < b.id AND a.body <> b.body AND (a.wide && b.days OR a.days && b.wide)) pair WHERE m2 > 1
"""
PLOTS = """
CREATE UNLOGGED TABLE sql_plots AS
WITH met AS MATERIALIZED (SELECT plot, job, body, m2 FROM (SELECT c.id AS plot, p.id AS job, p.body,
        ST_Area(ST_Intersection(c.geom, p.geom)) AS m2
    FROM jobs p JOIN plots c ON ST_Intersects(c.geom, p.geom)) shared WHERE m2 > 1),
contested AS (SELECT plot FROM met GROUP BY plot HAVING min(body) <> max(body))
SELECT plot, job, m2 FROM met JOIN contested USING (plot)
"""

Answer = tuple[Found, Found]
City = dict[str, Any]


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


def store(connection: Connection, city: City) -> None:
    connection.execute(text(TABLES))
    driver: Any = connection.connection.driver_connection
    columns = [city[name].tolist() for name in ("body", "starts", "ends")]
    rows = {
        "raw_jobs": (
            ["int8"] * 4 + ["bytea"],
            zip(range(len(city["jobs"])), *columns, city["jobs"], strict=True),
        ),
        "raw_plots": (["int8", "bytea"], zip(range(len(city["plots"])), city["plots"], strict=True)),
    }
    for table, (types, values) in rows.items():
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(types)
            for row in values:
                copy.write_row(row)
    connection.execute(text(TUNED))
    connection.execute(text(SETTINGS))


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


def postgis(connection: Connection, _: City) -> Answer:
    """Tuned SQL: clustered tables, GiST over shape and period."""
    connection.execute(text("DROP TABLE IF EXISTS sql_pairs, sql_plots"))
    connection.execute(text(PAIRS))
    connection.execute(text(PLOTS))
    return _read(connection, "sql_pairs", "i, j"), _read(connection, "sql_plots", "plot, job")


def _read(connection: Connection, table: str, names: str) -> Found:
    rows = connection.execute(text(f"SELECT {names}, m2 FROM {table}")).all()
    return Found(*(np.array(column) for column in zip(*rows, strict=True)))


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
FOOTING = {"postgis": "engine", "geos": "in_memory", "geopandas": "in_memory"}


def measure(count: int, plots: int, times: int, ways: list[str]) -> None:
    city = generated(count, plots)
    with database() as connection:
        store(connection, city)
        _turns(connection, city, times, ways)


def _turns(connection: Connection, city: City, times: int, ways: list[str]) -> None:
    truth, seconds = _sorted(WAYS[ways[0]](connection, city)), {way: [] for way in ways}  # type: ignore[var-annotated]
    for _ in range(times):
        for way in ways:
            began, wall = cpu(connection), time.perf_counter()
            answer = WAYS[way](connection, city)
            seconds[way].append((cpu(connection) - began, time.perf_counter() - wall))
            _compare(way, _sorted(answer), truth)
            print(f"{way}: {seconds[way][-1][0]:.2f} CPU s, {seconds[way][-1][1]:.2f} s", flush=True)
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


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:4]] + [10_000, 20_000, 3][len(sys.argv[1:4]) :]
    measure(*numbers, sys.argv[4:] or list(WAYS))
