"""Sheets of Excel for people: typed cells, a frozen head, filters, drop-down lists, links, the same bytes."""

from __future__ import annotations

import gc
import re
import sys
import traceback
import zipfile
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gis_core.export.aside import file_aside
from gis_core.export.cells import FORMULA_STARTS
from gis_core.export.workbook_check import check_workbook, written

Kind = Literal["text", "number", "plain", "decimal", "day"]
FORMATS: dict[Kind, str] = {
    "text": "@",
    "number": "#,##0",
    "plain": "General",
    "decimal": "#,##0.00",
    "day": "dd.mm.yyyy",
}
HEAD, TO_FILL = "FFE6E2DA", "FFFFF7DC"
MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say
LINE, MOST_LINES = 15.0, 25  # points; Excel allows no row of more than 409
STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
LISTS = "_lists"  # one row: a reader that looks for tables takes a single row for none


@dataclass(frozen=True)
class SheetColumn:
    """A column: title, width in letters, kind of values; `choices` are offered as a drop-down list."""

    title: str
    width: int
    kind: Kind = "text"
    choices: Sequence[str] = ()
    filled_in: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table that fits one sheet. `refusal` is what Excel says of a value that is in no list.

    `link` is the address that the first column leads to, which each value follows.
    """

    title: str
    columns: Sequence[SheetColumn]
    rows: Sequence[Sequence[Any]]
    refusal: str = ""
    fixed: int = 1  # columns that stay in sight
    link: str = ""


def write_workbook(path: Path, *sheets: Sheet) -> None:
    """The sheets as a file, written aside, read back and put in place whole."""
    book = Workbook()
    lists = Lists(book)
    pages = [book.active, *(book.create_sheet() for _ in sheets[1:])]
    for number, (page, sheet) in enumerate(zip(pages, sheets, strict=True)):
        page.title = re.sub(r"[\[\]:*?/\\']", " ", sheet.title)[:31]
        book.move_sheet(page, number - book.index(page))
        _fill(page, sheet)
        lists.offer(page, sheet)
        _set_up(page, sheet)
    with file_aside(path) as made:
        draft = made.with_name("draft.xlsx")
        _save(book, draft)
        _undated(draft, made)
        draft.unlink()
        check_workbook(made, sheets)


def _save(book: Workbook, path: Path) -> None:
    """Write the book. Where that fails openpyxl's writers fail once more as they are cleared away, and Python
    would print it: they are cleared here, unheard."""
    try:
        book.save(path)
    except OSError as reason:
        heard, sys.unraisablehook = sys.unraisablehook, lambda _: None
        fault: BaseException | None = reason
        while fault is not None:
            traceback.clear_frames(fault.__traceback__)
            fault = fault.__context__
        gc.collect()
        sys.unraisablehook = heard
        raise


def _fill(page: Worksheet, sheet: Sheet) -> None:
    thin = Side(style="thin", color="FFDCDFE3")
    for place, column in enumerate(sheet.columns, start=1):
        head = _text(page.cell(1, place), column.title)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor=HEAD)
        head.alignment = Alignment(wrap_text=True, vertical="top")
        letter = page.column_dimensions[get_column_letter(place)]
        letter.width, letter.hidden = column.width, column.hidden
    page.row_dimensions[1].height = 2 * LINE
    looks = [_look(page, column, thin) for column in sheet.columns]
    for number, values in enumerate(sheet.rows, start=2):
        page.row_dimensions[number].height = LINE * _lines(sheet.columns, values)
        for place, (look, value) in enumerate(zip(looks, values, strict=True), start=1):
            cell = page.cell(number, place)
            cell._style = copy(look)
            if isinstance(value, str):
                _text(cell, value)
            elif value is not None:
                cell.value = value
        if sheet.link:
            page.cell(number, 1).hyperlink = sheet.link + quote(str(values[0]), safe="")


def _look(page: Worksheet, column: SheetColumn, thin: Side) -> StyleArray:
    """How the cells of a column look, reckoned once."""
    cell = Cell(page)
    cell.number_format = FORMATS[column.kind]
    cell.alignment = Alignment(wrap_text=column.kind == "text", vertical="top")
    cell.border = Border(bottom=thin)
    if column.filled_in:
        cell.fill = PatternFill("solid", fgColor=TO_FILL)
    return cell._style


def _lines(columns: Sequence[SheetColumn], values: Sequence[Any]) -> int:
    """Lines that the longest text of a row takes in its column; not every program finds that out itself."""
    needed = [
        sum(len(line) // max(1, column.width - 3) + 1 for line in value.split("\n"))
        for column, value in zip(columns, values, strict=True)
        if isinstance(value, str)
    ]
    return min(max(needed, default=1), MOST_LINES)


def _text(cell: Cell, value: str) -> Cell:
    """Text that stays text, also after a person has stepped into the cell and out again."""
    cell.value = written(value)
    cell.data_type = "s"
    if value.startswith(FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


class Lists:
    """Drop-down lists of a workbook, whose values lie side by side in one row of a hidden sheet."""

    def __init__(self, book: Workbook) -> None:
        self.sheet = book.create_sheet(LISTS)
        self.sheet.sheet_state = "hidden"
        self.used = 0
        self.ranges: dict[tuple[str, ...], str] = {}

    def offer(self, page: Worksheet, sheet: Sheet) -> None:
        """Offer the choices of each column of a page."""
        last = len(sheet.rows) + 1
        for place, column in enumerate(sheet.columns, start=1):
            if not column.choices or not sheet.rows:
                continue
            offered = DataValidation("list", formula1=self._range(tuple(column.choices)), allow_blank=True)
            offered.showErrorMessage, offered.error = True, sheet.refusal[:255]
            letter = get_column_letter(place)
            offered.add(f"{letter}2:{letter}{last}")
            page.add_data_validation(offered)

    def _range(self, choices: tuple[str, ...]) -> str:
        if choices not in self.ranges:
            for offset, choice in enumerate(choices, start=self.used + 1):
                _text(self.sheet.cell(1, offset), choice)
            first, end = get_column_letter(self.used + 1), get_column_letter(self.used + len(choices))
            self.used += len(choices)
            self.ranges[choices] = f"{LISTS}!${first}$1:${end}$1"
        return self.ranges[choices]


def _set_up(page: Worksheet, sheet: Sheet) -> None:
    """Head and first columns in sight, filters, a page that prints on its width."""
    page.freeze_panes = f"{get_column_letter(sheet.fixed + 1)}2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A3
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _undated(draft: Path, made: Path) -> None:
    """The same archive without the moment at which it was made."""
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            body = STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z", source.read(name))
            target.writestr(zipfile.ZipInfo(name, MOMENT), body, zipfile.ZIP_DEFLATED)
