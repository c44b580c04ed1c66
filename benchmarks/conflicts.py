"""python -m benchmarks.conflicts [PROJECTS] [PARCELS] [TIMES]: conflicts by Abat against tuned SQL.

One generated city is asked for pairs of projects of different bodies that share more than 1 m2 within 90
days, and for parcels on which two bodies share ground. SQL answers with just that: clustered tables, GiST
over shape and period. Abat answers twice: with the findings of all rules, named by their places, and with its
layer `conflicts` whole: also money, certainty, districts and sentences, written back. Medians of TIMES turns
in CPU seconds of this process and of the server's, which other work on the machine disturbs least.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, text

from benchmarks.server import cpu, database
from gis_core.layer import table_of
from gis_core.pairs import polygons_only
from gis_core.store import copy_frame
from layers.bodies import Body
from layers.catalogue import DERIVED
from layers.city import City, read_city
from layers.computed import fill
from layers.conflict_findings import findings, sightings
from layers.conflict_inputs import read_inputs
from layers.conflicts import Conflict
from layers.parcels import Parcel
from layers.powers import recorded
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.schema import prepare, srid_of
from layers.works import Work

CORNER = np.array([660_000.0, 5_660_000.0])
BODIES = 26
SIDE = 60.0  # metres, of a parcel


def parcels(count: int, dice: np.random.Generator) -> Any:
    """A coverage of quadrangles with crooked corners."""
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    corners = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0)), axis=-1) * SIDE + CORNER
    corners += dice.uniform(-9, 9, corners.shape)
    ring = [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1], corners[:-1, :-1]]
    return shapely.polygons(np.stack(ring, axis=2).reshape(-1, 5, 2))[:count]


def shapes(count: int, cells: Any, dice: np.random.Generator) -> Any:
    """A third parcels, a third turned boxes, a third blobs of 6 to 40 corners; most near a few places."""
    places = dice.integers(0, len(cells), max(count // 5, 1))
    weights = np.minimum(dice.pareto(1.5, len(places)) + 0.2, 15)
    chosen = places[dice.choice(len(places), count, p=weights / weights.sum())]
    made = cells[chosen].copy()
    centres = shapely.get_coordinates(shapely.centroid(made)) + dice.normal(0, 12, (count, 2))
    kind = dice.integers(0, 3, count)
    for at in np.flatnonzero(kind == 1):
        made[at] = _ring(
            centres[at], np.array([0.7, 2.4, 3.9, 5.6]) + dice.uniform(0, 3), dice.uniform(25, 90)
        )
    for at in np.flatnonzero(kind == 2):
        angles = np.sort(dice.uniform(0, 2 * np.pi, dice.integers(6, 41)))
        made[at] = _ring(centres[at], angles, dice.uniform(0.5, 1, len(angles)) * dice.uniform(18, 110))
    return shapely.make_valid(made)


def _ring(centre: Any, angles: Any, radius: Any) -> Any:
    return shapely.Polygon(
        centre + np.column_stack([np.cos(angles), np.sin(angles)]) * np.reshape(radius, (-1, 1))
    )


def put_city(connection: Connection, city: City, count: int, plots: int) -> None:
    """The generated city in Abat's tables."""
    dice = np.random.default_rng(2023)
    cells, kinds = parcels(plots, dice), list(city.work_types)
    ids = [f"P-{number:06}" for number in range(count)]
    begin = np.datetime64("2020-01-01") + dice.integers(0, 4, count) * 365 + dice.integers(60, 240, count)
    days = [[day.item() for day in each] for each in (begin, begin + dice.integers(15, 181, count))]
    srid = srid_of(city)
    bodies = [f"body_{number:02}" for number in range(BODIES)]
    frames = {
        Body: pd.DataFrame({"code": bodies, "name_ru": bodies, "kind": "other"}),
        Parcel: pd.DataFrame({"id": [f"21-{n:06}" for n in range(plots)], "geom": polygons_only(cells)}),
        Project: pd.DataFrame({
            "id": ids, "executing_body": [bodies[n] for n in dice.integers(0, BODIES, count)],
            "work_type": [kinds[n] for n in dice.integers(0, len(kinds), count)],
            "starts": days[0], "ends": days[1], "dates_firm": True, "status": "preparation",
            "geom_source": "drawn", "geom": polygons_only(shapes(count, cells, dice)),
        }),
        ProjectFunding: pd.DataFrame({
            "project_id": ids, "year": [day.year for day in days[0]], "source": "local", "stage": "adopted",
            "amount_kzt": dice.integers(1, 90_000_000, count),
        }),
    }  # fmt: skip
    for layer, rows in frames.items():
        copy_frame(connection, table_of(layer), rows, srid)
        connection.execute(text(f"ANALYZE {layer.__tablename__}"))


TUNED = """
CREATE TABLE tuned_projects AS SELECT id, executing_body AS body, geom,
    daterange(starts, ends, '[]') AS days, daterange(starts, ends + 90, '[]') AS wide
    FROM projects ORDER BY geom;
CREATE TABLE tuned_parcels AS SELECT id, geom FROM parcels ORDER BY geom;
CREATE INDEX ON tuned_projects USING gist (geom, wide);
CREATE INDEX ON tuned_parcels USING gist (geom);
ANALYZE tuned_projects; ANALYZE tuned_parcels
"""
SETTINGS = """
SET jit = off; SET work_mem = '256MB'; SET max_parallel_workers_per_gather = 0
"""
PAIRS = """
SELECT count(*) FROM (SELECT a.id, b.id, ST_Area(ST_Intersection(a.geom, b.geom)) AS m2
FROM tuned_projects a JOIN tuned_projects b ON ST_Intersects(a.geom, b.geom) AND a.wide && b.wide
WHERE a.id < b.id AND a.body <> b.body AND (a.wide && b.days OR a.days && b.wide)) pair WHERE m2 > 1
"""
PLOTS = """
WITH met AS MATERIALIZED (SELECT c.id AS plot, p.body, ST_Area(ST_Intersection(c.geom, p.geom)) AS m2
    FROM tuned_projects p JOIN tuned_parcels c ON ST_Intersects(c.geom, p.geom))
SELECT count(*) FROM (SELECT plot FROM met WHERE m2 > 1 GROUP BY plot HAVING min(body) <> max(body)) contested
"""


def by_sql(connection: Connection) -> tuple[int, int]:
    """How many pairs and how many contested parcels there are."""
    return connection.scalar(text(PAIRS)) or 0, connection.scalar(text(PLOTS)) or 0


def by_abat(connection: Connection, city: City) -> tuple[int, int]:
    """How many pairs clash or could be joined, and how many conflicts there are in all."""
    connection.execute(text("TRUNCATE conflicts"))
    count = fill(connection, Conflict, DERIVED[Conflict], city)
    pairs = (
        "SELECT count(DISTINCT (project_a, project_b)) FROM conflicts WHERE rule IN ('clash', 'opportunity')"
    )
    return connection.scalar(text(pairs)) or 0, count


def by_findings(connection: Connection, city: City) -> tuple[int, int]:
    """The same pairs, and all findings with their grounds, read from the store and not written."""
    inputs = read_inputs(connection, city)
    found = findings(sightings(inputs), recorded(inputs.projects))
    pairs = found[found["rule"].isin(["clash", "opportunity"])]
    return len(pairs[["project_a", "project_b"]].drop_duplicates()), len(found)


def measure(count: int, plots: int, times: int) -> None:
    city = read_city(Path("astana"))
    city = msgspec.structs.replace(city, code="bench", powers={})
    with database() as connection:
        prepare(connection, city)
        put_city(connection, city, count, plots)
        fill(connection, Work, DERIVED[Work], city)
        connection.execute(text(TUNED))
        connection.execute(text(SETTINGS))
        _turns(connection, city, times)


def _turns(connection: Connection, city: City, times: int) -> None:
    asked = {
        "tuned SQL": lambda: by_sql(connection),
        "findings": lambda: by_findings(connection, city),
        "layer": lambda: by_abat(connection, city),
    }
    seconds: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(times):
        for name, ask in asked.items():
            began = cpu(connection)
            answer = ask()
            seconds[name].append(cpu(connection) - began)
            print(f"{name}: {answer} in {seconds[name][-1]:.2f} CPU s", flush=True)
    middle = {name: median(each) for name, each in seconds.items()}
    for name in ("findings", "layer"):
        print(f"{name}: {middle[name]:.2f} CPU s, {middle[name] / middle['tuned SQL']:.2f} of tuned SQL")


if __name__ == "__main__":
    measure(*(int(word) for word in (sys.argv[1:] + ["10000", "50000", "3"][len(sys.argv) - 1 :])))
