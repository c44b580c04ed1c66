"""`check` finds what was broken behind its back, and names the cure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text

from gis_core.layer import Layer
from layers.bodies import Body
from layers.catalogue import DERIVED
from layers.checking import findings
from layers.city import City
from layers.coverage import coverage
from layers.derive import profile_hash
from layers.funding_by_place import FundingByPlace
from layers.parcels import Parcel
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.reading import day_of_data
from layers.runs import record_run
from layers.schema import upgrade
from tests.drawing import SRID, X0, Y0, box


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
    assert "parcels: 1 invalid shapes; load parcels again from its file" in faults(connection, city)


def test_layers_older_than_what_they_are_derived_from_are_found(connection: Connection, city: City) -> None:
    record_run(connection, "load")
    assert any(words.endswith("; abat derive") for words in faults(connection, city))


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
