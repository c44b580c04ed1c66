"""Lines for heads, money of districts, and the effect of works, on numbers that can be done by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, insert, select

from gis_core.layer import Layer, table_of
from layers.appeal_places import AppealPlace
from layers.appeals import Appeal
from layers.bodies import Body
from layers.catalogue import DERIVED
from layers.city import City
from layers.computed import fill as put_rows
from layers.courtyards import Courtyard
from layers.district_money import DistrictMoney
from layers.district_years import DistrictYear
from layers.districts import District
from layers.effects import Effect, interval
from layers.funding_by_place import FundingByPlace
from layers.project_funding import ProjectFunding
from layers.project_places import ProjectPlace
from layers.projects import Project
from layers.works import Work
from tests.drawing import box, point

ASKED = (Work, ProjectPlace, AppealPlace, FundingByPlace)
Fill = Callable[[type[Layer]], list[Any]]


def derived(connection: Connection, city: City, layer: type[Layer]) -> list[Any]:
    """Rows of a layer, from those that it asks."""
    for each in (*ASKED, layer):
        put_rows(connection, each, DERIVED[each], city)
    table = table_of(layer)
    return list(connection.execute(select(table).order_by(*table.primary_key)))


@pytest.fixture
def fill(connection: Connection, city: City) -> Fill:
    return lambda layer: derived(connection, city, layer)


def district(connection: Connection, code: str, x: float) -> None:
    shape = box(x, 0, 1000, 1000)
    connection.execute(insert(District).values(id=code, code=code, name_ru=code, geom=shape))


def appeal(connection: Connection, id: str, x: float, days: tuple[date, date | None], **said: Any) -> None:
    row = {"id": id, "requested_on": days[0], "closed_on": days[1], "category": "other"}
    connection.execute(insert(Appeal).values(**row, geom=point(x, 50), **said))


def works(connection: Connection, id: str, x: float, days: tuple[date, date], **said: Any) -> None:
    row = {"id": id, "executing_body": "akimat", "work_type": "paving", "geom": box(x, 0, 100, 100)}
    connection.execute(insert(Project).values(**row | {"starts": days[0], "ends": days[1]} | said))


@pytest.fixture(autouse=True)
def _city(connection: Connection) -> None:
    """West with an akimat and courtyards at 0, 200, 400; east at 1500."""
    district(connection, "west", 0)
    district(connection, "east", 1000)
    conditions = {0: "needs_repair", 200: "satisfactory", 400: "unknown", 1500: "in_works"}
    yards = [{"id": f"Y{x}", "condition": how, "geom": box(x, 0, 100, 100)} for x, how in conditions.items()]
    connection.execute(insert(Courtyard), yards)
    bodies = [
        {"code": "akimat", "name_ru": "Акимат", "kind": "district_akimat", "district_code": "west"},
        {"code": "dept", "name_ru": "Управление", "kind": "department", "district_code": None},
    ]
    connection.execute(insert(Body), bodies)


def test_a_head_sees_courtyards_by_condition_and_by_works(connection: Connection, fill: Fill) -> None:
    appeal(connection, "1", 50, (date(2022, 3, 1), None))
    works(connection, "P1", 0, (date(2022, 4, 1), date(2022, 6, 1)), status="completed")
    works(connection, "P2", 200, (date(2022, 9, 1), date(2023, 6, 1)), status="implementation")
    works(connection, "P3", 400, (date(2022, 9, 1), date(2022, 10, 1)), status="cancelled")
    connection.execute(insert(ProjectFunding).values(project_id="P1", year=2022, amount_kzt=1))
    east, west = fill(DistrictYear)
    assert (west.courtyards, west.satisfactory, west.needs_repair, west.in_works, west.unknown) == (
        3,
        1,
        1,
        0,
        1,
    )
    assert (west.improved, west.planned) == (1, 2)
    assert (east.courtyards, east.in_works, east.improved, east.planned) == (1, 1, 0, 0)


def test_a_head_sees_what_was_solved_and_what_waits(connection: Connection, fill: Fill) -> None:
    appeal(connection, "old", 50, (date(2021, 5, 1), None))
    appeal(connection, "solved", 50, (date(2022, 5, 1), date(2022, 6, 1)), transfers=2, reopened=0)
    appeal(connection, "later", 50, (date(2022, 5, 1), date(2023, 1, 1)), transfers=0, reopened=1)
    appeal(connection, "open", 700, (date(2022, 5, 1), None), transfers=1, reopened=0)
    west = {row.year: row for row in fill(DistrictYear) if row.district_code == "west"}
    told = west[2022]
    assert (told.appeals, told.appeals_solved, told.appeals_waiting, told.appeals_open) == (3, 1, 2, 3)
    assert (told.appeals_passed, told.appeals_reopened) == (2, 1)
    assert (west[2021].appeals, west[2021].appeals_passed, west[2021].appeals_reopened) == (1, None, None)


def test_a_frame_budget_is_held_against_the_akimats_own_projects(connection: Connection, city: City) -> None:
    """West may spend 1,000; its akimat plans 700 at home and 500 abroad, the department 900 in west."""
    days = (date(2022, 4, 1), date(2022, 6, 1))
    works(connection, "home", 0, days)
    works(connection, "abroad", 1500, days)
    works(connection, "dept", 200, days, executing_body="dept")
    amounts = {"home": 700, "abroad": 500, "dept": 900}
    rows = [{"project_id": id, "year": 2022, "amount_kzt": amount} for id, amount in amounts.items()]
    connection.execute(insert(ProjectFunding), rows)
    framed = msgspec.structs.replace(city, frame_budgets={"west": {2022: 1000}, "east": {2021: 5}})
    east, west = derived(connection, framed, DistrictYear)
    assert (west.amount_kzt, west.own_kzt, west.frame_kzt, west.over_frame_kzt) == (1600, 1200, 1000, 200)
    assert (east.amount_kzt, east.own_kzt, east.frame_kzt, east.over_frame_kzt) == (500, 0, None, None)


def test_money_of_districts_adds_up_with_what_is_on_no_map(connection: Connection, fill: Fill) -> None:
    days = (date(2022, 4, 1), date(2022, 6, 1))
    works(connection, "P1", 950, days, place_kind="courtyard")  # half in west, half in east
    connection.execute(
        insert(Project).values(id="P2", executing_body="dept", work_type="paving", geom_source="none")
    )
    money = [("P1", "local", "adopted", 101), ("P1", "other", "spent", 40), ("P2", "local", "adopted", 7)]
    names = ("project_id", "source", "stage", "amount_kzt")
    rows = [dict(zip(names, row, strict=True)) | {"year": 2022} for row in money]
    connection.execute(insert(ProjectFunding), rows)
    found = {
        (row.district_code, row.own, row.place_kind, row.source, row.stage): row.amount_kzt
        for row in fill(DistrictMoney)
    }
    assert found == {
        ("east", False, "courtyard", "local", "adopted"): 51,
        ("west", True, "courtyard", "local", "adopted"): 50,
        ("east", False, "courtyard", "other", "spent"): 20,
        ("west", True, "courtyard", "other", "spent"): 20,
        ("", False, "", "local", "adopted"): 7,
    }


def complaints(connection: Connection, x: float, counts: tuple[int, int]) -> None:
    """Appeals at a place in the year before 1 June 2021 and in the year after 30 June."""
    for start, count in zip((date(2020, 9, 1), date(2021, 9, 1)), counts, strict=True):
        for number in range(count):
            day = start + timedelta(days=number)
            appeal(connection, f"{x} {start} {number}", x + 50, (day, day))


def test_works_are_judged_by_similar_places_without_any(connection: Connection, fill: Fill) -> None:
    """At Y0 appeals fall from 6 to 1, at the others of the district from 5 to 4 and 1 to 2: 0 on the mean."""
    works(connection, "P", 0, (date(2021, 6, 1), date(2021, 6, 30)), status="completed")
    for x, counts in {0: (6, 1), 200: (5, 4), 400: (1, 2), 1500: (9, 0)}.items():
        complaints(connection, x, counts)
    appeal(connection, "first", 700, (date(2020, 5, 1), None))
    appeal(connection, "last", 700, (date(2022, 7, 1), None))
    (row,) = fill(Effect)
    assert (row.place_id, row.before, row.after, row.similar) == ("Y0", 6, 1, 2)
    assert (row.similar_before, row.similar_after, row.difference) == (3, 3, -5)


def test_works_without_a_whole_year_on_each_side_are_not_judged(connection: Connection, fill: Fill) -> None:
    works(connection, "P", 0, (date(2021, 6, 1), date(2021, 6, 30)), status="completed")
    appeal(connection, "first", 700, (date(2020, 5, 1), None))
    appeal(connection, "last", 700, (date(2022, 6, 1), None))
    assert fill(Effect) == []


def test_a_place_with_works_of_its_own_is_no_comparison(connection: Connection, fill: Fill) -> None:
    for id, x in (("P", 0), ("Q", 200), ("R", 400)):
        works(connection, id, x, (date(2021, 6, 1), date(2021, 6, 30)), status="completed")
    complaints(connection, 1500, (4, 2))
    appeal(connection, "first", 700, (date(2020, 5, 1), None))
    appeal(connection, "last", 700, (date(2022, 7, 1), None))
    rows = fill(Effect)
    assert [(row.place_id, row.similar, row.difference) for row in rows] == [
        ("Y0", 1, 2),
        ("Y200", 1, 2),
        ("Y400", 1, 2),
    ]


def test_the_interval_of_an_effect_is_students() -> None:
    """Of −1, −2, −3: mean −2, standard error 1/√3, t of two degrees at 97.5 % is 4.302653."""
    found = interval([-1.0, -2.0, -3.0])
    assert found is not None
    assert (found.works, found.mean) == (3, -2)
    assert (found.low, found.high) == pytest.approx((-2 - 4.302653 / 3**0.5, -2 + 4.302653 / 3**0.5))
    assert interval([]) is None
    assert interval([-1.0]) == (1, -1, None, None)
