"""Ground cut by the places it lies in, and the district that a point lies in on a day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis_core.pairs import (
    Shapes,
    alike_numbers,
    areas,
    largest_share,
    meeting_pairs,
    polygons_only,
    shared_ground,
    without,
)
from layers.conflict_days import AFTER
from layers.conflict_inputs import Inputs

COLUMNS = ["ground", "kind", "place", "name", "geom", "m2"]


def spots(inputs: Inputs, grounds: Shapes) -> pd.DataFrame:
    """Courtyards and public spaces met by each ground, and one more spot for what lies outside them.

    Columns: ground (number in the array), kind, place, name, geom, m2. Spots up to the tolerance fall away,
    but for the largest of a ground, of equal ones the first by kind and id: no ground is lost by being cut.
    """
    numbers = alike_numbers(grounds)
    first = np.unique(numbers, return_index=True)[1]
    cut = _cut(inputs, grounds[first]).rename(columns={"ground": "alike"})
    owners = pd.DataFrame({"alike": numbers, "ground": np.arange(len(grounds))})
    return owners.merge(cut, on="alike", sort=False)[COLUMNS]


def _cut(inputs: Inputs, grounds: Shapes) -> pd.DataFrame:
    inside = _inside(inputs, grounds)
    made = pd.concat([inside, _outside(inputs, grounds, inside)], ignore_index=True)[COLUMNS]
    large = made["m2"] > inputs.city.conflicts.min_shared_m2
    order = ["ground", "m2", "kind", "place"]
    most = made.sort_values(order, ascending=[True, False, True, True]).drop_duplicates("ground").index
    return made[large | made.index.isin(most)].reset_index(drop=True)


def _inside(inputs: Inputs, shapes: Shapes) -> pd.DataFrame:
    places = inputs.places[inputs.places["kind"] != "parcel"].reset_index(drop=True)
    ground, met = meeting_pairs(shapes, places["geom"].to_numpy(object))
    shared, m2 = shared_ground(shapes[ground], places["geom"].to_numpy(object)[met])
    at = places.take(met).reset_index(drop=True)
    return pd.DataFrame(
        {
            "ground": ground,
            "kind": at["kind"],
            "place": at["id"],
            "name": at["name"],
            "geom": shared,
            "m2": m2,
        }
    )


def _outside(inputs: Inputs, shapes: Shapes, inside: pd.DataFrame) -> pd.DataFrame:
    """What lies in no courtyard and no public space, named by the parcel on which most of it lies, if any."""
    rest = _rest(shapes, inside)
    m2 = areas(rest)
    most = np.zeros(len(shapes))
    np.maximum.at(most, inside["ground"].to_numpy(np.intp), inside["m2"].to_numpy(float))
    left = np.flatnonzero(m2 > np.minimum(inputs.city.conflicts.min_shared_m2, most))
    parcel = _parcel_of(inputs, rest[left])
    kind = [None if name is None else "parcel" for name in parcel]
    return pd.DataFrame(
        {"ground": left, "kind": kind, "place": parcel, "name": parcel, "geom": rest[left], "m2": m2[left]}
    )


def _rest(shapes: Shapes, inside: pd.DataFrame) -> Shapes:
    """Each ground without its parts inside of places."""
    rest = shapes.copy()
    ground, parts = inside["ground"].to_numpy(np.intp), inside["geom"].to_numpy(object)
    alone = ~inside["ground"].duplicated(keep=False).to_numpy(bool)
    rest[ground[alone]] = polygons_only(shapely.difference(shapes[ground[alone]], parts[alone]))
    for at, several in inside[~alone].groupby("ground"):
        rest[at] = without(shapes[at], several["geom"].to_numpy(object))
    return rest


def _parcel_of(inputs: Inputs, shapes: Shapes) -> list[str | None]:
    """The parcel with most of each shape, of equal ones the first by id; None where none has enough."""
    parcels = inputs.places[inputs.places["kind"] == "parcel"]
    names = np.array([*parcels["id"], None], dtype=object)
    enough = np.minimum(inputs.city.conflicts.min_shared_m2, areas(shapes) / 2)
    return list(names[largest_share(shapes, parcels["geom"].to_numpy(object), enough)])


def districts_at(inputs: Inputs, points: Shapes, on: NDArray[np.int64]) -> list[str | None]:
    """Code of the district of each point on a day, of overlapping ones the first by id; None outside all."""
    districts = inputs.districts
    first, last = districts["first"].to_numpy(), districts["last"].to_numpy()
    codes = districts["code"].to_numpy(object)
    point, met = meeting_pairs(points, districts["geom"].to_numpy(object))
    held = (first[met] <= on[point]) & (on[point] <= last[met])
    found: list[str | None] = [None] * len(points)
    for at, district in zip(point[held][::-1], met[held][::-1], strict=True):
        found[at] = codes[district]
    return found


def homes(inputs: Inputs) -> dict[str, str | None]:
    """The district of each project with works: where its first area lies, by the boundary of its last day."""
    works = inputs.works
    last = works["ends"].where(~works["open_end"]).groupby(works["project_id"]).max().fillna(AFTER)
    rows = works.drop_duplicates("project_id")
    points = shapely.point_on_surface(rows["geom"].to_numpy(object))
    days = rows["project_id"].map(last).to_numpy(np.int64)
    return dict(zip(rows["project_id"], districts_at(inputs, points, days), strict=True))
