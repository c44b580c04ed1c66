"""Shapes of GeoJSON; of flat points and closed rings, which most are, the WKB at once."""

from __future__ import annotations

import struct
from itertools import chain
from typing import Any

import numpy as np
import shapely

SHAPES = {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}
POINT, POLYGON, MULTIPOLYGON = 1, 3, 6
LEAST_RING = 4
FLAT = {2}  # coordinates of a point
NUMBERS = frozenset((int, float))


def plain_wkb(geometry: Any) -> bytes | None:
    """The WKB of a shape; None for all that must be looked at more closely, broken or not."""
    try:
        kind, at = geometry["type"], geometry["coordinates"]
        if kind == "Polygon":
            return _polygon(at)
        if kind == "MultiPolygon" and at:
            return _head(MULTIPOLYGON, len(at)) + b"".join(map(_polygon, at))
        return _head(POINT) + _numbers([at]) if kind == "Point" else None
    except (ValueError, TypeError, KeyError, OverflowError, struct.error):
        return None


def _head(kind: int, *counts: int) -> bytes:
    return b"\x01" + struct.pack(f"<{1 + len(counts)}I", kind, *counts)


def _polygon(rings: Any) -> bytes:
    if not rings:
        raise ValueError
    return _head(POLYGON, len(rings)) + b"".join(map(_ring, rings))


def _ring(ring: Any) -> bytes:
    """A closed ring. Raises ValueError or TypeError for another."""
    if len(ring) < LEAST_RING or ring[0] != ring[-1]:
        raise ValueError
    return struct.pack("<I", len(ring)) + _numbers(ring)


def _numbers(points: Any) -> bytes:
    """Coordinates of flat points. Raises ValueError or TypeError for others."""
    flat = [*chain.from_iterable(points)]
    if {*map(len, points)} != FLAT or not NUMBERS.issuperset(map(type, flat)):
        raise ValueError
    return struct.pack(f"<{len(flat)}d", *flat)


def open_rings(geometry: dict[str, Any]) -> bool:
    """Whether the last point of any ring is not its first."""
    at = geometry.get("coordinates")
    if not at or geometry["type"] not in ("Polygon", "MultiPolygon"):
        return False
    return any(
        ring[0] != ring[-1] for part in ([at] if geometry["type"] == "Polygon" else at) for ring in part
    )


def shape_of(geometry: dict[str, Any]) -> Any:  # noqa: PLR0911
    """A shape of a GeoJSON geometry, two-dimensional. Raises ValueError and the like where it is broken."""
    kind, at = geometry["type"], geometry.get("coordinates")
    if kind == "GeometryCollection":
        return shapely.geometrycollections([shape_of(each) for each in geometry["geometries"]])
    if kind not in SHAPES:
        raise ValueError(f"type {kind!r}")
    if not at:
        return shapely.from_wkt(f"{kind.upper()} EMPTY")
    if kind == "Point":
        return shapely.points(_points([at])[0])
    if kind == "MultiPoint":
        return shapely.multipoints(_points(at))
    if kind == "LineString":
        return shapely.linestrings(_points(at))
    if kind == "MultiLineString":
        return shapely.multilinestrings([shapely.linestrings(_points(line)) for line in at])
    if kind == "Polygon":
        return _polygon_of(at)
    return shapely.multipolygons([_polygon_of(part) for part in at])


def _polygon_of(rings: list[Any]) -> Any:
    made = [_points(ring) for ring in rings]
    if any(len(ring) < LEAST_RING for ring in made):
        raise ValueError("a ring of fewer than four points")
    lines = [shapely.linearrings(ring) for ring in made]
    return shapely.polygons(lines[0], holes=lines[1:] or None)


def _points(at: list[Any]) -> Any:
    """Coordinates as pairs. Raises ValueError for what are no numbers or fewer than two."""
    if not isinstance(at, list):
        raise ValueError("coordinates are no list")
    short = min(map(len, at), default=2) < 2  # noqa: PLR2004
    if not short and {*map(type, chain.from_iterable(point[:2] for point in at))} <= {int, float}:
        return np.array([point[:2] for point in at], dtype=float)
    numbers = (int, float)
    wrong = (p for p in at if len(p) < 2 or not all(type(value) in numbers for value in p[:2]))  # noqa: PLR2004
    raise ValueError(f"coordinates {next(wrong)!r}")
