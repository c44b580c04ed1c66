"""Conflicts on squares of paper. One metre is one unit; areas can be done in the head."""

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
from layers.conflict_profile import ConflictRules
from layers.conflicts import Conflict
from layers.courtyards import Courtyard
from layers.parcels import Parcel
from layers.project_areas import ProjectArea
from layers.project_funding import ProjectFunding
from layers.projects import Project
from tests.conftest import SQUARES
from tests.drawing import box, many, with_hole

Fill = Callable[[type[Layer]], list[Any]]
MAY = {"starts": date(2022, 5, 1), "ends": date(2022, 5, 31)}
JUNE = {"starts": date(2022, 6, 1), "ends": date(2022, 6, 30)}


@pytest.fixture(scope="session")
def city() -> City:
    """Nothing but shared ground and shared days counts here; test_conflict_rules.py has the other rules."""
    rules = ConflictRules(near_m=0, near_disruptive_m=0, window_days=0)
    return replace(read_city(SQUARES), conflicts=rules)


@pytest.fixture(autouse=True)
def _bodies(connection: Connection) -> None:
    connection.execute(
        insert(Body), [{"code": code, "name_ru": code} for code in ("akimat", "roads", "heat")]
    )


@pytest.fixture
def put(connection: Connection) -> Callable[..., None]:
    """A project of 10 x 10 m in May 2022, unless said otherwise; `money` is {(year, source): tenge}."""

    def project(id: str, body: str, shape: str | None = None, money: Any = None, **said: Any) -> None:
        row = {
            "executing_body": body,
            "work_type": "paving",
            "geom": shape or box(0, 0, 10, 10),
            **MAY,
            **said,
        }
        connection.execute(insert(Project).values(id=id, **row))
        for (year, source), amount in (money or {}).items():
            connection.execute(
                insert(ProjectFunding).values(project_id=id, year=year, source=source, amount_kzt=amount)
            )

    return project


def rules(found: list[Any]) -> list[tuple[str, str, str]]:
    return sorted((row.rule, row.project_a, row.project_b) for row in found)


def one(found: list[Any], rule: str) -> Any:
    (row,) = [row for row in found if row.rule == rule]
    return row


def test_two_bodies_on_the_same_ground_at_the_same_time_clash(put: Any, fill: Fill) -> None:
    put("A", "akimat")
    put("B", "heat", box(5, 0, 10, 10), work_type="heat_network")
    found = fill(Conflict)
    assert rules(found) == [("clash", "A", "B")]
    assert (found[0].shared_m2, found[0].share_a, found[0].share_b, found[0].days_common) == (
        50,
        0.5,
        0.5,
        31,
    )


def test_touching_works_do_not_clash(put: Any, fill: Fill) -> None:
    put("A", "akimat")
    put("B", "heat", box(10, 0, 10, 10), work_type="heat_network")
    assert fill(Conflict) == []


def test_a_sliver_under_the_tolerance_is_touching(put: Any, fill: Fill) -> None:
    put("A", "akimat")
    put("B", "heat", box(9.91, 0, 10, 10), work_type="heat_network")  # 0.9 m2 of a tolerance of 1 m2
    assert fill(Conflict) == []


def test_works_inside_a_hole_do_not_clash(put: Any, fill: Fill) -> None:
    put("A", "akimat", with_hole((0, 0, 30, 30), (10, 10, 10, 10)))
    put("B", "heat", box(12, 12, 6, 6), work_type="heat_network")
    assert fill(Conflict) == []


def test_one_inside_another_shares_the_whole_of_the_inner(put: Any, fill: Fill) -> None:
    put("A", "akimat", box(0, 0, 20, 20))
    put("B", "heat", box(5, 5, 10, 10), work_type="heat_network")
    row = one(fill(Conflict), "clash")
    assert (row.shared_m2, row.share_a, row.share_b) == (100, 0.25, 1)


def test_parts_of_a_multipolygon_add_up(put: Any, fill: Fill) -> None:
    put("A", "akimat", many((0, 0, 10, 10), (100, 0, 10, 10)))
    put("B", "heat", many((0, 0, 5, 10), (100, 0, 5, 10)), work_type="heat_network")
    row = one(fill(Conflict), "clash")
    assert (row.shared_m2, row.share_a, row.share_b) == (100, 0.5, 1)


def test_periods_that_share_one_day_clash_for_one_day(put: Any, fill: Fill) -> None:
    put("A", "akimat")
    put("B", "heat", work_type="heat_network", starts=date(2022, 5, 31), ends=date(2022, 6, 30))
    assert one(fill(Conflict), "clash").days_common == 1


def test_periods_apart_do_not_clash(put: Any, fill: Fill) -> None:
    put("A", "akimat")
    put("B", "heat", work_type="heat_network", **JUNE)
    assert fill(Conflict) == []


def test_a_period_without_end_clashes_possibly(put: Any, fill: Fill) -> None:
    put("A", "akimat")
    put("B", "heat", work_type="heat_network", starts=date(2021, 1, 1), ends=None)
    row = one(fill(Conflict), "clash")
    assert (row.certainty, row.severity, row.days_common) == ("possible", "minor", 31)


def test_two_periods_without_end_have_no_number_of_days(put: Any, fill: Fill) -> None:
    put("A", "akimat", starts=date(2021, 1, 1), ends=None)
    put("B", "heat", work_type="heat_network", starts=date(2021, 6, 1), ends=None)
    assert one(fill(Conflict), "clash").days_common is None


def test_missing_dates_are_taken_from_the_budget_years(put: Any, fill: Fill) -> None:
    put("A", "akimat", starts=None, ends=None, money={(2022, "local"): 100})
    put("B", "heat", work_type="heat_network", starts=date(2022, 12, 1), ends=date(2023, 1, 31))
    row = one(fill(Conflict), "clash")
    assert (row.days_common, row.severity) == (31, "minor")


def test_firm_dates_and_drawn_shapes_are_certain_and_major(put: Any, fill: Fill) -> None:
    put("A", "akimat")
    put("B", "heat", work_type="heat_network")
    row = one(fill(Conflict), "clash")
    assert (row.certainty, row.severity) == ("certain", "major")


def test_a_strip_along_a_line_is_probable(put: Any, fill: Fill) -> None:
    put("A", "akimat")
    put("B", "heat", work_type="heat_network", geom_source="buffered_line")
    assert one(fill(Conflict), "clash").certainty == "probable"


def test_vague_dates_lower_certainty_and_severity_but_keep_the_finding(put: Any, fill: Fill) -> None:
    put("A", "akimat", dates_firm=False)
    put("B", "heat", work_type="heat_network")
    row = one(fill(Conflict), "clash")
    assert (row.certainty, row.severity) == ("probable", "minor")


def test_stand_in_centres_make_no_conflicts(put: Any, fill: Fill) -> None:
    put("A", "akimat", geom_source="centroid")
    put("B", "heat")
    assert fill(Conflict) == []


def test_projects_of_one_body_and_one_purse_are_no_conflict(put: Any, fill: Fill) -> None:
    put("A", "akimat", money={(2022, "local"): 100})
    put("B", "akimat", money={(2022, "local"): 100})
    assert fill(Conflict) == []


def test_a_declared_joint_project_is_no_conflict(put: Any, fill: Fill) -> None:
    put("A", "akimat", joint_group="J1")
    put("B", "heat", joint_group="J1")
    put("C", "roads", box(500, 0, 10, 10), joint_group="J2")
    assert fill(Conflict) == []


def test_cancelled_projects_are_no_conflict(put: Any, fill: Fill) -> None:
    put("A", "akimat", status="cancelled")
    put("B", "heat")
    assert fill(Conflict) == []


def test_same_work_group_and_year_by_two_bodies_duplicates_the_function(put: Any, fill: Fill) -> None:
    put("A", "akimat", money={(2022, "local"): 100})
    put("B", "roads", work_type="road_repair", money={(2022, "local"): 100}, **JUNE)
    put("C", "heat", work_type="heat_network", money={(2022, "local"): 100}, **JUNE)
    found = [row for row in rules(fill(Conflict)) if row[0] == "duplicate_function"]
    assert found == [("duplicate_function", "A", "B")]


def test_work_without_a_group_duplicates_nothing(put: Any, fill: Fill) -> None:
    put("A", "akimat", work_type="other")
    put("B", "heat", work_type="other", **JUNE)
    assert fill(Conflict) == []


def test_another_budget_year_is_no_duplicate(put: Any, fill: Fill) -> None:
    put("A", "akimat", money={(2021, "local"): 100})
    put("B", "roads", money={(2022, "local"): 100}, **JUNE)
    assert fill(Conflict) == []


def test_two_sources_for_one_thing_are_double_funding_even_by_one_body(put: Any, fill: Fill) -> None:
    put("A", "akimat", box(0, 0, 10, 10), money={(2022, "local"): 1000})
    put("B", "akimat", box(5, 0, 10, 10), money={(2022, "participatory"): 400}, **JUNE)
    found = fill(Conflict)
    assert rules(found) == [("double_funding", "A", "B")]
    # half of each lies on the shared ground: 500 and 200 tenge
    assert found[0].money_at_risk_kzt == 200


def test_two_funding_bodies_for_one_thing_are_double_funding(put: Any, fill: Fill) -> None:
    put("A", "akimat", funding_body="roads", money={(2022, "local"): 1000})
    put("B", "akimat", funding_body="heat", money={(2022, "local"): 300}, **JUNE)
    assert one(fill(Conflict), "double_funding").money_at_risk_kzt == 300


def test_only_money_of_common_years_is_at_risk(put: Any, fill: Fill) -> None:
    put("A", "akimat", money={(2021, "local"): 9000, (2022, "local"): 100})
    put("B", "akimat", money={(2022, "other"): 500, (2023, "other"): 9000}, **JUNE)
    assert one(fill(Conflict), "double_funding").money_at_risk_kzt == 100


def test_stages_of_one_amount_are_not_added_up(put: Any, fill: Fill, connection: Connection) -> None:
    put("A", "akimat", money={(2022, "local"): 100})
    connection.execute(
        insert(ProjectFunding).values(project_id="A", year=2022, source="local", stage="spent", amount_kzt=90)
    )
    put("B", "akimat", money={(2022, "other"): 500}, **JUNE)
    assert one(fill(Conflict), "double_funding").money_at_risk_kzt == 100


def test_a_finding_is_cut_by_the_courtyards_it_lies_in(put: Any, fill: Fill, connection: Connection) -> None:
    yards = [("C-1", box(0, 0, 4, 10)), ("C-2", box(4, 0, 2, 10))]
    connection.execute(insert(Courtyard), [{"id": id, "address": id, "geom": shape} for id, shape in yards])
    put("A", "akimat", money={(2022, "local"): 1000})
    put("B", "heat", work_type="heat_network", money={(2022, "local"): 2000})
    found = fill(Conflict)
    spots = {(row.place_kind, row.place_id): (row.shared_m2, row.money_at_risk_kzt) for row in found}
    assert spots == {
        ("courtyard", "C-1"): (40, 400),
        ("courtyard", "C-2"): (20, 200),
        (None, None): (40, 400),
    }


def test_outside_courtyards_the_parcel_with_most_of_it_names_the_place(
    put: Any, fill: Fill, connection: Connection
) -> None:
    plots = [("21-1", box(0, 0, 3, 10)), ("21-2", box(3, 0, 7, 10))]
    connection.execute(insert(Parcel), [{"id": id, "geom": shape} for id, shape in plots])
    put("A", "akimat")
    put("B", "heat", work_type="heat_network")
    (row,) = fill(Conflict)
    assert (row.place_kind, row.place_id, row.shared_m2) == ("parcel", "21-2", 100)


def test_areas_of_a_project_are_compared_with_their_own_dates(
    put: Any, fill: Fill, connection: Connection
) -> None:
    put("A", "akimat", box(0, 0, 100, 100))
    areas = [
        {"project_id": "A", "area_no": 1, "geom": box(0, 0, 10, 10), **MAY},
        {"project_id": "A", "area_no": 2, "geom": box(20, 0, 10, 10), **JUNE},
    ]
    connection.execute(insert(ProjectArea), areas)
    put("B", "heat", box(0, 0, 30, 10), work_type="heat_network")
    row = one(fill(Conflict), "clash")
    assert (row.shared_m2, row.days_common, row.share_a) == (100, 31, 0.5)


def test_the_id_stands_when_shape_and_dates_change(put: Any, fill: Fill, connection: Connection) -> None:
    put("A", "akimat")
    put("B", "heat", work_type="heat_network")
    (before,) = fill(Conflict)
    connection.execute(Conflict.__table__.delete())
    for derived in ("works", "project_places"):
        connection.exec_driver_sql(f"DELETE FROM {derived}")
    connection.execute(Project.__table__.update().where(Project.id == "B").values(geom=box(2, 0, 9, 9)))
    (after,) = fill(Conflict)
    assert after.id == before.id
    assert after.shared_m2 != before.shared_m2


def test_the_sentence_names_both_bodies_works_and_days(put: Any, fill: Fill) -> None:
    put("A", "akimat")
    put("B", "heat", work_type="heat_network")
    (row,) = fill(Conflict)
    assert row.why_ru == (
        "Вне мест учёта: akimat (мощение, 01.05.2022–31.05.2022) и heat"
        " (тепловые сети, 01.05.2022–31.05.2022) работают на одной земле, 100 м², общих дней: 31."
    )
    assert "days in common: 31" in row.why_en
    assert "ортақ күндер: 31" in row.why_kk


def test_fifty_projects_on_one_place_meet_pair_by_pair(put: Any, fill: Fill) -> None:
    for number in range(50):
        put(f"P{number:02}", "akimat" if number % 2 else "heat", work_type="other")
    assert len(fill(Conflict)) == 25 * 25  # each of one body with each of the other
