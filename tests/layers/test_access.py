"""Roles of the database: a reader reads, an assessor gives verdicts, and neither does more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, insert, make_url, select, text
from sqlalchemy.exc import DBAPIError

from gis_core.errors import InputError
from gis_core.layer import fields, table_of
from layers.access import grant, renew
from layers.assessments import Assessment, AssessmentChange
from layers.bodies import Body
from layers.catalogue import LAYERS
from layers.city import City
from layers.conflict_words import RULES, SEVERITIES
from layers.courtyards import CONDITIONS, Courtyard
from layers.hands import Hand, sign
from layers.label_views import drop_views, make_views
from layers.runs import record_run
from tests.drawing import box
from tests.scripts.conftest import Abat
from tests.scripts.conftest import abat as abat  # noqa: PLC0414  commands of the program

ACCOUNT = 'planner "x"; --'
SECOND = "planner_2"
FOUND = {
    "conflict_id": "k1", "body": "akimat", "state": "open", "first_seen": 1, "last_seen": 1, "rule": "clash",
    "project_a": "A", "project_b": "B", "body_a": "akimat", "body_b": "roads", "severity": "major",
    "certainty": "certain", "shared_m2": 10.0, "share_a": 0.1, "share_b": 0.1, "days_common": 1,
    "money_at_risk_kzt": 1, "why_ru": "", "why_kk": "", "why_en": "", "geom": box(0, 0, 10, 10),
}  # fmt: skip


@pytest.fixture
def account(engine: Engine) -> Iterator[Engine]:
    """An account with a dangerous name and no rights, on a register of one conflict."""
    with engine.begin() as connection:
        connection.execute(insert(table_of(Body)), [{"code": "akimat", "name_ru": "Акимат", "kind": "other"}])
        connection.execute(text("SET LOCAL abat.keeping = 'on'"))
        connection.execute(insert(table_of(Assessment)), [FOUND])
        quoted = connection.dialect.identifier_preparer.quote_identifier(ACCOUNT)
        connection.exec_driver_sql(f"DROP ROLE IF EXISTS {quoted}; CREATE ROLE {quoted} LOGIN")
    made = create_engine(make_url(engine.url).set(username=ACCOUNT))
    yield made
    made.dispose()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {quoted}; DROP ROLE {quoted}")


@pytest.fixture
def second(engine: Engine, account: Engine) -> Iterator[Engine]:
    """Another account, an assessor from the first day."""
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP ROLE IF EXISTS {SECOND}; CREATE ROLE {SECOND} LOGIN")
        grant(connection, SECOND, "assessor")
    made = create_engine(make_url(engine.url).set(username=SECOND))
    yield made
    made.dispose()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {SECOND}; DROP ROLE {SECOND}")


def allow(engine: Engine, role: str) -> None:
    with engine.begin() as connection:
        grant(connection, ACCOUNT, role)  # type: ignore[arg-type]


def refused(account: Engine, words: str) -> bool:
    """Whether the database denies it; whatever it does is taken back."""
    with account.connect() as connection:
        try:
            connection.execute(text(words))
        except DBAPIError as fault:
            return "permission denied" in str(fault.orig)
    return False


def test_a_reader_sees_every_layer_and_writes_nothing(engine: Engine, account: Engine) -> None:
    assert refused(account, "SELECT count(*) FROM courtyards")
    allow(engine, "reader")
    assert not any(refused(account, f"SELECT count(*) FROM {name}") for name in LAYERS)
    assert refused(account, "UPDATE assessments SET verdict = 'yes'")
    assert refused(account, "DELETE FROM courtyards")
    assert refused(account, "CREATE TABLE mine (id int)")
    assert refused(account, "SELECT * FROM assessment_changes")


def test_an_assessor_gives_verdicts_and_the_history_tells(engine: Engine, account: Engine) -> None:
    allow(engine, "assessor")
    allow(engine, "assessor")
    with account.begin() as connection:
        connection.execute(text("UPDATE assessments SET verdict = 'yes', note = 'мешает'"))
    with engine.begin() as connection:
        assert connection.scalar(select(Assessment.verdict)) == "yes"
        assert connection.scalars(select(AssessmentChange.account)).all() == [ACCOUNT]


def signed(engine: Engine) -> list[tuple[str, str, int | None]]:
    """Who changed verdicts, by what, in which run, as the history has it."""
    changes = table_of(AssessmentChange).c
    with engine.begin() as connection:
        rows = connection.execute(select(changes.account, changes.how, changes.run_id).order_by(changes.at))
        return [tuple(row) for row in rows]  # type: ignore[misc]


def sign_as_another(account: Engine, verdict: str) -> None:
    """What anybody may say of himself in a session, and who it is not."""
    with account.begin() as connection:
        connection.execute(text("SET application_name = 'QGIS'; SET abat.account = 'director'"))
        connection.execute(text("SET abat.how = 'abat derive'; SET abat.run = '7'; SET abat.keeping = 'on'"))
        connection.execute(text("UPDATE assessments SET verdict = :verdict"), {"verdict": verdict})


def test_an_assessor_signs_for_nobody_else(engine: Engine, account: Engine) -> None:
    allow(engine, "assessor")
    sign_as_another(account, "yes")
    assert signed(engine) == [(ACCOUNT, "QGIS", None)]
    with engine.begin() as connection:
        assert connection.scalar(select(Assessment.assessed_by)) == ACCOUNT


def test_an_account_that_the_owner_made_its_member_signs_for_people(engine: Engine, account: Engine) -> None:
    allow(engine, "assessor")
    with engine.begin() as connection:
        run = record_run(connection, "assess")
        owner = connection.scalar(text("SELECT current_user"))
        quote = connection.dialect.identifier_preparer.quote_identifier
        connection.exec_driver_sql(f"GRANT {quote(str(owner))} TO {quote(ACCOUNT)}")
    with account.begin() as connection:
        sign(connection, Hand("the register's desk", run, "director"))
        connection.execute(text("UPDATE assessments SET verdict = 'no'"))
    assert signed(engine) == [("director", "the register's desk", run)]


def test_two_assessors_each_stand_in_the_history_under_their_own_name(
    engine: Engine, account: Engine, second: Engine
) -> None:
    allow(engine, "assessor")
    sign_as_another(account, "yes")
    sign_as_another(second, "no")
    assert [(who, how) for who, how, _ in signed(engine)] == [(ACCOUNT, "QGIS"), (SECOND, "QGIS")]


def test_no_function_of_ones_own_stands_in_for_those_that_the_register_asks(
    engine: Engine, account: Engine
) -> None:
    allow(engine, "assessor")
    with engine.begin() as connection:
        quote = connection.dialect.identifier_preparer.quote_identifier
        connection.exec_driver_sql(f"CREATE SCHEMA own AUTHORIZATION {quote(ACCOUNT)}")
    with account.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION own.pg_has_role(name, oid, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';"
            "SET search_path = own, pg_catalog, public; SET abat.account = 'director';"
            "UPDATE assessments SET verdict = 'yes'"
        )
    assert [who for who, _, _ in signed(engine)] == [ACCOUNT]


@pytest.mark.parametrize(
    "words",
    [
        "UPDATE assessments SET shared_m2 = 1",
        "UPDATE assessments SET edition = 9",
        "DELETE FROM assessments",
        "INSERT INTO assessment_changes SELECT * FROM assessment_changes",
        "UPDATE projects SET name = 'x'",
    ],
)
def test_an_assessor_does_nothing_else(words: str, engine: Engine, account: Engine) -> None:
    allow(engine, "assessor")
    assert refused(account, words)


def test_an_account_that_is_not_there_is_refused_with_the_cure(connection: Connection) -> None:
    with pytest.raises(InputError, match=r'no account .nobody_here.*CREATE ROLE "nobody_here" LOGIN'):
        grant(connection, "nobody_here", "reader")


def test_views_tell_labels_and_readers_may_only_read_them(
    engine: Engine, account: Engine, city: City
) -> None:
    allow(engine, "reader")
    with engine.begin() as connection:
        assert f"abat_kk.{Courtyard.__tablename__}" in make_views(connection, city, "kk")
        rows = [{"id": "C-1", "condition": "needs_repair", "geom": box(0, 0, 10, 10)}]
        connection.execute(insert(table_of(Courtyard)), rows)
        renew(connection)
    with account.connect() as connection:
        told = connection.execute(text("SELECT id, condition FROM abat_kk.courtyards")).one()
        assert tuple(told) == ("C-1", CONDITIONS["needs_repair"].kk)
        told = connection.execute(text("SELECT rule, body, severity FROM abat_kk.assessments")).one()
        assert tuple(told) == (RULES["clash"].kk, "Акимат", SEVERITIES["major"].kk)
        view = "'abat_kk.courtyards'::regclass"
        told = connection.execute(text(f"SELECT obj_description({view}), col_description({view}, 3)")).one()
        assert tuple(told) == (Courtyard.label.kk, fields(Courtyard)["condition"].label.kk)
        shapes = (
            "SELECT type, srid FROM geometry_columns WHERE f_table_schema = 'abat_kk' AND f_table_name = "
        )
        assert tuple(connection.execute(text(shapes + "'parcels'")).one()) == ("MULTIPOLYGON", 32642)
    for words in ("UPDATE abat_kk.courtyards SET id = ''", "DELETE FROM abat_kk.assessments"):
        assert refused(account, words)
    allow(engine, "assessor")
    assert refused(account, "UPDATE abat_kk.assessments SET savings_kzt = 1")  # verdicts go into the table
    assert not refused(account, "UPDATE assessments SET note = 'мешает'")


def test_an_upgrade_keeps_views_and_what_was_granted(
    abat: Abat, engine: Engine, account: Engine, city: City
) -> None:
    """As if an upgrade had made a table anew, ungranted."""
    allow(engine, "reader")
    assert abat("--lang", "en", "db", "styles").code == 0
    with engine.begin() as connection:
        drop_views(connection, "en")
        connection.execute(text("ALTER TABLE streets RENAME TO before"))
        connection.execute(text("CREATE TABLE streets (LIKE before INCLUDING ALL)"))
        connection.execute(text("DROP TABLE before"))
        make_views(connection, city, "en")
    assert refused(account, "SELECT count(*) FROM streets")
    assert abat("db", "upgrade").code == 3
    for name in ("streets", "abat_en.streets", "layer_styles"):
        assert not refused(account, f"SELECT count(*) FROM {name}")
    assert refused(account, "DELETE FROM streets")
