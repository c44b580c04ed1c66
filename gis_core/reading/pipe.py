"""Frames on the pipe between the reading child and its parent: a letter, a length, the bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa

from gis_core.reading.model import Reading, Rows, remark

HEADER, CHUNK, END, REFUSED = b"H", b"C", b"E", b"R"
PREFIX = struct.Struct("<cQ")


def send(pipe: BinaryIO, kind: bytes, payload: bytes | pa.Buffer) -> None:
    """Write one frame."""
    pipe.write(PREFIX.pack(kind, len(payload)))
    pipe.write(payload)
    pipe.flush()


def send_json(pipe: BinaryIO, kind: bytes, facts: dict[str, Any]) -> None:
    """Write a frame of facts."""
    send(pipe, kind, json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace"))


def header_of(reading: Reading) -> dict[str, Any]:
    """What stands before the rows."""
    names = ("columns", "shaped", "outlines", "crs", "encoding", "sample", "sublayer", "expected", "epoch")
    return {name: getattr(reading, name) for name in names}


def packed(found: Rows) -> pa.Buffer:
    """A chunk as an Arrow stream: columns c0…, row, fault, remark, and shape where there are shapes."""
    arrays = [each if isinstance(each, pa.Array) else _array(found, each) for each in found.columns]
    names = [f"c{place}" for place in range(len(arrays))]
    rows = np.arange(found.rows.start, found.rows.stop) if isinstance(found.rows, range) else found.rows
    arrays += [
        pa.array(rows, pa.int64()),
        _texts(found.rows, found.faults),
        _texts(found.rows, found.remarks),
    ]
    names += ["row", "fault", "remark"]
    if found.shapes is not None:
        shapes = found.shapes if isinstance(found.shapes, pa.Array) else pa.array(found.shapes, pa.binary())
        arrays.append(shapes)
        names.append("shape")
    batch = pa.RecordBatch.from_arrays(arrays, names)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def _array(found: Rows, cells: Any) -> pa.Array:
    """Cells in the type they share; text cannot hold half letters, which are told."""
    try:
        return pa.array(cells)
    except (pa.ArrowException, UnicodeEncodeError, OverflowError):
        for row, cell in zip(found.rows, cells, strict=True):
            if cell is not None and _whole(cell) != str(cell):
                remark(found.remarks, row, "a character that is half a letter (surrogate) was replaced")
        return pa.array([None if cell is None else _whole(cell) for cell in cells], pa.string())


def _whole(cell: Any) -> str:
    return str(cell).encode("utf-8", "replace").decode("utf-8")


def _texts(rows: Sequence[int], words: dict[int, str]) -> pa.Array:
    if not words:
        return pa.nulls(len(rows), pa.string())
    return pa.array([None if row not in words else _whole(words[row]) for row in rows], pa.string())
