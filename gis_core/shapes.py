"""Shapes of a file into the store's form: valid, two-dimensional, multi, in the city's metric CRS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from shapely import GeometryType

from gis_core.layer import GeometryKind

DIMENSIONS: dict[str, int] = {"POINT": 0, "MULTILINESTRING": 1, "MULTIPOLYGON": 2}
Shapes = NDArray[np.object_]
Texts = NDArray[np.object_]


@dataclass(frozen=True)
class ShapeRules:
    """`bounds`: west, south, east, north in degrees that every shape must meet; widths in metres."""

    crs: CRS
    bounds: tuple[float, float, float, float]
    line_m: float
    point_m: float


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


def store_shapes(shapes: Shapes, crs: CRS, kind: GeometryKind, rules: ShapeRules) -> StoredShapes:
    """Check, project, mend and cast shapes.

    None stays None without a reason: whether a row may lack its shape is the layer's business.
    """
    reasons = _faults(shapes, crs, rules.bounds)
    kept = _only(shapes, reasons == "")
    projected = _project(shapely.force_2d(kept), crs, rules.crs)
    areas, sources = (
        _as_areas(projected, rules) if kind == "MULTIPOLYGON" else (projected, _texts(len(shapes)))
    )
    mended, repairs = _mend(areas)
    cast, misfits = _cast(mended, kind)
    reasons = np.where(reasons == "", misfits, reasons)
    return StoredShapes(_only(cast, reasons == ""), reasons, repairs, sources)


def _only(shapes: Shapes, kept: NDArray[np.bool_]) -> Shapes:
    chosen = shapes.copy()
    chosen[~kept] = None
    return chosen


def _texts(length: int) -> Texts:
    return np.full(length, "", dtype=object)


def _faults(shapes: Shapes, crs: CRS, bounds: tuple[float, float, float, float]) -> Texts:
    """Why a shape cannot be used: empty, without finite coordinates, outside the city."""
    reasons = _texts(len(shapes))
    present = ~shapely.is_missing(shapes)
    reasons[present & shapely.is_empty(shapes)] = "the shape is empty"
    boxes = shapely.bounds(shapes)
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    reasons[np.unique(owner[~np.isfinite(coordinates).all(axis=1)])] = "a coordinate is not a number"
    todo = present & (reasons == "")
    west, south, east, north = _degrees(boxes, crs)
    outside = (west > bounds[2]) | (east < bounds[0]) | (south > bounds[3]) | (north < bounds[1])
    for row in np.flatnonzero(todo & (outside | ~np.isfinite(west + south + east + north))):
        reasons[row] = (
            f"outside the city: longitude {west[row]:.4f}, latitude {south[row]:.4f};"
            f" the city lies in {bounds}; check the CRS and the order of the axes"
        )
    return reasons


def _degrees(boxes: NDArray[np.float64], crs: CRS) -> NDArray[np.float64]:
    """West, south, east and north of boxes; what cannot be projected is infinite."""
    to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    first = to_degrees.transform(boxes[:, 0], boxes[:, 1])
    second = to_degrees.transform(boxes[:, 2], boxes[:, 3])
    return np.array(
        [
            np.minimum(first[0], second[0]),
            np.minimum(first[1], second[1]),
            np.maximum(first[0], second[0]),
            np.maximum(first[1], second[1]),
        ]
    )


def _project(shapes: Shapes, source: CRS, target: CRS) -> Shapes:
    transformer = Transformer.from_crs(source, target, always_xy=True)

    def step(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return np.asarray(shapely.transform(shapes, step), dtype=object)


def _as_areas(shapes: Shapes, rules: ShapeRules) -> tuple[Shapes, Texts]:
    """Lines as strips and points as circles of the profile's widths, where areas are asked for."""
    sources, areas = _texts(len(shapes)), shapes.copy()
    dimension = shapely.get_dimensions(shapes)
    for value, width, name in ((1, rules.line_m, "buffered_line"), (0, rules.point_m, "buffered_point")):
        rows = (dimension == value) & ~shapely.is_missing(shapes)
        areas[rows] = shapely.buffer(shapes[rows], width)
        sources[rows] = name
    return areas, sources


def _mend(shapes: Shapes) -> tuple[Shapes, Texts]:
    """Valid shapes, and what was mended: the fault and the change of area in square metres."""
    repairs, mended = _texts(len(shapes)), shapes.copy()
    broken = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
    mended[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    for row in np.flatnonzero(broken):
        change = shapely.area(mended[row]) - shapely.area(shapes[row])
        repairs[row] = f"{shapely.is_valid_reason(shapes[row])}; made valid, area changed by {change:+.2f} m2"
    return mended, repairs


def _cast(shapes: Shapes, kind: GeometryKind) -> tuple[Shapes, Texts]:
    """Shapes as multi of one kind, with reasons for those of which nothing of that kind is left."""
    reasons, cast = _texts(len(shapes)), shapes.copy()
    for row in np.flatnonzero(~shapely.is_missing(shapes)):
        cast[row] = _of_dimension(shapes[row], kind)
    lost = shapely.is_missing(cast) & ~shapely.is_missing(shapes)
    for row in np.flatnonzero(lost):
        name = GeometryType(shapely.get_type_id(shapes[row])).name
        empty = shapely.is_empty(shapes[row])
        reasons[row] = "the shape has no area" if empty else f"the shape is a {name}, the layer holds {kind}"
    return cast, reasons


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
