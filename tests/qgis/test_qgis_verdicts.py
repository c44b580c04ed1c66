"""Verdicts given in QGIS itself: in an exported GeoPackage that comes back, and in the database's table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, select, text

from layers.access import grant
from layers.assessments import AssessmentChange
from tests.qgis.conftest import Look
from tests.scripts.conftest import Abat
from tests.scripts.test_assess import clash, decision, everything

pytestmark = pytest.mark.qgis
ASSESSOR = "planner_qgis"
Register = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture
def assessor(store: Engine) -> Iterator[str]:
    """An account that gives verdicts in the database."""
    with store.begin() as connection:
        connection.exec_driver_sql(f"DROP ROLE IF EXISTS {ASSESSOR}; CREATE ROLE {ASSESSOR} LOGIN")
        grant(connection, ASSESSOR, "assessor")
    yield ASSESSOR
    with store.begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {ASSESSOR}; DROP ROLE {ASSESSOR}")


def table_for(engine: Engine, account: str) -> str:
    """The table of verdicts as QGIS names it for an account."""
    url = make_url(engine.url)
    return (
        f"dbname='{url.database}' host={url.query['host']} port=5432 user='{account}'"
        """ key='"conflict_id","body"' srid=32642 type=MultiPolygon table="public"."assessments" (geom)"""
    )


def in_file(path: Path, where: str, **values: Any) -> dict[str, Any]:
    return {"source": f"{path}|layername=assessments", "provider": "ogr", "where": where, "values": values}


def register(engine: Engine) -> Register:
    """Every column of every row, by conflict and body."""
    with engine.connect() as connection:
        rows = connection.scalars(text("SELECT to_jsonb(a) FROM assessments a"))
        return {(row["conflict_id"], row["body"]): row for row in rows}


def changed(before: Register, after: Register) -> dict[tuple[str, str], dict[str, Any]]:
    """What differs, by row, without the day and the figures that the database adds to a verdict."""
    told = ("assessed_at", "judged")
    assert before.keys() == after.keys()
    return {
        key: {name: value for name, value in row.items() if value != before[key][name] and name not in told}
        for key, row in after.items()
        if row != before[key]
    }


def signatures(engine: Engine) -> list[tuple[str, ...]]:
    changes = AssessmentChange.__table__.c
    with engine.connect() as connection:
        query = select(changes.body, changes.account, changes.how).order_by(changes.at)
        return [tuple(row) for row in connection.execute(query)]


def test_of_a_geopackage_edited_in_qgis_only_the_edit_comes_back(
    town: Abat, store: Engine, look: Look, tmp_path: Path
) -> None:
    own = clash(store)
    assert town("assess", own, "--body", "heat", "--verdict", "no", "--note", "разные недели").code == 0
    assert town("export", "assessments", "--to", "out").code == 0
    before = register(store)
    package = tmp_path / "out" / "squares.gpkg"
    said = {"verdict": "yes", "note": "мешает: «Ә ө ү»", "savings_kzt": 1_500_000}
    done = look({"edits": [in_file(package, f"conflict_id = '{own}' AND body = 'akimat'", **said)]})
    assert [(each["rows"], each["committed"]) for each in done["edits"]] == [(1, True)]
    back = town("--json", "assess", "--from", package).facts
    assert (back["changed_rows"], back["rejected"], back["edited"]) == (1, 0, 0)
    by = {"edition": 1, "assessed_by": register(store)[own, "heat"]["assessed_by"]}
    assert changed(before, register(store)) == {(own, "akimat"): said | by}
    after = register(store)
    assert town("derive", "--force").code == 0
    assert register(store) == after
    assert town("assess", "--from", package).code == 3  # the file has nothing more to say


def test_a_verdict_given_in_the_database_through_qgis_is_signed_by_the_account(
    town: Abat, store: Engine, look: Look, assessor: str
) -> None:
    own, before = clash(store), register(store)
    table = {"source": table_for(store, assessor), "provider": "postgres"}
    where = f"conflict_id = '{own}' AND body = 'akimat'"
    verdict = {**table, "where": where, "values": {"verdict": "no", "lead_body": "heat"}}
    found = {**table, "where": where, "values": {"shared_m2": 1.0}}
    done = look({"edits": [verdict, found]})["edits"]
    assert [each["committed"] for each in done] == [True, False]
    assert "permission denied" in " ".join(done[1]["errors"])
    said = {"verdict": "no", "lead_body": "heat", "edition": 1, "assessed_by": assessor}
    assert changed(before, register(store)) == {(own, "akimat"): said}
    assert signatures(store) == [("akimat", assessor, "QGIS")]
    after = register(store)
    assert town("derive", "--force").code == 0
    assert register(store) == after


def test_of_two_people_who_changed_one_verdict_the_second_is_told_and_overwrites_nothing(
    town: Abat, store: Engine, look: Look, assessor: str, tmp_path: Path
) -> None:
    """One in a GeoPackage, one in another, one in the database; all saw the same register."""
    own = clash(store)
    for folder in ("first", "second"):
        assert town("export", "assessments", "--to", folder).code == 0
    first, second = (tmp_path / folder / "squares.gpkg" for folder in ("first", "second"))
    akimat, heat = (f"conflict_id = '{own}' AND body = '{body}'" for body in ("akimat", "heat"))
    table = {"source": table_for(store, assessor), "provider": "postgres"}
    edits = [
        in_file(first, akimat, verdict="yes", note="первый"),
        in_file(second, akimat, verdict="no", note="второй"),
        in_file(second, heat, verdict="yes"),
        {**table, "where": heat, "values": {"verdict": "no"}},
    ]
    assert all(each["committed"] for each in look({"edits": edits})["edits"])
    assert town("assess", "--from", first).code == 0
    before = everything(store)
    back = town("assess", "--from", second)
    assert back.code == 1
    assert "changed 0" in back.out
    assert "edited by others 2" in back.out
    assert f"{own} of akimat: changed by others since edition 0, now 1" in back.err
    assert "note is 'первый' there and 'второй' here" in back.err
    assert everything(store) == before
    assert (decision(store, "akimat")["verdict"], decision(store, "heat")["verdict"]) == ("yes", "no")
