"""The application's role does all that Abat does every day, and cannot touch history or tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, insert, make_url, text
from sqlalchemy.exc import DBAPIError

from gis_core import filling
from gis_core.layer import table_of
from layers.access import grant
from layers.assessments import Assessment
from layers.runs import record_run
from tests.killing import INCOMPLETE, STATE, ask, tables
from tests.layers.test_access import FOUND
from tests.scripts.conftest import Abat

WRITER = "city_app"
CRS = ("--crs", "EPSG:32642")
KEPT = ("changes", "runs", "run_times", "rejections", "assessment_changes")


@pytest.fixture
def writer(engine: Engine, abat: Abat, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Abat works as the application's role from here on; the engine of the role."""
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP ROLE IF EXISTS {WRITER}; CREATE ROLE {WRITER} LOGIN")
        grant(connection, WRITER, "writer")
    url = make_url(engine.url).set(username=WRITER)
    monkeypatch.setenv("ABAT_DATABASE_URL", url.render_as_string(hide_password=False))
    made = create_engine(url)
    yield made
    made.dispose()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {WRITER}; DROP ROLE {WRITER}")


def work(abat: Abat, folder: Path) -> None:
    """A small city through every step of a day."""
    for layer, rows in tables().items():
        (folder / f"{layer}.csv").write_text(rows, "utf-8")
        told = abat("load", layer, f"{layer}.csv", *CRS)
        assert told.code == 0, told.err
        assert "as this account is no superuser" in told.err
    (folder / "money.csv").write_text(tables()["project_funding"].replace("1000", "1001"), "utf-8")
    assert abat("load", "project_funding", "money.csv", "--replace").code == 0
    assert abat("derive").code == 0
    found = json.loads(abat("--json", "conflicts").out)["conflicts"][0]["conflict_id"]
    assert abat("assess", found, "--body", "roads", "--verdict", "yes", "--note", "мешает").code == 0


def written(abat: Abat, folder: Path) -> None:
    """What is read from the store, as files."""
    assert abat("export", "conflicts", "appeals", "--format", "gpkg", "--to", folder).code == 0
    assert abat("map", "conflicts", "index", "--out", folder).code == 0
    assert abat("history", "projects", "P-0").code == 0
    assert abat("check").code == 0


def test_all_of_a_day_works_under_the_writer_and_comes_out_as_under_the_owner(
    writer: Engine, engine: Engine, abat: Abat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "LARGE", 0)  # it asks whether rows may go straight in, and does without
    work(abat, tmp_path)
    written(abat, tmp_path / "out")
    assert abat("db", "backup", "a.dump").code == 0
    url = engine.url.render_as_string(hide_password=False)
    there = json.loads(ask(url, STATE))
    with engine.begin() as connection:
        counted = "SELECT reltuples FROM pg_class WHERE relname = 'appeals'"
        assert connection.scalar(text(counted)) == 800
        signed = {*connection.scalars(text("SELECT account FROM runs UNION SELECT account FROM changes"))}
        told = connection.execute(
            text("SELECT how, run_id IS NOT NULL FROM changes WHERE layer = 'project_funding'")
        )
        assert [*map(tuple, told)] == [("abat load money.csv", True)]
        named = connection.execute(text("SELECT account, how FROM assessment_changes")).one()
    assert (signed, tuple(named)) == ({WRITER}, (WRITER, "abat assess"))
    monkeypatch.setenv("ABAT_DATABASE_URL", url)
    assert abat("db", "restore", "a.dump", "--force").code == 0
    assert abat("derive", "--force").code == 0
    back = json.loads(ask(url, STATE))
    assert back.pop("runs") == [*there.pop("runs"), "restore", "derive"]
    assert back == there
    assert ask(url, INCOMPLETE) == 0


ATTACKS = (
    *(f"{verb} {table}" for table in KEPT for verb in ("DELETE FROM", "TRUNCATE")),
    "UPDATE changes SET before = NULL",
    "UPDATE runs SET file = 'x'",
    "UPDATE run_times SET began = ended",
    "UPDATE rejections SET reason = 'x'",
    "UPDATE assessment_changes SET before = NULL",
    "INSERT INTO changes (layer, action, account, how) VALUES ('projects', 'delete', 'x', 'x')",
    "INSERT INTO run_times SELECT id, at, at FROM runs",
    "INSERT INTO runs (id, account, version, verb) OVERRIDING SYSTEM VALUE VALUES (99, 'x', '0', 'load')",
    "INSERT INTO rejections (id, run_id, row, reason) OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 'x')",
    "INSERT INTO assessment_changes SELECT * FROM assessment_changes",
    "DELETE FROM assessments",
    "TRUNCATE assessments",
    "TRUNCATE projects",
    "UPDATE stored_city SET code = 'x'",
    "UPDATE alembic_version SET version_num = '9999'",
    "DROP TRIGGER projects_changed ON projects",
    "ALTER TABLE projects DISABLE TRIGGER USER",
    "ALTER TABLE projects ADD COLUMN mine int",
    "ALTER TABLE projects DROP CONSTRAINT ck_projects_geom",
    "ALTER TABLE projects OWNER TO CURRENT_USER",
    "CREATE TRIGGER mine AFTER INSERT ON projects EXECUTE FUNCTION row_added()",
    "CREATE OR REPLACE FUNCTION row_changed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "DROP FUNCTION history_kept() CASCADE",
    "CREATE TABLE mine (id int)",
    "CREATE VIEW mine AS SELECT * FROM projects",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION hstore",
    "CREATE ROLE another",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "SET ROLE abat_owner",
    "SET session_replication_role = replica",
    "UPDATE pg_class SET relchecks = 0 WHERE relname = 'projects'",
    "UPDATE pg_index SET indisready = false",
    "COPY projects TO '/tmp/projects'",
    "COPY projects FROM PROGRAM 'true'",
    "INSERT INTO spatial_ref_sys (srid) VALUES (999)",
)


def allowed(writer: Engine, words: str) -> bool:
    """Whether the database lets the role do it; whatever it does is taken back."""
    with writer.connect() as connection:
        try:
            connection.execute(text(words))
        except DBAPIError as fault:
            return getattr(fault.orig, "sqlstate", None) != "42501"
    return True


def test_the_writer_cannot_touch_history_or_tables(writer: Engine, engine: Engine) -> None:
    with engine.begin() as connection:
        owner = str(connection.scalar(text("SELECT current_user")))
    assert allowed(writer, "UPDATE projects SET name = 'x'")  # the attacks fail for what they are
    assert [words for words in ATTACKS if allowed(writer, words.replace("abat_owner", owner))] == []


def test_what_the_writer_changes_by_plain_sql_is_signed_and_told(writer: Engine, engine: Engine) -> None:
    """However it names itself, and whichever run it claims."""
    with engine.begin() as connection:
        former = record_run(connection, "load")
    with writer.begin() as connection:
        connection.execute(text(f"SET abat.account = 'director'; SET abat.run = '{former}'"))
        connection.execute(text("SET abat.how = 'by hand'"))
        rows = "INSERT INTO bodies (code, name_ru, kind, run_id) VALUES ('a', 'А', 'other', :run)"
        connection.execute(text(rows), {"run": former})
        connection.execute(text("UPDATE bodies SET name_ru = 'Б'"))
        signed = (
            "INSERT INTO runs (account, at, version, verb) VALUES ('director', '2001-01-01', '0', 'load')"
        )
        connection.execute(text(signed))
    with engine.begin() as connection:
        told = connection.execute(text("SELECT action, account, how, run_id FROM changes ORDER BY id")).all()
        runs = "SELECT account, at > now() - interval '1 hour' FROM runs WHERE version = '0'"
        assert tuple(connection.execute(text(runs)).one()) == (WRITER, True)
    assert [tuple(each)[:2] for each in told] == [("insert", WRITER), ("update", WRITER)]
    assert [each.run_id for each in told] == [None, None]


def test_the_writer_keeps_findings_but_signs_no_verdict_in_silence(writer: Engine, engine: Engine) -> None:
    with writer.begin() as connection:
        connection.execute(text("SET LOCAL abat.keeping = 'on'"))
        forged = {"edition": 7, "assessed_by": "director"}
        connection.execute(insert(table_of(Assessment)), [FOUND | forged])
        connection.execute(
            text("UPDATE assessments SET shared_m2 = 20, edition = 9, assessed_by = 'director'")
        )
    with engine.begin() as connection:
        told = connection.execute(text("SELECT shared_m2, edition, assessed_by FROM assessments")).one()
        assert tuple(told) == (20, 0, None)


ROW = "(RUN, 1, 'x', '{}')"
REJECTED = f"INSERT INTO rejections (run_id, row, reason, record) VALUES {ROW}"
OWN = "INSERT INTO runs (account, version, verb) VALUES ('x', '0', 'load')"
MINE = REJECTED.replace("RUN", "(SELECT max(id) FROM runs)")
FORGERIES = (
    (REJECTED,),
    (OWN, MINE, REJECTED),
    (OWN, f"{MINE}, {ROW}"),
    (OWN, MINE, "INSERT INTO rejections (run_id, row, reason, record) SELECT id, 1, 'x', '{}' FROM runs"),
    ("SET abat.run = 'RUN'", "SET abat.account = 'director'", REJECTED),
    ("SET CONSTRAINTS ALL DEFERRED", "SAVEPOINT a", REJECTED, "RELEASE a"),
    ("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", REJECTED),
    (OWN, "SET CONSTRAINTS ALL IMMEDIATE", MINE),
    (f"WITH own AS ({OWN}) {REJECTED}",),
)


def fault(engine: Engine, statements: tuple[str, ...], run: int) -> str:
    """What the database says to some statements in one transaction; empty where it takes them."""
    try:
        with engine.begin() as connection:
            for each in statements:
                connection.execute(text(each.replace("RUN", str(run))))
    except DBAPIError as told:
        return str(told.orig)
    return ""


def test_a_run_that_is_over_rejects_no_more_rows_whoever_adds_them(writer: Engine, engine: Engine) -> None:
    with engine.begin() as connection:
        former = record_run(connection, "load")
        connection.execute(text(REJECTED.replace("RUN", str(former))))  # while it works
    for role in (writer, engine):
        told = [fault(role, each, former) for each in FORGERIES]
        assert [each for each in told if "is over, and rejects no more rows" not in each] == []
        assert fault(role, (OWN, MINE, "SAVEPOINT a", MINE, "RELEASE a"), former) == ""
    counted = "SELECT count(*) FILTER (WHERE run_id = :run), count(*) FROM rejections"
    with engine.connect() as connection:
        assert tuple(connection.execute(text(counted), {"run": former}).one()) == (1, 5)


@pytest.mark.parametrize("words", [("db", "upgrade"), ("db", "styles"), ("check", "--repair")])
def test_what_needs_the_owner_says_so(
    writer: Engine, engine: Engine, abat: Abat, words: tuple[str, ...]
) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER projects_changed ON projects"))
    told = abat(*words)
    assert (told.code, "Traceback" in told.err) == (1, False)
    assert "owner" in told.err


def test_a_reader_draws_and_exports_and_a_viewer_sees_the_views_alone(
    engine: Engine, abat: Abat, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert abat("db", "styles").code == 0
    for role in ("reader", "viewer"):
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE ROLE only_{role} LOGIN")
            grant(connection, f"only_{role}", role)
    try:
        url = make_url(engine.url).set(username="only_reader").render_as_string(hide_password=False)
        monkeypatch.setenv("ABAT_DATABASE_URL", url)
        assert abat("export", "courtyards", "--format", "csv", "--to", "out").code == 0
        assert abat("map", "index", "--out", "out").code == 0
        assert abat("load", "bodies", "none.csv").code == 1
        viewer = create_engine(make_url(engine.url).set(username="only_viewer"))
        assert allowed(viewer, "SELECT count(*) FROM abat_ru.courtyards")
        for words in ("SELECT FROM courtyards", "SELECT FROM runs", "DELETE FROM abat_ru.courtyards"):
            assert not allowed(viewer, words)
        viewer.dispose()
    finally:
        with engine.begin() as connection:
            for role in ("reader", "viewer"):
                connection.exec_driver_sql(f"DROP OWNED BY only_{role}; DROP ROLE only_{role}")
