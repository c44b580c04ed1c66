"""Tables in dBase form (.dbf), counted by their header and by their bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_core.errors import InputError
from gis_core.reading.encodings import Decision, codec_of, decide
from gis_core.reading.model import CHUNK_ROWS, Reading, Request, Rows, distinct_names, remark

HEADER = 32
DELETED = ord("*")
ONES = frozenset("0123456789+-.,eE \u00a0")
# language driver ids of the header that name an encoding met in Kazakhstan and Russia
DRIVERS = {0xC9: "cp1251", 0x26: "cp866", 0x65: "cp866", 0x57: "cp1252", 0x03: "cp1252", 0x01: "cp437"}
SAMPLE_ROWS = 2000


@dataclass(frozen=True)
class Column:
    """Where a field stands in a record."""

    name: bytes
    kind: str
    start: int
    width: int


@dataclass(frozen=True)
class Dbf:
    """`claimed` records by the header, `records` whole ones in the file as rows of bytes."""

    path: Path
    claimed: int
    columns: list[Column]
    records: NDArray[np.uint8]
    driver: int

    @property
    def deleted(self) -> NDArray[np.bool_]:
        return np.asarray(self.records[:, 0] == DELETED)


def open_dbf(path: Path) -> Dbf:
    """The header and the bytes of a table. Raises InputError where the header is no dBase header."""
    raw = np.memmap(path, dtype=np.uint8, mode="r") if path.stat().st_size else np.empty(0, np.uint8)
    head = bytes(raw[:HEADER])
    if len(head) < HEADER:
        raise InputError(f"{path.name}: the .dbf is truncated inside its header; copy it again")
    claimed, start, width = struct.unpack("<IHH", head[4:12])
    columns = _columns(bytes(raw[HEADER:start]))
    if not columns or width < 1 + sum(column.width for column in columns) or start <= HEADER:
        raise InputError(f"{path.name}: not a valid .dbf: the header is damaged; export the file again")
    whole = min((len(raw) - start) // width, claimed)
    if whole < claimed:
        raise InputError(
            f"{path.name}: the .dbf is truncated: {whole} whole records of the {claimed} its header"
            f" says; copy it again"
        )
    return Dbf(path, claimed, columns, raw[start : start + whole * width].reshape(whole, width), head[29])


def _columns(described: bytes) -> list[Column]:
    columns, start = [], 1
    for at in range(0, len(described) - HEADER + 1, HEADER):
        piece = described[at : at + HEADER]
        if piece[0] in (0x0D, 0x00):
            break
        width = piece[16] + (piece[17] << 8 if piece[11:12] == b"C" else 0)
        columns.append(Column(piece[:11].split(b"\x00")[0], chr(piece[11]), start, width))
        start += width
    return columns


def encoding_of(table: Dbf, stated: str | None) -> Decision:
    """The encoding by .cpg, header or the bytes themselves."""
    page = sibling(table.path, ".cpg")
    declared = page.read_text("ascii", "ignore").strip()[:40] if page else DRIVERS.get(table.driver)
    if declared and (codec_of(declared) or "").startswith("utf-16"):
        raise InputError(
            f"{table.path.name}: the .cpg says the encoding {declared}, which a .dbf cannot hold;"
            f" export it as UTF-8"
        )
    texts = [column for column in table.columns if column.kind == "C"]
    some = table.records[:SAMPLE_ROWS]
    cells = b"\n".join(cell for column in texts for cell in dict.fromkeys(_cells(some, column)))
    names = b"\n".join(column.name for column in table.columns)
    if declared and not _fits(cells, declared):
        cells = b"\n".join(cell for cell in cells.split(b"\n") if len(cell) < 253)  # noqa: PLR2004  cut cells
    return decide(cells + b"\n" + names, table.path.name, declared, stated)


def _fits(cells: bytes, declared: str) -> bool:
    return declared.lower().replace("-", "") != "utf8" or cells.isascii()


def _cells(records: NDArray[np.uint8], column: Column) -> list[bytes]:
    block = np.ascontiguousarray(records[:, column.start : column.start + column.width])
    cells = block.view(f"S{column.width}").ravel().tolist() if column.width else [b""] * len(records)
    return [cell.strip(b" \x00") for cell in cells]


def sibling(path: Path, suffix: str) -> Path | None:
    """The file of the same stem with another ending, in any case of letters."""
    wanted = (path.stem + suffix).casefold()
    found = [each for each in path.parent.iterdir() if each.name.casefold() == wanted and each.is_file()]
    exact = [each for each in found if each.stem == path.stem]
    return (exact or found or [None])[0]  # type: ignore[list-item]


def read_dbf(request: Request) -> Reading:
    """A .dbf alone: a table without shapes."""
    table = open_dbf(request.path)
    decision = encoding_of(table, request.encoding)
    notes: list[str] = []
    decision.tell(notes)
    names = column_names(table, decision.encoding, notes)
    chunks = (rows_of(table, decision.encoding, names, span) for span in spans(table.claimed))
    return Reading(names, chunks, encoding=decision.encoding, sample=decision.sample,
                   expected=table.claimed, notes=notes)  # fmt: skip


def spans(count: int) -> Iterator[range]:
    """Record numbers from 0 in chunks."""
    return (range(at, min(at + CHUNK_ROWS, count)) for at in range(0, count, CHUNK_ROWS))


def column_names(table: Dbf, encoding: str, notes: list[str]) -> list[str]:
    """Field names as text."""
    return distinct_names([column.name.decode(encoding, "replace") for column in table.columns], notes)


def rows_of(table: Dbf, encoding: str, names: list[str], span: range) -> Rows:
    """Records of a span; missing ones (a cut file) and deleted ones are faults."""
    some = table.records[span.start : span.stop]
    lacking = len(span) - len(some)
    found = Rows(range(span.start + 1, span.stop + 1), [])
    columns = []
    for name, column in zip(names, table.columns, strict=True):
        cells = [_text(cell, encoding, column.width) for cell in _cells(some, column)]
        _remarks(found, name, (column, encoding), cells)
        columns.append([_plain(column, cell) for cell in cells] + [None] * lacking)
    found.columns = columns
    for row in np.flatnonzero(table.deleted[span.start : span.stop]):
        found.faults[span.start + int(row) + 1] = "the record is marked deleted in the .dbf"
    for row in found.rows[len(some) :]:  # type: ignore[assignment]
        found.faults[row] = f"no attributes: the .dbf has {table.claimed} records"  # type: ignore[index]
    return found


def _text(cell: bytes, encoding: str, width: int) -> str | None:
    """The text of a cell; a letter cut by the end of the field is left out."""
    if not cell:
        return None
    try:
        return cell.decode(encoding).strip("\x00 ")
    except UnicodeDecodeError as fault:
        cut = len(cell) >= width - 3 and fault.start >= len(cell) - 3
        return cell.decode(encoding, "ignore" if cut else "replace").strip("\x00 ")


def _remarks(found: Rows, name: str, kind: tuple[Column, str], cells: list[str | None]) -> None:
    """Doubtful cells: numbers and dates that are none, text at the full width of the field."""
    column, encoding = kind
    for row, cell in zip(found.rows, cells, strict=False):
        if cell is None:
            continue
        if column.kind in "NF" and not ONES.issuperset(cell):
            told = "empty or too long for the field" if not cell.strip("*") else "not a number"
            remark(found.remarks, row, f"{name}: {cell!r} is {told}")
        elif column.kind == "D" and not _is_day(cell):
            remark(found.remarks, row, f"{name}: {cell!r} is not a date")
        elif "\ufffd" in cell:
            found.faults[row] = f"{name}: text in another encoding; give --encoding"
        elif column.width > 250 and len(cell.encode(encoding, "replace")) >= column.width - 3:  # noqa: PLR2004  of 254
            remark(found.remarks, row, f"{name}: text of the field's full width, probably cut")


def _is_day(cell: str) -> bool:
    try:
        date.fromisoformat(cell)
    except ValueError:
        return cell in ("00000000", "")
    return True


def _plain(column: Column, cell: str | None) -> str | None:
    """A cell as text; a number of nothing but asterisks is none: programs write so what is empty or too
    long."""
    if column.kind == "D":
        return _as_date(cell)
    return None if cell and column.kind in "NF" and not cell.strip("*") else cell


def _as_date(cell: str | None) -> str | None:
    if cell is None or cell == "00000000":
        return None
    return f"{cell[:4]}-{cell[4:6]}-{cell[6:]}" if len(cell) == 8 and cell.isdigit() else cell  # noqa: PLR2004
