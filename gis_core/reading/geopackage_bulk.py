"""GeoPackages by GDAL's Arrow, batch by batch held against SQLite: what differs is read cell by cell.

SQLite does not hold a cell to the type of its column, and GDAL passes over what does not fit. So of each
batch SQLite tells how many cells of which kind there are, how long the texts are, how large and small the
numbers; only a batch of which GDAL gave just that is taken.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gis_core.reading.gdal import only_driver
from gis_core.reading.model import CHUNK_ROWS, Rows

PLAIN_JOURNAL = b"\x01\x01"  # bytes 18 and 19: the file keeps no log beside it
Asked = tuple[str, Any]  # a question in SQL, and the answer
Cells = Callable[[int, int, int], Iterator[Rows]]
HEAD = 8  # bytes of a blob before the box of its shape
FIRST, LAST = -(1 << 63), (1 << 63) - 1  # of row numbers


class Layout(NamedTuple):
    """A table: its name, its columns but for the shape's, which of them is the number of the row, the column
    of shapes and how many bytes stand before each WKB under one common head."""

    table: str
    columns: list[str]
    number: str
    shape: str | None
    start: Callable[[bytes], int]


def may_be_bulk(path: Path) -> bool:
    """Whether GDAL may open a file without writing beside it."""
    with path.open("rb") as file:
        file.seek(18)
        return file.read(2) == PLAIN_JOURNAL


def bulk(connection: sqlite3.Connection, path: Path, layout: Layout, cells: Cells) -> Iterator[Rows]:
    """All rows in the order of SQLite's numbers of them.

    `cells` reads the rows from one such number to another cell by cell, given how many rows came before.
    """
    done, after = 0, FIRST
    for batch in _batches(path, layout):
        numbers = batch.column(layout.number).to_numpy()
        if (np.diff(numbers) <= 0).any():
            break
        again = np.searchsorted(numbers, after)  # behind a gap of the numbers GDAL repeats rows
        if again == len(numbers):
            continue
        batch, (low, high) = batch.slice(again), numbers[[again, -1]].tolist()  # noqa: PLW2901
        taken = _taken(connection, layout, batch, (low, high))
        for rows in cells(after, low - 1 if taken else high, done):
            done += len(rows.rows)
            yield rows
        if taken:
            taken.rows = range(done + 1, done + len(batch) + 1)
            done += len(batch)
            yield taken
        after = high + 1
    yield from cells(after, LAST, done)


def _batches(path: Path, layout: Layout) -> Iterator[Any]:
    """Batches as GDAL gives them, none once it fails."""
    pyogrio = only_driver({"GPKG"})
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError  # noqa: PLC0415

    try:
        with pyogrio.open_arrow(
            str(path), layer=layout.table, batch_size=CHUNK_ROWS, use_pyarrow=True, return_fids=True,
            IMMUTABLE="YES",
        ) as (about, batches):  # fmt: skip
            wanted = {*layout.columns, *([layout.shape] if layout.shape else [])}
            if about["fid_column"] == layout.number and {*batches.schema.names} == wanted:
                yield from (batch for batch in batches if len(batch))
    except (DataSourceError, DataLayerError, FeatureError, RuntimeError, ValueError, pa.ArrowException):
        return


def _taken(
    connection: sqlite3.Connection, layout: Layout, batch: Any, bounds: tuple[int, int]
) -> Rows | None:
    """A batch as rows, None where SQLite tells something else of it."""
    columns = [batch.column(name) for name in layout.columns]
    try:
        asked = [("count(*)", len(batch)), *_of_shapes(connection, layout, batch, bounds)]
        for name, column in zip(layout.columns, columns, strict=True):
            asked += _of_column(name, column) if name != layout.number else []
        questions = ", ".join(question for question, _ in asked)
        query = f"SELECT {questions} FROM {_quoted(layout.table)} WHERE rowid BETWEEN ? AND ?"  # nosec B608  # noqa: S608  quoted
        found = connection.execute(query, bounds).fetchone()
    except (sqlite3.Error, TypeError):
        return None
    if found != tuple(answer for _, answer in asked):
        return None
    shapes = batch.column(layout.shape) if layout.shape else None
    return Rows(range(len(batch)), [_as_stored(column) for column in columns], shapes)


def _of_shapes(
    connection: sqlite3.Connection, layout: Layout, batch: Any, bounds: tuple[int, int]
) -> list[Asked]:
    """That all shapes begin with one head, and that GDAL gave all bytes behind it.

    Raises TypeError where they do not.
    """
    if not layout.shape:
        return []
    name, shapes = _quoted(layout.shape), batch.column(layout.shape)
    first = f"SELECT substr({name}, 1, {HEAD}) FROM {_quoted(layout.table)} WHERE rowid BETWEEN ? AND ?"  # nosec B608  # noqa: S608
    found = connection.execute(f"{first} AND {name} IS NOT NULL LIMIT 1", bounds).fetchone()
    if found is None:
        return [(f"count({name})", 0), ("0", shapes.null_count - len(shapes))]
    if not isinstance(found[0], bytes) or not (start := layout.start(found[0])):
        raise TypeError("shapes without a common head")
    after = int.from_bytes(found[0], "big") + 1
    held = len(shapes) - shapes.null_count
    size = (pc.sum(pc.binary_length(shapes)).as_py() or 0) + start * held
    within = f"{name} >= x'{found[0].hex()}' AND {name} < x'{after:0{2 * HEAD}x}'"
    return [(f"count({name})", held), (f"total({within})", held), (f"sum(length({name}))", size)]


def _of_column(name: str, column: Any) -> list[Asked]:
    """What to ask SQLite of a column, each with what it must answer.

    In SQLite's order any number comes before any text, and any text before any bytes. Raises TypeError for
    kinds of which nothing can be asked.
    """
    cell, held, kind = _quoted(name), len(column) - column.null_count, column.type
    counted = f"count({cell})", held
    if pa.types.is_string(kind):
        size = pc.sum(pc.binary_length(column)).as_py() if _is_utf8(column) else -1
        return [counted, (f"total({cell} >= '' AND {cell} < x'')", held),
                (f"sum(length(CAST({cell} AS BLOB)))", size)]  # fmt: skip
    if pa.types.is_float64(kind):
        return [counted, (f"total(typeof({cell}) = 'real')", held)]
    if pa.types.is_date32(kind):
        return [counted, (f"total({cell} = date({cell}, '+0 days') AND {cell} >= '')", held)]
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        ends = pc.min_max(column.cast(pa.int64())).as_py()
        return [counted, (f"total(typeof({cell}) = 'integer')", held),
                (f"min({cell})", ends["min"]), (f"max({cell})", ends["max"])]  # fmt: skip
    raise TypeError(str(kind))


def _is_utf8(column: Any) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _as_stored(column: Any) -> Any:
    """Cells in the kind in which SQLite keeps them."""
    if pa.types.is_date32(column.type):
        return column.cast(pa.string())
    whole = pa.types.is_integer(column.type) or pa.types.is_boolean(column.type)
    return column.cast(pa.int64()) if whole else column


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
