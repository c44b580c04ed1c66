"""WKB of GeoJSON shapes as most are: flat points, and polygons of closed rings; no shape is made for it."""

from __future__ import annotations

import struct
from itertools import chain
from typing import Any

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
