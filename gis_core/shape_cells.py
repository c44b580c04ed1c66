"""Shapes that stand as text in a cell: WKT, hexadecimal (E)WKB, GeoJSON, lists of {lat, lng}."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from gis_core.errors import InputError

HEX = frozenset("0123456789abcdefABCDEF")


def shapes_of_texts(cells: pa.Array) -> tuple[Any, Any, Any]:
    """Shapes of texts or binary WKB, with reasons for what is none, and empty repairs."""
    shapes = np.full(len(cells), None, dtype=object)
    reasons, repairs = (np.full(len(cells), "", dtype=object) for _ in range(2))
    for at, cell in enumerate(cells.to_pylist()):
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        shapes[at] = shape_of(cell)
        if shapes[at] is None:
            reasons[at] = f"the geometry is no WKT, WKB or GeoJSON: invalid {str(cell)[:60]!r}"
    return shapes, reasons, repairs


def shape_texts(blobs: pa.Array, crs: str) -> list[str | None]:
    """WKB as WKT, with the SRID in front where the CRS is one of EPSG; what is no WKB as its bytes in hex."""
    code = crs.removeprefix("EPSG:")
    start = f"SRID={code};" if code.isdigit() else ""
    raw = blobs.to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):  # of coordinates that are no numbers
        texts = shapely.to_wkt(
            [None if blob is None else shape_of(blob) for blob in raw], rounding_precision=-1
        )
    return [
        None if blob is None else blob.hex() if words is None else start + words
        for blob, words in zip(raw, texts, strict=True)
    ]


def srid_of(cells: pa.Array) -> int | None:
    """The SRID that all shapes of some texts carry; GeoJSON means 4326. None where they carry none.

    Raises InputError where they carry several.
    """
    first = next((str(cell) for cell in cells.to_pylist() if cell), "")
    if first.lstrip().startswith(("{", "[")):
        return 4326
    shapes, _, _ = shapes_of_texts(cells)
    found = set(shapely.get_srid(shapes[~shapely.is_missing(shapes)]).tolist())
    if len(found) > 1:
        listed = ", ".join(str(each) for each in sorted(found))
        raise InputError(f"the shapes carry several CRS (SRID {listed}); split the file or specify --crs")
    return found.pop() if found and found != {0} else None


def shape_of(cell: Any) -> Any:
    """The shape of one cell; None for what cannot be read, curves among it."""
    try:
        return _shape_of(cell)
    except NotImplementedError:
        return None


def _shape_of(cell: Any) -> Any:
    if isinstance(cell, bytes):
        return shapely.from_wkb(cell, on_invalid="ignore")
    text = str(cell).strip()
    if text.startswith(("{", "[")):
        return _of_json(text)
    if HEX.issuperset(text):
        return shapely.from_wkb(text, on_invalid="ignore") if len(text) % 2 == 0 else None
    told, _, rest = text.partition(";")
    if not told.upper().startswith("SRID="):
        return shapely.from_wkt(text, on_invalid="ignore")
    shape = shapely.from_wkt(rest, on_invalid="ignore")
    return shapely.set_srid(shape, int(told[5:])) if shape is not None and told[5:].isdigit() else shape


def _of_json(text: str) -> Any:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(told, list):
        return _of_points(told)
    inner = told.get("geometry") if isinstance(told, dict) and told.get("type") == "Feature" else told
    return shapely.from_geojson(json.dumps(inner), on_invalid="ignore")


def _of_points(listed: list[Any]) -> Any:
    """A line through points that say their lat and lng; None for anything else."""
    try:
        at = [(float(each.get("lng", each.get("lon"))), float(each["lat"])) for each in listed]
        return shapely.linestrings(at) if len(at) > 1 else shapely.points(at[0])
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        return None
