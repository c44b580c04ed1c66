"""The overlap question as tuned SQL, and the tables that it and the engine read."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import Connection, text

from gis_core.overlap import Found

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


def postgis(connection: Connection, _: City) -> Answer:
    """Tuned SQL: clustered tables, GiST over shape and period."""
    connection.execute(text("DROP TABLE IF EXISTS sql_pairs, sql_plots"))
    connection.execute(text(PAIRS))
    connection.execute(text(PLOTS))
    return _read(connection, "sql_pairs", "i, j"), _read(connection, "sql_plots", "plot, job")


def _read(connection: Connection, table: str, names: str) -> Found:
    rows = connection.execute(text(f"SELECT {names}, m2 FROM {table}")).all()
    return Found(*(np.array(column) for column in zip(*rows, strict=True)))
