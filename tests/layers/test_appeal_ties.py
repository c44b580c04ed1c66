"""Appeals tied by arrays beside the query that ties them one by one: a crowded town, drawn by dice."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import numpy as np
import pytest
from sqlalchemy import Connection, func, insert, select, text

from gis_core.layer import table_of
from layers import appeal_ties
from layers.appeal_places import AppealPlace
from layers.appeals import Appeal
from layers.catalogue import DERIVED
from layers.city import City
from layers.computed import fill
from layers.courtyards import Courtyard
from layers.districts import District
from layers.grid_cells import GridCell
from layers.public_spaces import PublicSpace
from tests.drawing import SRID, X0, Y0, box, point
from tests.layers.appeal_oracle import rows
from tests.layers.boundaries import put_districts_that_change

FIRST = date(2021, 1, 1)


def hexagon(x: float, y: float) -> str:
    """One of those that cover the plane; its corners lie on even tens, as many of the appeals do."""
    around = ((40, 0), (20, 40), (-20, 40), (-40, 0), (-20, -40), (20, -40), (40, 0))
    corners = ", ".join(f"{X0 + x + dx} {Y0 + y + dy}" for dx, dy in around)
    return f"SRID={SRID};MULTIPOLYGON((({corners})))"


def put_town(connection: Connection, dice: np.random.Generator) -> None:
    """Places that touch and overlap, districts whose boundary changed, appeals on corners and edges."""
    put_districts_that_change(connection, date(2021, 2, 1), 400)
    for layer, size in ((Courtyard, 40), (PublicSpace, 60)):
        corners = dice.integers(0, 12, (25, 2)) * 40
        named = {"name": "сквер"} if layer is PublicSpace else {}
        connection.execute(insert(layer), [
            {"id": f"{letter}-{number}", "geom": box(x, y, size, size), **named}
            for number, (x, y) in enumerate(corners.tolist()) for letter in "Яя"[number % 2]
        ])  # fmt: skip
    connection.execute(insert(GridCell), [
        {"cell_id": f"h{name:02}", "geom": hexagon(60 * (n % 10), 80 * (n // 10) + 40 * (n % 2))}
        for n, name in enumerate(dice.permutation(90).tolist())
    ])  # fmt: skip
    places = dice.integers(-10, 70, (600, 2)) * 10
    connection.execute(insert(Appeal), [
        {"id": f"{'аБ-'[number % 3]}{number}", "requested_on": FIRST + timedelta(days=day),
         "category": ("other", "playground")[day % 2], "duplicate_of": "x" if day == 7 else None,
         "address_match": (None, "exact", "street")[number % 5 % 3],
         "geom": point(x, y) if number % 20 else None,
         "geom_source": "surveyed" if number % 20 else "none"}
        for number, (day, (x, y)) in enumerate(
            zip(dice.integers(0, 60, 600).tolist(), places.tolist(), strict=True))
    ])  # fmt: skip


@pytest.mark.parametrize("batch", [7, 10_000])
def test_arrays_and_the_query_give_the_same_rows(
    batch: int, connection: Connection, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = msgspec.structs.replace(city.needs, near_m_of={"playground": 90.0})
    near = msgspec.structs.replace(city, needs=needs)
    put_town(connection, np.random.default_rng(batch))
    monkeypatch.setattr(appeal_ties, "BATCH", batch)
    fill(connection, AppealPlace, DERIVED[AppealPlace], near)
    found = {tuple(row) for row in connection.execute(select(table_of(AppealPlace)))}
    meant = {tuple(row) for row in connection.execute(rows(near))}
    assert found == meant
    assert {row[1] for row in found} == {"inside", "near", "district", "none"}
    assert 100 < sum(row[-2] for row in found) < 500
    assert len({row[-1] for row in found}) > 60


ON_CELLS = text("""
WITH corners AS (SELECT cell_id, (ST_DumpPoints(geom)).* FROM grid_cells),
    sides AS (SELECT geom, lead(geom) OVER (PARTITION BY cell_id ORDER BY path) AS next FROM corners),
    points AS (
        SELECT geom FROM corners
        UNION ALL SELECT ST_Centroid(ST_Collect(geom, next)) FROM sides WHERE next IS NOT NULL
        UNION ALL SELECT (ST_Dump(ST_GeneratePoints(geom, 20, 1))).geom FROM grid_cells
    )
INSERT INTO appeals (id, requested_on, geom) SELECT row_number() OVER (), '2021-01-01', geom FROM points
""")


def test_where_cells_of_h3_meet_the_first_by_index_takes_the_appeal(
    connection: Connection, city: City
) -> None:
    """On corners of real cells, on the middles of their sides as near as numbers go, and within."""
    connection.execute(insert(District).values(id="a", code="a", name_ru="а", geom=box(0, 0, 3000, 3000)))
    fill(connection, GridCell, DERIVED[GridCell], city)
    connection.execute(ON_CELLS)
    fill(connection, AppealPlace, DERIVED[AppealPlace], city)
    tied = table_of(AppealPlace).c
    placed = select(tied.appeal_id, tied.cell_id).where(tied.cell_id.is_not(None))
    found = dict(connection.execute(placed).all())
    held = func.ST_Intersects(GridCell.geom, Appeal.geom)
    pairs = select(Appeal.id, func.array_agg(GridCell.cell_id)).join(GridCell, held).group_by(Appeal.id)
    meant = {id: sorted(cells) for id, cells in connection.execute(pairs)}
    assert found == {id: cells[0] for id, cells in meant.items()}
    assert {1, 2, 3} == {len(cells) for cells in meant.values()}


def test_a_city_without_appeals_or_places_has_no_ties(connection: Connection, city: City) -> None:
    assert fill(connection, AppealPlace, DERIVED[AppealPlace], city) == 0
    connection.execute(insert(Appeal), [{"id": "1", "requested_on": FIRST, "geom": point(1, 1)}])
    assert fill(connection, AppealPlace, DERIVED[AppealPlace], city) == 1
