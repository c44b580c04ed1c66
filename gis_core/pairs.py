"""Pairs of shapes: which come near each other, and what ground they share. Metres and square metres."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis_core.overlap import AREA_DIGITS, Polygons, overlaps

Shapes = NDArray[np.object_]
Indices = NDArray[np.intp]
POLYGON, MULTIPOLYGON = 3, 6  # type numbers of GEOS


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


def largest_share(left: Shapes, right: Shapes, least: NDArray[np.float64]) -> Indices:
    """For each shape the place in the other list of the one it shares most with; -1 for no more than `least`.

    Of equal shares the first.
    """
    i, j, m2 = overlaps(Polygons(left), Polygons(right))
    order = np.lexsort((j, -m2, i))
    order = order[m2[order] > least[i[order]]]
    most = order[np.flatnonzero(np.diff(i[order], prepend=-1))]
    best = np.full(len(left), -1, dtype=np.intp)
    best[i[most]] = j[most]
    return best


def shared_ground(left: Shapes, right: Shapes) -> tuple[Shapes, NDArray[np.float64]]:
    """What each shape shares with the one beside it in the other list, as multipolygons, and its area."""
    shapes = polygons_only(shapely.intersection(left, right))
    return shapes, areas(shapes)


def shared_among(shapes: Shapes, a: Indices, b: Indices) -> Shapes:
    """What pairs of shapes of one list share, as multipolygons; shapes that are drawn alike are cut once."""
    alike = alike_numbers(shapes)
    keys, first, back = np.unique(alike[a] * len(shapes) + alike[b], return_index=True, return_inverse=True)
    left, right = np.divmod(keys, max(len(shapes), 1))
    ground = polygons_only(shapes[a[first]]).copy()
    apart = left != right
    ground[apart], _ = shared_ground(shapes[a[first[apart]]], shapes[b[first[apart]]])
    return ground[back]


def alike_numbers(shapes: Shapes) -> Indices:
    """A number for each shape that is the same for shapes with the same corners."""
    return pd.factorize(shapely.to_wkb(shapes))[0]  # type: ignore[no-any-return]


def areas(shapes: Shapes) -> NDArray[np.float64]:
    """Areas to a square millimetre: above the noise of overlays, so that equal areas compare as equal."""
    return np.round(shapely.area(shapes), AREA_DIGITS)  # type: ignore[no-any-return]


def polygons_only(shapes: Shapes) -> Shapes:
    """Each shape as a multipolygon; points and lines fall away."""
    kinds = shapely.get_type_id(shapes)
    if (kinds == MULTIPOLYGON).all():
        return shapes
    made = shapes.copy()
    single, mixed = kinds == POLYGON, np.flatnonzero((kinds != POLYGON) & (kinds != MULTIPOLYGON))
    made[single] = shapely.multipolygons(shapes[single][:, None])
    made[mixed] = shapely.MultiPolygon()
    parts, owner = _parts(shapes[mixed])
    if len(parts):
        holding = np.unique(owner)
        made[mixed[holding]] = shapely.multipolygons(parts, indices=np.searchsorted(holding, owner))
    return made


def _parts(shapes: Shapes) -> tuple[Shapes, Indices]:
    """The polygons in mixed shapes, and the number of the shape each came from."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    flat, within = shapely.get_parts(parts, return_index=True)  # a collection may hold a multipolygon
    kept = shapely.get_type_id(flat) == POLYGON
    return flat[kept], owner[within[kept]]


def united(shapes: Shapes) -> Any:
    """The ground of several shapes as one multipolygon; the same whatever their order."""
    if len(shapes) == 1:
        return polygons_only(shapes)[0]
    return polygons_only(np.array([shapely.normalize(shapely.union_all(shapely.normalize(shapes)))]))[0]


def without(shape: Any, others: Shapes) -> Any:
    """What of a shape lies in none of the others, as a multipolygon."""
    return polygons_only(np.array([shapely.difference(shape, shapely.union_all(others))]))[0]
