"""Verdicts given on the command line and read back from files, as a person does it."""

from __future__ import annotations

import csv
import getpass
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import fiona
import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, create_engine, insert, select, text, update

from gis_core.layer import fields
from layers.assessments import DECIDED, Assessment, AssessmentChange
from layers.bodies import Body
from layers.naming import _by_name, code_of
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.rejections import Rejection
from layers.verdict_files import verdict_of
from tests.drawing import box
from tests.scripts.conftest import SQUARES, Abat, Result

ROOT = Path(__file__).parents[2]
MAY = {"starts": date(2022, 5, 1), "ends": date(2022, 5, 31)}
BODIES = (
    ("akimat", "Аппарат акима района", "Аудан әкімінің аппараты", "District akimat"),
    ("heat", "Тепловые сети", "Жылу желілері", "Heat networks"),
    ("roads", "Управление дорог", "Жолдар басқармасы", "Roads department"),
)


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    """Three works on one ground in May, 100 m2 each pair: A of the akimat, B of heat, C of roads."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        names = ("code", "name_ru", "name_kk", "name_en")
        connection.execute(insert(Body), [dict(zip(names, row, strict=True)) for row in BODIES])
        for project, body in (("A", "akimat"), ("B", "heat"), ("C", "roads")):
            row = {"executing_body": body, "work_type": "heat_network" if body == "heat" else "paving"}
            row |= {
                "source_file": "works.geojson",
                "source_row": ord(project) - 64,
                "name": f"Works {project}",
            }
            connection.execute(insert(Project).values(id=project, geom=box(0, 0, 10, 10), **MAY, **row))
            money = {"project_id": project, "year": 2022, "source": "local", "amount_kzt": 1000}
            connection.execute(insert(ProjectFunding).values(**money, source_file="money.csv", source_row=1))
    yield engine
    engine.dispose()


@pytest.fixture
def town(store: Engine, abat: Abat) -> Abat:
    """Commands on that city, its conflicts derived."""
    assert abat("derive").code == 0
    return abat


def clash(store: Engine, pair: tuple[str, str] = ("A", "B")) -> str:
    with store.connect() as connection:
        own = (Assessment.rule == "clash", Assessment.project_a == pair[0], Assessment.project_b == pair[1])
        return connection.scalars(select(Assessment.conflict_id).where(*own).distinct()).one()


def decision(store: Engine, body: str, conflict: str | None = None) -> dict[str, Any]:
    """What a body says of the clash of A and B."""
    with store.connect() as connection:
        own = (Assessment.conflict_id == (conflict or clash(store)), Assessment.body == body)
        columns = [Assessment.__table__.c[name] for name in (*DECIDED, "edition")]
        return dict(connection.execute(select(*columns).where(*own)).one()._mapping)


def everything(store: Engine) -> list[tuple[Any, ...]]:
    """The whole register without what a run writes."""
    columns = [Assessment.__table__.c[name] for name in ("conflict_id", "body", *DECIDED, "edition")]
    with store.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns[:2]))]


def test_a_verdict_is_given_with_note_lead_and_savings(town: Abat, store: Engine) -> None:
    given = town(
        *("assess", clash(store), "--body", "heat", "--verdict", "yes", "--note", "перенесём"),
        *("--lead", "akimat", "--savings", "1 500 000"),
    )
    assert (given.code, given.out.strip().split(": ")[1]) == (
        0,
        "changed 1, unchanged 0, rejected 0, edited by others 0",
    )
    assert decision(store, "heat") == {
        "verdict": "yes",
        "lead_body": "akimat",
        "note": "перенесём",
        "savings_kzt": 1_500_000,
        "edition": 1,
    }
    again = town("assess", clash(store), "--body", "heat", "--verdict", "yes")
    assert again.code == 3
    cleared = town("assess", clash(store), "--body", "heat", "--note", "", "--lead", "", "--savings", "")
    assert cleared.code == 0
    found = decision(store, "heat")
    assert (found["verdict"], found["note"], found["lead_body"], found["savings_kzt"]) == (
        "yes",
        None,
        None,
        None,
    )


@pytest.mark.parametrize("word", ["yes", "да", "ИӘ", "да, мешает", "yes, a conflict", "Иә, кедергі"])
@pytest.mark.parametrize("body", ["heat", "Тепловые сети", "жылу желілері"])
def test_verdicts_and_bodies_are_known_by_their_words_in_three_languages(word: str, body: str) -> None:
    bodies = _by_name((row[0], row) for row in BODIES)
    assert (verdict_of(word), code_of(bodies, body, "body", "")) == ("yes", "heat")


def test_what_is_wrong_is_refused_with_cause_and_cure(town: Abat, store: Engine) -> None:
    before, id = everything(store), clash(store)
    wrong = {
        ("0123", "--body", "heat", "--verdict", "yes"): "the register has no conflict '0123'",
        (id, "--body", "nobody", "--verdict", "yes"): "body 'nobody' is not known",
        (id, "--body", "heat", "--verdict", "maybe"): "verdict 'maybe' is not known; write one of: да",
        (id, "--body", "heat", "--lead", "nobody"): "body 'nobody' is not known",
        (id, "--body", "heat", "--savings", "-5"): "savings '-5' are below zero",
        (id, "--body", "heat", "--savings", "much"): "--savings: 'much' is not a number",
        ("--from", "nothing.csv"): "nothing.csv",
    }
    for words, said in wrong.items():
        result = town("assess", *words)
        assert (result.code, result.out) == (1, "")
        assert said in result.err
        assert ";" in result.err
        assert "Traceback" not in result.err
    assert everything(store) == before
    for half in ((), ("0123",), ("0123", "--body", "heat"), ("0123", "--from", "x.csv")):
        assert town("assess", *half).code == 2


def test_two_people_assessing_at_once_lose_nothing(town: Abat, store: Engine, database_url: str) -> None:
    """Six real processes on one conflict: three of one body, three of the other, all at once."""
    conflict = clash(store)
    command = [
        sys.executable,
        "-m",
        "scripts.assess",
        "--database",
        database_url,
        "--city",
        SQUARES,
        conflict,
    ]
    people = [("heat", n) for n in range(3)] + [("akimat", n) for n in range(3)]
    running = [
        subprocess.Popen(
            [*command, "--body", body, "--note", f"{body} {n}", "--savings", str(n + 1)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for body, n in people
    ]
    for each in running:
        _, err = each.communicate(timeout=300)
        assert each.returncode == 0, err.decode()
    with store.connect() as connection:
        rows = connection.execute(select(AssessmentChange.__table__)).all()
    assert {(row.body, row.after["note"]) for row in rows} == {(body, f"{body} {n}") for body, n in people}
    for body in ("heat", "akimat"):
        assert sorted(row.edition for row in rows if row.body == body) == [1, 2, 3]
        last = max((row for row in rows if row.body == body), key=lambda row: row.edition)
        assert decision(store, body) == {**last.after, "edition": 3}  # each stands on the one before it


def sheet(town: Abat, tmp_path: Path, body: str = "heat") -> Path:
    """The sheet of a body, as the digest writes it."""
    result = town("conflicts", "--digest", tmp_path / "digest")
    assert result.code == 0, result.err
    return tmp_path / "digest" / f"{body}.xlsx"


def fill_sheet(path: Path, conflict: str, **cells: Any) -> None:
    """A person writes into the row of a conflict; keys are titles of columns."""
    book = load_workbook(path)
    page = book.worksheets[0]
    titles = {cell.value: cell.column for cell in page[1]}
    row = next(cells[0].row for cells in page.iter_rows(min_row=2) if cells[0].value == conflict)
    for title, value in cells.items():
        cell = page.cell(row, titles[title])
        cell.value, cell.data_type = value, "s"  # text, as Excel keeps what begins with an apostrophe
    book.save(path)


def fill_package(path: Path, **values: Any) -> int:
    """A person changes the clash of A and B for heat in QGIS; the number of rows that changed."""
    with closing(sqlite3.connect(path)) as package, package:
        for trigger, on in package.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            if "ST_" in on:  # QGIS has these functions, plain SQLite has not
                package.execute(f'DROP TRIGGER "{trigger}"')
        said = ", ".join(f"{name} = ?" for name in values)
        own = "rule = 'clash' AND project_a = 'A' AND project_b = 'B' AND body = 'heat'"
        return package.execute(f"UPDATE assessments SET {said} WHERE {own}", [*values.values()]).rowcount


def fill_csv(path: Path, **values: str) -> None:
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source, delimiter=";"))
    for row in rows:
        if (row["rule"], row["project_a"], row["project_b"], row["body"]) == ("clash", "A", "B", "heat"):
            row.update(values)
    with path.open("w", encoding="utf-8-sig", newline="") as sink:
        made = csv.DictWriter(sink, rows[0].keys(), delimiter=";")
        made.writeheader()
        made.writerows(rows)


def test_a_geopackage_edited_in_qgis_comes_back_with_that_edit_only(
    town: Abat, store: Engine, tmp_path: Path
) -> None:
    assert town("assess", clash(store, ("A", "C")), "--body", "roads", "--note", "=1+1").code == 0
    assert town("export", "assessments", "--to", tmp_path, "--format", "gpkg").code == 0
    package = tmp_path / "squares.gpkg"
    untouched = town("assess", "--from", package)
    assert (untouched.code, ": changed 0" in untouched.out) == (3, True)
    before = everything(store)
    assert fill_package(package, verdict="yes", lead_body="akimat", note="осенью", savings_kzt=700) == 1
    result = town("--json", "assess", "--from", package)
    assert (result.code, result.facts["changed_rows"], result.facts["refused"]) == (0, 1, [])
    assert result.facts["unchanged"] == len(before) - 1
    changed = [(old, new) for old, new in zip(before, everything(store), strict=True) if old != new]
    assert [new[2:] for _, new in changed] == [("yes", "akimat", "осенью", 700, 1)]
    with store.connect() as connection:
        how = connection.scalars(select(AssessmentChange.how).order_by(AssessmentChange.at)).all()
    assert how == ["abat assess", "abat assess --from squares.gpkg"]


def test_the_form_in_qgis_offers_verdicts_and_locks_what_was_found(
    town: Abat, store: Engine, tmp_path: Path
) -> None:
    assert town("--lang", "kk", "export", "assessments", "--to", tmp_path, "--format", "gpkg").code == 0
    with closing(sqlite3.connect(tmp_path / "squares.gpkg")) as package:
        (qml,) = package.execute(
            "SELECT styleQML FROM layer_styles WHERE f_table_name = 'assessments'"
        ).fetchone()
    assert 'name="иә, кедергі" type="QString" value="yes"' in qml
    assert 'name="Жылу желілері" type="QString" value="heat"' in qml
    assert '<field name="verdict" editable="1" />' in qml
    assert '<field name="rule" editable="0" />' in qml


@pytest.mark.parametrize("lang", ["ru", "kk", "en"])
def test_a_filled_sheet_of_the_digest_comes_back_with_that_edit_only(
    town: Abat, store: Engine, tmp_path: Path, lang: str
) -> None:
    def localised(*words: object) -> Result:
        return town("--lang", lang, *words)

    path = sheet(localised, tmp_path)  # type: ignore[arg-type]
    assert town("assess", "--from", path).code == 3
    before = everything(store)
    title = {"ru": "Заключение", "kk": "Қорытынды", "en": "Verdict"}[lang]
    note = {"ru": "Примечание", "kk": "Ескертпе", "en": "Note"}[lang]
    lead = {"ru": "Ведущий орган", "kk": "Жетекші орган", "en": "Lead body"}[lang]
    word = {"ru": "нет, не мешает", "kk": "жоқ, кедергі емес", "en": "no conflict"}[lang]
    names = dict(zip(("ru", "kk", "en"), BODIES[0][1:], strict=True))
    fill_sheet(path, clash(store), **{title: word, note: "=HYPERLINK(1)\nвторая строка", lead: names[lang]})
    result = town("--json", "assess", "--from", path)
    assert (result.code, result.facts["changed_rows"]) == (0, 1), result.out
    changed = [(old, new) for old, new in zip(before, everything(store), strict=True) if old != new]
    (only,) = [new for _, new in changed]
    assert only[1:5] == ("heat", "no", "akimat", "=HYPERLINK(1)\nвторая строка")
    again = sheet(localised, tmp_path / "again")  # type: ignore[arg-type]
    assert (
        town("assess", "--from", again).code == 3
    )  # what looks like a formula went out and came back as text


def test_a_csv_comes_back_with_that_edit_only(town: Abat, store: Engine, tmp_path: Path) -> None:
    assert town("assess", clash(store, ("A", "C")), "--body", "roads", "--note", "-5 дней; =сумма").code == 0
    assert town("export", "assessments", "--to", tmp_path, "--format", "csv").code == 0
    path = tmp_path / "assessments.csv"
    assert town("assess", "--from", path).code == 3
    fill_csv(path, verdict="да", savings_kzt="12 000")
    assert town("--json", "assess", "--from", path).facts["changed_rows"] == 1
    found = decision(store, "heat")
    assert (found["verdict"], found["savings_kzt"]) == ("yes", 12_000)


def test_a_row_that_others_changed_since_is_reported_and_not_overwritten(
    town: Abat, store: Engine, tmp_path: Path
) -> None:
    path = sheet(town, tmp_path)
    fill_sheet(path, clash(store), Заключение="да, мешает", Примечание="из листа")
    fill_sheet(path, clash(store, ("B", "C")), Заключение="да, мешает")
    with store.begin() as connection:  # a colleague, in QGIS
        own = (Assessment.conflict_id == clash(store), Assessment.body == "heat")
        connection.execute(update(Assessment).where(*own).values(verdict="no", note="из QGIS"))
        other = (Assessment.rule == "duplicate_function", Assessment.body == "akimat")
        connection.execute(update(Assessment).where(*other).values(note="соседняя строка"))
    result = town("--json", "assess", "--from", path)
    facts = result.facts
    assert (result.code, facts["changed_rows"], facts["edited"], facts["rejected"]) == (0, 1, 1, 0)
    (refused,) = facts["refused"]
    assert refused["conflict_id"] == clash(store)
    assert "changed by others since edition 0, now 1" in refused["why"]
    assert "verdict is 'no' there and 'yes' here" in refused["cure"]
    assert decision(store, "heat")["note"] == "из QGIS"
    assert decision(store, "heat", clash(store, ("B", "C")))["verdict"] == "yes"


def test_a_row_that_was_not_touched_in_the_file_is_no_conflict_of_edits(
    town: Abat, store: Engine, tmp_path: Path
) -> None:
    assert town("assess", clash(store), "--body", "heat", "--verdict", "yes", "--note", "старое").code == 0
    path = sheet(town, tmp_path)
    assert town("assess", clash(store), "--body", "heat", "--note", "новое").code == 0
    result = town("--json", "assess", "--from", path)
    assert (result.code, result.facts["edited"]) == (3, 0)
    assert decision(store, "heat")["note"] == "новое"


def test_without_its_edition_a_row_replaces_nothing_that_was_said(
    town: Abat, store: Engine, tmp_path: Path
) -> None:
    assert town("assess", clash(store), "--body", "heat", "--verdict", "no").code == 0
    path = tmp_path / "own.csv"
    rows = f"conflict_id;body;verdict\n{clash(store)};heat;да\n{clash(store)};akimat;да\n"
    path.write_text(rows, encoding="utf-8")
    facts = town("--json", "assess", "--from", path).facts
    assert (facts["changed_rows"], facts["edited"]) == (1, 1)
    assert (decision(store, "heat")["verdict"], decision(store, "akimat")["verdict"]) == ("no", "yes")


def test_rows_that_cannot_be_are_rejected_one_by_one_and_kept(
    town: Abat, store: Engine, tmp_path: Path
) -> None:
    id, other = clash(store), clash(store, ("A", "C"))
    path = tmp_path / "hand.csv"
    rows = [
        "Номер пересечения;Чьё заключение;Заключение;Ведущий орган;Экономия, тенге",
        f"{id};Тепловые сети;да;;",
        "ffff;heat;да;;",
        f"{id};Никто;да;;",
        f"{id};akimat;может быть;;",
        f"{other};akimat;да;никто;",
        f"{other};roads;да;;-3",
        ";heat;да;;",
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    result = town("--json", "assess", "--from", path)
    assert (result.code, result.facts["changed_rows"], result.facts["rejected"]) == (0, 1, 6)
    assert [each["row"] for each in result.facts["refused"]] == [2, 3, 4, 5, 6, 7]
    for row, words in (
        (2, "no conflict 'ffff'"),
        (3, "body 'Никто'"),
        (4, "verdict 'может быть'"),
        (6, "below zero"),
    ):
        assert words in result.facts["refused"][row - 2]["why"]
        assert f"row {row}: " in result.err
    with store.connect() as connection:
        kept = connection.execute(select(Rejection.row, Rejection.reason, Rejection.record)).all()
    assert [row.row for row in kept] == [2, 3, 4, 5, 6, 7]
    assert kept[1].record["body"] == "Никто"


def test_a_shapefile_brings_verdicts_back_and_no_note_that_it_cut(
    town: Abat, store: Engine, tmp_path: Path
) -> None:
    id, long = clash(store), "Перенесём на июнь, после сетей. " * 10  # 310 letters, 550 bytes
    assert town("assess", id, "--body", "heat", "--verdict", "no", "--note", long).code == 0
    assert town("export", "assessments", "--to", "out", "--format", "shp").code == 0
    path = tmp_path / "out" / "assessments" / "assessments.shp"
    assert town("assess", "--from", path).code == 3
    with fiona.open(path, encoding="utf-8") as source:
        options = {"schema": source.schema, "crs_wkt": source.crs_wkt, "driver": source.driver}
        records = [dict(record.__geo_interface__) for record in source]
    short = {name: fields(Assessment)[name].short for name in ("conflict_id", "body", "verdict", "note")}
    for record in records:
        said = record["properties"]
        if said[short["conflict_id"]] == id:
            said[short["verdict"]] = "yes"
            if said[short["body"]] == "akimat":
                said[short["note"]] = "мешает"
    with fiona.open(path, "w", encoding="utf-8", **options) as sink:
        sink.writerecords(records)
    assert town("--json", "assess", "--from", path).facts["changed_rows"] == 2
    heat, akimat = decision(store, "heat"), decision(store, "akimat")
    assert (heat["verdict"], heat["note"]) == ("yes", long.strip())
    assert (akimat["verdict"], akimat["note"]) == ("yes", "мешает")


def test_a_workbook_with_a_sheet_a_district_is_read_whole(town: Abat, store: Engine, tmp_path: Path) -> None:
    with store.begin() as connection:
        connection.execute(text("SET LOCAL abat.keeping = 'on'"))
        connection.execute(text("UPDATE assessments SET district_code = 'east' WHERE body = 'heat'"))
    assert town("export", "assessments", "--to", "out", "--format", "xlsx").code == 0
    path = tmp_path / "out" / "assessments.xlsx"
    book = load_workbook(path)
    pages = [page for page in book.worksheets if page.sheet_state == "visible"]
    assert len(pages) == 2
    for page in pages:
        heads = [cell.value for cell in page[1]]
        page.cell(2, heads.index("Заключение") + 1).value = "да, мешает"
    book.save(path)
    assert town("--json", "assess", "--from", path).facts["changed_rows"] == 2


def test_rows_that_contradict_each_other_are_both_refused(town: Abat, store: Engine, tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text(f"conflict_id;body;verdict\n{clash(store)};heat;да\n{clash(store)};heat;нет\n", "utf-8")
    result = town("--json", "assess", "--from", path)
    assert (result.code, result.facts["rejected"]) == (1, 2)
    assert "rows 1 and 2 say different things" in result.facts["refused"][0]["why"]


def test_a_file_that_holds_no_verdicts_is_refused(town: Abat, tmp_path: Path) -> None:
    for name in ("empty.csv", "other.csv", "broken.gpkg", "shape.shp"):
        path = tmp_path / name
        path.write_text("id;colour\n1;red\n" if name == "other.csv" else "", encoding="utf-8")
        result = town("assess", "--from", path)
        assert (result.code, result.out) == (1, "")
        assert name in result.err
        assert "Traceback" not in result.err


def test_who_is_told_and_the_run_stands_in_the_journal(town: Abat, store: Engine) -> None:
    assert town("assess", clash(store), "--body", "heat", "--verdict", "yes").code == 0
    with store.connect() as connection:
        change = connection.execute(select(AssessmentChange.__table__)).one()
        verb = connection.scalar(text("SELECT verb FROM runs WHERE id = :id"), {"id": change.run_id})
    assert (change.account, change.how, verb) == (getpass.getuser(), "abat assess", "assess")
