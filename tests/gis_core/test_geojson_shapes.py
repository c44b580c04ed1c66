"""WKB that is written from GeoJSON's numbers is what shapely makes of them, or none is written."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from gis_core.reading.geojson_shapes import plain_wkb, shape_of

RING = [[71.4, 51.1], [71.5, 51], [71.5, 51.2], [71.4, 51.1]]
HOLE = [[71.45, 51.1], [71.46, 51.1], [71.46, 51.11], [71.45, 51.1]]


def shape(kind: str, at: Any) -> dict[str, Any]:
    return {"type": kind, "coordinates": at}


@pytest.mark.parametrize(
    "geometry",
    [
        shape("Point", [71.4, 51]),
        shape("Polygon", [RING]),
        shape("Polygon", [RING, HOLE]),
        shape("MultiPolygon", [[RING, HOLE], [HOLE]]),
    ],
    ids=lambda each: each["type"],
)
def test_flat_shapes_are_written_as_shapely_writes_them(geometry: dict[str, Any]) -> None:
    assert plain_wkb(geometry) == shapely.to_wkb(shape_of(geometry), byte_order=1)


@pytest.mark.parametrize(
    "geometry",
    [
        shape("Point", [71.4, 51.1, 300.0]),
        shape("Point", ["71.4", 51.1]),
        shape("Point", [True, 51.1]),
        shape("Point", [None, 51.1]),
        shape("Point", [10**400, 51.1]),
        shape("Point", []),
        shape("Point", "ab"),
        shape("Polygon", []),
        shape("Polygon", [[]]),
        shape("Polygon", [RING[:3]]),
        shape("Polygon", [[RING[0], *RING[:3]]]),  # not closed
        shape("Polygon", [[[71.4], [71.5, 51.0, 1.0], RING[2], [71.4]]]),
        shape("Polygon", [[[*each, 300.0] for each in RING]]),
        shape("MultiPolygon", []),
        shape("MultiPolygon", [[RING], []]),
        shape("LineString", RING),
        shape("GeometryCollection", []),
        {"type": "Point"},
        ["Point"],
        "Point",
    ],
    ids=str,
)
def test_all_others_are_left_to_a_closer_look(geometry: Any) -> None:
    assert plain_wkb(geometry) is None
