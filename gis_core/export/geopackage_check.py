"""A GeoPackage read back by SQLite and shapely alone, without the GDAL that wrote it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import ColumnClause, select
from sqlalchemy import column as named
from sqlalchemy import table as table_named
from sqlalchemy.dialects import sqlite

from gis_core.errors import GisError
from gis_core.export.compare import check_rows, check_shapes, check_sums, check_values
from gis_core.export.table import Table
from gis_core.export.values import Column, Kind, Value

APPLICATION = 0x47504B47  # «GPKG»
VERSION = 10200
HEADER = 8  # bytes before the envelope of a GeoPackage geometry
ENVELOPES = (0, 32, 48, 48, 64)  # bytes of each kind of envelope

_STORED: dict[Kind, Callable[[Value], Value]] = {"bool": int, "date": str}


def check_geopackage(path: Path, tables: Sequence[Table], frames: Mapping[str, pd.DataFrame]) -> None:
    """GisError unless every value, sum, shape and area in the file is the one that was handed in."""
    with closing(sqlite3.connect(path)) as store:
        kind = [store.execute(f"PRAGMA {word}").fetchone()[0] for word in ("application_id", "user_version")]
        if kind != [APPLICATION, VERSION]:
            raise GisError(f"{path.name}: read back, it is no GeoPackage 1.2 but {kind}")
        for table in tables:
            _check(store, path, table, frames[table.name])


def _check(store: sqlite3.Connection, path: Path, table: Table, frame: pd.DataFrame) -> None:
    names = [column.name for column in table.columns] + (["geom"] if table.shapes else [])
    rows = store.execute(_query(table.name, names)).fetchall()
    check_rows(path, table.rows, len(rows))
    found: dict[str, Sequence[Value]] = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    for column in table.columns:
        check_values(path, f"{table.name}.{column.name}", _stored(table, column), found.get(column.name, ()))
    check_sums(path, table, frame, found or dict.fromkeys(names, ()))
    if table.shapes:
        blobs = np.asarray([_wkb(blob) for blob in found.get("geom", ())], dtype=object)
        check_shapes(path, table.shapes.found, shapely.from_wkb(blobs))


def _query(name: str, columns: Sequence[str]) -> str:
    wanted: list[ColumnClause[Any]] = [named(each) for each in columns]
    query = select(*wanted).select_from(table_named(name)).order_by(named("fid"))
    return str(query.compile(dialect=sqlite.dialect()))


def _stored(table: Table, column: Column) -> Sequence[Value]:
    """The values as SQLite keeps them: lists joined, dates as text, truth as 0 and 1."""
    if column.kind == "list":
        return table.text(column)
    stored = _STORED.get(column.kind)
    found = table.values[column.name]
    return found if stored is None else [None if value is None else stored(value) for value in found]


def _wkb(blob: bytes | None) -> bytes | None:
    if blob is None:
        return None
    envelope = (blob[3] >> 1) & 0b111
    return blob[HEADER + ENVELOPES[envelope] :]
