"""Rows of cells under a header: title rows, blank rows, totals, rows of a wrong width."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from gis_core.errors import InputError
from gis_core.reading.model import CHUNK_ROWS, Rows, distinct_names, remark

Cells = list[str]
LOOKED_AT = 30
FOOTERS = 6
TOTAL = re.compile(r"(итого|всего|total|барлығы|жиыны|сумма)\b", re.I)
SIGNED = re.compile(r"(исполнитель|подготовил|составил|директор|руководитель|начальник|подпись|м\.?\s?п\.?\b"
                    r"|prepared|signature|примечание|орындаушы)", re.I)  # fmt: skip
ERRORS = frozenset(
    (
        "#REF!",
        "#N/A",
        "#Н/Д",
        "#DIV/0!",
        "#ДЕЛ/0!",
        "#VALUE!",
        "#ЗНАЧ!",
        "#NAME?",
        "#ИМЯ?",
        "#NULL!",
        "#NUM!",
        "#ССЫЛКА!",
    )
)


@dataclass
class Header:
    """Column names, and what was passed over to find them."""

    names: list[str]
    width: int
    notes: list[str] = field(default_factory=list)
    blank: int = 0


def split_header(name: str, rows: Iterator[Cells]) -> tuple[Header, Iterator[Cells]]:
    """The header and the rows below it. Raises InputError where there is nothing."""
    some = list(islice(rows, LOOKED_AT))
    filled = [sum(1 for cell in row if cell.strip()) for row in some]
    if not any(filled):
        raise InputError(f"{name}: the table is empty: no rows; check that the right sheet was exported")
    usual = sorted(count for count in filled if count)[len([count for count in filled if count]) // 2]
    place = next(
        at
        for at, count in enumerate(filled)
        if count >= max(1, (usual + 1) // 2) and (count > 1 or usual == 1)
    )
    notes: list[str] = []
    titles = [" ".join(cell for cell in row if cell.strip()) for row in some[:place]]
    if any(titles):
        notes.append("rows above the header skipped: " + "; ".join(title[:80] for title in titles if title))
    raw = [cell.strip().strip("\ufeff") for cell in some[place]]
    while raw and not raw[-1]:
        raw.pop()
    header = Header(distinct_names(raw, notes), len(raw), notes)
    return header, chain(some[place + 1 :], rows)


def data_rows(header: Header, rows: Iterable[Cells]) -> Iterator[Cells]:
    """Rows that are neither blank nor totals and signatures at the end."""
    held: deque[Cells] = deque()
    for row in rows:
        if not any(cell.strip() for cell in row):
            header.blank += 1
            continue
        held.append(row)
        if len(held) > FOOTERS:
            yield held.popleft()
    while held and _footer(header, held[-1]):
        header.notes.append(
            "row below the table skipped: " + " ".join(cell for cell in held.pop() if cell)[:80]
        )
    yield from held
    if header.blank:
        header.notes.append(f"{header.blank} blank rows skipped")


def _footer(header: Header, row: Cells) -> bool:
    filled = [cell for cell in row if cell.strip()]
    if header.width < 3:  # noqa: PLR2004  in a narrow table any row may be data
        return False
    few = len(filled) <= max(1, header.width // 2)
    lone = len(filled) == 1 and len(row) >= header.width > 3 and not row[0].strip()  # noqa: PLR2004
    return lone or (few and bool(TOTAL.match(filled[0].strip()) or SIGNED.match(filled[0].strip())))


def chunks(
    header: Header,
    rows: Iterator[Cells],
    further: Callable[[Rows, list[Cells]], None] = lambda _found, _some: None,
) -> Iterator[Rows]:
    """Rows in chunks; those of a wrong width are faults. `further` may add remarks of its own."""
    row, width = 0, header.width
    while some := list(islice(rows, CHUNK_ROWS)):
        found = Rows(range(row + 1, row + len(some) + 1), [])
        fitted = [cells if len(cells) == width else _fitted(found, place, cells, width)
                  for place, cells in enumerate(some, row + 1)]  # fmt: skip
        columns = list(zip(*fitted, strict=True)) if width else []
        found.columns = [
            _column(found, name, cells) for name, cells in zip(header.names, columns, strict=True)
        ]
        further(found, some)
        row += len(some)
        yield found


def _fitted(found: Rows, row: int, cells: Cells, width: int) -> Cells:
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        found.faults[row] = f"the row has {len(cells)} cells, the header {width} columns"
    return (cells + [""] * (width - len(cells)))[:width]


def _column(found: Rows, name: str, cells: tuple[str, ...]) -> list[str | None]:
    """Cells as text, empty ones None; error values of a spreadsheet are remarks."""
    if not ERRORS.isdisjoint(cells):
        for row, cell in zip(found.rows, cells, strict=True):
            if cell in ERRORS:
                remark(found.remarks, row, f"{name}: error value {cell} of the spreadsheet, taken as empty")
        cells = tuple("" if cell in ERRORS else cell for cell in cells)
    return [cell or None for cell in cells]
