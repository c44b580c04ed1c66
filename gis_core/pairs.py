"""Pairs of shapes: which come near each other, and what ground they share. Metres and square metres.

The seam for a faster engine: whoever knows another way to the same areas replaces `shared_ground`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]
Indices = NDArray[np.intp]
AREA_DIGITS = 6
POLYGON, MULTIPOLYGON, COLLECTION = 3, 6, 7  # type numbers of GEOS


def near_pairs(
    shapes: Shapes, reach: NDArray[np.float64], chosen: NDArray[np.bool_]
) -> tuple[Indices, Indices]:
    """Pairs i < j, sorted, one of them chosen, whose boxes come within the reach of either, in metres."""
    grown = _grown(shapes, reach)
    left, right = shapely.STRtree(shapes).query(grown[chosen])
    left = np.flatnonzero(chosen)[left]
    if not chosen.all():  # the reach of those not chosen, which else is asked from their side
        back, forth = shapely.STRtree(grown).query(shapes[chosen])
        left, right = np.r_[left, np.flatnonzero(chosen)[back]], np.r_[right, forth]
    low, high = np.minimum(left, right), np.maximum(left, right)
    keys = np.unique((low * len(shapes) + high)[low < high])
    return np.divmod(keys, max(len(shapes), 1))


def _grown(shapes: Shapes, reach: NDArray[np.float64]) -> Shapes:
    """The box of each shape, so many metres larger on every side."""
    bounds = shapely.bounds(shapes) + np.column_stack([-reach, -reach, reach, reach])
    return shapely.box(*bounds.T)  # type: ignore[no-any-return]


def meeting_pairs(left: Shapes, right: Shapes) -> tuple[Indices, Indices]:
    """Pairs (i, j), sorted, of shapes of two lists that touch or overlap."""
    i, j = shapely.STRtree(right).query(left, predicate="intersects")
    order = np.lexsort((j, i))
    return i[order], j[order]


def shared_ground(left: Shapes, right: Shapes) -> tuple[Shapes, NDArray[np.float64]]:
    """What each shape shares with the one beside it in the other list, as multipolygons, and its area."""
    shapes = polygons_only(shapely.intersection(left, right))
    return shapes, areas(shapes)


def areas(shapes: Shapes) -> NDArray[np.float64]:
    """Areas to a square millimetre: above the noise of overlays, so that equal areas compare as equal."""
    return np.round(shapely.area(shapes), AREA_DIGITS)  # type: ignore[no-any-return]


def polygons_only(shapes: Shapes) -> Shapes:
    """Each shape as a multipolygon; points and lines fall away."""
    kinds = shapely.get_type_id(shapes)
    if (kinds == MULTIPOLYGON).all():
        return shapes
    made = shapes.copy()
    single = kinds == POLYGON
    made[single] = shapely.multipolygons(shapes[single][:, None])
    for place in np.flatnonzero(~single & (kinds != MULTIPOLYGON)):
        made[place] = _polygons_of(shapes[place])
    return made


def _polygons_of(shape: Any) -> Any:
    parts = shapely.get_parts(shape)
    flat = shapely.get_parts(parts) if (shapely.get_type_id(parts) == MULTIPOLYGON).any() else parts
    return shapely.multipolygons(flat[shapely.get_type_id(flat) == POLYGON])


def united(shapes: Shapes) -> Any:
    """The ground of several shapes as one multipolygon; the same whatever their order."""
    if len(shapes) == 1:
        return polygons_only(shapes)[0]
    return polygons_only(np.array([shapely.normalize(shapely.union_all(shapely.normalize(shapes)))]))[0]


def without(shape: Any, others: Shapes) -> Any:
    """What of a shape lies in none of the others, as a multipolygon."""
    return polygons_only(np.array([shapely.difference(shape, shapely.union_all(others))]))[0]
