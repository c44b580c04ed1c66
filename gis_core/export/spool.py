"""Parts of a layer as they are handed to GDAL, kept on disk until the file is read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import shapely

from gis_core.export.table import Table
from gis_core.export.values import ARROW, Column

GEOMETRY = "geom"


def schema_of(columns: tuple[Column, ...], *, shapes: bool) -> pa.Schema:
    """The columns as GDAL takes them, the shapes as WKB."""
    text = {"list": pa.string()}  # as one text
    fields = [pa.field(column.name, text.get(column.kind, ARROW[column.kind])) for column in columns]
    wkb = {"ARROW:extension:name": "geoarrow.wkb"}
    return pa.schema([*fields, *([pa.field(GEOMETRY, pa.binary(), metadata=wkb)] if shapes else [])])


def batch_of(table: Table, schema: pa.Schema) -> pa.RecordBatch:
    """A part in the form of the schema."""
    columns = [table.flat(each) for each in table.columns]
    if table.shapes:
        columns.append(pa.array(shapely.to_wkb(table.shapes.found), pa.binary()))
    return pa.record_batch(columns, schema)


def spooled(path: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches as they come, each written into the file first."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield batch


def read_spool(path: Path) -> Iterator[pa.RecordBatch]:
    """The batches again."""
    with pa.OSFile(str(path)) as source, pa.ipc.open_stream(source) as reader:
        yield from reader
