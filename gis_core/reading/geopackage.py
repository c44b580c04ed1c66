"""GeoPackages, read as the SQLite files they are: never written to, no view or trigger runs."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from gis_core.errors import InputError
from gis_core.reading.geopackage_bulk import FIRST, LAST, Layout, bulk, may_be_bulk
from gis_core.reading.model import CHUNK_ROWS, Reading, Request, Rows, distinct_names, remark

ENVELOPES = (0, 32, 48, 48, 64)  # bytes of the box in a blob's header, by its code
ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_PRAGMA}
MANY = 2000  # rows from which GDAL is worth its start
HEAD = 8  # bytes before the box
UNDEFINED = (-1, 0)
STYLES = "layer_styles"  # where QGIS keeps how layers look
REPLACED = "\ufffd"  # stands for what is no letter of UTF-8
BROKEN = (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError)
BESIDE = ("-wal", "-journal")  # what a program has begun to write and not finished


@dataclass(frozen=True)
class Table:
    """A table of a GeoPackage: its columns but for the shape's; `shape`: that column and its CRS."""

    connection: sqlite3.Connection
    path: Path
    name: str
    columns: list[str]
    shape: tuple[str, int] | None

    def cells(self, first: int, last: int, done: int) -> Iterator[Rows]:
        """Rows from one number of SQLite's to another, cell by cell; `done` rows came before."""
        if first > last:
            return
        names = (*self.columns, *([self.shape[0]] if self.shape else []))
        wanted, table = ", ".join(map(_quoted, names)), _quoted(self.name)
        within = f"rowid BETWEEN {int(first)} AND {int(last)}"
        query = f"SELECT {wanted} FROM {table} WHERE {within} ORDER BY rowid"  # nosec B608  # noqa: S608  quoted
        yield from _chunks(self, _fetched(self.connection, query), done)


def read_geopackage(request: Request) -> Reading:
    """One layer of a GeoPackage."""
    connection = _opened(request)
    try:
        return _reading(connection, request)
    except BROKEN as fault:
        raise _damaged(request.path, fault) from None


def _damaged(path: Path, fault: Exception) -> InputError:
    return InputError(
        f"{path.name}: the GeoPackage (SQLite) is truncated, damaged or invalid: {fault}; copy it again"
    )


def _opened(request: Request) -> sqlite3.Connection:
    """A connection that cannot write; a file with changes beside it is read from a copy, where SQLite may
    merge or undo them."""
    path = request.path
    changes = _changes(path)
    if changes:
        for each in (path, *changes):
            shutil.copy(each, request.scratch / each.name.replace(path.name, "copy.gpkg", 1))
        connection = sqlite3.connect(request.scratch / "copy.gpkg")
    else:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.text_factory = _lenient
    connection.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY
    )
    return connection


def _changes(path: Path) -> list[Path]:
    """The files of unfinished changes beside a file."""
    beside = [each for end in BESIDE if (each := path.with_name(path.name + end)).is_file()]
    return beside if any(each.stat().st_size for each in beside) else []


def _lenient(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _reading(connection: sqlite3.Connection, request: Request) -> Reading:
    kinds = dict(connection.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"))
    if "gpkg_contents" not in kinds:
        raise InputError(
            f"{request.path.name}: SQLite, but not a GeoPackage: no layer table; export it as GeoPackage"
        )
    listed = (
        "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes') ORDER BY rowid"
    )
    layers = [name for (name,) in connection.execute(listed)]
    table = _chosen(request, layers)
    table = next((name for name in kinds if name.casefold() == table.casefold()), table)
    if kinds.get(table) != "table":
        raise InputError(
            f"{request.path.name}: layer {table!r} is no table but {kinds.get(table)}; export it as one"
        )
    made = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    if re.match(r"\s*create\s+virtual", made or "", re.I):
        raise InputError(f"{request.path.name}: layer {table!r} is a virtual table; export it as a plain one")
    return _of_table(connection, request, table)


def _chosen(request: Request, layers: list[str]) -> str:
    name = request.path.name
    if request.sublayer:
        if request.sublayer not in layers:
            raise InputError(f"{name}: no layer {request.sublayer!r}; it has: {', '.join(layers)}")
        return request.sublayer
    if not layers:
        raise InputError(f"{name}: the GeoPackage lists no layer (gpkg_contents is empty); export it again")
    layers = [layer for layer in layers if layer != STYLES] or layers
    if len(layers) > 1 and request.names:
        layers = [layer for layer in layers if layer == request.names[0]] or layers
    if len(layers) > 1:
        raise InputError(f"{name}: several layers; choose one with --sublayer: {', '.join(layers)}")
    return layers[0]


def _of_table(connection: sqlite3.Connection, request: Request, table: str) -> Reading:
    quoted = _quoted(table)
    described = "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ? COLLATE NOCASE"
    shape = connection.execute(described, (table,)).fetchone()
    known = connection.execute(f"PRAGMA table_info({quoted})").fetchall()
    columns = [row[1] for row in known if not shape or row[1].casefold() != shape[0].casefold()]
    count = connection.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0]  # nosec B608  # noqa: S608  quoted
    notes: list[str] = []
    chunks = _rows(Table(connection, request.path, table, columns, shape), known, count)
    return Reading(distinct_names(columns, notes), chunks, shaped=shape is not None, expected=count,
                   crs=_crs(connection, shape[1]) if shape else None, encoding="utf-8",
                   sublayer=table, notes=notes)  # fmt: skip


def _rows(table: Table, known: list[tuple[Any, ...]], count: int) -> Iterator[Rows]:
    """The rows of a table: by GDAL where there are many, in a file that is whole as it is; else by SQLite."""
    numbers = [str(row[1]) for row in known if row[5]]  # the columns of the primary key
    if count < MANY or len(numbers) != 1 or _changes(table.path) or not may_be_bulk(table.path):
        return table.cells(FIRST, LAST, 0)
    srs = table.shape[1] if table.shape else None
    layout = Layout(table.name, table.columns, numbers[0], table.shape and table.shape[0],
                    lambda head: _start((head,), srs))  # fmt: skip
    return bulk(table.connection, table.path, layout, table.cells)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _crs(connection: sqlite3.Connection, srs: int) -> str | None:
    if srs in UNDEFINED:
        return None
    query = (
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?"
    )
    found = connection.execute(query, (srs,)).fetchone()
    if found is None:
        return f"srs_id {srs}"
    return f"EPSG:{found[1]}" if str(found[0]).upper() == "EPSG" else str(found[2])


def _fetched(connection: sqlite3.Connection, query: str) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of a query in chunks; from the first text that is not UTF-8 on, such letters are replaced."""
    done = 0
    try:
        connection.text_factory = str
        cursor = connection.execute(query)
        while some := cursor.fetchmany(CHUNK_ROWS):
            done += len(some)
            yield some
    except sqlite3.OperationalError as fault:
        if "decode" not in str(fault):
            raise
        connection.text_factory = _lenient
        cursor = connection.execute(f"{query} LIMIT -1 OFFSET {done}")
        while some := cursor.fetchmany(CHUNK_ROWS):
            yield some


def _chunks(table: Table, fetched: Iterator[list[tuple[Any, ...]]], row: int) -> Iterator[Rows]:
    width = len(table.columns)
    try:
        for some in fetched:
            found = Rows(range(row + 1, row + len(some) + 1), [])
            columns = list(zip(*some, strict=True))
            found.columns = [_column(found, cells) for cells in columns[:width]]
            if table.shape:
                found.shapes = _shapes(found, columns[width], table.shape[1])
            row += len(some)
            yield found
    except BROKEN as fault:
        raise _damaged(table.path, fault) from None


def _column(found: Rows, cells: tuple[Any, ...]) -> Any:
    """Cells of one kind as they are, others as text; SQLite does not hold a column to its type."""
    kinds = {*map(type, cells)} - {type(None)}
    if len(kinds) <= 1 and bytes not in kinds:
        if kinds == {str} and REPLACED in "".join(filter(None, cells)):
            broken = (row for row, cell in zip(found.rows, cells, strict=True) if cell and REPLACED in cell)
            found.faults |= dict.fromkeys(broken, "text that is not utf-8 (invalid encoding)")
        return pa.array(cells)
    for row, cell in zip(found.rows, cells, strict=True):
        if isinstance(cell, bytes):
            remark(found.remarks, row, "bytes where text should be, written as hexadecimal figures")
    return [None if cell is None else cell.hex() if isinstance(cell, bytes) else str(cell) for cell in cells]


def _shapes(found: Rows, blobs: tuple[Any, ...], srs: int | None) -> Any:
    """The WKB of a chunk: all at once where all blobs begin alike, else one by one."""
    start = _start(blobs, srs)
    if start:
        return pa.array([None if blob is None else blob[start:] for blob in blobs], pa.binary())
    return [_shape(found, row, blob, srs) for row, blob in zip(found.rows, blobs, strict=True)]


def _start(blobs: tuple[Any, ...], srs: int | None) -> int:
    """Where the WKB begins in each of some blobs that have one header, free of faults; else 0."""
    if {*map(type, blobs)} - {bytes, type(None)}:
        return 0
    heads = {blob[:HEAD] for blob in blobs if blob is not None}
    if len(heads) != 1 or len(head := heads.pop()) < HEAD:
        return 0
    probe = Rows([1], [])
    whole = _shape(probe, 1, head + bytes(max(ENVELOPES) + 1), srs)
    return 0 if whole is None or probe.remarks else len(head) + max(ENVELOPES) + 1 - len(whole)


def _shape(found: Rows, row: int, blob: Any, srs: int | None) -> bytes | None:
    """The WKB of a GeoPackage blob, None with a fault where it is none."""
    if blob is None:
        return None
    if (
        isinstance(blob, bytes)
        and blob[:2] == b"GP"
        and len(blob) > HEAD
        and (blob[3] >> 1 & 7) < len(ENVELOPES)
    ):
        said = int.from_bytes(blob[4:8], "little" if blob[3] & 1 else "big", signed=True)
        if srs is not None and said not in (srs, *UNDEFINED):
            remark(found.remarks, row, f"the shape says CRS {said}, its layer {srs}: taken as the layer's")
        return blob[HEAD + ENVELOPES[blob[3] >> 1 & 7] :]
    found.faults[row] = "the geometry blob is invalid"
    return None
