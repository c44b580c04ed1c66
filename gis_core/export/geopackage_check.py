"""A GeoPackage read back by SQLite and shapely alone, without the GDAL that wrote it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from sqlalchemy import ColumnClause, func, select
from sqlalchemy import column as named
from sqlalchemy import table as table_named
from sqlalchemy.dialects import sqlite

from gis_core.errors import GisError
from gis_core.export.compare import as_column, check_column, check_rows, check_shapes, check_sum, sum_of
from gis_core.export.parts import Tally
from gis_core.export.spool import GEOMETRY, read_spool
from gis_core.export.values import Column, Kind, Value
from gis_core.layer import Layer

APPLICATION = 0x47504B47  # «GPKG»
VERSION = 10200
HEADER = 8  # bytes before the envelope of a GeoPackage geometry
ENVELOPES = (0, 32, 48, 48, 64)  # bytes of each kind of envelope

_STORED: dict[Kind, pa.DataType] = {"bool": pa.int64(), "date": pa.string()}


@dataclass(frozen=True)
class Sent:
    """A layer as it was handed to GDAL: its columns, what it holds, and where its values are kept."""

    layer: type[Layer]
    columns: tuple[Column, ...]
    tally: Tally
    spool: Path
    drawn: bool


def check_geopackage(path: Path, layers: Sequence[Sent]) -> None:
    """GisError unless every value, sum, shape and area in the file is the one that was handed in."""
    with closing(sqlite3.connect(path)) as store:
        kind = [store.execute(f"PRAGMA {word}").fetchone()[0] for word in ("application_id", "user_version")]
        if kind != [APPLICATION, VERSION]:
            raise GisError(f"{path.name}: read back, it is no GeoPackage 1.2 but {kind}")
        for sent in layers:
            _check(store, path, sent)


def _check(store: sqlite3.Connection, path: Path, sent: Sent) -> None:
    name = sent.layer.__tablename__
    names = [column.name for column in sent.columns] + ([GEOMETRY] if sent.drawn else [])
    counted = select(func.count()).select_from(table_named(name)).compile(dialect=sqlite.dialect())
    check_rows(path, sent.tally.rows, store.execute(str(counted)).fetchone()[0])
    rows, before = store.execute(_query(name, names)), 0
    sums: dict[str, list[float]] = {each: [] for each in sent.tally.sums}
    for meant in read_spool(sent.spool):
        found = _columns(names, list(islice(rows, len(meant))))
        for column in sent.columns:
            told, stored = f"{name}.{column.name}", _stored(column, meant[column.name])
            there = as_column(path, told, found[column.name], stored.type)
            check_column(path, told, stored, there, before=before)
        if sent.drawn:
            _check_shapes(path, meant[GEOMETRY], [_wkb(blob) for blob in found[GEOMETRY]])
        for each, parts in sums.items():
            parts.append(sum_of(found[each]))
        before += len(meant)
    for column in sent.columns:
        if column.name in sums:
            check_sum(path, column, sum_of(sent.tally.sums[column.name]), sum_of(sums[column.name]))


def _check_shapes(path: Path, meant: pa.Array, found: list[bytes | None]) -> None:
    """The shapes in WKB; what is the same byte by byte need not be looked into."""
    if not meant.equals(pa.array(found, meant.type)):
        blobs = (meant.to_numpy(zero_copy_only=False), np.asarray(found, dtype=object))
        check_shapes(path, *map(shapely.from_wkb, blobs))


def _columns(names: Sequence[str], rows: Sequence[Sequence[Value]]) -> dict[str, Sequence[Value]]:
    return dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())


def _query(name: str, columns: Sequence[str]) -> str:
    wanted: list[ColumnClause[Any]] = [named(each) for each in columns]
    query = select(*wanted).select_from(table_named(name)).order_by(named("fid"))
    return str(query.compile(dialect=sqlite.dialect()))


def _stored(column: Column, meant: pa.Array) -> pa.Array:
    """The values as SQLite keeps them: dates as text, truth as 0 and 1."""
    return meant.cast(_STORED[column.kind]) if column.kind in _STORED else meant


def _wkb(blob: bytes | None) -> bytes | None:
    if blob is None:
        return None
    envelope = (blob[3] >> 1) & 0b111
    return blob[HEADER + ENVELOPES[envelope] :]
