"""Money laid on places: every sum preserved to the tenge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, insert, select

from gis_core.layer import Layer
from layers.bodies import Body
from layers.catalogue import DERIVED
from layers.city import City
from layers.computed import fill as put_rows
from layers.courtyards import Courtyard
from layers.districts import District
from layers.funding_by_place import FundingByPlace
from layers.parcels import Parcel
from layers.project_funding import ProjectFunding
from layers.project_places import ProjectPlace
from layers.projects import Project
from layers.works import Work
from tests.drawing import box

Fill = Callable[[type[Layer]], list[Any]]


def put(
    connection: Connection, id: str, shape: str | None, amount: int, year: int = 2022, **said: Any
) -> None:
    connection.execute(insert(Body).values(code=f"body of {id}", name_ru="Орган"))
    source = {"geom_source": "none"} if shape is None else {}
    row = {
        "id": id,
        "executing_body": f"body of {id}",
        "work_type": "paving",
        "geom": shape,
        **source,
        **said,
    }
    connection.execute(insert(Project).values(**row))
    connection.execute(insert(ProjectFunding).values(project_id=id, year=year, amount_kzt=amount))


def laid(rows: list[Any], kind: str) -> dict[str, int]:
    return {row.place_id: row.amount_kzt for row in rows if row.place_kind == kind}


def test_money_falls_on_places_by_share_of_area(connection: Connection, fill: Fill) -> None:
    plots = [("1", box(0, 0, 30, 10)), ("2", box(30, 0, 10, 10))]
    connection.execute(insert(Parcel), [{"id": id, "geom": shape} for id, shape in plots])
    put(connection, "A", box(0, 0, 40, 10), 1000)
    assert laid(fill(FundingByPlace), "parcel") == {"1": 750, "2": 250}


def test_a_tenge_that_cannot_be_halved_goes_to_the_first_place(connection: Connection, fill: Fill) -> None:
    plots = [(str(n), box(n * 10, 0, 10, 10)) for n in range(3)]
    connection.execute(insert(Parcel), [{"id": id, "geom": shape} for id, shape in plots])
    put(connection, "A", box(0, 0, 30, 10), 100)
    assert laid(fill(FundingByPlace), "parcel") == {"0": 34, "1": 33, "2": 33}


def test_what_lies_on_no_place_is_kept_under_an_empty_id(connection: Connection, fill: Fill) -> None:
    connection.execute(insert(Courtyard).values(id="C", geom=box(0, 0, 10, 10)))
    put(connection, "A", box(0, 0, 40, 10), 1000)
    rows = fill(FundingByPlace)
    assert laid(rows, "courtyard") == {"C": 250, "": 750}
    assert laid(rows, "district") == {"": 1000}


def test_a_project_without_a_shape_is_kept_whole_under_an_empty_id(
    connection: Connection, fill: Fill
) -> None:
    put(connection, "A", None, 1000)
    assert laid(fill(FundingByPlace), "courtyard") == {"": 1000}


def test_cancelled_projects_give_no_money(connection: Connection, fill: Fill) -> None:
    put(connection, "A", box(0, 0, 10, 10), 1000, status="cancelled")
    assert fill(FundingByPlace) == []


def test_places_that_overlap_each_other_share_the_sum(connection: Connection, fill: Fill) -> None:
    connection.execute(insert(Courtyard), [{"id": id, "geom": box(0, 0, 10, 10)} for id in ("C", "D")])
    put(connection, "A", box(0, 0, 10, 10), 1000)
    assert laid(fill(FundingByPlace), "courtyard") == {"C": 500, "D": 500}


def test_a_year_is_judged_by_the_boundary_that_held_then(connection: Connection, fill: Fill) -> None:
    split = date(2024, 5, 1)
    versions = [
        {"id": "old", "geom": box(0, 0, 20, 10), "valid_from": None, "valid_to": split},
        {"id": "west", "geom": box(0, 0, 10, 10), "valid_from": split, "valid_to": None},
        {"id": "east", "geom": box(10, 0, 10, 10), "valid_from": split, "valid_to": None},
    ]
    connection.execute(insert(District), [{"code": row["id"], "name_ru": "Район", **row} for row in versions])
    put(connection, "A", box(0, 0, 20, 10), 1000, year=2023)
    put(connection, "B", box(0, 0, 20, 10), 1000, year=2024)
    rows = fill(FundingByPlace)
    by_year = {(row.year, row.place_id): row.amount_kzt for row in rows if row.place_kind == "district"}
    assert by_year == {(2023, "old"): 1000, (2024, "east"): 500, (2024, "west"): 500}


def test_touching_works_lie_on_no_place(connection: Connection, fill: Fill) -> None:
    connection.execute(insert(Parcel).values(id="1", geom=box(10, 0, 10, 10)))
    put(connection, "A", box(0, 0, 10, 10), 1000)
    assert fill(ProjectPlace) == []


boxes = st.tuples(*[st.integers(0, 60)] * 2, *[st.integers(1, 40)] * 2)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    works=st.lists(st.tuples(boxes, st.integers(0, 10**12)), min_size=1, max_size=6),
    plots=st.lists(boxes, max_size=6),
)
def test_sums_are_preserved_whatever_the_shapes(
    engine: Engine, city: City, works: list[Any], plots: list[Any]
) -> None:
    with engine.connect() as connection:
        for number, plot in enumerate(plots):
            connection.execute(insert(Courtyard).values(id=str(number), geom=box(*plot)))
        for number, (shape, amount) in enumerate(works):
            put(connection, str(number), box(*shape), amount)
        for layer in (Work, ProjectPlace, FundingByPlace):
            put_rows(connection, layer, DERIVED[layer], city)
        total = func.sum(FundingByPlace.amount_kzt)
        query = select(FundingByPlace.project_id, FundingByPlace.place_kind, total)
        found = connection.execute(query.group_by(FundingByPlace.project_id, FundingByPlace.place_kind)).all()
        sums = {(id, kind): amount for id, kind, amount in found}
        kinds = ("courtyard", "public_space", "parcel", "district", "hexagon")
        amounts = {(str(n), kind): money for n, (_, money) in enumerate(works) for kind in kinds if money}
        assert sums == amounts
        connection.rollback()
