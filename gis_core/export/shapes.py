"""The shapes of a frame on their way out: in another CRS, promoted to their declared kind, still valid."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import AreaOfInterest, TransformerGroup

from gis_core.errors import InputError
from gis_core.layer import GeometryKind, Layer, geometry_kind

Array = NDArray[Any]

# what is promoted, the builder that does it, and the names in the files, by declared geometry kind
_SINGLE = {"MULTIPOLYGON": "Polygon", "MULTILINESTRING": "LineString", "POINT": "Point"}
_MULTI = {"MULTIPOLYGON": "MultiPolygon", "MULTILINESTRING": "MultiLineString", "POINT": "Point"}
_PROMOTE = {"MULTIPOLYGON": shapely.multipolygons, "MULTILINESTRING": shapely.multilinestrings}
_DIMENSION = {"MULTIPOLYGON": 2, "MULTILINESTRING": 1, "POINT": 0}
FLAT = 2  # axes of a CRS a map can be drawn in


@dataclass(frozen=True)
class Shapes:
    """Shapes of one layer in row order (None where a row has none), the CRS they are in, what was done."""

    kind: GeometryKind
    found: Array
    crs: CRS
    notes: tuple[str, ...] = ()

    @property
    def single(self) -> str:
        """The simple type as file formats spell it: Polygon, LineString, Point."""
        return _SINGLE[self.kind]

    @property
    def multi(self) -> str:
        """The type as stored: MultiPolygon, MultiLineString, Point."""
        return _MULTI[self.kind]

    @property
    def missing(self) -> int:
        return int(shapely.is_missing(self.found).sum())

    def take(self, order: Sequence[int]) -> Shapes:
        return Shapes(self.kind, self.found[np.asarray(order, dtype=int)], self.crs, self.notes)


def crs_of(given: CRS | str) -> CRS:
    """The CRS a user named by code, WKT or PROJ text; InputError if it is unknown or not a flat one."""
    try:
        crs = CRS.from_user_input(given)
    except CRSError as reason:
        cure = "give a code such as EPSG:32642, or the WKT text of a local system"
        raise InputError(f"unknown CRS {str(given)[:80]!r}: {cure}") from reason
    if len(crs.axis_info) != FLAT or not (crs.is_geographic or crs.is_projected):
        raise InputError(f"CRS {crs.name!r} is not a flat one: give a projected or a longitude-latitude CRS")
    return crs


def shapes_of(layer: type[Layer], frame: pd.DataFrame, crs: CRS | str | None) -> Shapes:
    """Column `geom` of the frame in `crs` (x, y), multi as declared, two-dimensional, valid."""
    kind = geometry_kind(layer)
    if kind is None:
        raise TypeError(f"{layer.__tablename__} is declared without shapes")
    series = frame["geom"]
    if getattr(series, "crs", None) is None:
        raise InputError(f"{layer.__tablename__}: the shapes have no CRS; set the one they are in")
    found = shapely.force_2d(np.asarray(series.array, dtype=object))
    found[shapely.is_empty(found)] = None
    own = CRS.from_user_input(series.crs)
    target = own if crs is None else crs_of(crs)
    moved, notes = _moved(layer.__tablename__, found, own, target)
    shapes, repairs = _valid(layer.__tablename__, kind, moved)
    missing = int(shapely.is_missing(shapes).sum())
    bare = (f"{layer.__tablename__}: {missing} rows have no shape; they are kept",) if missing else ()
    return Shapes(kind, shapes, target, (*notes, *repairs, *bare))


def _moved(name: str, found: Array, own: CRS, target: CRS) -> tuple[Array, tuple[str, ...]]:
    """The shapes in the target CRS, and which transformation was used."""
    if own.equals(target, ignore_axis_order=True):
        return found, ()
    if shapely.is_missing(found).all():
        return found, ()
    try:
        way, quality = _best_way(own, target, found)
        moved = shapely.transform(found, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1])))
    except (ProjError, IndexError, ValueError) as reason:
        raise InputError(f"{name}: no way from {own.name} to {target.name}") from reason
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise InputError(f"{name}: some shapes lie outside the area of {target.name}; choose another CRS")
    return moved, (f"{name}: {own.name} to {target.name} by {way.description}, {quality}",)


def _best_way(own: CRS, target: CRS, found: Array) -> tuple[Transformer, str]:
    """The most accurate transformation there is for the area of the shapes, and how good it is."""
    west, south, east, north = shapely.total_bounds(found).tolist()
    degrees = Transformer.from_crs(own, "EPSG:4326", always_xy=True).transform_bounds(
        west, south, east, north
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a missing grid; said in the quality
        ways = TransformerGroup(own, target, always_xy=True, area_of_interest=AreaOfInterest(*degrees))
    way = ways.transformers[0]
    accuracy = f"accuracy {way.accuracy:g} m" if way.accuracy >= 0 else "accuracy unknown"
    return (
        way,
        accuracy if ways.best_available else f"{accuracy}; a better one needs a grid not installed here",
    )


def _valid(name: str, kind: GeometryKind, found: Array) -> tuple[Array, tuple[str, ...]]:
    """The shapes of the declared type and valid; a move to another CRS may have made some invalid."""
    broken = ~shapely.is_valid(found) & ~shapely.is_missing(found)
    shapes = found.copy()
    shapes[broken] = [_mended(shape, kind) for shape in found[broken]]
    types = {shape.geom_type.upper() for shape in shapes if shape is not None}
    strange = sorted(types - {kind, _SINGLE[kind].upper()})
    if strange:
        raise InputError(f"{name}: shapes of type {', '.join(strange)} in a layer of {kind}")
    notes = (f"{name}: {broken.sum()} shapes mended to stay valid",) if broken.any() else ()
    return promoted(kind, shapes), notes


def promoted(kind: GeometryKind, shapes: Array) -> Array:
    """The same shapes, a simple one as a multi shape of one part where the declared kind is multi."""
    builder = _PROMOTE.get(kind)
    if builder is None:
        return shapes
    simple = [shape is not None and shape.geom_type.upper() != kind for shape in shapes]
    made = shapes.copy()
    made[simple] = [builder(shapely.get_parts(shape)) for shape in shapes[simple]]
    return made


def _mended(shape: Any, kind: GeometryKind) -> Any:
    """A valid shape near the given one, of the declared dimension only; empty parts are dropped."""
    parts = shapely.get_parts(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    parts = shapely.get_parts(parts)
    kept = parts[(shapely.get_dimensions(parts) == _DIMENSION[kind]) & ~shapely.is_empty(parts)]
    return _PROMOTE[kind](kept) if kind in _PROMOTE else kept[0]
