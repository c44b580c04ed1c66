"""What a declaration becomes: a table with comments, checks and an index, in the SRID of a city."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, MetaData

from gis_core.layer import Field, Label, Layer, fields, geometry_kind, in_srid, keys, table_of
from layers.appeals import Appeal
from layers.courtyards import Courtyard
from layers.project_funding import ProjectFunding


def test_a_title_is_the_label_with_its_unit() -> None:
    field = Field(Label("Бюджет", "Бюджет", "Budget"), "budget", Label("тенге", "теңге", "KZT"))
    assert [field.title(lang) for lang in ("ru", "kk", "en")] == [
        "Бюджет, тенге",
        "Бюджет, теңге",
        "Budget, KZT",
    ]


def test_keys_and_kind_of_shape_are_read_from_the_class() -> None:
    assert keys(ProjectFunding) == ["project_id", "year", "source", "stage"]
    assert (geometry_kind(Courtyard), geometry_kind(Appeal)) == ("MULTIPOLYGON", "POINT")
    assert geometry_kind(ProjectFunding) is None


def test_a_choice_becomes_a_check_and_a_default_stands_in() -> None:
    checks = {
        str(c.name): str(c.sqltext) for c in table_of(Courtyard).constraints if isinstance(c, CheckConstraint)
    }
    expected = "condition IN ('satisfactory', 'needs_repair', 'in_works', 'unknown')"
    assert expected in checks.values()
    assert fields(Courtyard)["condition"].default == "unknown"


def test_bookkeeping_is_a_hidden_field() -> None:
    assert fields(Courtyard)["run_id"].hidden


def test_the_copy_for_a_city_carries_its_srid_and_leaves_the_declaration_alone() -> None:
    copy: MetaData = in_srid(Layer.metadata, 2154)
    assert copy.tables["courtyards"].c.geom.type.srid == 2154
    assert table_of(Courtyard).c.geom.type.srid == -1
    assert {index.name for index in copy.tables["courtyards"].indexes} == {"idx_courtyards_geom"}
