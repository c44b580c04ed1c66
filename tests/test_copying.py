"""Numbers and shapes out of PostGIS as arrays and pairs back, against plain SQL."""

from __future__ import annotations

import numpy as np
import psycopg
import pytest
from shapely import box
from sqlalchemy import Connection, text

from benchmarks.copying import read_arrays, write_pairs
from gis_core.overlap import Polygons, Terms, areas_of_pairs, overlaps, within_list

SHAPES = """
CREATE TEMP TABLE jobs AS
SELECT n AS id, n % 5 AS body, n * 37 % 400 AS starts, n * 37 % 400 + n % 60 AS ends,
    ST_Multi(ST_Buffer(ST_MakePoint(n * n * 71 % 997, n * n * 113 % 991), 15 + n % 40, 1 + n % 6)) AS geom
FROM generate_series(1, 300) n;
CREATE TEMP TABLE plots AS
SELECT row_number() OVER (ORDER BY x, y) AS id, ST_MakeEnvelope(x, y, x + 83, y + 83) AS geom
FROM generate_series(0, 950, 83) x, generate_series(0, 950, 83) y
"""
PAIRS = """
SELECT a.id, b.id, ST_Area(ST_Intersection(a.geom, b.geom)) FROM jobs a JOIN jobs b ON a.id < b.id
WHERE a.body <> b.body AND greatest(a.starts, b.starts) - least(a.ends, b.ends) <= 90
    AND ST_Area(ST_Intersection(a.geom, b.geom)) > 1 ORDER BY 1, 2
"""
PLOTS = """
SELECT c.id AS plot, p.id AS job, ST_Area(ST_Intersection(c.geom, p.geom)) AS m2
FROM plots c, jobs p WHERE ST_Area(ST_Intersection(c.geom, p.geom)) > 1 ORDER BY 1, 2
"""


def test_pairs_and_shares_of_parcels_are_those_of_plain_sql(connection: Connection) -> None:
    connection.execute(text(SHAPES))
    query = "SELECT id::bigint, body::bigint, starts::bigint, ends::bigint, geom::bytea FROM jobs"
    (ids, body, first, last), jobs = read_arrays(connection, query, 5)
    (numbers,), plots = read_arrays(connection, "SELECT id, geom::bytea FROM plots", 2)
    found = within_list(jobs, Terms(body, first, last, 90), 1.0)
    truth = connection.execute(text(PAIRS)).all()
    assert len(truth) > 100
    assert list(zip(ids[found.i].tolist(), ids[found.j].tolist(), strict=True)) == [
        (a, b) for a, b, _ in truth
    ]
    np.testing.assert_allclose(found.m2, [m2 for *_, m2 in truth], atol=1e-6)
    places = overlaps(plots, jobs, 1.0)
    truth = connection.execute(text(PLOTS)).all()
    assert len(truth) > 100
    assert list(zip(numbers[places.i].tolist(), ids[places.j].tolist(), strict=True)) == [
        (a, b) for a, b, _ in truth
    ]
    np.testing.assert_allclose(places.m2, [m2 for *_, m2 in truth], atol=1e-6)


def test_a_missing_shape_shares_nothing_and_no_rows_are_no_shapes(connection: Connection) -> None:
    connection.execute(text("CREATE TEMP TABLE few (id bigint, geom geometry(Polygon, 32642))"))
    (ids,), shapes = read_arrays(connection, "SELECT id, geom::bytea FROM few", 2)
    assert len(shapes) == 0
    square = "ST_MakeEnvelope(0, 0, 10, 10, 32642)"
    connection.execute(text(f"INSERT INTO few VALUES (-7, NULL), (9007199254740993, {square})"))
    (ids,), shapes = read_arrays(connection, "SELECT id, geom::bytea FROM few ORDER BY id", 2)
    assert ids.tolist() == [-7, 9007199254740993]
    found = overlaps(shapes, Polygons(np.array([box(5, 5, 20, 20)])))
    assert [each.tolist() for each in found] == [[1], [0], [25.0]]
    assert areas_of_pairs(shapes, np.array([0, 1]), shapes, np.array([1, 1])).tolist() == [0, 100]


@pytest.mark.parametrize("count", [0, 1, 120_001])
def test_pairs_are_written_as_they_are(connection: Connection, count: int) -> None:
    connection.execute(text("CREATE TEMP TABLE found (i bigint, j bigint, m2 float8)"))
    i = np.arange(count)
    write_pairs(connection, "found", (i, i * 2 - 5, i / 8))
    rows = connection.execute(text("SELECT i, j, m2 FROM found ORDER BY i")).all()
    assert len(rows) == count
    assert rows[-1:] == [(count - 1, 2 * count - 7, (count - 1) / 8)][:count]


def test_a_query_that_breaks_off_says_why(connection: Connection) -> None:
    broken = "SELECT 1000 / (2000 - n), NULL::bytea FROM generate_series(1, 3000) n"
    with pytest.raises(psycopg.errors.DivisionByZero, match="division by zero"), connection.begin_nested():
        read_arrays(connection, broken, 2)
    numbers, _ = read_arrays(connection, "SELECT 7::bigint, NULL::bytea", 2)
    assert numbers[0].tolist() == [7]
