"""Shapes of a file into the store's form: valid, two-dimensional, multi, in the city's metric CRS."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from shapely import GeometryType

from gis_core.crs import WGS84, City, epsg_of
from gis_core.layer import GeometryKind

DIMENSIONS: dict[str, int] = {"POINT": 0, "MULTILINESTRING": 1, "MULTIPOLYGON": 2}
SINGLE = {
    "POINT": GeometryType.POINT,
    "MULTILINESTRING": GeometryType.LINESTRING,
    "MULTIPOLYGON": GeometryType.POLYGON,
}
MULTI = {"MULTILINESTRING": GeometryType.MULTILINESTRING, "MULTIPOLYGON": GeometryType.MULTIPOLYGON}
WKB_CODES = {"POINT": 1, "MULTILINESTRING": 5, "MULTIPOLYGON": 6}
SRID_FLAG = 0x20000000  # in the type of EWKB: an SRID follows
LEAST_M2 = 0.01  # a polygon below this is a line or a point that was drawn as one
Shapes = NDArray[np.object_]
Texts = NDArray[np.object_]


@dataclass(frozen=True)
class ShapeRules:
    """`bounds`: west, south, east, north in degrees that every shape must meet; widths in metres.

    `widened`: whether lines and points may become areas of those widths. `outline`: of the city in degrees,
    by which a CRS is judged.
    """

    crs: CRS
    bounds: tuple[float, float, float, float]
    line_m: float
    point_m: float
    widened: bool = True
    outline: Any = None

    @cached_property
    def srid(self) -> int:
        """EPSG code of the store's CRS."""
        return epsg_of(self.crs) or 0

    @property
    def city(self) -> City:
        """Where the city lies."""
        return City(self.crs, self.bounds, self.outline)


class Limits(NamedTuple):
    """The box in the store's CRS that a shape must meet; how wide it may be: what reaches far beyond the city
    has a stray vertex; the SRID of the store."""

    box: tuple[float, float, float, float]
    span: float
    srid: int


@dataclass(frozen=True)
class StoredShapes:
    """Shapes in the store's CRS; a refused shape is None and has a reason. All arrays are equally long.

    `sources`: how an area was made from something else ("buffered_line", "buffered_point"), else "".
    `repairs`: what was mended, with the change of area, else "".
    """

    shapes: Shapes
    reasons: Texts
    repairs: Texts
    sources: Texts


def shapes_of_wkb(blobs: pa.Array) -> tuple[Shapes, Texts, Texts]:
    """Shapes of WKB, with reasons for what is none, and repairs where a ring was closed."""
    raw = blobs.to_numpy(zero_copy_only=False)
    reasons, repairs = _texts(len(raw)), _texts(len(raw))
    try:
        shapes = np.asarray(_from_wkb(raw, "ignore"), dtype=object)
    except NotImplementedError:
        shapes = _straight(raw, reasons)
        raw = np.where(reasons == "", raw, None)
    for row in np.flatnonzero(shapely.is_missing(shapes) & (raw != None)):  # noqa: E711  element by element
        shapes[row] = _from_wkb(raw[row], "fix")
        if shapes[row] is None:
            reasons[row] = "the geometry cannot be read: invalid WKB"
        else:
            repairs[row] = "a ring was not closed: invalid, closed"
    return shapes, reasons, repairs


def _from_wkb(raw: Any, on_invalid: str) -> Any:
    """Shapes of WKB; a coordinate that is no number is told of its row later, not by NumPy now."""
    with np.errstate(invalid="ignore"):
        return shapely.from_wkb(raw, on_invalid=on_invalid)


def _straight(raw: Shapes, reasons: Texts) -> Shapes:
    """Shapes of WKB one by one; those of curves are refused."""
    shapes = np.full(len(raw), None, dtype=object)
    for row, blob in enumerate(raw):
        try:
            shapes[row] = _from_wkb(blob, "ignore")
        except NotImplementedError:
            reasons[row] = "curves are not read: invalid geometry type; draw them as lines"
    return shapes


def store_shapes(
    shapes: Shapes, step: Transformer | None, kind: GeometryKind, rules: ShapeRules
) -> StoredShapes:
    """Check, project, mend and cast shapes; `step` leads to the store's CRS, None if they are in it.

    None stays None without a reason: whether a row may lack its shape is the layer's business.
    """
    flat = np.asarray(shapely.force_2d(shapes), dtype=object) if shapely.has_z(shapes).any() else shapes
    reasons = _broken(flat)
    projected = project(_only(flat, reasons == ""), step)
    reasons = _join(reasons, _outside(projected, flat, step, rules))
    kept = _only(projected, reasons == "")
    wide = kind == "MULTIPOLYGON" and rules.widened
    areas, sources = _as_areas(kept, rules) if wide else (kept, _texts(len(shapes)))
    mended, repairs = _mend(areas)
    fitting, misfits, left = _cast(mended, kind)
    reasons = np.where(reasons == "", misfits, reasons)
    return StoredShapes(_only(fitting, reasons == ""), reasons, _join(repairs, left), sources)


def project(shapes: Shapes, step: Transformer | None) -> Shapes:
    """Shapes in another CRS; the same where there is no step."""
    if step is None:
        return shapes
    points = shapely.get_coordinates(shapes)
    moved = np.column_stack(step.transform(points[:, 0], points[:, 1])) if len(points) else points
    return np.asarray(shapely.set_coordinates(shapes.copy(), moved), dtype=object)


def _only(shapes: Shapes, kept: NDArray[np.bool_]) -> Shapes:
    if kept.all():
        return shapes
    chosen = shapes.copy()
    chosen[~kept] = None
    return chosen


def _texts(length: int) -> Texts:
    return np.full(length, "", dtype=object)


def _join(first: Texts, second: Texts) -> Texts:
    both = (first != "") & (second != "")
    return np.where(both, first + "; " + second, first + second)  # type: ignore[no-any-return]


def _broken(shapes: Shapes) -> Texts:
    """Reasons for shapes that are empty, not finite, or of curves."""
    reasons = _texts(len(shapes))
    present = ~shapely.is_missing(shapes)
    reasons[present & shapely.is_empty(shapes)] = "the shape is empty: invalid geometry"
    reasons[shapely.get_type_id(shapes) > GeometryType.GEOMETRYCOLLECTION] = (
        "curves are not read: invalid geometry type"
    )
    flat = (shapely.get_dimensions(shapes) == 1) & (shapely.length(shapes) == 0)
    reasons[flat & present & (reasons == "")] = "a line of zero length: invalid geometry"
    points, rows = shapely.get_coordinates(shapes, return_index=True)
    finite = np.isfinite(points).all(axis=1)
    reasons[np.unique(rows[~finite])] = "a coordinate is NaN or infinite: invalid geometry"
    return reasons


def _outside(projected: Shapes, raw: Shapes, step: Transformer | None, rules: ShapeRules) -> Texts:
    """Reasons for shapes outside the city, with the hint where exchanging the axes would place them in it."""
    reasons = _texts(len(raw))
    box, span, _ = limits(rules)
    bounds = shapely.bounds(projected)
    away = ~(
        (bounds[:, 0] <= box[2])
        & (bounds[:, 2] >= box[0])
        & (bounds[:, 1] <= box[3])
        & (bounds[:, 3] >= box[1])
    )
    bounds = np.nan_to_num(bounds, posinf=np.finfo(float).max, neginf=np.finfo(float).min) / 2
    span /= 2
    away |= (bounds[:, 2] - bounds[:, 0] > span) | (bounds[:, 3] - bounds[:, 1] > span)
    for row in np.flatnonzero(away & ~shapely.is_missing(projected)):
        x, y = shapely.bounds(raw[row])[:2]
        reasons[row] = f"outside the city: coordinates {x:.9g} {y:.9g}"
        if _inside(swapped(raw[row : row + 1]), step, box):
            reasons[row] += "; with the axes exchanged (swapped lat and lon) it would lie in the city"
    return reasons


def as_ewkb(shapes: Shapes, kind: GeometryKind, srid: int) -> pa.Array:
    """Shapes as the server reads them, with the SRID; single ones become multi where the kind is."""
    if kind == "POINT":
        return _points_as_ewkb(shapes, srid)
    single = shapely.get_type_id(shapes) == SINGLE[kind]
    if not single.any():
        return pa.array(shapely.to_wkb(shapely.set_srid(shapes, srid), include_srid=True), pa.binary())
    head = b"\x01" + struct.pack("<III", WKB_CODES[kind] | SRID_FLAG, srid, 1)
    parts = pa.array(shapely.to_wkb(_only(shapes, single), byte_order=1), pa.binary())
    ones = pc.binary_join_element_wise(head, parts, b"")
    return ones if single.all() else pc.coalesce(ones, as_ewkb(_only(shapes, ~single), kind, srid))


def _points_as_ewkb(shapes: Shapes, srid: int) -> pa.Array:
    """Points as EWKB, all at once: of each the head and two numbers."""
    present = ~shapely.is_missing(shapes)
    records = np.zeros(len(shapes), [("head", "S9"), ("place", "<f8", 2)])
    records["head"] = b"\x01" + struct.pack("<II", WKB_CODES["POINT"] | SRID_FLAG, srid)
    records["place"][present] = shapely.get_coordinates(shapes)
    ends = np.arange(len(shapes) + 1, dtype=np.int32) * records.itemsize
    mask = None if present.all() else pa.array(present).buffers()[1]
    return pa.Array.from_buffers(pa.binary(), len(shapes), [mask, pa.py_buffer(ends), pa.py_buffer(records)])


def swapped(shapes: Shapes) -> Shapes:
    """Shapes with x and y exchanged."""
    return np.asarray(
        shapely.set_coordinates(shapes.copy(), shapely.get_coordinates(shapes)[:, ::-1]), dtype=object
    )


def _inside(shapes: Shapes, step: Transformer | None, box: tuple[float, ...]) -> bool:
    x, y = shapely.bounds(project(shapes, step))[0, :2]
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def limits(rules: ShapeRules) -> Limits:
    """What a shape of the city must keep to."""
    box = city_box(rules)
    return Limits(box, 3 * max(box[2] - box[0], box[3] - box[1]), rules.srid)


def city_box(rules: ShapeRules) -> tuple[float, float, float, float]:
    """The city's bounds in the store's CRS."""
    step = Transformer.from_crs(WGS84, rules.crs, always_xy=True)
    west, south, east, north = step.transform_bounds(*rules.bounds, densify_pts=21)
    return west, south, east, north


def _as_areas(shapes: Shapes, rules: ShapeRules) -> tuple[Shapes, Texts]:
    """Lines as strips and points as circles of the profile's widths, where areas are asked for."""
    sources, areas = _texts(len(shapes)), shapes
    dimension = shapely.get_dimensions(shapes)
    for value, width, name in ((1, rules.line_m, "buffered_line"), (0, rules.point_m, "buffered_point")):
        rows = (dimension == value) & ~shapely.is_missing(shapes)
        if rows.any():
            areas = areas.copy()
            areas[rows] = shapely.buffer(shapes[rows], width)
            sources[rows] = name
    return areas, sources


def _mend(shapes: Shapes) -> tuple[Shapes, Texts]:
    """Valid shapes, and what was mended: the fault and the change of area in square metres."""
    repairs = _texts(len(shapes))
    broken = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
    if not broken.any():
        return shapes, repairs
    mended = shapes.copy()
    mended[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    for row in np.flatnonzero(broken):
        change = shapely.area(mended[row]) - shapely.area(shapes[row])
        repairs[row] = f"{shapely.is_valid_reason(shapes[row])}; made valid, area changed by {change:+.2f} m2"
    return mended, repairs


def _cast(shapes: Shapes, kind: GeometryKind) -> tuple[Shapes, Texts, Texts]:
    """Shapes of one kind, single or multi, reasons for those of which nothing is left, what others lost."""
    reasons, left = _texts(len(shapes)), _texts(len(shapes))
    types, cast = shapely.get_type_id(shapes), shapes
    fits = np.isin(types, [SINGLE[kind], MULTI.get(kind, SINGLE[kind]), -1])
    for row in np.flatnonzero(~fits):
        cast = cast.copy() if cast is shapes else cast
        cast[row] = _of_dimension(shapes[row], kind)
        if cast[row] is None:
            name = GeometryType(types[row]).name
            reasons[row] = (
                f"the shape is a {name.lower()}, the layer holds {kind.lower()}: wrong geometry type"
            )
        elif types[row] == GeometryType.GEOMETRYCOLLECTION:
            left[row] = f"of a geometry collection only the {kind.lower()} part is kept"
    if kind == "MULTIPOLYGON":
        thin = ~shapely.is_missing(cast) & (shapely.area(cast) < LEAST_M2)
        reasons[thin] = "the shape has no area: invalid geometry"
    return cast, reasons, left


def _of_dimension(shape: Any, kind: GeometryKind) -> Any:
    """The parts of a shape that have the dimension asked for, as one multi shape; None if there are none.

    A point stays single, and several points are none.
    """
    parts = shapely.get_parts(shape)
    while (nested := shapely.get_type_id(parts) >= GeometryType.MULTIPOINT).any():
        parts = np.concatenate([parts[~nested], shapely.get_parts(parts[nested])])
    fitting = parts[(shapely.get_dimensions(parts) == DIMENSIONS[kind]) & ~shapely.is_empty(parts)]
    if kind == "POINT":
        return fitting[0] if len(fitting) == 1 else None
    if len(fitting) == 0:
        return None
    return shapely.multipolygons(fitting) if kind == "MULTIPOLYGON" else shapely.multilinestrings(fitting)


def added(words: Mapping[int, str], texts: Texts, rows: Any) -> dict[int, str]:
    """Words by row number with those of an array of texts put beside them."""
    merged = dict(words)
    for at in np.flatnonzero(texts != ""):
        row = int(rows[at])
        merged[row] = f"{merged[row]}; {texts[at]}" if row in merged else str(texts[at])
    return merged
