"""GeoJSON in any of its outer forms, and lists of plain objects such as Open311 requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import shapely

from gis_core.errors import InputError
from gis_core.reading.geojson_shapes import SHAPES, open_rings, plain_wkb, shape_of
from gis_core.reading.jsonfile import Constant, Text, items, members
from gis_core.reading.model import CHUNK_ROWS, HEIGHTS, Reading, Request, Rows, note, remark

OTHERS = {"Topology": "TopoJSON", "esriGeometryPolygon": "Esri JSON"}
BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, shapely.GEOSException)
CHUNK = CHUNK_ROWS // 4


def read_json(request: Request) -> Reading:
    """The features of a GeoJSON file, or the objects of a list."""
    text = Text(request.path, request.encoding)
    crs: list[Any] = []
    first = text.peek()
    if first == "{":
        features = _of_object(text, crs)
    elif first == "[":
        features = items(text)
    else:
        told = f"begins with {first!r}" if first else "the file is empty"
        raise InputError(f"{text.name}: not valid JSON: {told}; export the file again")
    some = list(islice(features, CHUNK))
    if not some:
        raise InputError(
            f"{text.name}: no features (0 rows) in the JSON; check that the right layer was exported"
        )
    if any(isinstance(each, dict) and "attributes" in each and "type" not in each for each in some):
        raise InputError(f"{text.name}: Esri JSON, not GeoJSON (format); export it as GeoJSON")
    if not any(isinstance(each, dict) for each in some):
        raise InputError(
            f"{text.name}: JSON, but no list of features or objects (format); export it as GeoJSON"
        )
    spatial = any(isinstance(each, dict) and each.get("type") == "Feature" for each in some) or not _plain(
        some
    )
    notes: list[str] = []
    text.decision.tell(notes)
    names = _names(some, spatial=spatial)
    chunks = _chunks(notes, chain(some, features), names, spatial=spatial)
    return Reading(names, chunks, shaped=spatial, crs=_crs(text, crs) if spatial else None,
                   encoding=text.decision.encoding, sample=text.decision.sample, notes=notes)  # fmt: skip


def _plain(some: list[Any]) -> bool:
    """Whether objects are rows of a table and no broken features."""
    return all(
        isinstance(each, dict) and "geometry" not in each and "coordinates" not in each for each in some
    )


def _of_object(text: Text, crs: list[Any]) -> Iterator[Any]:
    """Features of a FeatureCollection, of single features one after another, or of a list in an object."""
    seen: dict[str, Any] = {}
    for name, value in members(text, "features"):
        if name == "features" and isinstance(value, Iterator):
            yield from value
            seen[name] = True
        else:
            crs.extend([value] if name == "crs" else [])
            seen[name] = value
    yield from _judged(text, seen)
    if seen.get("features") is True and text.peek():
        text.refuse("something follows after the collection of features")
    while text.peek():
        yield text.value()


def _judged(text: Text, seen: dict[str, Any]) -> list[Any]:
    """What an object is that was no collection. Raises InputError where it holds no rows."""
    kind = seen.get("type")
    if seen.get("features") is True:
        if kind not in ("FeatureCollection", None):
            raise InputError(
                f"{text.name}: JSON of type {kind!r}, not a FeatureCollection; export it as GeoJSON"
            )
        return []
    if kind == "Feature":
        return [seen]
    if kind in SHAPES or kind == "GeometryCollection":
        return [{"type": "Feature", "properties": {}, "geometry": seen}]
    listed = [value for value in seen.values() if isinstance(value, list) and "elements" not in seen]
    if len(listed) == 1 and kind is None:
        return listed[0]
    found = OTHERS.get(str(kind)) or f"type {kind!r}"
    found = "OpenStreetMap JSON of Overpass" if "elements" in seen else found
    raise InputError(
        f"{text.name}: JSON, but not GeoJSON: no features ({found}); export it as GeoJSON (format)"
    )


def _crs(text: Text, found: list[Any]) -> str | None:
    """The CRS an old-style `crs` member names; WGS 84 where there is none (RFC 7946)."""
    if not found or found[0] is None:
        return "OGC:CRS84"
    properties = found[0].get("properties") if isinstance(found[0], dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise InputError(
            f"{text.name}: the crs member names no CRS; specify it with --crs after mending the file"
        )
    return name


def _names(some: list[Any], *, spatial: bool) -> list[str]:
    names: dict[str, None] = {}
    for each in some:
        found = _properties(each) if spatial else each
        names |= dict.fromkeys(found if isinstance(found, dict) else ())
    if spatial and any(isinstance(each, dict) and each.get("id") is not None for each in some):
        names.setdefault("id", None)
    names.pop("\x00doubled", None)
    return list(names)


def _properties(feature: Any) -> Any:
    return feature.get("properties") if isinstance(feature, dict) else None


def _chunks(notes: list[str], features: Iterator[Any], names: list[str], *, spatial: bool) -> Iterator[Rows]:
    known, row = set(names), 0
    while some := list(islice(features, CHUNK)):
        found = Rows(range(row + 1, row + len(some) + 1), [])
        shapes: list[Any] = []
        cells: list[dict[str, Any]] = []
        for each in some:
            row += 1
            cells.append(_row(found, row, each, spatial=spatial))
            shapes.append(_shape(found, row, each) if spatial else None)
            if spatial and _is_high(each):
                note(notes, HEIGHTS)
            if not known.issuperset(cells[-1]):
                further = ", ".join(str(name) for name in cells[-1] if name not in known)
                remark(found.remarks, row, f"members that no earlier feature has were not read: {further}")
        found.columns = [_column([each.get(name) for each in cells]) for name in names]
        found.shapes = _blobs(shapes) if spatial else None
        yield found


def _blobs(shapes: list[Any]) -> list[bytes | None]:
    """All as WKB, of which some are already."""
    blobs: list[bytes | None] = shapes
    at = [place for place, each in enumerate(shapes) if each is not None and not isinstance(each, bytes)]
    for place, blob in zip(at, shapely.to_wkb([shapes[place] for place in at]), strict=True):
        blobs[place] = blob
    return blobs


def _row(found: Rows, row: int, each: Any, *, spatial: bool) -> dict[str, Any]:
    """The properties of a feature or the members of an object; faults where there are none."""
    if spatial and (not isinstance(each, dict) or each.get("type") != "Feature"):
        kind = each.get("type") if isinstance(each, dict) else type(each).__name__
        found.faults[row] = f"not a GeoJSON feature but of type {kind!r}: invalid"
        return {}
    cells = _properties(each) if spatial else each
    if cells is None:
        remark(found.remarks, row, "the feature has no properties (attributes missing)")
        cells = {}
    if not isinstance(cells, dict):
        found.faults[row] = "invalid feature: its properties are no object"
        return {}
    doubled = cells.get("\x00doubled") or (each.get("\x00doubled") if spatial else None)
    if doubled:
        found.faults[row] = f"invalid feature: the member {doubled!r} stands twice"
    odd = [name for name, value in cells.items() if isinstance(value, Constant)]
    if odd:
        found.faults[row] = f"invalid feature: {odd[0]} is {cells[odd[0]]}, which is not JSON"
    kept = {name: value for name, value in cells.items() if name != "\x00doubled"}
    if spatial and "id" not in kept and each.get("id") is not None:
        kept["id"] = each["id"]
    return kept


def _column(cells: list[Any]) -> list[Any]:
    """Cells of one kind as they are, others as text."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {int}:
        fits = all(cell is None or abs(cell) < 1 << 63 for cell in cells)
        return cells if fits else [None if cell is None else str(cell) for cell in cells]
    if kinds <= {str} or kinds == {float}:
        return cells
    return [_as_text(cell) for cell in cells]


def _as_text(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, dict) and set(cell) <= {"type", "coordinates", "\x00doubled"}:
        cell.pop("\x00doubled", None)
    return json.dumps(cell, ensure_ascii=False)


def _shape(found: Rows, row: int, feature: Any) -> Any:
    """The shape of a feature, or its WKB; None with a fault where it is broken."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if geometry is None:
        return None
    if plain := plain_wkb(geometry):
        return plain
    try:
        if open_rings(geometry):
            remark(found.remarks, row, "a ring was not closed: invalid, closed")
        return shape_of(geometry)
    except BROKEN as fault:
        found.faults.setdefault(row, f"invalid geometry: bad coordinates or type ({str(fault)[:80]})")
        return None


def _is_high(feature: Any) -> bool:
    """Whether the first point of a feature has more than two coordinates."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    at = geometry.get("coordinates") if isinstance(geometry, dict) else None
    while isinstance(at, list) and at and isinstance(at[0], list):
        at = at[0]
    return isinstance(at, list) and len(at) > 2  # noqa: PLR2004
