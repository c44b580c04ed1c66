"""Rows that have an address and no coordinates, placed by whatever finds addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

Point = tuple[float, float]
EXACT = "exact"


class Found(NamedTuple):
    """Where an address is, in the store's CRS, how well it was found, and what should be looked at."""

    point: Point | None
    quality: str
    words: str = ""


@dataclass(frozen=True)
class Addressing:
    """`find` places texts of the field `address`; the field `quality` takes how well."""

    address: str
    quality: str
    find: Callable[[str], Found]


class Placed(NamedTuple):
    """Points where there were none; what they are (`geom_source`), how well found; doubts by position."""

    shapes: Any
    sources: Any
    qualities: pa.Array
    doubts: Mapping[int, str]


def place_by_address(addressing: Addressing, addresses: pa.Array, shapes: Any, missing: Any) -> Placed:
    """Points for rows without a shape (`missing`) whose address is found; a stand-in for less than a house is
    marked.

    A row with a shape of its own keeps it and has no quality.
    """
    wanted = pc.and_(pc.is_valid(addresses), pa.array(missing))
    coded = pc.if_else(wanted, addresses, None).dictionary_encode()
    found = [addressing.find(text) for text in coded.dictionary.to_pylist()]
    points = np.array([shapely.Point(each.point) if each.point else None for each in found] + [None])
    sources = np.array([_source(each) for each in found] + [""], dtype=object)
    places = coded.indices.fill_null(len(found)).to_numpy(zero_copy_only=False)
    placed = shapes.copy()
    chosen = wanted.to_numpy(zero_copy_only=False)
    placed[chosen] = points[places[chosen]]
    told = {int(at): found[places[at]].words for at in np.flatnonzero(chosen) if found[places[at]].words}
    qualities = pa.array([each.quality for each in found], pa.string()).take(coded.indices)
    return Placed(placed, sources[places], qualities, told)


def _source(found: Found) -> str:
    if found.point is None:
        return ""
    return "address" if found.quality == EXACT else "centroid"
