"""Who changed a row, when, from what to what, from which file: kept by the database, whoever did it."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from layers.bodies import Body
from layers.sources import SOURCES
from tests.scripts.conftest import Abat

PROJECTS = "id;executing_body;work_type;name;geometry\n"
MONEY = "project_id;year;source;amount_kzt\n"
SQUARE = "POLYGON((660000 5660000,660010 5660000,660010 5660010,660000 5660010,660000 5660000))"


@pytest.fixture
def works(abat: Abat, tmp_path: Path) -> Abat:
    """P-1 and P-12 with a budget each, loaded from files."""
    write(tmp_path / "bodies.csv", "code;name_ru\nakimat;Акимат\n")
    write(
        tmp_path / "works.csv",
        PROJECTS + "".join(f"{n};akimat;paving;двор;{SQUARE}\n" for n in ("P-1", "P-12")),
    )
    write(tmp_path / "money.csv", MONEY + "P-1;2022;local;100\nP-12;2022;local;200\n")
    for layer, name in (("bodies", "bodies"), ("projects", "works"), ("project_funding", "money")):
        crs = ("--crs", "EPSG:32642") if layer == "projects" else ()
        assert abat("load", layer, f"{name}.csv", *crs).code == 0
    return abat


def write(path: Path, words: str) -> None:
    path.write_text(words, "utf-8")


def told(abat: Abat, *words: str) -> list[dict[str, Any]]:
    return list(abat("--json", "history", *words).facts["history"])


def test_who_changed_the_budget_of_a_project_is_one_command(
    works: Abat, engine: Engine, tmp_path: Path
) -> None:
    write(tmp_path / "later.csv", MONEY + "P-12;2022;local;250\n")
    assert works("load", "project_funding", "later.csv").code == 0
    with engine.begin() as connection:
        connection.execute(text("SET application_name = 'psql'"))
        connection.execute(text("UPDATE project_funding SET amount_kzt = 300 WHERE project_id = 'P-12'"))
    said = [each for each in told(works, "projects", "P-12") if each["layer"] == "project_funding"]
    amounts = [each["fields"]["amount_kzt"] for each in said]
    assert amounts == [{"from": None, "to": 200}, {"from": 200, "to": 250}, {"from": 250, "to": 300}]
    assert [(each["action"], each["how"], each["file"], each["row"], each["run_id"]) for each in said] == [
        ("load", "abat load", "money.csv", 2, 3),
        ("update", "abat load later.csv", "later.csv", 1, 4),
        ("update", "psql", None, None, None),
    ]
    assert [each["account"] for each in said] == [getpass.getuser(), getpass.getuser(), "abat"]
    line = works("--lang", "en", "history", "projects", "P-12", "--field", "amount_kzt").out
    assert "changed: project_funding P-12 2022 local" in line
    assert "200 -> 250" in line
    assert "(abat load later.csv, later.csv:1, run 4)" in line
    assert "P-1 2022" not in line


def test_codes_are_told_by_their_labels(works: Abat) -> None:
    line = works("--lang", "ru", "history", "projects", "P-12", "--field", "executing_body").out
    assert "∅ -> Акимат" in line
    [row] = [each for each in told(works, "projects", "P-12") if each["layer"] == "projects"]
    assert row["fields"]["executing_body"]["to"] == "akimat"


def test_yes_and_no_are_told_in_words(works: Abat, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE projects SET dates_firm = NOT dates_firm WHERE id = 'P-1'"))
    for lang, words in (("ru", "да -> нет"), ("kk", "иә -> жоқ"), ("en", "yes -> no")):
        assert words in works("--lang", lang, "history", "projects", "P-1", "--field", "dates_firm").out
    assert told(works, "projects", "P-1")[-1]["fields"]["dates_firm"] == {"from": True, "to": False}


def test_a_row_that_goes_and_comes_back_has_one_history(works: Abat, engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM project_funding WHERE project_id = 'P-1'"))
    assert works("load", "project_funding", "money.csv").code == 0
    with engine.begin() as connection:
        connection.execute(text("UPDATE project_funding SET year = 2023 WHERE project_id = 'P-1'"))
        connection.execute(text("INSERT INTO project_funding (project_id, year, source, amount_kzt)"
                                " VALUES ('P-1', 2024, 'local', 7)"))  # fmt: skip
        connection.execute(text("TRUNCATE project_funding"))
    said = [
        (each["key"], each["action"]) for each in told(works, "project_funding", "P-1 2022 local adopted")
    ]
    key = "P-1 2022 local adopted"
    assert said == [(key, "load"), (key, "delete"), (key, "load"), (key, "delete")]
    moved = [each["action"] for each in told(works, "project_funding", "P-1 2023 local adopted")]
    assert moved == ["insert", "delete"]
    by_hand = told(works, "project_funding", "P-1 2024 local adopted")
    assert [(each["action"], each["account"]) for each in by_hand] == [("insert", "abat"), ("delete", "abat")]


def test_a_shape_that_was_moved_is_told_by_its_size_and_middle(works: Abat, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE projects SET geom = ST_Translate(geom, 1, 0) WHERE id = 'P-1'"))
    (moved,) = told(works, "projects", "P-1")[-1:]
    assert moved["fields"] == {
        "geom": {
            "from": "MultiPolygon, 5 corners, 100.0 m2, at 660005.00 5660005.00",
            "to": "MultiPolygon, 5 corners, 100.0 m2, at 660006.00 5660005.00",
        }
    }


def test_what_changes_nothing_leaves_no_history(works: Abat, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE projects SET name = name"))
    assert works("load", "project_funding", "money.csv").code == 3
    assert count(engine) == 0


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM changes")) or 0


def test_an_unknown_row_or_layer_is_told_with_the_cure(works: Abat) -> None:
    assert "never had; abat export projects lists" in works("history", "projects", "P-99").err
    assert "no layer with a history; there are: bodies" in works("history", "works", "1").err


@pytest.mark.parametrize("table", ["changes", "runs", "rejections"])
@pytest.mark.parametrize("words", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_history_cannot_be_rewritten_even_by_the_owner(
    connection: Connection, table: str, words: str
) -> None:
    with pytest.raises(IntegrityError, match=r"history is never rewritten|is never deleted from"):
        connection.execute(text(words.format(table).replace(" id = id", " id = DEFAULT")))


def test_who_may_change_a_layer_may_not_write_its_history(connection: Connection) -> None:
    connection.execute(text("CREATE ROLE editor_of_bodies"))
    connection.execute(text("GRANT SELECT, INSERT, UPDATE, DELETE ON bodies TO editor_of_bodies"))
    connection.execute(insert(Body).values(code="x", name_ru="x"))
    connection.execute(text("SET LOCAL ROLE editor_of_bodies"))
    connection.execute(text("UPDATE bodies SET name_ru = 'new'"))
    with pytest.raises(ProgrammingError, match="permission denied"), connection.begin_nested():
        connection.execute(
            text("INSERT INTO changes (layer, action, account, how) VALUES ('projects', 'x', 'y', 'z')")
        )
    connection.execute(text("RESET ROLE"))
    assert connection.scalar(text("SELECT count(*) FROM changes WHERE action = 'update'")) == 1
    connection.execute(text("DROP OWNED BY editor_of_bodies; DROP ROLE editor_of_bodies"))


def test_every_loaded_layer_is_kept(connection: Connection) -> None:
    for layer in SOURCES:
        kept = text(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = CAST(:name AS regclass) AND NOT tgisinternal"
        )
        assert connection.scalar(kept, {"name": layer.__tablename__}) == 4, layer.__tablename__


def test_derived_layers_are_derived_anew_after_a_change_by_hand(works: Abat, engine: Engine) -> None:
    assert works("derive", "works").code == 0
    assert works("derive", "works").code == 3
    for change in ("UPDATE projects SET name = 'by hand'", "UPDATE works SET body = 'by hand'"):
        with engine.begin() as connection:
            connection.execute(text(change))
        assert works("derive", "works").code == 0
        assert works("derive", "works").code == 3
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM works WHERE body = 'by hand'")) == 0
