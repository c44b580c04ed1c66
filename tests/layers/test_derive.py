"""A derived layer asked for by itself brings those that its rows come from, and no others."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, delete, insert, select

from gis_core.layer import Layer, table_of
from layers.appeals import Appeal
from layers.bodies import Body
from layers.catalogue import DERIVED
from layers.city import City
from layers.computed import fill
from layers.courtyards import Courtyard
from layers.derive import chosen
from layers.districts import District
from layers.projects import Project
from tests.drawing import box, point

BEFORE = ("grid_cells", "works", "project_places", "appeal_places", "funding_by_place", "courtyard_needs")


@pytest.fixture
def town(connection: Connection, city: City) -> City:
    """Three courtyards with two appeals a year each; works at the first one were finished in 2021."""
    connection.execute(insert(District).values(id="w", code="w", name_ru="Запад", geom=box(0, 0, 1000, 1000)))
    yards = [{"id": f"Y{x}", "residents": 10, "geom": box(x, 0, 100, 100)} for x in (0, 200, 400)]
    connection.execute(insert(Courtyard), yards)
    connection.execute(insert(Body).values(code="akimat", name_ru="Акимат"))
    done = {"status": "completed", "starts": date(2021, 6, 1), "ends": date(2021, 6, 30)}
    row = {"id": "P", "executing_body": "akimat", "work_type": "paving", "geom": box(0, 0, 100, 100)}
    connection.execute(insert(Project).values(**row | done))
    for x in (50, 250, 450):
        for day in (date(2020, 5, 1), date(2020, 9, 1), date(2021, 9, 1), date(2022, 7, 1)):
            appeal = {"id": f"{x} {day}", "requested_on": day, "category": "other", "geom": point(x, 50)}
            connection.execute(insert(Appeal).values(**appeal))
    rules = msgspec.structs.replace(city.needs, renewing=("paving",))
    return msgspec.structs.replace(city, needs=rules)


@pytest.mark.parametrize("name", ["need_ranks", "hot_spots", "effects"])
def test_a_layer_derived_alone_is_as_of_a_full_derive(connection: Connection, town: City, name: str) -> None:
    asked = next(layer for layer in DERIVED if layer.__tablename__ == name)
    whole = derived(connection, town, list(DERIVED), asked)
    for layer in DERIVED:
        connection.execute(delete(layer))
    assert derived(connection, town, chosen([name], town), asked) == whole
    assert whole


def test_hot_spots_bring_the_needs_of_courtyards_and_what_those_rest_on(city: City) -> None:
    names = [layer.__tablename__ for layer in chosen(["hot_spots"], city)]
    assert names == [*BEFORE, "hot_spots"]


def derived(connection: Connection, city: City, layers: list[type[Layer]], asked: type[Layer]) -> list[Any]:
    """Rows of a layer after these were derived in order."""
    for layer in layers:
        fill(connection, layer, DERIVED[layer], city)
    table = table_of(asked)
    return list(connection.execute(select(table).order_by(*table.primary_key)))
