"""Parquet and GeoParquet, batch by batch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gis_core.errors import InputError
from gis_core.reading.model import CHUNK_ROWS, Reading, Request, Rows, distinct_names

PLAIN = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_date, pa.types.is_timestamp,  # noqa: E501
         pa.types.is_string, pa.types.is_large_string)  # fmt: skip


def read_parquet(request: Request) -> Reading:
    """Rows of a Parquet file; the shape column is the one its `geo` metadata names."""
    name = request.path.name
    try:
        file = pq.ParquetFile(request.path)
    except (pa.ArrowException, OSError) as fault:
        raise InputError(
            f"{name}: the Parquet file is truncated or damaged ({fault}); copy it again"
        ) from None
    shape, crs = _geometry(name, file)
    fields = [field for field in file.schema_arrow if field.name != shape]
    notes: list[str] = []
    names = distinct_names([field.name for field in fields], notes)
    return Reading(names, _chunks(name, file, fields, shape), shaped=shape is not None, crs=crs,
                   expected=file.metadata.num_rows, encoding="utf-8", notes=notes)  # fmt: skip


def _geometry(name: str, file: pq.ParquetFile) -> tuple[str | None, str | None]:
    """The column of shapes and the CRS its metadata gives; none without metadata."""
    raw = (file.schema_arrow.metadata or {}).get(b"geo")
    if raw is None:
        return None, None
    try:
        told = json.loads(raw)
        column = told["primary_column"]
        about = told["columns"][column]
    except (ValueError, KeyError, TypeError):
        raise InputError(
            f"{name}: the geo metadata of the Parquet file is invalid; export it again"
        ) from None
    if about.get("encoding") != "WKB" or column not in file.schema_arrow.names:
        raise InputError(f"{name}: geometry encoding {about.get('encoding')!r}; export it with WKB")
    if "crs" not in about:
        return column, "OGC:CRS84"
    return column, json.dumps(about["crs"]) if about["crs"] else None


def _chunks(name: str, file: pq.ParquetFile, fields: list[pa.Field], shape: str | None) -> Iterator[Rows]:
    row = 0
    try:
        for batch in file.iter_batches(CHUNK_ROWS):
            found = Rows(range(row + 1, row + len(batch) + 1), [])
            found.columns = [
                plain_column(batch.column(batch.schema.get_field_index(field.name))) for field in fields
            ]
            if shape is not None:
                found.shapes = batch.column(batch.schema.get_field_index(shape)).cast(pa.binary())
            row += len(batch)
            yield found
    except (pa.ArrowException, OSError) as fault:
        raise InputError(f"{name}: the Parquet file is damaged ({fault}); copy it again") from None


def plain_column(array: Any) -> Any:
    """A column in a plain type; nested values as JSON text."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if any(fits(array.type) for fits in PLAIN):
        return array
    if pa.types.is_decimal(array.type):
        return array.cast(pa.string())
    return pa.array([None if cell is None else _text(cell) for cell in array.to_pylist()], pa.string())


def _text(cell: Any) -> str:
    if isinstance(cell, bytes):
        return cell.hex()
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False, default=str)
