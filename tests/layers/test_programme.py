"""The programme on three courtyards of one hectare, whose needs are a half, three and two tenths."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pandas as pd
import pytest
from sqlalchemy import Connection, delete, insert, select, update

from gis_core.errors import InputError
from layers.appeal_places import AppealPlace
from layers.appeals import Appeal
from layers.assessments import Assessment
from layers.bodies import Body
from layers.catalogue import DERIVED
from layers.city import City
from layers.computed import fill as put_rows
from layers.conflicts import Conflict
from layers.courtyard_needs import CourtyardNeed
from layers.courtyards import Courtyard
from layers.districts import District
from layers.funding_by_place import FundingByPlace
from layers.need_profile import Measure, ProgrammeRules
from layers.programme import Programme, keep_programme
from layers.programme_plan import Order, Plan, plan
from layers.project_funding import ProjectFunding
from layers.project_places import ProjectPlace
from layers.projects import Project
from layers.public_space_needs import PublicSpaceNeed
from layers.public_spaces import PublicSpace
from layers.register import keep_register
from layers.runs import record_run
from layers.works import Work
from tests.drawing import box, point

YARDS = {"A": (0, 5), "B": (300, 3), "C": (1500, 2)}  # x of the corner, appeals
MILLION = 1_000_000
PAVING = Measure("paving", "courtyard", per_m2=100)
ASKED = (Work, Conflict, ProjectPlace, AppealPlace, FundingByPlace, CourtyardNeed, PublicSpaceNeed)
Plans = Callable[..., Plan]


@pytest.fixture
def town(city: City) -> City:
    """Paving costs a million a yard, makes it new, and is under guarantee for a year."""
    works = dict(city.work_types)
    works["paving"] = msgspec.structs.replace(works["paving"], guarantee_months=12, disruptive=True)
    works["heat_network"] = msgspec.structs.replace(works["heat_network"], disruptive=True)
    return msgspec.structs.replace(
        city,
        work_types=works,
        needs=msgspec.structs.replace(city.needs, renewing=("paving",)),
        programme=ProgrammeRules(measures=(PAVING,), joint_m=10, joint_saving=0.1, conflict_penalty=0.5),
    )


@pytest.fixture
def planned(connection: Connection, town: City) -> Plans:
    """Derives everything and plans; west has A and B, east has C."""
    for code, x in (("west", 0), ("east", 1000)):
        row = {"id": code, "code": code, "name_ru": code, "geom": box(x, 0, 1000, 1000)}
        connection.execute(insert(District).values(**row))
    for name, (x, count) in YARDS.items():
        shape = box(x, 0, 100, 100)
        connection.execute(insert(Courtyard).values(id=name, condition="satisfactory", geom=shape))
        for number in range(count):
            day = {"requested_on": date(2022, 1, 1), "closed_on": date(2022, 1, 2 + number)}
            appeal = {"id": f"{name}{number}", "category": "other", "geom": point(x + 50, 50), **day}
            connection.execute(insert(Appeal).values(**appeal))
    connection.execute(insert(Body), [{"code": code, "name_ru": code} for code in ("one", "two")])

    def made(budget: int, profile: City = town, **wanted: Any) -> Plan:
        for layer in ASKED:
            connection.execute(delete(layer))
            put_rows(connection, layer, DERIVED[layer], profile)
        return plan(connection, profile, Order(budget, **wanted))

    return made


def works(connection: Connection, id: str, x: float, days: tuple[date, date], **said: Any) -> None:
    row = {"id": id, "executing_body": "one", "work_type": "paving", "starts": days[0], "ends": days[1]}
    connection.execute(insert(Project).values(**row | {"geom": box(x, 0, 100, 100)} | said))


def told(made: Plan, *columns: str) -> dict[str, Any]:
    rows = made.rows.set_index("place_id")
    return {
        name: tuple(rows.loc[name, list(columns)]) if columns[1:] else rows.loc[name, columns[0]]
        for name in rows.index
    }


def test_the_budget_goes_where_most_need_is_taken_away(planned: Plans) -> None:
    made = planned(2 * MILLION + 1)
    assert told(made, "decision", "reason") == {
        "A": ("chosen", "worth"),
        "B": ("chosen", "worth"),
        "C": ("refused", "remainder"),
    }
    assert told(planned(MILLION + 1), "reason") == {"A": "worth", "B": "remainder", "C": "margin"}
    assert told(made, "cost_kzt") == dict.fromkeys("ABC", MILLION)
    assert told(made, "covered") == pytest.approx({"A": 0.5, "B": 0.3, "C": 0})
    facts = made.facts
    assert (facts["gap"], facts["year"], facts["need_year"]) == (0, 2022, 2022)
    assert facts["programme"] == {
        "places": 2,
        "cost_kzt": 2 * MILLION,
        "covered": 0.8,
        "covered_per_billion": 400.0,
    }
    assert facts["equal_shares"]["covered"] == pytest.approx(0.7)  # a million for each district
    assert facts["coverage"] == {"money": None, "appeals": 1.0}


def test_a_floor_gives_a_district_its_part(planned: Plans) -> None:
    made = planned(2 * MILLION, floors={"east": MILLION // 2})
    assert told(made, "decision", "reason") == {
        "A": ("chosen", "worth"),
        "B": ("refused", "remainder"),
        "C": ("chosen", "floor"),
    }


def test_floors_and_names_that_do_not_fit_are_refused(planned: Plans) -> None:
    with pytest.raises(InputError, match="floor of east cannot be met"):
        planned(9 * MILLION, floors={"east": 2 * MILLION})
    with pytest.raises(
        InputError, match="north: no district with places has this code; there are east, west"
    ):
        planned(MILLION, floors={"north": 1})
    with pytest.raises(InputError, match="--exclude Z"):
        planned(MILLION, exclude=("Z",))
    with pytest.raises(InputError, match="no need is known up to 2020; the first year with needs is 2022"):
        planned(MILLION, year=2020)


def test_what_the_user_excludes_is_left_out(planned: Plans) -> None:
    made = planned(2 * MILLION, exclude=("A", "east"))
    assert told(made, "reason") == {"A": "excluded", "B": "worth", "C": "excluded"}


def test_a_place_under_guarantee_all_year_is_not_dug_up_again(connection: Connection, planned: Plans) -> None:
    works(connection, "P1", 0, (date(2021, 5, 1), date(2021, 12, 31)), status="completed")
    works(connection, "P2", 300, (date(2021, 5, 1), date(2021, 9, 1)), status="completed")
    made = planned(2 * MILLION)
    assert told(made, "reason") == {"A": "guarantee", "B": "worth", "C": "worth"}
    assert told(made, "guarantee_until")["A"] == date(2022, 12, 31)
    why = told(made, "why_en")
    assert why["A"] == "A: the guarantee of P1 holds until 2022-12-31, so the ground stays closed all year."
    assert why["B"].endswith("; not before the guarantee ends on 2022-09-02.")


def test_an_open_conflict_halves_the_worth(connection: Connection, planned: Plans) -> None:
    """A weighs 0.25 and not 0.5, less than B; what it takes away is told whole."""
    for id, body in (("P1", "one"), ("P2", "two")):
        works(connection, id, 0, (date(2022, 5, 1), date(2022, 6, 1)), executing_body=body)
    made = planned(MILLION)
    assert told(made, "reason", "open_conflicts")["A"][0] == "margin"
    assert told(made, "open_conflicts")["A"] >= 1
    assert told(made, "decision")["B"] == "chosen"
    assert "so it weighs less" in told(made, "why_en")["A"]
    assert planned(2 * MILLION).facts["programme"]["covered"] == pytest.approx(0.8)


@pytest.fixture
def meeting(connection: Connection, town: City, planned: Plans) -> Plans:
    """A plan over two pavings of A by two bodies at once, entered in the register."""
    for id, body in (("P1", "one"), ("P2", "two")):
        works(connection, id, 0, (date(2022, 5, 1), date(2022, 6, 1)), executing_body=body)

    def made(budget: int, profile: City = town, **wanted: Any) -> Plan:
        planned(budget, profile, **wanted)
        keep_register(connection, profile, record_run(connection, "derive"))
        return plan(connection, profile, Order(budget, **wanted))

    return made


def say(connection: Connection, **verdicts: str) -> None:
    for body, verdict in verdicts.items():
        connection.execute(update(Assessment).where(Assessment.body == body).values(verdict=verdict))


def test_conflicts_that_both_bodies_dismissed_are_open_no_more(
    connection: Connection, meeting: Plans
) -> None:
    """A weighs 0.25 while they are open, less than B with 0.3, and 0.5 once they are not."""
    found = told(meeting(MILLION), "decision", "open_conflicts")
    assert (found["A"], found["B"][0]) == (("refused", 2), "chosen")  # a clash and a duplicate function
    say(connection, one="no", two="no")
    found = told(meeting(MILLION), "decision", "open_conflicts", "why_en")
    assert found["A"][:2] == ("chosen", 0)
    assert found["B"][0] == "refused"
    assert "open conflicts" not in found["A"][2]


@pytest.mark.parametrize("verdict", ["yes", "to_be_reassessed", "not_assessed"])
def test_a_conflict_that_one_body_dismissed_alone_stays_open(
    connection: Connection, meeting: Plans, verdict: str
) -> None:
    meeting(MILLION)
    say(connection, one="no", two=verdict)
    assert told(meeting(MILLION), "decision", "open_conflicts")["A"] == ("refused", 2)


def test_a_verdict_that_it_is_a_conflict_settles_nothing(connection: Connection, meeting: Plans) -> None:
    meeting(MILLION)
    say(connection, one="yes", two="yes")
    assert told(meeting(MILLION), "open_conflicts")["A"] == 2


def test_projects_declared_joint_are_no_open_conflict(connection: Connection, meeting: Plans) -> None:
    meeting(MILLION)
    connection.execute(update(Project).values(joint_group="J"))
    assert told(meeting(MILLION), "decision", "open_conflicts")["A"] == ("chosen", 0)
    assert set(connection.scalars(select(Assessment.state))) == {"joint"}


def test_works_are_cheaper_beside_a_digging_of_the_same_year(connection: Connection, planned: Plans) -> None:
    heat = {"work_type": "heat_network", "executing_body": "two"}
    works(connection, "H", 105, (date(2022, 7, 1), date(2022, 8, 1)), **heat)  # five metres east of A
    works(connection, "G", 405, (date(2021, 7, 1), date(2021, 8, 1)), **heat)  # beside B, a year before
    made = planned(3 * MILLION)
    assert told(made, "cost_kzt", "saving_kzt") == {
        "A": (900_000, 100_000),
        "B": (MILLION, 0),
        "C": (MILLION, 0),
    }
    assert "0.1 million cheaper together with H" in told(made, "why_en")["A"]
    assert told(planned(3 * MILLION, joint=False), "cost_kzt")["A"] == MILLION


def test_what_was_funded_in_the_year_stands_beside_it_or_apart(
    connection: Connection, planned: Plans
) -> None:
    works(connection, "P", 1500, (date(2022, 5, 1), date(2022, 6, 1)))
    connection.execute(insert(ProjectFunding).values(project_id="P", year=2022, amount_kzt=5 * MILLION))
    made = planned(2 * MILLION)
    assert told(made, "funded_kzt", "funded_covered")["C"] == pytest.approx((5 * MILLION, 0.2))
    funded = made.facts["funded"]
    assert (funded["places"], funded["cost_kzt"], funded["covered"]) == (1, 5 * MILLION, 0.2)
    assert made.facts["coverage"]["money"] == 1
    beside = planned(3 * MILLION, beside=True)
    assert told(beside, "reason") == {"A": "worth", "B": "worth", "C": "funded"}
    assert told(beside, "why_ru")["C"] == "C: на этот год уже дано 5,0 млн."


def test_the_second_best_way_is_taken_where_money_ends(planned: Plans, town: City) -> None:
    """Patching a yard takes away four tenths of its need for a fifth of the price."""
    patch = Measure("road_repair", "courtyard", per_m2=20, covers=0.4)
    rules = msgspec.structs.replace(town.programme, measures=(PAVING, patch))
    profile = msgspec.structs.replace(town, programme=rules)
    made = planned(1_200_000, profile)
    assert told(made, "work_type", "decision")["A"] == ("paving", "chosen")
    assert told(made, "work_type", "decision")["B"] == ("road_repair", "chosen")
    assert made.facts["programme"]["covered"] == pytest.approx(0.5 + 0.4 * 0.3)


def test_of_a_large_place_only_what_a_year_can_do_is_done(planned: Plans, town: City) -> None:
    most = msgspec.structs.replace(PAVING, most_m2=2500)
    profile = msgspec.structs.replace(town, programme=ProgrammeRules(measures=(most,)))
    made = planned(250_000, profile)
    assert told(made, "works_m2", "cost_kzt")["A"] == (2500, 250_000)
    assert told(made, "covered")["A"] == pytest.approx(0.125)


def test_kinds_of_place_weigh_as_the_profile_says(connection: Connection, planned: Plans, town: City) -> None:
    connection.execute(
        insert(PublicSpace).values(id="S", name="Сквер", condition="needs_repair", geom=box(700, 0, 100, 100))
    )
    rules = ProgrammeRules(
        measures=(PAVING, Measure("paving", "public_space", per_m2=100)),
        kind_weights={"courtyard": 0.6, "public_space": 0.2},
    )
    made = planned(4 * MILLION, msgspec.structs.replace(town, programme=rules))
    assert told(made, "covered") == pytest.approx({"A": 0.375, "B": 0.225, "C": 0.15, "S": 0.25})


def test_the_layer_keeps_the_last_programme_and_derive_leaves_it(
    connection: Connection, planned: Plans, town: City
) -> None:
    keep_programme(connection, town, planned(2 * MILLION).rows)
    keep_programme(connection, town, planned(MILLION).rows)
    query = select(Programme.place_id, Programme.decision).order_by(Programme.place_id)
    assert [tuple(row) for row in connection.execute(query)] == [
        ("A", "chosen"),
        ("B", "refused"),
        ("C", "refused"),
    ]
    assert Programme not in DERIVED


def test_the_same_order_gives_the_same_programme(planned: Plans) -> None:
    first, second = planned(2 * MILLION), planned(2 * MILLION)
    pd.testing.assert_frame_equal(first.rows, second.rows)
    assert first.facts == second.facts


def test_a_city_without_prices_is_told_so(planned: Plans, city: City) -> None:
    with pytest.raises(InputError, match="add measures under \\[programme\\]"):
        planned(MILLION, city)
