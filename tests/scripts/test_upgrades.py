"""Each step of the schema on a database that the version before it filled: no row is lost or changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from alembic import command
from sqlalchemy import Connection, Engine, text

from gis_core.layer import Layer
from layers.city import City
from layers.schema import alembic_config, known_versions, upgrade
from tests.killing import tables
from tests.scripts.conftest import Abat

STEPS = sorted(known_versions())
# What a version said otherwise than the newest does
FORMER = {("0001", "assessments", "last_seen"): "coalesce(last_seen, (SELECT max(id) FROM runs))"}
FILLED = {
    *("runs", "run_times", "rejections", "changes", "assessments", "assessment_changes", "stored_city"),
    *("bodies", "projects", "project_funding", "appeals", "works", "conflicts", "courtyard_needs"),
}
BAD = "works;x;paving;1900-13-45;2022-05-31;\n"  # a row of projects that no load takes


@pytest.fixture
def filled(abat: Abat, engine: Engine, tmp_path: Path) -> Iterator[Connection]:
    """A small city with all that the newest version keeps: rejected rows, history, conflicts, a verdict."""
    for layer, rows in tables().items():
        (tmp_path / f"{layer}.csv").write_text(rows + (BAD if layer == "projects" else ""), "utf-8")
        assert abat("load", layer, f"{layer}.csv", "--crs", "EPSG:32642").code == 0
    assert abat("derive", "conflicts", "courtyard_needs", "funding_by_place").code == 0
    with engine.connect() as connection:
        conflict = connection.scalar(text("SELECT min(conflict_id) FROM assessments WHERE body = 'roads'"))
        assert abat("assess", conflict, "--body", "roads", "--verdict", "yes", "--note", "мешает").code == 0
        (tmp_path / "money.csv").write_text(tables()["project_funding"].replace("1000", "1001"), "utf-8")
        assert abat("load", "project_funding", "money.csv", "--replace").code == 0
    with engine.connect() as connection:
        yield connection


COLUMNS = """
SELECT table_name, array_agg(CAST(column_name AS text) ORDER BY ordinal_position)
FROM information_schema.columns GROUP BY 1
"""


def columns_of(connection: Connection) -> dict[str, list[str]]:
    """Columns of the tables that there are, those first that others refer to."""
    there = {row[0]: row[1] for row in connection.execute(text(COLUMNS))}
    return {table.name: there[table.name] for table in Layer.metadata.sorted_tables if table.name in there}


def pour(source: Connection, target: Connection, version: str) -> None:
    """All rows of a database in place of those of another, whose version is older."""
    names = columns_of(target)
    target.execute(text(f"TRUNCATE {', '.join(names)}"))
    reader, writer = (each.connection.driver_connection for each in (source, target))
    assert isinstance(reader, psycopg.Connection)
    assert isinstance(writer, psycopg.Connection)
    for name, columns in names.items():
        said = ", ".join(FORMER.get((version, name, each), f'"{each}"') for each in columns)
        kept = ", ".join(f'"{each}"' for each in columns)
        with (
            reader.cursor() as out,
            writer.cursor() as into,
            out.copy(f"COPY (SELECT {said} FROM {name}) TO STDOUT") as rows,
            into.copy(f"COPY {name} ({kept}) FROM STDIN") as taken,
        ):
            for each in rows:
                taken.write(each)


def rows_of(connection: Connection, columns: dict[str, list[str]], but: set[str]) -> dict[str, list[str]]:
    """All rows as texts, without some columns."""
    found = {}
    for table, names in columns.items():
        kept = ", ".join(f'"{name}"' for name in names if f"{table}.{name}" not in but)
        query = text(f"SELECT CAST(ROW({kept}) AS text) FROM {table} ORDER BY 1")
        found[table] = [*connection.scalars(query)]
    return found


def test_each_step_keeps_every_row_of_the_version_before(
    filled: Connection, bare: Connection, city: City
) -> None:
    config = alembic_config(bare, city)
    command.upgrade(config, STEPS[0])
    for before, after in pairwise(STEPS):
        pour(filled, bare, before)
        columns = columns_of(bare)
        but = {f"{table}.{name}" for version, table, name in FORMER if version == before}
        held = rows_of(bare, columns, but)
        assert FILLED & {*columns} <= {name for name, rows in held.items() if rows}
        command.upgrade(config, after)
        assert rows_of(bare, columns, but) == held, after
    upgrade(bare, city)
    newest = columns_of(filled)
    assert rows_of(bare, newest, set()) == rows_of(filled, newest, set())
