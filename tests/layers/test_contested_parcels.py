"""Places on which several bodies act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from gis_core.layer import Layer
from layers.bodies import Body
from layers.contested_parcels import ContestedParcel
from layers.districts import District
from layers.parcels import Parcel
from layers.project_funding import ProjectFunding
from layers.projects import Project
from tests.drawing import box

Fill = Callable[[type[Layer]], list[Any]]


@pytest.fixture(autouse=True)
def _plot(connection: Connection) -> None:
    connection.execute(
        insert(Body), [{"code": code, "name_ru": code} for code in ("akimat", "heat", "roads")]
    )
    connection.execute(insert(Parcel).values(id="21-1", geom=box(0, 0, 10, 10)))
    connection.execute(
        insert(District).values(id="d1", code="d", name_ru="Район", geom=box(-100, -100, 500, 500))
    )


def put(connection: Connection, id: str, body: str, amount: int = 0, **said: Any) -> None:
    row = {"id": id, "executing_body": body, "work_type": "paving", "geom": box(0, 0, 10, 10), **said}
    connection.execute(insert(Project).values(**row))
    connection.execute(insert(ProjectFunding).values(project_id=id, year=2022, amount_kzt=amount))


def test_a_place_of_two_bodies_names_them_their_projects_money_and_time(
    connection: Connection, fill: Fill
) -> None:
    put(connection, "B", "heat", 300, starts=date(2022, 5, 1), ends=date(2022, 6, 1))
    put(
        connection,
        "A",
        "akimat",
        1000,
        geom=box(0, 0, 20, 10),
        starts=date(2023, 5, 1),
        ends=date(2023, 6, 1),
    )
    put(connection, "C", "akimat", 50)
    (row,) = fill(ContestedParcel)
    assert (row.place_kind, row.place_id, row.district_code, row.area_m2) == ("parcel", "21-1", "d", 100)
    assert (row.body_count, row.bodies) == (2, ["akimat", "heat"])
    assert (row.project_count, row.projects) == (3, ["A", "B", "C"])
    assert (row.first_start, row.last_end) == (date(2022, 5, 1), date(2023, 6, 1))
    assert row.amount_kzt == 300 + 500 + 50


def test_projects_of_one_body_contest_nothing(connection: Connection, fill: Fill) -> None:
    put(connection, "A", "akimat")
    put(connection, "B", "akimat")
    assert fill(ContestedParcel) == []


def test_two_bodies_meet_on_a_place_even_where_their_works_do_not_overlap(
    connection: Connection, fill: Fill
) -> None:
    put(connection, "A", "akimat", geom=box(0, 0, 4, 10))
    put(connection, "B", "heat", geom=box(6, 0, 4, 10))
    assert len(fill(ContestedParcel)) == 1


def test_a_declared_joint_project_contests_nothing(connection: Connection, fill: Fill) -> None:
    put(connection, "A", "akimat", joint_group="J")
    put(connection, "B", "heat", joint_group="J")
    assert fill(ContestedParcel) == []


def test_a_third_body_beside_a_joint_project_contests(connection: Connection, fill: Fill) -> None:
    put(connection, "A", "akimat", joint_group="J")
    put(connection, "B", "heat", joint_group="J")
    put(connection, "C", "roads")
    assert [row.body_count for row in fill(ContestedParcel)] == [3]
