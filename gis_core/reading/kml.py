"""Placemarks of a KML file, in the order of the file; links are never followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
import shapely

from gis_core.reading.markup import Record, child, events, reading, tag, text, tried
from gis_core.reading.model import HEIGHTS, Reading, Request, note

SHAPES = {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack"}
SKIPPED = SHAPES | {"Style", "StyleMap", "ExtendedData", "LookAt", "Camera", "Region", "Snippet"}
LINKED = {"NetworkLink", "GroundOverlay", "ScreenOverlay", "PhotoOverlay", "Model"}
LEAST_RING = 4


def read_kml(request: Request) -> Reading:
    """Placemarks as rows: name, description, folder, extended data, shape."""
    notes: list[str] = []
    return reading(request.path, _records(request, notes), notes)


def _records(request: Request, notes: list[str]) -> Iterator[Record]:
    folders: list[Element] = []
    for event, element in events(request.path):
        name = tag(element)
        if name == "Folder":
            folders.append(element) if event == "start" else folders.pop()
        elif event == "end" and name == "Placemark":
            yield _record(element, folders, notes)
            element.clear()
        elif event == "end" and name in LINKED:
            notes.append(f"a {name} of the file was not followed: what it links to is not loaded")
            element.clear()


def _record(placemark: Element, folders: list[Element], notes: list[str]) -> Record:
    cells = {tag(each): text(each) for each in placemark if tag(each) not in SKIPPED}
    if folders:
        cells.setdefault("folder", text(child(folders[-1], "name")))
    extended = _extended(child(placemark, "ExtendedData"))
    cells |= dict(extended)
    shaped = [each for each in placemark if tag(each) in SHAPES]
    if len(extended) > len(dict(extended)):
        return cells, None, "invalid placemark: one name stands twice in its ExtendedData", ""
    if not shaped:
        return cells, None, "", ""
    if len(shaped) > 1:
        return cells, None, "invalid placemark: several geometries outside a MultiGeometry", ""
    if any(part.count(",") > 1 for each in shaped[0].iter() for part in (each.text or "").split()[:1]):
        note(notes, HEIGHTS)
    shape, fault = tried(lambda: _shape(shaped[0]))
    return cells, shape, fault, "a ring was not closed: invalid, closed" if _is_open(shaped[0]) else ""


def _extended(data: Element | None) -> list[tuple[str, str | None]]:
    """Names and values of Data and SchemaData."""
    found: list[tuple[str, str | None]] = []
    for each in data.iter() if data is not None else ():
        if tag(each) == "Data" and each.get("name"):
            found.append((each.get("name", ""), text(child(each, "value"))))
        elif tag(each) == "SimpleData" and each.get("name"):
            found.append((each.get("name", ""), text(each)))
    return found


def _is_open(shape: Element) -> bool:
    """Whether the last point of any ring is not its first."""
    rings = [
        (text(child(each, "coordinates")) or "").split() for each in shape.iter() if tag(each) == "LinearRing"
    ]
    return any(ring[0].split(",")[:2] != ring[-1].split(",")[:2] for ring in rings if ring)


def _shape(element: Element) -> Any:
    """A shape of its element. Raises ValueError for wrong coordinates."""
    kind = tag(element)
    if kind in ("MultiGeometry", "MultiTrack"):
        return shapely.geometrycollections([_shape(each) for each in element if tag(each) in SHAPES])
    if kind == "Polygon":
        shell = _ring(child(element, "outerBoundaryIs"))
        return shapely.polygons(
            shell, holes=[_ring(each) for each in element if tag(each) == "innerBoundaryIs"] or None
        )
    if kind == "Track":
        at = [(text(each) or "").split() for each in element if tag(each) == "coord"]
        return shapely.linestrings(np.array([[float(value) for value in point[:2]] for point in at]))
    points = _points(text(child(element, "coordinates")) or "")
    return shapely.points(points[0]) if kind == "Point" else shapely.linestrings(points)


def _ring(boundary: Element | None) -> Any:
    if boundary is None or child(boundary, "LinearRing") is None:
        raise ValueError("of a polygon without a boundary")
    points = _points(text(child(child(boundary, "LinearRing"), "coordinates")) or "")  # type: ignore[arg-type]
    if len(points) < LEAST_RING:
        raise ValueError("of a ring of fewer than four points")
    return shapely.linearrings(points)


def _points(coordinates: str) -> Any:
    """Longitude and latitude of «lon,lat[,height] …»."""
    pairs = [part.split(",") for part in coordinates.split()]
    if not pairs:
        raise ValueError("are empty")
    if any(len(pair) not in (2, 3) for pair in pairs):
        raise ValueError(f"not lon,lat: {coordinates.strip()!r}")
    return np.array([[float(value) for value in pair[:2]] for pair in pairs])
