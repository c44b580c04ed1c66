"""Tables are made, held to one city, and never run by a program that does not know them."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from msgspec.structs import replace
from sqlalchemy import Connection, Text, insert, inspect, text
from sqlalchemy.exc import IntegrityError

from gis_core.errors import StoreError
from gis_core.layer import Layer, table_of
from layers.assessments import Assessment
from layers.bodies import Body
from layers.catalogue import LAYERS
from layers.city import City
from layers.history import history
from layers.parcels import Parcel
from layers.projects import Project
from layers.reading import rows_of
from layers.schema import MIGRATIONS, alembic_config, known_versions, prepare, upgrade, versions
from layers.stored_city import StoredCity
from layers.triggers import FILES
from tests.drawing import SRID, X0, Y0, box
from tests.layers.test_access import FOUND


def test_the_versions_are_the_steps_that_alembic_goes() -> None:
    steps = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())
    assert known_versions() == {step.revision for step in steps}
    assert max(known_versions()) == steps[0].revision


def test_an_empty_database_gets_the_tables(bare: Connection, city: City) -> None:
    prepare(bare, city)
    assert "contested_parcels" in inspect(bare).get_table_names()
    assert versions(bare)[0] == versions(bare)[1]


def test_migrations_make_exactly_what_is_declared(connection: Connection, city: City) -> None:
    command.check(alembic_config(connection, city))


def test_upgrading_twice_changes_nothing(connection: Connection, city: City) -> None:
    upgrade(connection, city)
    command.check(alembic_config(connection, city))


def test_a_register_of_the_former_version_is_upgraded_and_keeps_what_was_said(
    bare: Connection, city: City
) -> None:
    config = alembic_config(bare, city)
    command.upgrade(config, "0001")
    bare.execute(insert(StoredCity).values(code=city.code, srid=SRID))
    counts = '{"conflicts": 2}'
    for verb in ("derive", "load", "derive"):  # runs 1 to 3
        row = {"account": "x", "version": "0", "verb": verb, "counts": counts if verb == "derive" else "{}"}
        bare.execute(text("INSERT INTO runs (account, version, verb, counts)"
                           " VALUES (:account, :version, :verb, CAST(:counts AS jsonb))"), row)  # fmt: skip
    told = {**FOUND, "verdict": "yes", "note": "мешает", "edition": 1, "assessed_by": "planner"}
    gone = {"conflict_id": "k2", "state": "gone", "gone_in": 3, "last_seen": 1}
    bare.execute(insert(Assessment.__table__), [told | {"last_seen": 3}, told | gone])
    bare.exec_driver_sql("SET LOCAL check_function_bodies = off")  # they name tables of later versions
    for file in FILES[:2]:
        bare.exec_driver_sql(file.read_text(encoding="utf-8").replace("%", "%%"))
    before = bare.execute(text("SELECT to_jsonb(a) - 'last_seen' FROM assessments a ORDER BY 1")).all()
    with pytest.raises(StoreError, match="run abat db upgrade"):
        prepare(bare, city)
    upgrade(bare, city)
    prepare(bare, city)
    assert (
        bare.execute(text("SELECT to_jsonb(a) - 'last_seen' FROM assessments a ORDER BY 1")).all() == before
    )
    seen = {row["conflict_id"]: row["last_seen"] for row in bare.execute(rows_of(Assessment)).mappings()}
    assert seen == {"k1": 3, "k2": 1}
    command.check(config)


def test_projects_of_the_former_version_are_upgraded_unchanged_and_have_a_history_from_then_on(
    bare: Connection, city: City
) -> None:
    command.upgrade(alembic_config(bare, city), "0002")
    bare.execute(insert(StoredCity).values(code=city.code, srid=SRID))
    bare.execute(
        text("INSERT INTO runs (account, version, verb, layer) VALUES ('x', '0', 'load', 'projects')")
    )
    bare.execute(insert(Body).values(code="b", name_ru="Орган"))
    row = {"id": "P-1", "executing_body": "b", "work_type": "other", "name": "двор", "run_id": 1}
    bare.execute(insert(Project).values(**row, source_file="a.csv", source_row=7, geom=box(0, 0, 9, 9)))
    before = bare.execute(text("SELECT to_jsonb(p) FROM projects p")).all()
    upgrade(bare, city)
    assert bare.execute(text("SELECT to_jsonb(p) FROM projects p")).all() == before
    bare.execute(text("UPDATE projects SET name = 'парк'"))
    told = [(each.action, each.origin.row, each.fields.get("name")) for each in history(bare, Project, "P-1")]
    assert told == [("load", 7, (None, "двор")), ("update", None, ("двор", "парк"))]
    command.check(alembic_config(bare, city))


BY_BYTES = """
SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE table_schema = 'public' AND collation_name = 'C'
AND table_name NOT IN ('geography_columns', 'geometry_columns')
"""


def test_text_that_identifies_is_compared_by_bytes_also_after_an_upgrade(
    bare: Connection, city: City
) -> None:
    command.upgrade(alembic_config(bare, city), "0004")
    bare.execute(insert(StoredCity).values(code=city.code, srid=SRID))
    bare.execute(insert(Body), [{"code": code, "name_ru": "Орган"} for code in ("b", "A", "Ә")])
    upgrade(bare, city)
    declared = {
        f"{table.name}.{column.name}"
        for table in Layer.metadata.tables.values()
        for column in table.columns
        if getattr(column.type, "collation", None)
    }
    assert declared == set(bare.scalars(text(BY_BYTES)))
    keys = {
        key for layer in LAYERS.values() for key in table_of(layer).primary_key if isinstance(key.type, Text)
    }
    assert declared >= {f"{key.table.name}.{key.name}" for key in keys} | {"projects.executing_body"}
    assert list(bare.scalars(text("SELECT code FROM bodies ORDER BY code"))) == ["A", "b", "Ә"]


RECORDED = text("INSERT INTO runs (account, at, version, verb) VALUES ('x', '2025-01-01', '0', 'load')")
REJECTED = text("INSERT INTO rejections (run_id, row, reason, record) VALUES (:run, 7, 'y', '{}')")
HELD = text("""
SELECT (SELECT jsonb_agg(r ORDER BY id) FROM runs r), (SELECT jsonb_agg(r ORDER BY id) FROM rejections r),
       (SELECT jsonb_agg(t) FROM run_times t WHERE run_id = 2)
""")


def test_runs_of_former_versions_are_over_after_an_upgrade_and_keep_what_they_rejected(
    bare: Connection, city: City
) -> None:
    """Of the first nobody noted when it ended, of the second the database did."""
    command.upgrade(alembic_config(bare, city), "0002")
    bare.execute(insert(StoredCity).values(code=city.code, srid=SRID))
    bare.execute(RECORDED)
    command.upgrade(alembic_config(bare, city), "0006")
    bare.execute(RECORDED)
    bare.execute(text("INSERT INTO run_times VALUES (2, '2024-12-31', '2025-01-01')"))
    bare.execute(REJECTED, [{"run": 1}, {"run": 2}])
    before = bare.execute(HELD).one()
    upgrade(bare, city)
    assert bare.execute(HELD).one() == before
    times = "SELECT began = at AND ended = at FROM runs JOIN run_times ON run_id = id WHERE id = 1"
    assert bare.scalar(text(times)) is True
    for run in (1, 2):
        with pytest.raises(IntegrityError, match=f"run {run} is over"), bare.begin_nested():
            bare.execute(REJECTED, {"run": run})
    bare.execute(RECORDED)
    bare.execute(REJECTED, {"run": 3})
    bare.execute(insert(Body).values(code="b", name_ru="Орган", run_id=1))  # as if run 1 had brought it
    assert [*bare.scalars(text("SELECT layer || key || action FROM changes"))] == ["bodiesbinsert"]


def test_there_is_no_way_back_but_a_backup(connection: Connection, city: City) -> None:
    for step in ScriptDirectory(str(MIGRATIONS)).walk_revisions():
        with pytest.raises(NotImplementedError, match="does not go back; restore a backup"):
            step.module.downgrade()
    connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="install a newer Abat"):
        upgrade(connection, city)


def test_a_database_of_another_city_is_refused(connection: Connection, city: City) -> None:
    with pytest.raises(StoreError, match=r"holds squares in EPSG:32642, not paris in EPSG:32642"):
        prepare(connection, replace(city, code="paris"))


def test_a_database_of_a_newer_program_is_refused(connection: Connection, city: City) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="install a newer Abat"):
        prepare(connection, city)


BOW_TIE = (
    f"SRID={SRID};MULTIPOLYGON((({X0} {Y0}, {X0 + 9} {Y0 + 9}, {X0 + 9} {Y0}, {X0} {Y0 + 9}, {X0} {Y0})))"
)


@pytest.mark.parametrize(
    "shape",
    [BOW_TIE, f"SRID={SRID};MULTIPOLYGON EMPTY", f"SRID={SRID};MULTIPOLYGON(((0 0, 1 1, 2 2, 0 0)))"],
    ids=["bow-tie", "empty", "no area"],
)
def test_an_invalid_shape_is_refused_even_by_hand(connection: Connection, shape: str) -> None:
    with pytest.raises(IntegrityError, match="ck_parcels_geom"):
        connection.execute(insert(Parcel).values(id="1", geom=shape))


@pytest.mark.parametrize("shape", [box(0, 0, 9, 9).replace(str(SRID), "4326"), f"SRID={SRID};POINT(0 0)"])
def test_another_srid_or_kind_of_shape_is_refused_even_by_hand(connection: Connection, shape: str) -> None:
    with pytest.raises(Exception, match=r"SRID|Geometry type"):
        connection.execute(insert(Parcel).values(id="1", geom=shape))


def test_an_end_before_its_start_is_refused_even_by_hand(connection: Connection) -> None:
    row = {
        "id": "1",
        "executing_body": "x",
        "work_type": "other",
        "starts": "2022-02-01",
        "ends": "2022-01-01",
    }
    with pytest.raises(IntegrityError, match="ck_projects_period"):
        connection.execute(insert(Project).values(**row))
