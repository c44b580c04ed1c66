"""`abat check --repair` finds each kind of damage, mends it or says how, and loses no row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text

from layers import checking
from layers.bodies import Body
from layers.courtyards import Courtyard
from layers.parcels import Parcel
from layers.project_funding import ProjectFunding
from layers.projects import Project
from tests.drawing import SRID, X0, Y0, box
from tests.scripts.conftest import Abat

BOW_TIE = (
    f"SRID={SRID};MULTIPOLYGON((({X0} {Y0}, {X0 + 10} {Y0 + 10}, {X0 + 10} {Y0}, {X0} {Y0 + 10}, {X0} {Y0})))"
)


@pytest.fixture
def town(engine: Engine, abat: Abat) -> Abat:
    """Two works of two bodies on one courtyard, derived."""
    with engine.begin() as connection:
        connection.execute(insert(Body), [{"code": "a", "name_ru": "А"}, {"code": "b", "name_ru": "Б"}])
        connection.execute(insert(Courtyard).values(id="C-1", geom=box(0, 0, 10, 10)))
        connection.execute(insert(Parcel).values(id="1", geom=box(0, 0, 10, 10)))
        for project, body in (("P-1", "a"), ("P-2", "b")):
            own = {"id": project, "executing_body": body, "work_type": "paving", "geom": box(0, 0, 9, 9)}
            connection.execute(insert(Project).values(**own, starts="2022-05-01", ends="2022-05-31"))
            money = {"project_id": project, "year": 2022, "source": "local", "amount_kzt": 5}
            connection.execute(insert(ProjectFunding).values(**money))
    assert abat("derive").code == 0
    return abat


def damage(engine: Engine, words: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(words)


def scalar(engine: Engine, words: str) -> Any:
    with engine.connect() as connection:
        return connection.scalar(text(words))


MENDED = [
    ("DROP INDEX idx_parcels_geom", "parcels: the index idx_parcels_geom is missing"),
    ("ALTER TABLE parcels DROP COLUMN holder", "parcels: the column holder is missing"),
    ("DROP TABLE contested_parcels", "the table contested_parcels is missing"),
    (
        "ALTER TABLE project_funding DROP CONSTRAINT fk_project_funding_project_id",
        "the reference fk_project_funding_project_id is missing",
    ),
    ("ALTER TABLE projects DROP CONSTRAINT ck_projects_period", "the rule ck_projects_period is missing"),
    ("DROP TRIGGER projects_changed ON projects", "not kept by its triggers: projects_changed"),
    ("ALTER TABLE assessments DISABLE TRIGGER ALL", "not kept by its triggers: assessment_"),
    (
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_projects_geom'::regclass",
        "the index idx_projects_geom is not usable",
    ),
    (
        (
            "ALTER TABLE parcels DROP CONSTRAINT ck_parcels_geom;"
            f" UPDATE parcels SET geom = ST_GeomFromEWKT('{BOW_TIE}')"
        ),
        "parcels: 1 invalid shapes",
    ),
    ("UPDATE conflicts SET money_at_risk_kzt = 7", "derived layers are older than the loaded ones, or were"),
    ("DELETE FROM conflicts", "derived layers are older than the loaded ones, or were"),
    ("UPDATE projects SET ends = '2022-06-30'", "derived layers are older than the loaded ones, or were"),
]


def test_each_kind_of_damage_is_found_with_its_cure_and_mended(town: Abat, engine: Engine) -> None:
    assert (town("check").code, scalar(engine, "SELECT count(*) FROM conflicts")) == (0, 3)
    for harm, words in MENDED:
        damage(engine, harm)
        found = town("--json", "check")
        assert found.code == 1, harm
        faults = [each for each in found.facts["findings"] if each["fault"]]
        assert any(words in each["words"] and each["cure"].startswith("abat ") for each in faults), faults
        mended = town("--json", "check", "--repair")
        assert (mended.code, mended.facts["faults"]) == (0, 0), mended.out
        assert any(words in line for line in mended.facts["mended"])
    assert scalar(engine, "SELECT count(*) FROM conflicts") == 3
    assert scalar(engine, "SELECT max(money_at_risk_kzt) FROM conflicts") == 5
    assert scalar(engine, "SELECT ST_Area(geom) FROM parcels") == 50
    told = town("--json", "history", "parcels", "1").facts["history"][-1]
    assert (told["how"], told["fields"]["geom"]["to"]) == (
        "abat check --repair",
        "MultiPolygon, 8 corners, 50.0 m2, at 660005.00 5660005.00",
    )


UNTIE = "ALTER TABLE projects DROP CONSTRAINT fk_projects_executing_body"
STRAY = f"{UNTIE}; UPDATE projects SET executing_body = 'z'"
TOLD = [
    (STRAY, "could not be mended"),
    ("ALTER TABLE parcels ADD COLUMN extra text", "the column extra is none of Abat's"),
    ("ALTER TABLE parcels ALTER COLUMN purpose TYPE varchar(9)", "the column purpose is not as declared"),
]


@pytest.mark.parametrize(("harm", "words"), TOLD)
def test_what_cannot_be_mended_without_guessing_is_told(
    abat: Abat, engine: Engine, harm: str, words: str
) -> None:
    with engine.begin() as connection:
        connection.execute(insert(Body).values(code="a", name_ru="А"))
        connection.execute(insert(Project).values(id="P", executing_body="a", work_type="other"))
    damage(engine, harm)
    told = abat("check", "--repair")
    assert told.code == 1
    assert words in told.err
    assert "cure: " in told.err
    assert scalar(engine, "SELECT count(*) FROM projects") == 1


def test_rows_without_what_they_refer_to_are_counted(abat: Abat, engine: Engine) -> None:
    columns = "project_id, year, amount_kzt"
    stray = f"INSERT INTO project_funding ({columns}) VALUES ('gone', 2022, 1)"
    damage(engine, f"SET LOCAL session_replication_role = replica; {stray}")
    told = abat("check").err
    assert "project_funding: 1 rows whose project_id is not in projects; cure: load the missing rows" in told


def test_clocks_that_disagree_are_found(abat: Abat, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    damage(engine, "INSERT INTO runs (account, version, verb, at) VALUES ('x', '0', 'load', now()),"
                   " ('x', '0', 'load', now() - interval '1 hour'), ('x', '0', 'load', now())")  # fmt: skip
    assert "the clock of the server went back, or is behind: see run 2" in abat("check").err

    class Late(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) - timedelta(seconds=90)

    monkeypatch.setattr(checking, "datetime", Late)
    assert (
        "the clocks of the server and of this machine differ by 90 s; cure: set the clocks"
        in abat("check").err
    )
