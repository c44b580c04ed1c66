"""Two divisions of powers on squares of paper; tests/rules.toml has both.

Today roads paves outside of courtyards and parks repairs roads on public spaces; under the proposal the
akimats of districts do both, and hold the money.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, insert, text

from gis_core.layer import Layer
from layers.bodies import Body
from layers.catalogue import DERIVED
from layers.city import City, read_city
from layers.computed import renew
from layers.conflict_findings import Sightings, sightings
from layers.conflict_inputs import Inputs
from layers.conflict_survey import one_survey
from layers.conflicts import Conflict
from layers.courtyards import Courtyard
from layers.districts import District
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.public_spaces import PublicSpace
from layers.regime_conflicts import RegimeConflict
from layers.regime_report import read_regimes, report
from layers.regime_scenarios import RegimeScenario
from layers.regime_transfers import RegimeTransfer
from tests.conftest import SQUARES
from tests.drawing import box

Fill = Callable[[type[Layer]], list[Any]]
MAY = {"starts": date(2022, 5, 1), "ends": date(2022, 5, 31)}


@pytest.fixture(scope="session")
def city() -> City:
    return read_city(SQUARES.with_name("rules.toml"))


@pytest.fixture(autouse=True)
def _town(connection: Connection) -> None:
    bodies = [
        ("akimat_e", "district_akimat", "e"),
        ("akimat_w", "district_akimat", "w"),
        ("heat", "utility", None),
        ("parks", "department", None),
        ("roads", "department", None),
    ]
    names = ("code", "kind", "district_code")
    connection.execute(
        insert(Body), [dict(zip(names, row, strict=True)) | {"name_ru": row[0]} for row in bodies]
    )
    for code, x in (("w", -500), ("e", 500)):
        shape = box(x, -500, 1000, 1000)
        connection.execute(insert(District).values(id=code, code=code, name_ru=code, geom=shape))
    connection.execute(insert(PublicSpace).values(id="S-1", name="S-1", geom=box(0, 0, 50, 50)))
    connection.execute(insert(Courtyard).values(id="C-1", address="C-1", geom=box(100, 0, 50, 50)))


@pytest.fixture
def put(connection: Connection) -> Callable[..., None]:
    def project(id: str, body: str, work: str, amount: int, **said: Any) -> None:
        row = {"geom": box(0, 0, 10, 10), "place_kind": "public_space", **MAY, **said}
        connection.execute(insert(Project).values(id=id, executing_body=body, work_type=work, **row))
        connection.execute(insert(ProjectFunding).values(project_id=id, year=2022, amount_kzt=amount))

    return project


@pytest.fixture
def repaired_twice(put: Any) -> None:
    """The akimat and parks repair one square; roads paves beside the akimat's paving; heat digs."""
    put("A", "akimat_w", "road_repair", 100)
    put("B", "parks", "road_repair", 80, geom=box(5, 0, 10, 10))
    put("H", "heat", "heat_network", 500, geom=box(0, 30, 10, 10))
    put("R", "roads", "paving", 900, geom=box(0, 30, 10, 10))
    put("S", "roads", "other", 10, geom=box(0, 30, 10, 10))


@pytest.mark.usefixtures("repaired_twice")
def test_conflicts_of_one_body_vanish_and_those_of_a_body_divided_appear(fill: Fill) -> None:
    outcomes = {
        (row.rule, row.project_a, row.project_b): (row.outcome, row.recorded) for row in fill(RegimeConflict)
    }
    assert outcomes == {
        ("clash", "A", "B"): ("vanishes", True),
        ("duplicate_function", "A", "B"): ("vanishes", True),
        ("double_funding", "A", "B"): ("vanishes", True),
        ("clash", "H", "R"): ("remains", True),
        ("clash", "H", "S"): ("remains", True),
        ("clash", "R", "S"): ("appears", False),  # the paving passes to the akimat, the rest stays with roads
    }


@pytest.mark.usefixtures("repaired_twice")
def test_what_changes_hands_is_told_with_its_money(fill: Fill) -> None:
    rows = {row.project_id: row for row in fill(RegimeTransfer)}
    assert {
        id: (row.body_current, row.body_proposed, row.payer_proposed, row.amount_kzt)
        for id, row in rows.items()
    } == {
        "B": ("parks", "akimat_w", "akimat_w", 80),
        "R": ("roads", "akimat_w", "akimat_w", 900),
    }
    assert {(row.works_move, row.money_moves, row.district_code) for row in rows.values()} == {
        (True, True, "w")
    }


def test_in_another_district_its_own_akimat_is_competent(put: Any, fill: Fill) -> None:
    put("B", "parks", "road_repair", 80, geom=box(600, 0, 10, 10))
    put("R", "roads", "paving", 80, geom=box(5000, 0, 10, 10))  # in no district: nobody is competent
    assert [(row.project_id, row.body_proposed) for row in fill(RegimeTransfer)] == [("B", "akimat_e")]


@pytest.mark.usefixtures("repaired_twice")
def test_the_claim_is_a_number_with_its_bounds(put: Any, fill: Fill, connection: Connection) -> None:
    # a second pair, whose bodies stay two under the proposal: one of two duplicates vanishes
    put("L", "akimat_w", "greening", 30, geom=box(100, 0, 20, 10), dates_firm=False)
    put("M", "parks", "greening", 30, geom=box(100, 0, 20, 10))
    fill(RegimeScenario)
    claim = report(read_regimes(connection))["claim"]
    assert (claim["current"], claim["proposed"], claim["reduction"]) == (2, 1, 0.5)
    # A and B share 50 m2: none under a tolerance of 100 m2; of the certain they are the only one
    assert claim["range"] == [0, 1]
    assert claim["current_kzt"] - claim["proposed_kzt"] == 40  # half of 80


def test_a_window_twice_as_long_finds_what_is_twice_as_far_apart(put: Any, fill: Fill, city: City) -> None:
    window = city.conflicts.window_days
    put("A", "akimat_w", "other", 100)
    later = MAY["ends"] + timedelta(days=window + 1)
    put("B", "heat", "other", 100, starts=later, ends=later + timedelta(days=9))
    rows = [row for row in fill(RegimeScenario) if row.rule == "opportunity" and row.tolerance_m2 == 1]
    found = {row.window_days: row.n_current for row in rows if row.certainty == "possible"}
    assert found == {window // 2: 0, window: 0, 2 * window: 1}


@pytest.mark.usefixtures("repaired_twice")
def test_one_survey_gives_all_layers_what_each_finds_alone(
    fill: Fill, connection: Connection, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = (Conflict, RegimeTransfer, RegimeConflict, RegimeScenario)
    fill(RegimeScenario)
    alone = {layer: rows_of(connection, layer) for layer in layers}
    asked: list[Inputs] = []

    def noted(inputs: Inputs, only: None = None) -> Sightings:
        asked.append(inputs)
        return sightings(inputs, only)

    monkeypatch.setattr("layers.conflict_tiles.sightings", noted)
    with one_survey(connection, city):
        for layer in layers:
            renew(connection, layer, DERIVED[layer], city, force=True)
    assert len(asked) == 1
    assert {layer: rows_of(connection, layer) for layer in layers} == alone
    assert all(alone.values())


def rows_of(connection: Connection, layer: type[Layer]) -> list[str]:
    name = layer.__tablename__
    return list(connection.scalars(text(f"SELECT t::text FROM {name} t ORDER BY 1")))


def test_a_body_without_the_power_is_told_who_has_it(put: Any, fill: Fill) -> None:
    put("A", "heat", "road_repair", 100, geom=box(0, 0, 20, 10))
    put("B", "heat", "greening", 100, place_kind="courtyard", geom=box(700, 0, 10, 10))
    put("C", "heat", "other", 100, geom=box(0, 300, 10, 10))
    found = [row for row in fill(Conflict) if row.rule == "outside_powers"]
    assert {
        (row.project_a, row.body_a, row.body_b, row.money_at_risk_kzt, row.shared_m2) for row in found
    } == {
        ("A", "heat", "parks", 100, 200),
        ("B", "heat", "heat", 100, 100),  # two departments: which of them, the profile does not tell
    }
    (unknown,) = [row for row in found if row.project_a == "B"]
    assert "a body that the profile does not tell" in unknown.why_en


def test_the_kind_of_place_is_where_most_of_the_works_lie(put: Any, fill: Fill) -> None:
    put("A", "roads", "paving", 100, place_kind=None, geom=box(96, 0, 20, 10))  # 16 of 20 m in the courtyard
    put("B", "roads", "paving", 100, place_kind=None, geom=box(88, 30, 20, 10))  # 8 of 20 m
    found = [row for row in fill(Conflict) if row.rule == "outside_powers"]
    assert {(row.project_a, row.body_b) for row in found} == {("A", "akimat_w")}


def test_a_city_without_two_regimes_has_nothing_to_compare(
    put: Any, fill: Fill, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("A", "roads", "paving", 100)
    from layers import regime_conflicts, regime_scenarios, regime_transfers  # noqa: PLC0415

    plain = replace(city, powers={"current": city.powers["current"]})
    for module in (regime_conflicts, regime_scenarios, regime_transfers):
        assert module.frame(None, plain).empty  # type: ignore[arg-type]  the store is not asked
