"""`check` finds what was broken behind its back, and names the cure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, delete, insert, text, update

from gis_core.layer import Layer
from layers.appeals import Appeal
from layers.bodies import Body
from layers.catalogue import DERIVED
from layers.checking import findings
from layers.city import City
from layers.computed import fill as put_rows
from layers.courtyards import Courtyard
from layers.coverage import coverage
from layers.freshness import profile_hash
from layers.funding_by_place import FundingByPlace
from layers.need_profile import Measure, ProgrammeRules
from layers.parcels import Parcel
from layers.programme import keep_programme
from layers.programme_plan import Order, plan
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.reading import day_of_data
from layers.runs import record_run
from layers.schema import upgrade
from tests.drawing import SRID, X0, Y0, box, point


def faults(connection: Connection, city: City) -> list[str]:
    return [f"{each.words}; {each.cure}" for each in findings(connection, city) if each.fault]


@pytest.fixture
def derived(connection: Connection, city: City) -> None:
    """A store whose derived layers are up to date."""
    counts: dict[str, object] = {layer.__tablename__: 0 for layer in DERIVED}
    record_run(connection, "derive", options={"profile": profile_hash(city)}, counts=counts)


@pytest.mark.usefixtures("derived")
def test_a_store_as_declared_has_no_fault(connection: Connection, city: City) -> None:
    assert faults(connection, city) == []


@pytest.mark.usefixtures("derived")
@pytest.mark.parametrize(
    "damage",
    [
        "DROP INDEX idx_parcels_geom",
        "ALTER TABLE parcels DROP COLUMN holder",
        "ALTER TABLE parcels ADD COLUMN extra text",
        "DROP TABLE contested_parcels",
    ],
)
def test_tables_that_drifted_are_found(connection: Connection, city: City, damage: str) -> None:
    connection.execute(text(damage))
    assert any("differ from the declarations" in words for words in faults(connection, city))


@pytest.mark.usefixtures("derived")
@pytest.mark.parametrize("damage", ["DISABLE TRIGGER assessment_written", "DISABLE TRIGGER ALL"])
def test_a_register_without_its_triggers_is_found(connection: Connection, city: City, damage: str) -> None:
    connection.execute(text(f"ALTER TABLE assessments {damage}"))
    (words,) = faults(connection, city)
    assert words.startswith("the register is not kept by its triggers: assessment_")
    upgrade(connection, city)
    assert faults(connection, city) == []


@pytest.mark.usefixtures("derived")
def test_an_invalid_shape_is_found_even_if_the_check_was_dropped(connection: Connection, city: City) -> None:
    bow_tie = (
        f"SRID={SRID};MULTIPOLYGON((({X0} {Y0}, {X0 + 9} {Y0 + 9}, {X0 + 9} {Y0}, {X0} {Y0 + 9}, {X0} {Y0})))"
    )
    connection.execute(text("ALTER TABLE parcels DROP CONSTRAINT ck_parcels_geom"))
    connection.execute(insert(Parcel).values(id="1", geom=bow_tie))
    (shapes, rules) = faults(connection, city)
    assert shapes == "parcels: 1 invalid shapes; abat check --repair, or load parcels again from its file"
    assert rules == "parcels: the rule ck_parcels_geom is missing; abat check --repair"


def test_layers_older_than_what_they_are_derived_from_are_found(connection: Connection, city: City) -> None:
    record_run(connection, "load")
    assert any(words.endswith("; abat derive") for words in faults(connection, city))


@pytest.fixture
def programme(connection: Connection, city: City) -> City:
    """A profile with prices, and a programme for one courtyard with one appeal, in an up-to-date store."""
    rules = ProgrammeRules(measures=(Measure("paving", "courtyard", per_m2=1),))
    profile = msgspec.structs.replace(city, programme=rules)
    connection.execute(insert(Courtyard).values(id="Y", geom=box(0, 0, 10, 10)))
    appeal = {"id": "1", "requested_on": date(2022, 5, 1), "category": "other", "geom": point(5, 5)}
    connection.execute(insert(Appeal).values(**appeal))
    derive(connection, profile)
    made = plan(connection, profile, Order(500))
    keep_programme(connection, profile, made.rows)
    rests_on = {"year": None, "basis": made.basis}
    record_run(connection, "plan", options=rests_on, counts=made.facts)
    return profile


def derive(connection: Connection, city: City) -> None:
    for layer, rows in DERIVED.items():
        connection.execute(delete(layer))
        put_rows(connection, layer, rows, city)
    counts: dict[str, object] = {layer.__tablename__: 0 for layer in DERIVED}
    record_run(connection, "derive", options={"profile": profile_hash(city)}, counts=counts)


OLD = "the programme is older than the needs, conflicts and budgets it was made from; abat plan --budget 500"


def test_a_programme_rests_on_what_a_derive_found_the_same(connection: Connection, programme: City) -> None:
    assert faults(connection, programme) == []
    derive(connection, programme)
    assert faults(connection, programme) == []


def test_a_programme_older_than_its_needs_is_found_with_its_cure(
    connection: Connection, programme: City
) -> None:
    connection.execute(update(Appeal).values(requested_on=date(2022, 5, 2)))
    derive(connection, programme)
    assert faults(connection, programme) == []  # the need is the same
    connection.execute(update(Courtyard).values(condition="needs_repair"))
    derive(connection, programme)
    assert faults(connection, programme) == [OLD]


def test_a_programme_older_than_the_prices_of_the_profile_is_found(
    connection: Connection, programme: City
) -> None:
    rules = ProgrammeRules(measures=(Measure("paving", "courtyard", per_m2=2),))
    dearer = msgspec.structs.replace(programme, programme=rules)
    derive(connection, dearer)
    assert faults(connection, dearer) == [OLD]


def test_a_programme_of_needs_that_are_gone_is_found(connection: Connection, programme: City) -> None:
    connection.execute(delete(Appeal))
    derive(connection, programme)
    assert faults(connection, programme) == [OLD]


def test_coverage_counts_money_and_appeals_that_lie_in_a_district(
    connection: Connection, fill: Callable[[type[Layer]], list[Any]]
) -> None:
    assert (coverage(connection).money_share, coverage(connection).appeals_share) == (None, None)
    connection.execute(insert(Body).values(code="b", name_ru="Орган"))
    connection.execute(
        text(
            "INSERT INTO districts (id, code, name_ru, geom)"
            " VALUES ('d', 'd', 'Район', ST_GeomFromEWKT(:shape))"
        ),
        {"shape": box(0, 0, 100, 100)},
    )
    for id, shape, amount in (("on", box(0, 0, 9, 9), 75), ("off", None, 25)):
        source = "drawn" if shape else "none"
        row = {"id": id, "executing_body": "b", "work_type": "other", "geom": shape, "geom_source": source}
        connection.execute(insert(Project).values(**row))
        connection.execute(insert(ProjectFunding).values(project_id=id, year=2022, amount_kzt=amount))
    fill(FundingByPlace)
    known = coverage(connection)
    assert (known.money, known.money_on_map, known.money_share) == (100, 75, 0.75)
    assert str(day_of_data(connection)) == "2022-12-31"
