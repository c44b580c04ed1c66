"""The overlap question to DuckDB with its spatial extension and to SedonaDB: one question a process.

PYTHON benchmarks/overlap_peers.py duckdb|sedonadb FOLDER, called by `benchmarks.overlap` with the Python of
an environment that has them:

    pip install duckdb==1.5.5 duckdb-extension-spatial==1.5.5 sedonadb pyarrow numpy

The folder holds jobs.parquet and plots.parquet and takes answer.npz. Counted is what `in_memory` is counted
for: from WKB in memory to arrays; reading Parquet and starting are not. Both take two threads, and pairs are
found, measured and sifted one step after the other, the fastest form of several.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

Arrays = tuple[Any, Any, Any]
Question = Callable[[], tuple[Arrays, Arrays]]
# a join on anything beside the shapes would not be a spatial one: what is asked of pairs comes after it
MEETING = """
SELECT a.id AS i, b.id AS j, a.geom AS g, b.geom AS h, a.body AS body_a, b.body AS body_b,
    a.starts AS starts_a, b.starts AS starts_b, a.ends AS ends_a, b.ends AS ends_b
FROM jobs a JOIN jobs b ON ST_Intersects(a.geom, b.geom)
"""
NEAR = "i < j AND body_a <> body_b AND greatest(starts_a, starts_b) - least(ends_a, ends_b) <= 90"
MET = "FROM jobs p JOIN plots c ON ST_Intersects(c.geom, p.geom)"
CONTESTED = """
, contested AS (SELECT plot FROM met GROUP BY plot HAVING min(body) <> max(body))
SELECT met.plot, met.job, met.m2 FROM met JOIN contested ON met.plot = contested.plot
"""


def duckdb(jobs: pa.Table, plots: pa.Table) -> Question:
    import duckdb as engine  # noqa: PLC0415
    import duckdb_extension_spatial as spatial  # noqa: PLC0415

    db = engine.connect(config={"threads": 2, "allow_unsigned_extensions": True})
    folder = Path(spatial.__file__).parent / "extensions" / f"v{engine.__version__}"
    db.execute(f"LOAD '{folder / 'spatial.duckdb_extension'}'")
    db.register("raw_jobs", jobs)
    db.register("raw_plots", plots)
    pairs = f"""
    WITH meeting AS MATERIALIZED ({MEETING}),
    near AS MATERIALIZED (SELECT i, j, g, h FROM meeting WHERE {NEAR}),
    pair AS MATERIALIZED (SELECT i, j, ST_Area(ST_Intersection(g, h)) AS m2 FROM near)
    SELECT i, j, m2 FROM pair WHERE m2 > 1"""
    places = f"""
    WITH near AS MATERIALIZED (SELECT c.id AS plot, p.id AS job, p.body, c.geom AS g, p.geom AS h {MET}),
    pair AS MATERIALIZED (SELECT plot, job, body, ST_Area(ST_Intersection(g, h)) AS m2 FROM near),
    met AS MATERIALIZED (SELECT * FROM pair WHERE m2 > 1) {CONTESTED}"""

    def ask() -> tuple[Arrays, Arrays]:
        db.execute("CREATE TABLE jobs AS SELECT * EXCLUDE (wkb), ST_GeomFromWKB(wkb) AS geom FROM raw_jobs")
        db.execute("CREATE TABLE plots AS SELECT id, ST_GeomFromWKB(wkb) AS geom FROM raw_plots")
        answers = [db.execute(query).fetchnumpy() for query in (pairs, places)]
        return _arrays(answers[0], "i", "j"), _arrays(answers[1], "plot", "job")

    return ask


def sedonadb(jobs: pa.Table, plots: pa.Table) -> Question:
    import sedonadb as engine  # noqa: PLC0415

    db = engine.connect()
    db.sql("SET datafusion.execution.target_partitions = 2")

    def view(query: str, name: str) -> None:
        db.sql(query).to_memtable().to_view(name)

    def ask() -> tuple[Arrays, Arrays]:
        db.create_data_frame(jobs).to_view("raw_jobs")
        db.create_data_frame(plots).to_view("raw_plots")
        view("SELECT id, body, starts, ends, ST_GeomFromWKB(wkb) AS geom FROM raw_jobs", "jobs")
        view("SELECT id, ST_GeomFromWKB(wkb) AS geom FROM raw_plots", "plots")
        view(MEETING, "meeting")
        view(f"SELECT i, j, g, h FROM meeting WHERE {NEAR}", "near")
        view("SELECT i, j, ST_Area(ST_Intersection(g, h)) AS m2 FROM near", "pair")
        pairs = pa.table(db.sql("SELECT * FROM pair WHERE m2 > 1"))
        view(f"SELECT c.id AS plot, p.id AS job, p.body, c.geom AS g, p.geom AS h {MET}", "touched")
        view("SELECT plot, job, body, ST_Area(ST_Intersection(g, h)) AS m2 FROM touched", "shared")
        places = pa.table(db.sql(f"WITH met AS (SELECT * FROM shared WHERE m2 > 1) {CONTESTED}"))
        return _arrays(_columns(pairs), "i", "j"), _arrays(_columns(places), "plot", "job")

    return ask


def _columns(table: Any) -> dict[str, Any]:
    return {name: table[name].to_numpy() for name in table.column_names}


def _arrays(columns: dict[str, Any], i: str, j: str) -> Arrays:
    return columns[i], columns[j], columns["m2"]


def main() -> None:
    """One line: CPU seconds, seconds, version."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    ask = {"duckdb": duckdb, "sedonadb": sedonadb}[name](
        *(pq.read_table(folder / f"{each}.parquet") for each in ("jobs", "plots"))
    )
    used, wall = time.process_time(), time.perf_counter()
    answer = ask()
    used, wall = time.process_time() - used, time.perf_counter() - wall
    np.savez(
        folder / "answer.npz",
        **{f"{a}{b}": each for a, arrays in enumerate(answer) for b, each in enumerate(arrays)},
    )
    sys.stdout.write(f"{used} {wall}\n")
    sys.stdout.flush()
    os._exit(0)  # their threads end with the process


if __name__ == "__main__":
    main()
