"""Delimited text: encoding, delimiter and quotes found out, never a row lost to a stray quote."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from gis_core.errors import InputError
from gis_core.reading.encodings import decide, head_of, opening_codec, wide_codec
from gis_core.reading.model import Reading, Request, Rows
from gis_core.reading.tabular import Cells, chunks, data_rows, split_header

SAMPLE = 1 << 20
DELIMITERS = (";", ",", "\t", "|")
LONGEST_CELL = 1 << 24
LINES = 50


def read_csv(request: Request) -> Reading:
    """Rows of a text table; every cell stays text."""
    path = request.path
    head = head_of(path, SAMPLE)
    decision = decide(head, path.name, wide_codec(head), request.encoding)
    codec = opening_codec(decision.encoding)
    delimiter, skipped = _delimiter(head.decode(codec, "replace"), path)
    header, rows = split_header(path.name, _rows(path, codec, delimiter, skipped))
    decision.tell(header.notes)
    if request.path.suffix.lower() != ".tsv" and header.width == 1:
        header.notes.append("one column only: no delimiter was found")
    return Reading(header.names, chunks(header, data_rows(header, _checked(path, rows, header.width)),
    _not_text),
                   encoding=decision.encoding, sample=decision.sample, notes=header.notes)  # fmt: skip


def _delimiter(head: str, path: Path) -> tuple[str, int]:
    """The delimiter, and how many leading lines only name it (Excel's `sep=;`)."""
    first = head.lstrip("\ufeff").splitlines()[:1] or [""]
    if first[0].casefold().startswith("sep=") and len(first[0].strip()) == 5:  # noqa: PLR2004
        return first[0].strip()[4], 1
    if path.suffix.lower() == ".tsv":
        return "\t", 0
    return max(DELIMITERS, key=lambda each: _fit(head, each)), 0


def _fit(head: str, delimiter: str) -> float:
    """How well a delimiter cuts the first lines into rows of one width of two or more, under names.

    Commas within shapes cut some tables into rows of one width too, but their first row is numbers.
    """
    lines = head.splitlines()[:LINES]
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return 0.0
    widths = Counter(len(row) for row in rows)
    width, times = max(widths.items(), key=lambda each: (each[1], each[0]), default=(1, 0))
    if width < 2:  # noqa: PLR2004
        return 0.0
    first = next(row for row in rows if len(row) == width)
    named = sum(not cell.lstrip("-+( ")[:1].isdigit() for cell in first) / width
    return width * (times / len(rows)) ** 2 * named


def _rows(path: Path, codec: str, delimiter: str, skipped: int) -> Iterator[Cells]:
    csv.field_size_limit(LONGEST_CELL)
    row = 0
    with path.open(encoding=codec, errors="surrogateescape", newline="") as file:
        for _ in range(skipped):
            file.readline()
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for row, cells in enumerate(reader):  # noqa: B007  the number is told when the reader stops
                yield cells
        except csv.Error as fault:
            raise InputError(
                f"{path.name}: row {row + 1} (line {reader.line_num}): a quote is not closed or"
                f" stands inside a cell"
                f" ({fault}); fix the quote character, double it or leave it out"
            ) from None


def _checked(path: Path, rows: Iterator[Cells], width: int) -> Iterator[Cells]:
    """The rows, unless one holds whole lines of the table: a quote that was closed by a later one."""
    for number, cells in enumerate(rows, 1):
        for cell in cells:
            if "\n" in cell and width > 2 and _swallowed(cell, width):  # noqa: PLR2004
                raise InputError(
                    f"{path.name}: row {number}: a quote opens there and swallows the lines that follow;"
                    " fix the quote character"
                )
        yield cells


def _swallowed(cell: str, width: int) -> bool:
    lines = io.StringIO(cell).readlines()
    return any(line.count(each) >= width - 1 for each in DELIMITERS for line in lines[1:])


def _not_text(found: Rows, some: list[Cells]) -> None:
    """Bytes that are not of the encoding make their row a fault."""
    if all(_is_text("".join(filter(None, cells))) for cells in found.columns):
        return
    for row, cells in zip(found.rows, some, strict=True):
        if any(
            not cell.isascii() and any("\udc80" <= letter <= "\udcff" for letter in cell) for cell in cells
        ):
            found.faults[row] = "text in another encoding than the rest of the file"
    found.columns = (
        [[_clean(cell) for cell in cells] for cells in found.columns] if found.faults else found.columns
    )


def _is_text(letters: str) -> bool:
    """Whether there is no stray byte among letters."""
    try:
        return letters.isascii() or bool(letters.encode())
    except UnicodeEncodeError:
        return False


def _clean(cell: str | None) -> str | None:
    return cell if cell is None or cell.isascii() else cell.encode("utf-8", "replace").decode("utf-8")
