"""A backup brings everything back, whole or not at all, and replaces nothing unasked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, insert, text

from gis_core.backup import dump, reach
from gis_core.cluster import Cluster
from gis_core.errors import StoreError
from layers.bodies import Body
from layers.city import City
from layers.courtyards import Courtyard
from layers.schema import alembic_config, known_versions, versions
from layers.stored_city import StoredCity
from tests.drawing import SRID, box
from tests.scripts.conftest import Abat

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
OUR_OWN = ("spatial_ref_sys", "runs", "run_times")  # a restore is a run of its own


@pytest.fixture
def held(engine: Engine, abat: Abat, tmp_path: Path) -> Abat:
    """A body, two courtyards, one of them changed by hand, rejected rows, derived layers."""
    (tmp_path / "bodies.csv").write_text("code;name_ru\na;«Акимат», район\nb;\n", "utf-8")
    abat("load", "bodies", "bodies.csv")
    with engine.begin() as connection:
        rows = [{"id": f"C-{n}", "address": "Абай «1»\n\t\\N", "geom": box(9 * n, 0, 9, 9)} for n in (1, 2)]
        connection.execute(insert(Courtyard), rows)
        connection.execute(text("UPDATE courtyards SET residents = 7 WHERE id = 'C-1'"))
    return abat


HASH = "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} t"
MADE = (
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
    ),
    "SELECT description FROM pg_description WHERE classoid = 'pg_class'::regclass ORDER BY 1",
)


def state(engine: Engine) -> list[Any]:
    """A hash of the rows of each table, and what the schema is made of."""
    with engine.connect() as connection:
        names = [name for name in connection.scalars(text(TABLES)) if name not in OUR_OWN]
        rows = [(name, connection.scalar(text(HASH.format(name)))) for name in names]
        return [rows, *(connection.execute(text(query)).all() for query in MADE)]


@contextmanager
def another(cluster: Cluster) -> Iterator[tuple[str, Engine]]:
    """An empty database, as the administrator of a server makes it.

    It is that of ABAT_OTHER_DATABASE_URL where that is set, which loses all that it holds: a newer PostGIS.
    """
    url = os.environ.get("ABAT_OTHER_DATABASE_URL")
    if not url:
        cluster.ensure_database("restored")
    url = url or cluster.url("restored")
    engine = create_engine(url)
    try:
        yield url, engine
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA IF EXISTS abat_ru CASCADE")
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            connection.exec_driver_sql("CREATE EXTENSION postgis; CREATE EXTENSION btree_gist")
        engine.dispose()


def test_a_backup_restored_elsewhere_is_equal_in_rows_and_rules(
    held: Abat, engine: Engine, cluster: Cluster
) -> None:
    """Views with labels come along, and the way back leads to the same."""
    assert held("--lang", "ru", "db", "styles").code == 0
    assert held("--json", "db", "backup", "a.dump").facts["bytes"] > 10_000
    with another(cluster) as (url, other):
        back = held("--database", url, "db", "restore", "a.dump")
        assert back.code == 0, back.err
        assert f"restored 3 loaded rows of schema {max(known_versions())}" in back.out
        assert state(other) == state(engine)
        assert held("--database", url, "check").code in (0, 1)
        told = held("--database", url, "--json", "history", "courtyards", "C-1").facts["history"]
        assert told[-1]["fields"]["residents"] == {"from": None, "to": 7}
        with other.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM abat_ru.courtyards")) == 2
        assert held("--database", url, "db", "backup", "b.dump").code == 0
        assert held("--database", url, "db", "restore", "b.dump", "--force").code == 0
        assert state(other) == state(engine)


def test_a_backup_replaces_no_file_and_a_restore_no_rows_unless_asked(
    held: Abat, engine: Engine, tmp_path: Path
) -> None:
    assert held("db", "backup", "a.dump").code == 0
    first = (tmp_path / "a.dump").read_bytes()
    refused = held("db", "backup", "a.dump")
    assert (refused.code, "--force to replace it" in refused.err) == (1, True)
    assert (tmp_path / "a.dump").read_bytes() == first
    assert held("db", "backup", "a.dump", "--force").code == 0
    before = state(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM courtyards"))
    refused = held("db", "restore", "a.dump")
    assert (refused.code, "--force replaces them" in refused.err) == (1, True)
    assert state(engine) != before
    assert held("db", "restore", "a.dump", "--force").code == 0
    assert state(engine) == before


def test_what_is_no_whole_backup_changes_nothing(held: Abat, engine: Engine, tmp_path: Path) -> None:
    assert held("db", "backup", "a.dump").code == 0
    whole = (tmp_path / "a.dump").read_bytes()
    before = state(engine)
    (tmp_path / "b.dump").write_text("no backup")
    (tmp_path / "c.dump").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "d.dump").write_bytes(whole[: len(whole) - 500])
    for name in ("b.dump", "c.dump", "d.dump", "nowhere.dump"):
        refused = held("db", "restore", name, "--force")
        assert refused.code == 1, name
        assert "Traceback" not in refused.err
        assert "abat db backup" in refused.err or "nothing was changed" in refused.err
        assert state(engine) == before


def test_a_backup_of_a_newer_program_or_another_city_is_refused(
    held: Abat, engine: Engine, tmp_path: Path
) -> None:
    newer = "UPDATE alembic_version SET version_num = '9999'"
    back = f"UPDATE alembic_version SET version_num = '{max(known_versions())}'"
    other = f"{back}; UPDATE stored_city SET code = 'paris'"
    for change, words in ((newer, "install a newer one"), (other, "holds the city paris")):
        with engine.begin() as connection:
            connection.exec_driver_sql(change)
        with engine.connect() as connection:
            dump(reach(connection), tmp_path / "other.dump")
        refused = held("db", "restore", "other.dump", "--force")
        assert (refused.code, words in refused.err) == (1, True), refused.err


@pytest.mark.parametrize("version", ["0001", "0002"])
def test_a_backup_of_an_older_program_is_upgraded(
    abat: Abat, cluster: Cluster, city: City, tmp_path: Path, version: str
) -> None:
    with another(cluster) as (_, other), other.connect() as connection:
        command.upgrade(alembic_config(connection, city), version)
        connection.execute(insert(StoredCity).values(code=city.code, srid=SRID))
        connection.execute(insert(Body).values(code="b", name_ru="Орган"))
        connection.commit()
        dump(reach(connection), tmp_path / "old.dump")
    assert abat("db", "restore", "old.dump").code == 0
    assert abat("--json", "check").facts["findings"] is not None
    assert abat("export", "bodies", "--format", "csv", "--to", "out").code == 0
    assert "Орган" in (tmp_path / "out" / "bodies.csv").read_text("utf-8-sig")


def test_a_backup_that_cannot_be_written_says_where(held: Abat) -> None:
    refused = held("db", "backup", "/proc/a.dump")
    assert (refused.code, "cannot write into /proc" in refused.err) == (1, True)


def test_the_password_is_on_no_command_line(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    url = engine.url.set(password="s3cret&pass")
    own = create_engine(url)
    with own.connect() as connection:
        way = reach(connection)
        assert versions(connection)[0] == versions(connection)[1]
    own.dispose()
    assert "s3cret" not in way.address
    assert way.environ["PGPASSWORD"] == "s3cret&pass"
    with pytest.raises(StoreError) as told:
        way.run("psql", "-d", way.address, "-c", "SELECT no_such_column")
    assert "s3cret" not in str(told.value)


def test_an_idle_connection_does_not_hinder_a_restore(held: Abat, engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    assert held("db", "backup", "a.dump").code == 0
    assert held("db", "restore", "a.dump", "--force").code == 0
