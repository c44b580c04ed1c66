"""Parts of a layer as they are handed to GDAL, kept on disk until the file is read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from gis_core.export.table import Table
from gis_core.export.values import Column, Kind

GEOMETRY = "geom"
ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "list": pa.string(),  # as one text
    "integer": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
}


def schema_of(columns: tuple[Column, ...], *, shapes: bool) -> pa.Schema:
    """The columns as GDAL takes them, the shapes as WKB."""
    fields = [pa.field(column.name, ARROW[column.kind]) for column in columns]
    wkb = {"ARROW:extension:name": "geoarrow.wkb"}
    return pa.schema([*fields, *([pa.field(GEOMETRY, pa.binary(), metadata=wkb)] if shapes else [])])


def batch_of(table: Table, schema: pa.Schema) -> pa.RecordBatch:
    """A part in the form of the schema."""
    text = {"text", "list"}
    columns: list[Any] = [
        table.text(each) if each.kind in text else table.values[each.name] for each in table.columns
    ]
    if table.shapes:
        columns.append(shapely.to_wkb(table.shapes.found))
    return pa.record_batch(
        [pa.array(each, kind) for each, kind in zip(columns, schema.types, strict=True)], schema
    )


def spooled(path: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches as they come, each written into the file first."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield batch


def read_spool(path: Path) -> Iterator[dict[str, Any]]:
    """The values of each batch by column; shapes under `geom` as an array."""
    with pa.OSFile(str(path)) as source, pa.ipc.open_stream(source) as reader:
        for batch in reader:
            values: dict[str, Any] = {name: batch[name].to_pylist() for name in batch.schema.names}
            if GEOMETRY in values:
                values[GEOMETRY] = shapely.from_wkb(np.array(values[GEOMETRY], dtype=object))
            yield values
