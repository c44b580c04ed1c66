"""Appeals tied to places, and need against money, on numbers that can be done by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from gis_core.layer import Layer
from layers.appeal_places import AppealPlace
from layers.appeals import Appeal
from layers.bodies import Body
from layers.courtyard_needs import CourtyardNeed
from layers.courtyards import Courtyard
from layers.district_needs import DistrictNeed
from layers.district_population import DistrictPopulation
from layers.districts import District
from layers.project_funding import ProjectFunding
from layers.projects import Project
from tests.drawing import box, point

Fill = Callable[[type[Layer]], list[Any]]


@pytest.fixture(autouse=True)
def _city(connection: Connection) -> None:
    """Two districts of one courtyard each; the profile's weights are 0.5 appeals, 0.2 open, 0.3 condition."""
    districts = [("west", box(0, 0, 1000, 1000)), ("east", box(1000, 0, 1000, 1000))]
    rows = [{"id": f"{code}-1", "code": code, "name_ru": code, "geom": shape} for code, shape in districts]
    connection.execute(insert(District), rows)
    yards = [("W", "needs_repair", box(0, 0, 100, 100)), ("E", "satisfactory", box(1500, 0, 100, 100))]
    connection.execute(
        insert(Courtyard), [{"id": id, "condition": how, "geom": geom} for id, how, geom in yards]
    )


def appeal(connection: Connection, id: str, shape: str | None, **said: Any) -> None:
    row = {"id": id, "requested_on": date(2022, 5, 1), "category": "other", "geom": shape, **said}
    source = {"geom_source": "none"} if shape is None else {}
    connection.execute(insert(Appeal).values(**row, **source))


def test_an_appeal_belongs_to_the_place_around_it_else_the_nearest_else_its_district(
    connection: Connection, fill: Fill
) -> None:
    appeal(connection, "1 inside", point(50, 50))
    appeal(connection, "2 near", point(140, 50))
    appeal(connection, "3 far", point(160, 50))
    appeal(connection, "4 abroad", point(5000, 5000))
    appeal(connection, "5 nowhere", None)
    ties = [(row.tie, row.place_id, row.distance_m, row.district_id) for row in fill(AppealPlace)]
    assert ties == [
        ("inside", "W", 0, "west-1"),
        ("near", "W", 40, "west-1"),
        ("district", None, None, "west-1"),
        ("none", None, None, None),
        ("none", None, None, None),
    ]


def test_need_is_the_weighted_sum_of_shares_and_money_its_share(connection: Connection, fill: Fill) -> None:
    for number in range(3):
        appeal(connection, f"W{number}", point(50, 50), closed_on=date(2022, 6, 1))
    appeal(connection, "E", point(1550, 50))
    connection.execute(insert(Body).values(code="akimat", name_ru="Акимат"))
    connection.execute(
        insert(Project).values(
            id="P", executing_body="akimat", work_type="paving", geom=box(1500, 0, 100, 100)
        )
    )
    connection.execute(insert(ProjectFunding).values(project_id="P", year=2022, amount_kzt=25_000_000))
    east, west = fill(CourtyardNeed)
    assert (west.appeals, west.appeals_open, east.appeals, east.appeals_open) == (3, 0, 1, 1)
    assert (west.need_appeals, west.need_open, west.need_condition) == pytest.approx((0.375, 0, 0.3))
    assert (east.need_appeals, east.need_open, east.need_condition) == pytest.approx((0.125, 0.2, 0))
    assert (west.need, east.need) == pytest.approx((0.675, 0.325))
    assert (west.amount_kzt, east.amount_kzt, west.funding, east.funding) == (0, 25_000_000, 0, 1)
    assert (west.gap, east.gap) == pytest.approx((0.675, -0.675))
    assert (west.need_class, west.funding_class) == (1, 0)  # 1.35 times the mean, no money
    assert (east.need_class, east.funding_class) == (0, 2)


def test_an_appeal_waits_in_every_year_until_it_is_closed(connection: Connection, fill: Fill) -> None:
    appeal(connection, "1", point(50, 50), requested_on=date(2020, 12, 31), closed_on=date(2022, 1, 1))
    appeal(connection, "2", point(50, 50), requested_on=date(2021, 3, 1), closed_on=date(2021, 3, 1))
    appeal(connection, "3", point(50, 50), requested_on=date(2022, 3, 1))
    rows = [row for row in fill(CourtyardNeed) if row.courtyard_id == "W"]
    assert [(row.year, row.appeals, row.appeals_open) for row in rows] == [
        (2020, 1, 1),
        (2021, 1, 1),
        (2022, 1, 1),
    ]


def test_a_year_without_appeals_and_money_has_no_row(connection: Connection, fill: Fill) -> None:
    assert fill(CourtyardNeed) == []


def test_districts_count_their_courtyards_appeals_residents_and_money(
    connection: Connection, fill: Fill
) -> None:
    connection.execute(insert(DistrictPopulation).values(district_code="west", year=2022, residents=1200))
    appeal(connection, "1", point(50, 50))
    appeal(connection, "2", point(700, 700))  # far from any place, but in the district
    east, west = fill(DistrictNeed)
    assert (west.district_code, west.residents, west.courtyards, west.courtyards_repair) == (
        "west",
        1200,
        1,
        1,
    )
    assert (west.appeals, west.appeals_open, east.appeals, east.residents) == (2, 2, 0, None)
    assert (west.need, east.need, west.funding) == pytest.approx((1, 0, 0))
