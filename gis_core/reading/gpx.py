"""Waypoints, routes and tracks of a GPX file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
import shapely

from gis_core.errors import InputError
from gis_core.reading.markup import Record, events, reading, tag, text, tried
from gis_core.reading.model import Reading, Request

LAYERS = {"wpt": "waypoints", "rte": "routes", "trk": "tracks"}
POINTS = {"wpt", "rtept", "trkpt"}


def read_gpx(request: Request) -> Reading:
    """Waypoints where there are any, else routes, else tracks; or the sublayer asked for."""
    counts = dict.fromkeys(LAYERS, 0)
    for event, element in events(request.path):
        if event == "end" and tag(element) in counts:
            counts[tag(element)] += 1
            element.clear()
    held = {LAYERS[name]: name for name, count in counts.items() if count}
    if request.sublayer and request.sublayer not in held:
        raise InputError(
            f"{request.path.name}: no layer {request.sublayer!r}; it has: {', '.join(held) or 'none'}"
        )
    if not held:
        raise InputError(
            f"{request.path.name}: no features in the XML; check that the right file was exported"
        )
    chosen = request.sublayer or next(iter(held))
    others = [f"{layer} ({counts[name]})" for layer, name in held.items() if layer != chosen]
    notes = [f"layer {chosen} read; not read: {', '.join(others)}, see --sublayer"] if others else []
    return reading(request.path, _records(request, held[chosen]), notes, chosen)


def _records(request: Request, wanted: str) -> Iterator[Record]:
    for event, element in events(request.path):
        if event == "end" and tag(element) == wanted:
            cells = {
                tag(each): text(each)
                for each in element
                if tag(each) not in (*POINTS, "trkseg", "extensions")
            }
            yield cells, *tried(lambda element=element: _shape(element)), ""  # type: ignore[misc]
            element.clear()


def _shape(element: Element) -> Any:
    if tag(element) == "wpt":
        return shapely.points(_point(element))
    if tag(element) == "rte":
        return shapely.linestrings(np.array([_point(each) for each in element if tag(each) == "rtept"]))
    segments = [
        [_point(point) for point in part if tag(point) == "trkpt"]
        for part in element
        if tag(part) == "trkseg"
    ]
    return shapely.multilinestrings([shapely.linestrings(np.array(each)) for each in segments if each])


def _point(element: Element) -> tuple[float, float]:
    return float(element.get("lon", "nan")), float(element.get("lat", "nan"))
