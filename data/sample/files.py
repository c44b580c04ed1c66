"""Rows written down: GeoJSON, CSV and gzipped CSV, the same bytes every time."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from data.boundaries import draw
from data.boundaries.plane import Point, to_degrees

Row = dict[str, Any]
DIGITS = 7  # 1 cm


def geojson(rows: Iterable[tuple[Row, Sequence[Sequence[Point]]]]) -> bytes:
    """Features with outlines in metres of the plane; no outline gives a null geometry."""
    features = (draw.feature(_plain(fields), _geometry(rings)) for fields, rings in rows)
    return draw.collection(features).encode()


def _geometry(rings: Sequence[Sequence[Point]]) -> Row | None:
    parts = [draw.polygon([to_degrees(point, DIGITS) for point in ring]) for ring in rings]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    return {"type": "MultiPolygon", "coordinates": [part["coordinates"] for part in parts]}


def _plain(fields: Row) -> Row:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in fields.items()}


def table(rows: Sequence[Row]) -> bytes:
    """CSV in UTF-8 with a header, commas and bare line feeds; nothing stands for None."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    """Degrees with all their digits; the rest as Python writes it."""
    return f"{value:.{DIGITS}f}" if isinstance(value, float) else value


def packed(text: bytes) -> bytes:
    """Gzipped, without name and time. Other builds of zlib may pack the same text into other bytes."""
    return gzip.compress(text, compresslevel=9, mtime=0)
