"""The shapes of a frame on their way out: in another CRS, promoted to their declared kind, still valid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from gis_core.errors import InputError
from gis_core.export.moving import FLAT, Array, Target, aim_of, crs_of, moved
from gis_core.layer import GeometryKind, Layer, geometry_kind

# what is promoted, the builder that does it, and the names in the files, by declared geometry kind
_SINGLE = {"MULTIPOLYGON": "Polygon", "MULTILINESTRING": "LineString", "POINT": "Point"}
_MULTI = {"MULTIPOLYGON": "MultiPolygon", "MULTILINESTRING": "MultiLineString", "POINT": "Point"}
_PROMOTE = {"MULTIPOLYGON": shapely.multipolygons, "MULTILINESTRING": shapely.multilinestrings}
_DIMENSION = {"MULTIPOLYGON": 2, "MULTILINESTRING": 1, "POINT": 0}


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

    def take(self, order: Sequence[int] | Array) -> Shapes:
        return Shapes(self.kind, self.found[np.asarray(order, dtype=int)], self.crs, self.notes)


def shapes_of(layer: type[Layer], frame: pd.DataFrame, crs: Target | None) -> Shapes:
    """Column `geom` of the frame in `crs` (x, y), multi as declared, two-dimensional, valid."""
    kind = geometry_kind(layer)
    if kind is None:
        raise TypeError(f"{layer.__tablename__} is declared without shapes")
    series = frame["geom"]
    if getattr(series, "crs", None) is None:
        raise InputError(f"{layer.__tablename__}: the shapes have no CRS; set the one they are in")
    found = np.array(series.array, dtype=object)
    deep = shapely.get_coordinate_dimension(found) > FLAT
    found[deep] = shapely.force_2d(found[deep])
    found[shapely.is_empty(found)] = None
    own = CRS.from_user_input(series.crs)
    target = own if crs is None else crs_of(aim_of(crs).crs)
    there, notes = (found, ()) if crs is None else moved(layer.__tablename__, found, own, crs)
    shapes, repairs = _valid(layer.__tablename__, kind, there)
    missing = int(shapely.is_missing(shapes).sum())
    bare = (f"{layer.__tablename__}: {missing} rows have no shape; they are kept",) if missing else ()
    return Shapes(kind, shapes, target, (*notes, *repairs, *bare))


def _valid(name: str, kind: GeometryKind, found: Array) -> tuple[Array, tuple[str, ...]]:
    """The shapes of the declared type and valid; a move to another CRS may have made some invalid."""
    broken = ~shapely.is_valid(found) & ~shapely.is_missing(found)
    shapes = found.copy()
    shapes[broken] = [_mended(shape, kind) for shape in found[broken]]
    types = {shapely.GeometryType(each).name for each in np.unique(shapely.get_type_id(shapes)).tolist()}
    strange = sorted(types - {"MISSING", kind, _SINGLE[kind].upper()})
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
