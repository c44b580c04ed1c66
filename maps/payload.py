"""The compact form in which shapes and tables travel inside a page.

One gzip stream: four bytes with the length of the head, the head (JSON), then the parts one after another.
The head says what each part is and how long; `assets/abat/payload.js` reads it. Base64 round it has no brace,
no bracket and no backtick, so that neither a template nor a browser can take any of it for code. Long data go
on in further elements, because a browser that reads a page answers between two elements only.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from maps.columns import encode
from maps.varint import varints
from maps.worldgrid import STEPS

LETTERS_AN_ELEMENT = 1 << 18  # a multiple of four; a browser reads so many in a millisecond or two
# What stands between two parts of the data that one id names.
JOINT = '</script><script type="application/octet-stream">'
TEXTS_A_CHUNK = 4096  # rows: fewer compress worse, more make a click wait
WORDS_A_PART = 16_384  # of a column: a browser reads so many without keeping its page waiting
AREA = 2  # dimensions
LINEAR_RING = 2  # shapely's number for the kind
GZIP = 31  # zlib's number for a gzip frame; it writes no time and no name, so equal rows give equal bytes


def packed_json(value: Any) -> str:
    """A JSON value as base64 of gzip. What UTF-8 cannot say (half a surrogate) becomes a question mark."""
    return _in_elements(_base64(_json(value)))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def packed(
    frame: pd.DataFrame,
    shapes: NDArray[np.object_] | None = None,
    *,
    texts: Sequence[str] = (),
    **more: pd.DataFrame,
) -> str:
    """The rows of a frame with their shapes (on the grid, in the same order) and further tables.

    Columns named in `texts` are left out: `packed_texts` carries them.
    """
    parts: list[bytes] = []
    head: dict[str, Any] = {"rows": len(frame), "steps": STEPS, "tables": {}}
    head["texts"] = {"rows": TEXTS_A_CHUNK, "names": list(texts)}
    frame = frame.drop(columns=list(texts))
    if shapes is not None:
        head["shapes"] = _add_shapes(shapes, parts)
    for name, table in {"rows": _without_shapes(frame), **more}.items():
        head["tables"][name] = {"rows": len(table), "columns": _add_columns(table, parts)}
    text = _json(head)
    return _in_elements(_base64(len(text).to_bytes(4, "little") + text + b"".join(parts)))


def packed_texts(column: pd.Series) -> str:
    """Long texts in chunks of rows, an element each, opened when one of its texts is asked for."""
    texts = [None if pd.isna(text) else str(text) for text in column]
    chunks = (texts[at : at + TEXTS_A_CHUNK] for at in range(0, len(texts), TEXTS_A_CHUNK))
    return f"{JOINT}\n".join(_base64(_json(chunk)) for chunk in chunks)  # a line each: no part of one text


def _without_shapes(frame: pd.DataFrame) -> pd.DataFrame:
    if isinstance(frame, gpd.GeoDataFrame):
        return pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return frame


def _add_columns(table: pd.DataFrame, parts: list[bytes]) -> list[dict[str, Any]]:
    specs = []
    for name in table.columns:
        spec, data = encode(table[name])
        specs.append({"name": name, "bytes": len(data), **_aside(spec, parts)})
        parts.append(data)
    return specs


def _aside(spec: dict[str, Any], parts: list[bytes]) -> dict[str, Any]:
    """The spec without a long list of words: that goes into parts, which a page reads one by one."""
    words = spec.get("values", [])
    if len(words) <= WORDS_A_PART:
        return spec
    pieces = [_json(words[at : at + WORDS_A_PART]) for at in range(0, len(words), WORDS_A_PART)]
    parts.extend(pieces)
    return {**spec, "values": [], "words": [len(piece) for piece in pieces]}


def _add_shapes(shapes: NDArray[np.object_], parts: list[bytes]) -> dict[str, Any]:
    """Rings a row, corners a ring, then differences of x and of y. A row without a shape has no ring."""
    lines, row_of_line = _rings(shapes)
    corners, line_of_corner = _corners(lines)
    origin = corners.min(axis=0, initial=STEPS)
    steps = np.diff(corners - origin, axis=0, prepend=np.zeros((1, 2), np.int64))
    counts = (
        np.bincount(row_of_line, minlength=len(shapes)),
        np.bincount(line_of_corner, minlength=len(lines)),
    )
    written = [varints(numbers) for numbers in (*counts, *steps.T)]
    parts.extend(written)
    return {
        "kind": _kind(shapes),
        "origin": origin.tolist(),
        "rings": len(lines),
        "corners": len(corners),
        "bytes": [len(part) for part in written],
    }


def _kind(shapes: NDArray[np.object_]) -> str:
    """Point, line or polygon: the widest kind among the shapes."""
    widest = shapely.get_dimensions(shapes).max(initial=-1)
    return ("none", "point", "line", "polygon")[int(widest) + 1]


def _rings(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Every ring of every polygon, every line, every point, and the row it belongs to."""
    parts, row_of_part = shapely.get_parts(shapes, return_index=True)
    areas = shapely.get_dimensions(parts) == AREA
    if not areas.any():
        return parts, row_of_part
    rings, part_of_ring = shapely.get_rings(parts[areas], return_index=True)
    rows = np.concatenate([row_of_part[areas][part_of_ring], row_of_part[~areas]])
    order = np.argsort(rows, kind="stable")
    return np.concatenate([rings, parts[~areas]])[order], rows[order]


def _corners(lines: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The corners of each line: without equal neighbours, and of a ring without the one that closes it."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    points = points.astype(np.int64)
    same_line = np.diff(line, prepend=-1) == 0
    kept = ~(same_line & (np.diff(points, axis=0, prepend=-1) == 0).all(axis=1))
    points, line = points[kept], line[kept]
    closed = (shapely.get_type_id(lines) == LINEAR_RING)[line]
    last = np.diff(line, append=-1) != 0
    first = np.diff(line, prepend=-1) != 0
    kept = ~(closed & last & ~first)
    return points[kept], line[kept]


def _in_elements(text: str) -> str:
    """The text in parts short enough for a browser that reads the page."""
    return JOINT.join(text[at : at + LETTERS_AN_ELEMENT] for at in range(0, len(text), LETTERS_AN_ELEMENT))


def _base64(data: bytes) -> str:
    stream = zlib.compressobj(9, zlib.DEFLATED, GZIP)
    return base64.b64encode(stream.compress(data) + stream.flush()).decode()
