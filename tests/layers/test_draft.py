"""The next step of the schema is drafted from what is declared and not yet made."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from geoalchemy2 import Geometry
from sqlalchemy import Column, Connection, ForeignKey, Table, Text, inspect, text

from gis_core.layer import Layer
from layers import schema
from layers.city import City
from layers.migrations import draft


@pytest.fixture
def drafted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The step for a table that is newly declared, beside copies of those there are."""
    steps = shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations")
    monkeypatch.setattr(schema, "MIGRATIONS", steps)
    monkeypatch.setattr(draft, "VERSIONS", steps / "versions")
    kiosk = Table(
        "kiosks",
        Layer.metadata,
        Column("id", Text(collation="C"), primary_key=True),
        Column("body", ForeignKey("bodies.code"), index=True, comment="Орган"),
        Column("geom", Geometry("POINT", srid=0, spatial_index=False)),
        comment="Киоски",
    )
    try:
        yield draft.draft("9999", "kiosks of the city")
    finally:
        Layer.metadata.remove(kiosk)


def test_a_new_table_becomes_a_step_that_makes_it(drafted: Path, connection: Connection, city: City) -> None:
    """In the SRID of any city, without labels, and nothing else is touched."""
    words = drafted.read_text("utf-8")
    assert (drafted.name, words.count("op."), "Киоски" in words) == ("9999_kiosks_of_the_city.py", 5, False)
    former = sorted(schema.known_versions())[-2]
    assert all(
        given in words for given in (f'down_revision = "{former}"', "srid=srid", "srid = context.config")
    )
    command.upgrade(schema.alembic_config(connection, city), "head")
    asked = inspect(connection)
    assert [column["name"] for column in asked.get_columns("kiosks")] == ["id", "body", "geom"]
    assert asked.get_foreign_keys("kiosks")[0]["referred_table"] == "bodies"
    srid = "SELECT srid FROM geometry_columns WHERE f_table_name = 'kiosks'"
    assert connection.scalar(text(srid)) == schema.srid_of(city)
