"""A password stands in nothing that is written, and no text from outside is run as SQL or as a formula."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, make_url, text

from gis_core.cluster.binaries import find_binaries
from tests.scripts.conftest import Abat
from tests.scripts.test_personal import APPEALS, X, Y
from tests.written import holding

PASSWORD = "planted&S3cret"
QUOTED = "planted%26S3cret"
SQUARE = "POLYGON((660000 5660000,660010 5660000,660010 5660010,660000 5660010,660000 5660000))"
CRS = ("--crs", "EPSG:32642")
HOSTILE = (
    "'; DROP TABLE projects; --",
    'a"; DELETE FROM bodies; --',
    "$$; TRUNCATE runs; $$",
    "%(x)s %s :name {0} \\",
    "x' OR '1'='1",
    "=1+1",
    "@SUM(A1)",
    "+cmd|' /C calc'!A0",
    "<script>",
    "{{ 7*7 }}",
)


@pytest.fixture
def secret(abat: Abat, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Abat:
    """Commands whose database has a password in its address, as that of a city's server has."""
    url = make_url(database_url).set(password=PASSWORD).render_as_string(hide_password=False)
    monkeypatch.setenv("ABAT_DATABASE_URL", url)
    return abat


def town(abat: Abat, words: str = "двор") -> None:
    quoted = words.replace('"', '""')
    tables = {
        "bodies": f'code;name_ru;name_kk;name_en\nheat;"{quoted}";;\nroads;"{quoted} 2";;\n',
        "courtyards": f'id;address;geometry\nC-1;"{quoted}";"{SQUARE}"\n',
        "projects": "id;executing_body;work_type;name;starts;ends;geometry\n"
        + "".join(f'{n};{body};paving;"{quoted}";2022-05-01;2022-05-31;"{SQUARE}"\n'
                  for n, body in (("P-1", "heat"), ("P-2", "roads"))),
        "appeals": APPEALS + f'1;2022-03-01;playground;open;"{quoted}";"{quoted}";{X};{Y}\n',
    }  # fmt: skip
    for layer, rows in tables.items():
        Path(f"{layer}.csv").write_text(rows, "utf-8")
        loaded = abat("load", layer, f"{layer}.csv", *CRS)
        assert loaded.code == 0, loaded.err
        Path(f"{layer}.csv").unlink()
    assert abat("derive").code == 0


FILES = [
    *(("export", "--format", kind, "--to", kind) for kind in ("qgz", "csv", "shp", "xlsx", "geojson")),
    ("map", "--out", "maps"),
    ("conflicts", "--digest", "digest"),
]
TOLD = [
    *(("check",), ("-v", "check"), ("db", "styles"), ("db", "status"), ("db", "url")),
    *(("db", "backup", "a.dump"), ("db", "restore", "a.dump"), ("plan", "--budget", "9")),
    *(("history", "projects", "P-1"), ("conflicts",), ("export", "nothing")),
    ("load", "projects", "nowhere.csv"),
]


def test_a_password_stands_in_nothing_that_is_written(secret: Abat, engine: Engine, tmp_path: Path) -> None:
    town(secret)
    structured = [("--log-json", "--json", *each) for each in TOLD]
    for number, words in enumerate((*FILES, *TOLD, *structured)):
        said = secret(*words)
        (tmp_path / f"told-{number}.txt").write_text(said.out + said.err, "utf-8")
    for planted in (PASSWORD, QUOTED, "S3cret"):
        assert holding(tmp_path, planted) == set()
    with engine.connect() as connection:
        journal = connection.scalar(text("SELECT string_agg(r::text, '') FROM runs r"))
        assert "S3cret" not in str(journal)


@pytest.mark.parametrize("change", [
    {"database": "nowhere"}, {"host": "127.0.0.1", "port": 1, "query": {}}, {"query": {"host": "/nowhere"}},
    {"drivername": "mysql"}, {"username": "nobody"},
])  # fmt: skip
def test_a_password_stands_in_no_message_of_a_failed_connection(
    secret: Abat, database_url: str, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    url = make_url(database_url).set(password=PASSWORD, **change).render_as_string(hide_password=False)
    monkeypatch.setenv("ABAT_DATABASE_URL", url)
    for words in (("check",), ("--log-json", "export"), ("db", "backup", "a.dump")):
        said = secret(*words)
        assert said.code == 1
        assert "S3cret" not in said.out + said.err
        assert "Traceback" not in said.err


def test_a_password_is_on_no_command_line_while_a_backup_is_written(secret: Abat, tmp_path: Path) -> None:
    fake = tmp_path / "bin"
    fake.mkdir()
    folder = find_binaries(os.environ)
    for name in ("pg_dump", "pg_restore", "psql"):
        script = f'#!/bin/sh\nps -ewwo args >> "{tmp_path}/seen.txt"\nexec {folder / name} "$@"\n'
        (fake / name).write_text(script)
        (fake / name).chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ABAT_PG_BIN", str(fake))
        assert secret("db", "backup", "a.dump").code == 0
    assert "pg_dump" in (tmp_path / "seen.txt").read_text()
    assert "S3cret" not in (tmp_path / "seen.txt").read_text()


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names}


ASKED = [
    *(("history", "projects", "?"), ("conflicts", "?"), ("conflicts", "--body", "?")),
    *(("export", "?"), ("load", "?", "x.csv"), ("load", "projects", "?"), ("derive", "?")),
    ("db", "grant", "?", "--as", "reader"),
]


def test_no_text_is_run_as_sql_or_as_a_formula(abat: Abat, engine: Engine, tmp_path: Path) -> None:
    town(abat, " ".join(HOSTILE))
    before = counts(engine)
    first = abat("--json", "conflicts").facts["conflicts"][0]["conflict_id"]
    for word in HOSTILE:
        for words in (*ASKED, ("assess", first, "--body", "heat", "--note", "?")):
            said = abat(*(word if each == "?" else each for each in words))
            assert "Traceback" not in said.err
            assert "syntax error" not in said.err
    after = counts(engine)
    for name in ("bodies", "projects", "appeals", "courtyards", "conflicts", "assessments"):
        assert after[name] == before[name], name
    assert after["assessment_changes"] == before["assessment_changes"] + len(HOSTILE)
    assert abat("export", "--format", "xlsx", "--to", "out").code == 0
    for path in (tmp_path / "out").glob("*.xlsx"):
        for page in load_workbook(path):
            assert all(cell.data_type != "f" for row in page for cell in row), path.name
    assert abat("export", "--format", "qgz", "--to", "qgis").code == 0
    for path in (tmp_path / "qgis").glob("*.qgz"):
        assert _holding(path) == {"Option"}  # names of bodies in lists of a form, where nothing is reckoned


def _holding(project: Path) -> set[str]:
    """The elements of a QGIS project that hold a text from outside."""
    root = ElementTree.fromstring(zipfile.ZipFile(project).read(f"{project.stem}.qgs"))
    texts = {each: "\n".join((*each.attrib.values(), each.text or "")) for each in root.iter()}
    return {each.tag for each, said in texts.items() if any(word in said for word in HOSTILE)}


@pytest.mark.parametrize("word", HOSTILE)
def test_names_of_files_and_columns_and_ids_are_never_run(abat: Abat, engine: Engine, word: str) -> None:
    name = word.replace("/", "_")
    quoted = word.replace('"', '""')
    Path(f"{name}.csv").write_text(f'"{quoted}";code;name_ru\n1;"{quoted}";Орган\n', "utf-8")
    loaded = abat("load", "bodies", f"./{name}.csv", "--map", f"{word}=spellings")
    assert "Traceback" not in loaded.err
    assert "syntax error" not in loaded.err
    if loaded.code == 0:
        assert _code(engine) == word.strip()
    assert abat("export", "bodies", "--format", "csv", "--to", "out").code == 0


def _code(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT code FROM bodies"))
