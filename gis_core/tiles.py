"""Shapes in tiles: stretches of a curve through space, and for each what else comes near it.

Every shape is of one tile, the place of its middle on Hilbert's curve; a pair is of the tile of its first
shape. So each pair is found once, however the tiles are cut, and a tile needs its own shapes and those near.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gis_core.overlap import Found, Polygons, overlaps, part_of
from gis_core.pairs import Indices, Shapes
from gis_core.workers import at_hand

LEAST, MOST = 250, 5_000  # shapes of a tile: worth sending; about ten megabytes with what is near
TILES_PER_THREAD = 4  # so that none waits long for the last


def tiles(shapes: Shapes, threads: int) -> list[Indices]:
    """The numbers of the shapes of each tile, sorted; without empty shapes, which meet nothing."""
    full = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if not len(full):
        return []
    size = int(np.clip(len(full) / (TILES_PER_THREAD * threads), LEAST, MOST))
    along = full[np.argsort(gpd.GeoSeries(shapes[full]).hilbert_distance().to_numpy(), kind="stable")]
    return [np.sort(part) for part in np.array_split(along, -(-len(full) // size))]


def near(tree: shapely.STRtree, shapes: Shapes, reach: float) -> Indices:
    """The numbers of the shapes of a tree whose boxes come within so many metres of one of these, sorted.

    Each box is asked by itself: a corridor through the city makes its tile no larger than what it meets.
    """
    west, south, east, north = shapely.bounds(shapes).T
    boxes = shapely.box(west - reach, south - reach, east + reach, north + reach)
    return np.unique(tree.query(boxes)[1])


class TwoLists(NamedTuple):
    """The shapes of a tile and those of another list that lie near, as WKB, and how many both lists have in
    all."""

    own: NDArray[np.object_]
    others: NDArray[np.object_]
    whole: int
    least: float


def spread_overlaps(a: Shapes, b: Shapes, least: float = 0.0) -> Found:
    """As `overlaps`; by the workers of this command, if there are any."""
    workers = at_hand()
    if workers is None:
        return overlaps(Polygons(a), Polygons(b), least)
    cut, tree = tiles(a, workers.threads), shapely.STRtree(b)
    met = [near(tree, a[own], 0.0) for own in cut]

    def parts() -> Iterator[TwoLists]:
        for own, others in zip(cut, met, strict=True):
            yield TwoLists(shapely.to_wkb(a[own]), shapely.to_wkb(b[others]), len(a) + len(b), least)

    answers = workers.map(overlaps_of, parts(), len(cut))
    nothing = np.empty(0, np.intp)
    i = np.concatenate([nothing, *(own[found.i] for own, found in zip(cut, answers, strict=True))])
    j = np.concatenate([nothing, *(others[found.j] for others, found in zip(met, answers, strict=True))])
    m2 = np.concatenate([np.empty(0), *(found.m2 for found in answers)])
    order = np.lexsort((j, i))
    return Found(i[order], j[order], m2[order])


def overlaps_of(part: TwoLists) -> Found:
    """On a worker: the pairs of a tile, by the numbers of its two lists."""
    own, others = (Polygons(shapely.from_wkb(each)) for each in (part.own, part.others))
    with part_of(part.whole):
        return overlaps(own, others, part.least)
