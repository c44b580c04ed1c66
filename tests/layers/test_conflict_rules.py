"""Each rule with its thresholds, on squares of paper: near 2 m, opening works 4 m, window 30, order 200 days.

tests/rules.toml says who may do what, which works open the ground and how long their guarantee is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, insert

from gis_core.layer import Layer
from layers.bodies import Body
from layers.city import City, read_city
from layers.conflicts import Conflict
from layers.contested_parcels import ContestedParcel
from layers.courtyards import Courtyard
from layers.districts import District
from layers.funding_by_place import FundingByPlace
from layers.parcels import Parcel
from layers.project_areas import ProjectArea
from layers.project_funding import ProjectFunding
from layers.projects import Project
from tests.conftest import SQUARES
from tests.drawing import box

Fill = Callable[[type[Layer]], list[Any]]
MAY = {"starts": date(2022, 5, 1), "ends": date(2022, 5, 31)}
JUNE = {"starts": date(2022, 6, 1), "ends": date(2022, 6, 30)}
AUGUST = {"starts": date(2022, 8, 1), "ends": date(2022, 8, 31)}


@pytest.fixture(scope="session")
def city() -> City:
    city = read_city(SQUARES.with_name("rules.toml"))
    return replace(city, powers={"current": ()})


@pytest.fixture(autouse=True)
def _bodies(connection: Connection) -> None:
    bodies = ("roads", "heat", "parks")
    connection.execute(insert(Body), [{"code": code, "name_ru": code} for code in bodies])


@pytest.fixture
def put(connection: Connection) -> Callable[..., None]:
    def project(id: str, body: str, work: str, shape: str | None = None, **said: Any) -> None:
        money = said.pop("money", {})
        row = {"executing_body": body, "work_type": work, "geom": shape or box(0, 0, 10, 10), **said}
        connection.execute(insert(Project).values(id=id, **row))
        for (year, source), amount in money.items():
            values = {"project_id": id, "year": year, "source": source, "amount_kzt": amount}
            connection.execute(insert(ProjectFunding).values(**values))

    return project


def told(found: list[Any]) -> list[tuple[Any, ...]]:
    return sorted((row.rule, row.shared_m2, row.days_common, row.shift_days) for row in found)


def test_works_within_reach_clash_nearly_on_the_strips_that_are_in_reach(put: Any, fill: Fill) -> None:
    put("A", "roads", "other", **MAY)  # reaches 2 m
    put("B", "parks", "other", box(11, 0, 10, 10), **MAY)  # 1 m away: a strip of 1 m of each lies in reach
    (row,) = fill(Conflict)
    # of each side 1 m x 10 m, and no more: the other's reach ends with its own corners
    assert (row.rule, row.severity, row.days_common) == ("near_clash", "minor", 31)
    assert row.shared_m2 == pytest.approx(20, abs=0.01)
    assert (row.share_a, row.share_b) == pytest.approx((0.1, 0.1), abs=1e-4)


def test_works_that_open_the_ground_reach_further(put: Any, fill: Fill) -> None:
    put("A", "roads", "other", **MAY)
    put("B", "heat", "heat_network", box(13, 0, 10, 10), **MAY)  # 3 m away: beyond 2, within 4
    (row,) = fill(Conflict)
    assert (row.rule, row.shared_m2) == ("near_clash", pytest.approx(10, abs=0.01))
    assert row.share_b == 0  # nothing of B lies within the two metres of A


def test_beyond_reach_and_at_another_time_nobody_clashes_nearly(put: Any, fill: Fill) -> None:
    put("A", "roads", "other", **MAY)
    put("B", "heat", "heat_network", box(14, 0, 10, 10), **MAY)
    put("C", "parks", "other", box(-11, 0, 10, 10), **JUNE)
    assert fill(Conflict) == []


def test_within_the_window_works_could_be_joined(put: Any, fill: Fill) -> None:
    put("A", "roads", "other", **MAY)
    put("B", "parks", "other", starts=date(2022, 6, 30), ends=date(2022, 7, 9))  # 30 days after 31 May
    assert told(fill(Conflict)) == [("opportunity", 100, 0, 30)]


def test_a_day_beyond_the_window_is_no_opportunity(put: Any, fill: Fill) -> None:
    put("A", "roads", "other", **MAY)
    put("B", "parks", "other", starts=date(2022, 7, 1), ends=date(2022, 7, 9))
    assert fill(Conflict) == []


def test_works_that_may_move_towards_each_other_could_be_joined(put: Any, fill: Fill) -> None:
    put("A", "roads", "other", latest_start=date(2022, 6, 10), **MAY)  # 40 days later
    put("B", "parks", "other", earliest_start=date(2022, 7, 10), **AUGUST)  # 22 days earlier; 62 days apart
    put("C", "heat", "other", box(0, 0, 5, 5), starts=date(2022, 12, 1), ends=date(2022, 12, 9))
    assert told(fill(Conflict)) == [("opportunity", 100, 0, 62)]


@pytest.mark.parametrize(
    ("starts", "wait"), [(date(2022, 6, 1), 365), (date(2023, 5, 31), 1), (date(2023, 6, 1), None)]
)
def test_the_guarantee_lasts_from_the_day_after_to_its_last_day(
    put: Any, fill: Fill, starts: date, wait: int | None
) -> None:
    put("A", "roads", "road_repair", **MAY)  # 12 months: 1 June 2022 to 31 May 2023
    put("B", "roads", "heat_network", starts=starts, ends=date(2023, 6, 30))
    found = [row for row in fill(Conflict) if row.rule == "restriction_breach"]
    assert [row.shift_days for row in found] == ([] if wait is None else [wait])


def test_works_that_open_nothing_break_no_guarantee(put: Any, fill: Fill) -> None:
    put("A", "roads", "road_repair", **MAY)
    put("B", "roads", "greening", **JUNE)
    assert fill(Conflict) == []


def test_where_the_first_day_is_not_known_the_last_one_breaks_the_guarantee_possibly(
    put: Any, fill: Fill
) -> None:
    put("A", "roads", "road_repair", **MAY)
    put("B", "roads", "paving", starts=None, ends=date(2022, 8, 31))
    (row,) = fill(Conflict)
    assert (row.rule, row.certainty, row.shift_days) == ("restriction_breach", "possible", 274)


def test_utilities_after_paving_are_in_the_wrong_order(put: Any, fill: Fill) -> None:
    put("B", "roads", "paving", money={(2022, "local"): 700}, **MAY)
    put("A", "roads", "heat_network", box(5, 0, 10, 10), money={(2022, "local"): 900}, **JUNE)
    row = next(row for row in fill(Conflict) if row.rule == "wrong_order")
    # the network moves from 30 June to before 1 May: 61 days; half of the paving is at risk
    assert (row.shift_days, row.money_at_risk_kzt, row.shared_m2) == (61, 350, 50)
    assert row.why_en.index("heat network") < row.why_en.index("paving")  # the network should have come first


def test_paving_after_planting_is_in_the_wrong_order_and_planting_after_paving_is_not(
    put: Any, fill: Fill
) -> None:
    put("A", "roads", "greening", **MAY)
    put("B", "roads", "paving", **JUNE)
    put("C", "roads", "greening", **AUGUST)
    assert [
        (row.project_a, row.project_b, row.shift_days) for row in fill(Conflict) if row.rule == "wrong_order"
    ] == [("A", "B", 61)]


def test_long_after_order_is_not_asked_for(put: Any, fill: Fill) -> None:
    put("A", "roads", "greening", **MAY)
    put("B", "roads", "paving", starts=date(2022, 12, 18), ends=date(2022, 12, 20))  # 201 days later
    assert [row.rule for row in fill(Conflict)] == ["restriction_breach"]


@pytest.mark.parametrize(
    ("exception", "left"),
    [
        (None, {"clash", "opportunity", "restriction_breach", "wrong_order"}),
        ("emergency", set()),
        ("mandated", {"clash"}),
        ("connection", {"clash", "opportunity"}),
    ],
)
def test_an_exception_lifts_the_rules_that_the_profile_names(
    put: Any, fill: Fill, exception: str | None, left: set[str]
) -> None:
    put("A", "roads", "paving", **MAY)
    put("B", "heat", "heat_network", exception=exception, **JUNE)
    put("C", "parks", "other", exception=exception, starts=date(2022, 5, 31), ends=date(2022, 5, 31))
    found = [row for row in fill(Conflict) if {row.project_a, row.project_b} & {"A"}]
    assert {row.rule for row in found} == left


def test_paving_laid_in_an_emergency_is_not_free_to_be_opened(put: Any, fill: Fill) -> None:
    put("A", "roads", "paving", exception="emergency", **MAY)
    put("B", "heat", "heat_network", **JUNE)
    assert {row.rule for row in fill(Conflict)} == {"restriction_breach", "wrong_order"}


def test_joint_projects_of_one_group_are_no_conflict_those_of_two_are(put: Any, fill: Fill) -> None:
    put("A", "roads", "other", joint_group="J", **MAY)
    put("B", "parks", "other", joint_group="J", **MAY)
    put("C", "heat", "other", joint_group="K", **MAY)
    assert [(row.project_a, row.project_b) for row in fill(Conflict)] in (
        [("A", "C"), ("B", "C")],
        [("B", "C"), ("A", "C")],
    )


def test_areas_meet_place_by_place_with_their_own_days(put: Any, fill: Fill, connection: Connection) -> None:
    yards = [("C-1", box(-5, -5, 20, 20)), ("C-2", box(95, -5, 20, 20))]
    connection.execute(insert(Courtyard), [{"id": id, "address": id, "geom": shape} for id, shape in yards])
    for id, body, work in (("A", "roads", "paving"), ("B", "heat", "heat_network")):
        put(id, body, work, None)
        for number, x in enumerate((0, 100)):
            days = MAY if (id == "A") == (x == 0) else JUNE
            row = {"project_id": id, "area_no": number, "geom": box(x, 0, 10, 10), **days}
            connection.execute(insert(ProjectArea).values(**row))
    found = fill(Conflict)
    # in C-1 the heat comes in June after paving in May; in C-2 the heat comes first, as it should
    assert {(row.rule, row.place_id) for row in found} == {
        ("opportunity", "C-1"),
        ("restriction_breach", "C-1"),
        ("wrong_order", "C-1"),
        ("opportunity", "C-2"),
    }
    assert {row.shared_m2 for row in found} == {100}
    (order,) = [row for row in found if row.rule == "wrong_order"]
    assert "01.05.2022–31.05.2022" in order.why_ru
    assert "01.06.2022–30.06.2022" in order.why_ru


def test_a_clash_in_one_courtyard_hides_no_near_clash_in_another(
    put: Any, fill: Fill, connection: Connection
) -> None:
    yards = [("C-1", box(-5, -5, 30, 30)), ("C-2", box(95, -5, 30, 30))]
    connection.execute(insert(Courtyard), [{"id": id, "address": id, "geom": shape} for id, shape in yards])
    put("A", "roads", "other", None, **MAY)
    put("B", "parks", "other", None, **MAY)
    for id, first, second in (("A", 0, 100), ("B", 5, 111)):
        for number, x in enumerate((first, second)):
            row = {"project_id": id, "area_no": number, "geom": box(x, 0, 10, 10)}
            connection.execute(insert(ProjectArea).values(**row))
    assert {(row.rule, row.place_id) for row in fill(Conflict)} == {("clash", "C-1"), ("near_clash", "C-2")}


def test_ground_that_is_cut_into_slivers_keeps_its_largest(
    put: Any, fill: Fill, connection: Connection
) -> None:
    yards = [("C-1", box(0, 0, 1, 0.8)), ("C-2", box(0, 0.8, 1, 0.7))]
    connection.execute(insert(Courtyard), [{"id": id, "address": id, "geom": shape} for id, shape in yards])
    put("A", "roads", "other", box(0, 0, 1, 1.5), **MAY)
    put("B", "parks", "other", box(0, 0, 1, 1.5), **MAY)
    (row,) = fill(Conflict)
    assert (row.place_id, row.shared_m2) == ("C-1", 0.8)


def test_identical_shapes_share_everything(put: Any, fill: Fill) -> None:
    put("A", "roads", "other", money={(2022, "local"): 5}, **MAY)
    put("B", "parks", "other", money={(2022, "local"): 3}, **MAY)
    (row,) = fill(Conflict)
    assert (row.shared_m2, row.share_a, row.share_b, row.money_at_risk_kzt) == (100, 1, 1, 3)


def test_of_three_equal_parcels_the_first_by_id_names_the_place(
    put: Any, fill: Fill, connection: Connection
) -> None:
    plots = [(f"21-{n}", box(x, 0, 4, 12)) for n, x in ((3, 0), (1, 4), (2, 8))]
    connection.execute(insert(Parcel), [{"id": id, "geom": shape} for id, shape in plots])
    put("A", "roads", "other", box(0, 0, 12, 12), **MAY)
    put("B", "parks", "other", box(0, 0, 12, 12), **MAY)
    assert [row.place_id for row in fill(Conflict)] == ["21-1"]


def test_money_of_a_project_over_many_parcels_is_shared_by_area_to_the_tenge(
    put: Any, fill: Fill, connection: Connection
) -> None:
    plots = [("21-1", box(0, 0, 1, 10)), ("21-2", box(1, 0, 1, 10)), ("21-3", box(2, 0, 1, 10))]
    connection.execute(insert(Parcel), [{"id": id, "geom": shape} for id, shape in plots])
    put("A", "roads", "other", box(0, 0, 3, 10), money={(2022, "local"): 100}, **MAY)
    amounts = [row.amount_kzt for row in fill(FundingByPlace) if row.place_kind == "parcel"]
    assert sorted(amounts) == [33, 33, 34]


def test_a_parcel_with_fifty_projects_is_one_contested_row_with_all_of_them(
    put: Any, fill: Fill, connection: Connection
) -> None:
    connection.execute(insert(Parcel).values(id="21-1", geom=box(0, 0, 10, 10)))
    for number in range(50):
        body = ("roads", "parks", "heat")[number % 3]
        put(f"P{number:02}", body, "other", money={(2020 + number % 4, "local"): 1000 + number}, **MAY)
    (row,) = fill(ContestedParcel)
    assert (row.body_count, row.bodies) == (3, ["heat", "parks", "roads"])
    assert (row.project_count, len(row.projects)) == (50, 50)
    assert row.amount_kzt == 50 * 1000 + sum(range(50))
    assert row.years == ["2020", "2021", "2022", "2023"]


def test_the_district_is_that_of_the_boundary_of_the_day(
    put: Any, fill: Fill, connection: Connection
) -> None:
    cut = date(2024, 6, 4)
    versions = [
        ("almaty-2022", "almaty", box(-50, -50, 200, 200), None, cut),
        ("almaty-2024", "almaty", box(-50, -50, 52, 200), cut, None),
        ("saraishyk", "saraishyk", box(2, -50, 148, 200), cut, None),
    ]
    names = ("id", "code", "geom", "valid_from", "valid_to")
    rows = [{**dict(zip(names, row, strict=True)), "name_ru": row[1]} for row in versions]
    connection.execute(insert(District), rows)
    for id, body in (("A", "roads"), ("B", "parks")):
        put(f"{id}22", body, "other", box(10, 0, 10, 10), starts=date(2022, 5, 1), ends=date(2022, 5, 31))
        put(f"{id}24", body, "other", box(10, 50, 10, 10), starts=date(2024, 6, 1), ends=date(2024, 6, 30))
        put(f"{id}3d", body, "other", box(10, 90, 10, 10), starts=date(2024, 6, 1), ends=date(2024, 6, 3))
    found = {row.project_a: row.district_code for row in fill(Conflict)}
    assert found == {"A22": "almaty", "A24": "saraishyk", "A3d": "almaty"}
