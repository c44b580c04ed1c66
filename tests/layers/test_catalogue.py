"""What every layer of the catalogue must keep."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, UniqueConstraint, func, inspect, select

from gis_core.layer import LANGUAGES, Layer, fields, geometry_kind, keys, table_of
from gis_core.merging import merge
from gis_core.staging import stage
from layers.catalogue import DERIVED, LAYERS, REGISTER
from layers.city import City
from layers.computed import Computed, fill
from layers.freshness import DERIVED_NAMES
from layers.sources import SOURCES

ALL = list(LAYERS.values())


@pytest.mark.parametrize("layer", ALL, ids=LAYERS)
def test_every_field_has_a_label_in_three_languages(layer: type[Layer]) -> None:
    labels = [layer.label, *(field.label for field in fields(layer).values())]
    assert all(label.of(lang).strip() for label in labels for lang in LANGUAGES)


@pytest.mark.parametrize("layer", ALL, ids=LAYERS)
def test_short_names_are_unique_and_fit_a_shapefile(layer: type[Layer]) -> None:
    shorts = [field.short for field in fields(layer).values()]
    assert len(set(shorts)) == len(shorts)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,9}", short) for short in shorts)


@pytest.mark.parametrize("layer", ALL, ids=LAYERS)
def test_every_column_is_a_declared_field_or_the_shape(layer: type[Layer]) -> None:
    assert {column.name for column in table_of(layer).columns} - {"geom"} == set(fields(layer))


@pytest.mark.parametrize("layer", [each for each, rows in DERIVED.items() if not isinstance(rows, Computed)])
def test_a_layer_that_is_merged_from_a_query_has_no_unique_columns_beside_its_key(layer: type[Layer]) -> None:
    table = table_of(layer)
    assert not [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    assert not [each for each in table.indexes if each.unique]


@pytest.mark.parametrize("layer", ALL, ids=LAYERS)
def test_every_layer_has_a_key(layer: type[Layer]) -> None:
    assert keys(layer)


@pytest.mark.parametrize(
    "layer", [layer for layer in ALL if geometry_kind(layer)], ids=lambda each: each.__tablename__
)
def test_every_layer_with_a_shape_has_a_style(layer: type[Layer]) -> None:
    assert layer.style is not None


def test_the_derived_layers_are_named_without_loading_them() -> None:
    assert tuple(layer.__tablename__ for layer in DERIVED) == DERIVED_NAMES


@pytest.mark.parametrize("layer", DERIVED, ids=lambda each: each.__tablename__)
def test_a_derived_layer_fills_its_columns_in_an_empty_city(
    layer: type[Layer], connection: Connection, city: City
) -> None:
    assert fill(connection, layer, DERIVED[layer], city) == 0
    assert connection.execute(select(table_of(layer))).all() == []


@pytest.mark.parametrize("layer", [*ALL, *REGISTER], ids=lambda each: each.__tablename__)
def test_the_table_carries_the_labels_as_comments(layer: type[Layer], connection: Connection) -> None:
    found = {
        column["name"]: column["comment"] for column in inspect(connection).get_columns(layer.__tablename__)
    }
    for name, field in fields(layer).items():
        assert found[name] == " / ".join(field.title(lang) for lang in LANGUAGES)


@pytest.mark.parametrize("layer", [*SOURCES, *DERIVED], ids=lambda layer: layer.__tablename__)
def test_rows_of_a_layer_can_be_staged_beside_it(connection: Connection, layer: type[Layer]) -> None:
    staged = stage(connection, layer)
    assert [column.name for column in staged.columns] == [column.name for column in table_of(layer).columns]
    merge(connection, layer, staged, replace=True)
    assert connection.scalar(select(func.count()).select_from(table_of(layer))) == 0
