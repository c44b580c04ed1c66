"""A workbook read back and held against what was meant, and what a cell of Excel makes of a value."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from gis_core.errors import GisError
from gis_core.export.compare import check_rows

LONGEST = 32_767  # letters in a cell
_LIKE_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class Told(Protocol):
    """What is known of a sheet."""

    @property
    def rows(self) -> Sequence[Sequence[Any]]: ...


def fitting(text: str) -> str:
    """What a cell can hold of a text: no control characters, line breaks of one kind, 32 767 letters."""
    plain: str = ILLEGAL_CHARACTERS_RE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain[:LONGEST]


def written(text: str) -> str:
    """A text as it goes into the file, where «_x0041_» would stand for a letter."""
    return _LIKE_ESCAPED.sub("_x005F_", fitting(text))


def check_workbook(path: Path, sheets: Sequence[Told]) -> None:
    """GisError unless every value of every sheet is there, of its type."""
    book = load_workbook(path, read_only=True)
    try:
        for sheet, page in zip(sheets, book.worksheets, strict=False):
            found = list(page.iter_rows(min_row=2, values_only=True))
            check_rows(path, len(sheet.rows), len(found))
            for number, (meant, read) in enumerate(zip(sheet.rows, found, strict=True), start=2):
                _check_row(path, f"{page.title}, row {number}", meant, read)
    finally:
        book.close()


def _check_row(path: Path, place: str, meant: Iterable[Any], read: Iterable[Any]) -> None:
    for wanted, value in zip(map(_cell, meant), map(_found, read), strict=True):
        if wanted != value or type(wanted) is not type(value):
            raise GisError(
                f"{path.name}: read back, it is not what was written: {place}: {wanted!r} became {value!r};"
                " nothing was replaced; export again, and if it comes again report it with this line"
            )


def _cell(value: Any) -> Any:
    """A value as it should come back: numbers have one type in Excel."""
    if isinstance(value, str):
        return fitting(value) or None
    return _number(value)


def _found(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date()
    return value.replace("_x005F_x", "_x") if isinstance(value, str) else _number(value)


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
