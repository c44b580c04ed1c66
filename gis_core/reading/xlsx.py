"""Sheets of an Excel workbook: values as text, with hidden rows, merged cells and empty formulas told."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import chain
from typing import Any

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException

from gis_core.errors import InputError
from gis_core.reading.archives import check_archive
from gis_core.reading.model import Reading, Request, Rows, remark
from gis_core.reading.tabular import Cells, chunks, data_rows, split_header
from gis_core.spelling import plain

BLANKS = 5000  # so many empty rows in a row end a sheet: a formatted cell far below holds no data
BLOCK = 1 << 20
HEAD = 4096
FAULTS = (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError, SyntaxError,
          zipfile.BadZipFile, InvalidFileException, DefusedXmlException, zlib.error, EOFError,
          NotImplementedError)  # fmt: skip


def read_xlsx(request: Request) -> Reading:
    """The rows of one sheet. No file stays open behind rows that nobody asks for."""
    _check_parts(request, check_archive(request.path))
    name = request.path.name
    try:
        book = load_workbook(BytesIO(request.path.read_bytes()), read_only=True, data_only=True)
        sheets, notes = _chosen(request, book)
        parts = [split_header(name, _rows(sheet, name)) for sheet in sheets]
        header = parts[0][0]
        marks = [_Marks(request, sheet, header.names) for sheet in sheets]
        notes += dict.fromkeys(note for each in marks for note in each.notes)
    except FAULTS as fault:
        kind = (
            "XML entity or DOCTYPE"
            if isinstance(fault, DefusedXmlException) or "ntit" in str(fault)
            else "invalid"
        )
        raise InputError(
            f"{name}: the Excel (xlsx) workbook cannot be read: {kind} ({fault}); save it again"
        ) from None
    if book.epoch == CALENDAR_MAC_1904:
        notes.append("the workbook counts days from 1904, by its own word: so are its day numbers read")
    header.notes[:0] = notes
    rows = chain.from_iterable(data_rows(header, rows) for _, rows in parts)

    def mark(found: Rows, some: list[Cells]) -> None:
        for each in marks:
            each.add(found, some)

    titles = ", ".join(sheet.title for sheet in sheets)
    return Reading(header.names, chunks(header, rows, mark), sublayer=titles,
                   encoding="utf-8", epoch=book.epoch.date().isoformat(), notes=header.notes)  # fmt: skip


def _check_parts(request: Request, members: list[zipfile.ZipInfo]) -> None:
    """Raises InputError where a part of the workbook declares entities, which no workbook needs."""
    with zipfile.ZipFile(request.path) as archive:
        for member in members:
            if not member.filename.endswith((".xml", ".rels")):
                continue
            try:
                with archive.open(member) as part:
                    head = part.read(HEAD)
            except FAULTS as fault:
                raise InputError(
                    f"{request.path.name}: the xlsx archive is damaged ({fault}); copy it again"
                ) from None
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise InputError(
                    f"{request.path.name}: the workbook declares XML entities (DOCTYPE), which are not"
                    " read; save it again"
                )


def _chosen(request: Request, book: Any) -> tuple[list[Any], list[str]]:
    """The sheet asked for, else the one that holds the table that is meant, or all that hold parts of it."""
    name, titles = request.path.name, [sheet.title for sheet in book.worksheets]
    if request.sublayer:
        if request.sublayer not in titles:
            raise InputError(f"{name}: no sheet {request.sublayer!r}; it has: {', '.join(titles)}")
        return [book[request.sublayer]], []
    tables = [sheet for sheet in book.worksheets if _is_table(sheet, name)] or book.worksheets[:1]
    if not tables:
        raise InputError(f"{name}: the workbook has no sheet; save it again")
    chosen = _meant(request, tables) if len(tables) > 1 else tables
    read = [sheet.title for sheet in chosen]
    others = [title for title in titles if title not in read]
    parts = [f"sheets {', '.join(read)} read as one table; rows are counted on"] if len(read) > 1 else []
    left = [f"sheet {', '.join(read)} read; not read: {', '.join(others)}"] if others else []
    return chosen, [*parts, *left]


def _meant(request: Request, tables: list[Any]) -> list[Any]:
    """Among several sheets the one by name, or those by their columns, if these are the same in all."""
    names = {plain(each) for each in request.names}
    titled = [sheet for sheet in tables if plain(sheet.title) in names]
    if len(titled) == 1:
        return titled
    heads = {
        sheet.title: split_header(request.path.name, _rows(sheet, request.path.name))[0].names
        for sheet in tables
    }
    wanted = [{plain(each) for each in columns} for columns in request.columns]
    fitting = [
        sheet for sheet in tables if wanted and all(one & {*map(plain, heads[sheet.title])} for one in wanted)
    ]
    if fitting and len({tuple(heads[sheet.title]) for sheet in fitting}) == 1:
        return fitting
    listed = ", ".join(sheet.title for sheet in tables)
    raise InputError(
        f"{request.path.name}: several sheets hold tables; choose one with --sublayer (sheet): {listed}"
    )


def _is_table(sheet: Any, name: str) -> bool:
    """Whether a sheet has two filled rows or more."""
    rows = _rows(sheet, name)
    return sum(1 for row, _ in zip(rows, range(30), strict=False) if any(row)) > 1


def _rows(sheet: Any, name: str) -> Iterator[Cells]:
    blank = widest = 0
    sheet.reset_dimensions()  # what the sheet says of its size may be wrong, and rows would be lost
    try:
        for values in sheet.iter_rows(values_only=True):
            cells = [_text(value) for value in values]
            blank = 0 if any(cells) else blank + 1
            if blank > BLANKS:
                return
            widest = max(widest, len(cells))
            yield cells + [""] * (widest - len(cells))
    except FAULTS as fault:
        raise InputError(
            f"{name}: a sheet of the xlsx is damaged: {str(fault)[:200]}; save it again"
        ) from None


def _text(value: Any) -> str:
    """A cell as text: whole floats without ".0", dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004  exact so far
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)


class _Marks:
    """What a sheet says beside its values: merged cells, hidden rows, formulas without a result."""

    def __init__(self, request: Request, sheet: Any, names: list[str]) -> None:
        self.book, self.names = request.path.name, names
        self.notes: list[str] = []
        raw = _scan(request, sheet)
        self.merged = [
            range_boundaries(each) for each in re.findall(r'<mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"', raw)
        ]
        hidden = len(re.findall(r'<row [^>]*hidden="(?:1|true)"', raw))
        if hidden:
            self.notes.append(f"{hidden} hidden rows of the sheet are read like the others")
        if re.search(r'<col [^>]*hidden="(?:1|true)"', raw):
            self.notes.append("hidden columns of the sheet are read like the others")
        self.formulas = "<f" in raw and _unsaved(request, sheet.title)

    def add(self, found: Rows, some: list[Cells]) -> None:
        """Remarks on rows of a chunk; merged cells are told from the sheet's row, counted without blank
        rows."""
        for left, top, right, bottom in self.merged:
            if bottom > top:
                names = ", ".join(self.names[left - 1 : right])
                for row, cells in zip(found.rows, some, strict=True):
                    if not any(cell for cell in cells[left - 1 : right]):
                        remark(found.remarks, row, f"{names}: empty, a merged cell of rows {top}-{bottom}")
        for row, cells in zip(found.rows, some, strict=True) if self.formulas else ():
            empty = [name for at, name in enumerate(self.names) if at in self.formulas and not cells[at]]  # type: ignore[operator]
            if empty:
                raise InputError(
                    f"{self.book}: row {row}: {', '.join(empty)}: formulas without a saved value;"
                    " open the workbook in Excel and save it"
                )


def _scan(request: Request, sheet: Any) -> str:
    """The marks of a sheet's XML, without its values."""
    kept: list[str] = []
    with zipfile.ZipFile(request.path) as archive, archive.open(sheet._worksheet_path.lstrip("/")) as file:
        tail = ""
        while block := file.read(BLOCK):
            piece = tail + block.decode("utf-8", "replace")
            kept += re.findall(
                r'<mergeCell [^>]*>|<col [^>]*hidden="(?:1|true)"|<row [^>]*hidden="(?:1|true)"|<f[ >/]',
                piece,
            )
            tail = piece[-200:] if "<" in piece[-200:] else ""
            tail = tail[tail.rfind("<") :] if tail else ""
    return "".join(dict.fromkeys(kept)) if len(kept) > 1_000_000 else "".join(kept)  # noqa: PLR2004


def _unsaved(request: Request, title: str) -> set[int]:
    """Columns that hold a formula."""
    book = load_workbook(BytesIO(request.path.read_bytes()), read_only=True, data_only=False)
    return {
        at
        for row in book[title].iter_rows()
        for at, cell in enumerate(row)
        if getattr(cell, "data_type", "") == "f"
    }
