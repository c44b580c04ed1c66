"""Workbooks of Excel: types, lists, heads, links; read by openpyxl and by LibreOffice."""

from __future__ import annotations

import csv
import datetime as dt
import os
import subprocess
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest
from openpyxl import load_workbook

from gis_core.errors import GisError, InputError
from gis_core.export import workbook
from gis_core.export.spreadsheet import MOST_ROWS, Look, write_xlsx
from gis_core.export.values import visible_columns
from gis_core.layer import Label, Layer
from layers.assessments import VERDICTS, Assessment
from layers.catalogue import LAYERS
from layers.courtyards import Courtyard
from layers.projects import Project
from layers.words import PLACE_KINDS
from tests.gis_core.test_export_frames import KAZAKH, ROWS, digest, invented

DISTRICTS = {
    "district_code": {"a": Label("Алматы", "Алматы", "Almaty"), "y": Label("Есиль", "Есіл", "Yesil")}
}
LOOK = Look("ru", {})


def register() -> pd.DataFrame:
    """Seven verdicts in two districts, one of them in none."""
    frame = invented(Assessment)
    frame["district_code"] = ["y", "a", None, "y", "a", "a", "y"]
    frame["note"] = ["=1+1", "+7 701", "-5", "@x", "обычный", None, "{{ x }}"]
    return frame


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_a_layer_is_written_with_its_labels_and_read_back(layer: type[Layer], tmp_path: Path) -> None:
    path = tmp_path / "layer.xlsx"
    made = write_xlsx(layer, invented(layer), path, LOOK)
    assert (made.rows, made.paths) == (ROWS, (path,))
    page = load_workbook(path).worksheets[0]
    heads = [cell.value for cell in next(page.iter_rows(max_row=1))]
    assert heads == [column.field.title("ru") for column in visible_columns(layer)]
    assert len(set(heads)) == len(heads), "two columns with one head"
    assert page.freeze_panes is not None
    assert page.auto_filter.ref.startswith("A1:")


def test_dates_are_dates_numbers_numbers_and_codes_have_their_label(tmp_path: Path) -> None:
    path = tmp_path / "projects.xlsx"
    write_xlsx(Project, invented(Project), path, LOOK)
    page = load_workbook(path).active
    names = [column.name for column in visible_columns(Project)]
    row = dict(zip(names, page[3], strict=True))
    assert row["starts"].value.date() == dt.date(2021, 5, 6)
    assert row["starts"].number_format == "dd.mm.yyyy"
    assert row["dates_firm"].value is True
    assert row["name"].value == KAZAKH
    assert row["place_kind"].value in {label.ru for label in PLACE_KINDS.values()}
    assert isinstance(dict(zip(names, page[6], strict=True))["source_row"].value, int)


def test_a_number_that_excel_would_round_and_a_day_before_1900_stand_as_text(tmp_path: Path) -> None:
    path = tmp_path / "yards.xlsx"
    frame = invented(Courtyard)
    frame["inspected_on"] = [None, dt.date(1899, 1, 1), *[dt.date(2024, 2, 29)] * 5]
    made = write_xlsx(Courtyard, frame, path, LOOK)
    page = load_workbook(path).active
    names = [column.name for column in visible_columns(Courtyard)]
    assert page.cell(3, names.index("inspected_on") + 1).value == "1899-01-01"
    assert page.cell(3, names.index("residents") + 1).value == "1000000000000000"
    assert "courtyards.residents: numbers of 16 digits or days before 1900 stand as text: 2" in made.notes


def test_no_text_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    write_xlsx(Assessment, register(), path, LOOK)
    found = [cell for row in load_workbook(path).active.iter_rows(min_row=2) for cell in row]
    assert {cell.value for cell in found} >= {"=1+1", "+7 701", "-5", "@x", "{{ x }}"}
    assert all(cell.data_type != "f" for cell in found)
    assert all(cell.quotePrefix for cell in found if cell.value in {"=1+1", "-5"})


def test_the_register_has_a_sheet_a_district_and_a_list_of_verdicts(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    look = Look("ru", DISTRICTS, by="district_code", link="../maps/conflicts.html#lang=ru&")
    write_xlsx(Assessment, register(), path, look)
    book = load_workbook(path)
    assert book.sheetnames == ["Алматы", "Есиль", "без района", "_lists"]
    assert book["_lists"].sheet_state == "hidden"
    assert [page.max_row - 1 for page in book.worksheets[:3]] == [3, 3, 1]
    names = [column.name for column in visible_columns(Assessment)]
    for page in book.worksheets[:3]:
        letter = page.cell(1, names.index("verdict") + 1).column_letter
        listed = {str(each.sqref): each.formula1 for each in page.data_validations.dataValidation}
        formula = next(formula for cells, formula in listed.items() if cells.startswith(f"{letter}2"))
        cells = book["_lists"][formula.partition("!")[2].replace("$", "")][0]
        assert [cell.value for cell in cells] == [label.ru for label in VERDICTS.values()]
        target = f"../maps/conflicts.html#lang=ru&{quote(page['A2'].value, safe='')}"
        assert page["A2"].hyperlink.target == target
        assert page.cell(2, names.index("verdict") + 1).fill.fgColor.rgb != page["A2"].fill.fgColor.rgb


def test_a_point_on_each_shape_is_told_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "yards.xlsx"
    write_xlsx(Courtyard, invented(Courtyard), path, Look("ru", {}, points=True))
    page = load_workbook(path).active
    assert [cell.value for cell in page[1]][-2:] == ["Долгота", "Широта"]
    assert [cell.value for cell in page[2]][-2:] == [None, None]
    east, north = (cell.value for cell in page[4][-2:])
    assert (round(east, 1), round(north, 1)) == (71.4, 51.2)
    write_xlsx(Courtyard, invented(Courtyard), path, Look("kk", {}, points=True, crs="EPSG:32642"))
    page = load_workbook(path).active
    assert [cell.value for cell in page[1]][-2:] == ["X (шығыс)", "Y (солтүстік)"]
    assert [cell.value for cell in page[4]][-2:] == [670_045, 5_670_005]


def test_the_same_rows_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    for name, frame in (("a", invented(Project)), ("b", invented(Project).iloc[::-1])):
        (tmp_path / name).mkdir()
        write_xlsx(Project, frame, tmp_path / name / "x.xlsx", LOOK)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")


def test_strange_letters_come_back_or_are_told(tmp_path: Path) -> None:
    frame = invented(Project)
    frame["name"] = ["_x0041_", "a\x07b", "a\r\nb", "", "x" * 40_000, "нормально", None]
    made = write_xlsx(Project, frame, tmp_path / "x.xlsx", LOOK)
    note = "projects.name: texts cut at 32767 letters, without control characters, or empty: 4"
    assert note in made.notes


def test_more_rows_than_a_sheet_holds_are_refused_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_ROWS == 2**20 - 1
    monkeypatch.setattr("gis_core.export.spreadsheet.MOST_ROWS", 5)
    with pytest.raises(InputError, match="7 rows, a sheet holds 5; export as csv or gpkg"):
        write_xlsx(Project, invented(Project), tmp_path / "x.xlsx", LOOK)
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_that_reads_back_otherwise_is_never_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "written", lambda text: text.replace("Двор", "Двер"))
    with pytest.raises(GisError, match="'Двор' became 'Двер'"):
        write_xlsx(Project, invented(Project), tmp_path / "x.xlsx", LOOK)
    assert list(tmp_path.iterdir()) == []


def through_libreoffice(path: Path) -> list[list[str]]:
    """The first sheet as LibreOffice itself saves it."""
    home = path.parent / "office"
    words = ["soffice", "--headless", f"-env:UserInstallation={home.as_uri()}", "--convert-to"]
    tokens = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,true,false,false,1"
    ended = subprocess.run(
        [*words, tokens, "--outdir", str(path.parent / "read"), str(path)],
        capture_output=True, text=True, timeout=180, check=False, env={**os.environ, "HOME": str(home)},
    )  # fmt: skip
    made = sorted((path.parent / "read").glob("*.csv"))
    assert made, ended.stdout + ended.stderr
    with made[0].open(encoding="utf-8", newline="") as source:
        return list(csv.reader(source, delimiter=";"))


def test_libreoffice_shows_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    write_xlsx(Assessment, register(), path, LOOK)
    heads, *rows = through_libreoffice(path)
    names = [column.name for column in visible_columns(Assessment)]
    assert heads == [column.field.title("ru") for column in visible_columns(Assessment)]
    found = [dict(zip(names, row, strict=True)) for row in rows]
    assert [row["note"] for row in found] == ["=1+1", "+7 701", "-5", "@x", "обычный", "", "{{ x }}"]
    assert found[1]["starts_a"] == "06.05.2021"
    assert found[1]["place_name"] == KAZAKH
    labels = {label.ru for label in VERDICTS.values()}
    assert {row["verdict"] for row in found} - {""} <= labels
