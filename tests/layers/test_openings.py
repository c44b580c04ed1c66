"""How often a place was dug up, by whom: a window of five years that ends with the newest day in the data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert

from gis_core.layer import Layer
from layers.bodies import Body
from layers.city import City, Term, read_city
from layers.courtyards import Courtyard
from layers.openings import Opening
from layers.parcels import Parcel
from layers.project_areas import ProjectArea
from layers.project_funding import ProjectFunding
from layers.projects import Project
from tests.conftest import SQUARES
from tests.drawing import box, many, with_hole
from tests.layers import opening_oracle
from tests.layers.boundaries import put_districts_that_change

Fill = Callable[[type[Layer]], list[Any]]


@pytest.fixture(scope="session")
def city() -> City:
    """Heat networks open the ground, lighting does not."""
    works = {name: Term(name, name, name, disruptive=name == "heat") for name in ("heat", "lighting")}
    return replace(read_city(SQUARES), work_types=works)


@pytest.fixture(autouse=True)
def _a_courtyard(connection: Connection) -> None:
    """20 x 20 m; money of 2023 makes its last day the newest: five years begin with 1 January 2019."""
    for code in ("akimat", "heat"):
        connection.execute(insert(Body).values(code=code, name_ru=code))
    connection.execute(insert(Courtyard).values(id="D1", address="двор 1", geom=box(0, 0, 20, 20)))


@pytest.fixture
def opened(connection: Connection) -> Callable[..., None]:
    """Works of 10 x 10 m that begin and end on a day."""

    def put(id: str, day: tuple[int, int, int], **said: Any) -> None:
        row = {"executing_body": "heat", "work_type": "heat", "geom": box(5, 5, 10, 10), **said}
        row |= {"starts": date(*day), "ends": date(*day)}
        connection.execute(insert(Project).values(id=id, **row))
        money = {"project_id": id, "year": 2023, "source": "local", "amount_kzt": 1}
        connection.execute(insert(ProjectFunding).values(**money))

    return put


def told(rows: list[Any]) -> dict[str, tuple[int, int, date, date, float]]:
    return {row.body: (row.times, row.times_all, row.first_on, row.last_on, row.opened_m2) for row in rows}


def test_only_openings_within_the_years_count(opened: Any, fill: Fill) -> None:
    days = {"early": (2018, 12, 31), "first": (2019, 1, 1), "last": (2023, 12, 31), "next": (2024, 1, 1)}
    for id, day in days.items():
        opened(id, day)
    assert told(fill(Opening)) == {"heat": (2, 2, date(2019, 1, 1), date(2023, 12, 31), 200)}


def test_each_body_has_its_row_beside_the_number_of_all(opened: Any, fill: Fill) -> None:
    opened("a", (2020, 1, 1))
    opened("b", (2021, 1, 1), executing_body="akimat")
    opened("c", (2022, 1, 1))
    found = {body: row[:2] for body, row in told(fill(Opening)).items()}
    assert found == {"heat": (2, 3), "akimat": (1, 3)}


def test_works_that_open_nothing_or_only_touch_do_not_count(opened: Any, fill: Fill) -> None:
    opened("lamp", (2020, 1, 1), work_type="lighting")
    opened("beside", (2020, 1, 1), geom=box(20, 0, 10, 10))
    opened("sliver", (2020, 1, 1), geom=box(19.95, 0, 10, 20))  # 1 m2, the tolerance
    opened("cancelled", (2020, 1, 1), status="cancelled")
    assert fill(Opening) == []


def test_areas_of_one_project_are_one_opening_a_day(connection: Connection, opened: Any, fill: Fill) -> None:
    opened("net", (2020, 1, 1))
    for number, day in ((1, date(2020, 1, 1)), (2, date(2020, 1, 1)), (3, date(2021, 1, 1))):
        row = {"project_id": "net", "area_no": number, "starts": day, "ends": day}
        connection.execute(insert(ProjectArea).values(**row, geom=box(number * 5, 0, 4, 4)))
    assert told(fill(Opening)) == {"heat": (2, 2, date(2020, 1, 1), date(2021, 1, 1), 48)}


def put_town(connection: Connection, opened: Any, dice: np.random.Generator) -> None:
    """Places that touch and overlap, districts whose boundary changed, works in holes and in parts."""
    put_districts_that_change(connection, date(2021, 7, 1), 150)
    connection.execute(insert(Parcel).values(id="ring", geom=with_hole((0, 0, 200, 300), (20, 20, 90, 200))))
    for layer, size in ((Courtyard, 40), (Parcel, 60)):
        corners = enumerate((dice.integers(0, 12, (40, 2)) * 33.3).tolist())
        rows = [{"id": f"{'Яя'[n % 2]}-{n}", "geom": box(x, y, size, size)} for n, (x, y) in corners]
        connection.execute(insert(layer), rows)
    for n, (x, y, size, day) in enumerate(dice.integers(0, 400, (300, 4)).tolist()):
        body, work = "akimat" if n % 3 else "heat", "heat" if n % 5 else "lighting"
        shape = many((x, y, 1 + size / 11, 1 + size % 30), (x + 70, y, 5, 9))
        on = date(2018, 1, 1) + timedelta(days=6 * day)
        said = {"geom": shape, "executing_body": body, "work_type": work}
        opened(f"{'аБ-'[n % 3]}{n}", (on.year, on.month, on.day), **said)


def test_shares_of_the_engine_and_cuts_by_the_server_give_the_same_rows(
    connection: Connection, opened: Any, fill: Fill, city: City
) -> None:
    put_town(connection, opened, np.random.default_rng(1))
    fill(Opening)
    found = opening_oracle.held_against(connection, city)
    assert len(found) > 100
    assert {said[4] for said in found} == {"a", "b", "c", None}


def test_a_town_without_works_or_places_has_no_openings(
    connection: Connection, opened: Any, fill: Fill
) -> None:
    assert fill(Opening) == []
    connection.execute(delete(Courtyard))
    opened("a", (2020, 1, 1))
    assert fill(Opening) == []
