"""Appeals tied to places, districts and hexagons, as whole arrays: the server sends them day by day, packed.

What a query would do for each appeal by itself is done for all of them at once, about ten times faster; the
query stands in the tests and gives the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import (
    ARRAY,
    Connection,
    Integer,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from gis_core.joins import in_bytes
from gis_core.layer import table_of
from gis_core.nearby import first_around, nearest_within, rounded
from gis_core.store import read_frame
from layers.appeals import Appeal
from layers.city import City
from layers.grid_cells import GridCell
from layers.places import boundaries, homes, places

BATCH = 200_000  # appeals that are tied and written at once
KINDS = ("courtyard", "public_space")
LONG_AGO = -(2**40)  # a day before which nobody is asked
PLACED, REPEATS = 1, 2  # flags: its point is that of a house or a telephone; it is known to repeat another
# an appeal as the server packs it, of all of a day one behind the other, in the order of their ids
SENT = np.dtype([("category", ">i4"), ("flags", ">i4"), ("x", ">f8"), ("y", ">f8")])
TIED = np.dtype([("day", "i4"), ("category", "i4"), ("repeats", "?"), ("place", "i4"), ("metres", "f8"),
                 ("home", "i4"), ("cell", "i4")])  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What appeals are tied to: places by kind and id, districts by id, hexagons, as frames; categories."""

    city: City
    places: Any
    districts: Any
    cells: Any
    categories: list[str]

    @property
    def reach(self) -> NDArray[np.float64]:
        """Metres within which a place is near, by the number of the category."""
        needs = self.city.needs
        return np.array([needs.near_m_of.get(name, needs.near_m) for name in self.categories], float)


def parts(connection: Connection, city: City) -> Iterator[pa.Table]:
    """The rows of the layer, in the order of days and ids."""
    ground = _ground(connection, city)
    before = Before(len(ground.places), len(ground.categories), city.needs.repeat_days)
    for ids, tied in _tied(connection, ground):
        yield _rows(ground, ids, tied, tied["repeats"] | before.soon_after(tied))


class Before:
    """The day of the last appeal of each place and category among those that went by."""

    def __init__(self, places: int, categories: int, days: int) -> None:
        self.categories, self.days = categories, days
        self.last = np.full(places * categories, LONG_AGO)

    def soon_after(self, tied: NDArray[np.void]) -> NDArray[np.bool_]:
        """Which of the next appeals, in the order of days, follow another of their place and category within
        so many days."""
        placed = np.flatnonzero(tied["place"] >= 0)
        key = tied["place"][placed].astype(np.int64) * self.categories + tied["category"][placed]
        order = np.argsort(key, kind="stable")
        key, day = key[order], tied["day"][placed][order].astype(np.int64)
        first = np.diff(key, prepend=-1) != 0
        earlier = np.where(first, self.last[key], np.roll(day, 1))
        self.last[key] = day  # of several days of one key the last one stays
        found = np.zeros(len(tied), bool)
        found[placed[order]] = day - earlier <= self.days
        return found


def _ground(connection: Connection, city: City) -> Ground:
    place = places(*KINDS)
    listed = select(place.c.kind, place.c.id, place.c.geom).order_by(place.c.kind, in_bytes(place.c.id))
    names = select(Appeal.category).distinct()
    shapes = read_frame(connection, listed, city.crs)
    districts = read_frame(connection, boundaries(), city.crs)
    cells = read_frame(connection, _cells(), city.crs)
    return Ground(city, shapes, districts, cells, sorted(connection.scalars(names)))


def _cells() -> Select[Any]:
    cell = table_of(GridCell).c
    return select(cell.cell_id, cell.geom).order_by(cell.cell_id)


def _tied(connection: Connection, ground: Ground) -> Iterator[tuple[pa.Array, NDArray[np.void]]]:
    """Ids and ties, so many at once; whole days."""
    waiting: list[tuple[list[str], NDArray[np.int32], NDArray[np.void]]] = []
    query = _packed(ground.categories)
    for day, packed, ids in connection.execute(query, execution_options={"yield_per": 20}):
        sent = np.frombuffer(packed, SENT)
        waiting.append((ids, np.full(len(sent), (day - date(1970, 1, 1)).days, np.int32), sent))
        if sum(len(each) for each, *_ in waiting) >= BATCH:
            yield _batch(ground, waiting)
            waiting = []
    if waiting:
        yield _batch(ground, waiting)


def _packed(categories: list[str]) -> Select[Any]:
    """A row a day: its appeals packed one behind the other, and their ids, both by id."""
    number = func.array_position(literal(categories, ARRAY(Text)), Appeal.category)
    exact = case((func.coalesce(Appeal.address_match, "exact") == "exact", PLACED), else_=0)
    flags = cast(exact + case((Appeal.duplicate_of.is_not(None), REPEATS), else_=0), Integer)
    nowhere: Any = literal_column("'NaN'::float8")
    axes = (func.float8send(func.coalesce(axis(Appeal.geom), nowhere)) for axis in (func.ST_X, func.ST_Y))
    packed: Any = func.int4send(number)
    for each in (func.int4send(flags), *axes):
        packed = packed.op("||")(each)
    joined = func.string_agg(packed, aggregate_order_by(literal_column("''::bytea"), Appeal.id))
    ids = func.array_agg(aggregate_order_by(Appeal.id, Appeal.id))
    return (
        select(Appeal.requested_on, joined, ids).group_by(Appeal.requested_on).order_by(Appeal.requested_on)
    )


def _batch(ground: Ground, days: Any) -> tuple[pa.Array, NDArray[np.void]]:
    sent = np.concatenate([each for *_, each in days])
    found = np.empty(len(sent), TIED)
    found["day"] = np.concatenate([each for _, each, _ in days])
    found["category"] = sent["category"] - 1
    found["repeats"] = sent["flags"] & REPEATS > 0
    points = np.column_stack([sent["x"], sent["y"]]).astype(float)
    found["home"] = homes(ground.districts, points, found["day"])
    found["cell"] = first_around(points, np.asarray(ground.cells["geom"], object))
    points[sent["flags"] & PLACED == 0] = np.nan
    shapes = np.asarray(ground.places["geom"], object)
    place, metres = nearest_within(points, ground.reach[found["category"]], shapes)
    found["place"], found["metres"] = place, metres
    return pa.array([each for ids, *_ in days for each in ids], pa.string()), found


def _rows(ground: Ground, ids: Any, tied: NDArray[np.void], repeated: NDArray[np.bool_]) -> pa.Table:
    """Some rows of the layer."""
    near, home, cell, metres = tied["place"], tied["home"], tied["cell"], tied["metres"]
    tie = np.select([metres == 0, metres > 0, home >= 0], [0, 1, 2], 3)
    at = pa.array(near, mask=near < 0)
    return pa.table({
        "appeal_id": ids,
        "tie": pa.array(["inside", "near", "district", "none"]).take(pa.array(tie)),
        "place_kind": pa.array(ground.places["kind"], pa.string()).take(at),
        "place_id": pa.array(ground.places["id"], pa.string()).take(at),
        "distance_m": pa.array(rounded(metres, 2), mask=near < 0),
        "district_id": pa.array(ground.districts["id"], pa.string()).take(pa.array(home, mask=home < 0)),
        "repeated": repeated,
        "cell_id": pa.array(ground.cells["cell_id"], pa.string()).take(pa.array(cell, mask=cell < 0)),
    })  # fmt: skip
