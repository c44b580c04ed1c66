"""Ground cut by the places it lies in, and the district that a point lies in on a day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis_core.pairs import Shapes, meeting_pairs, shared_ground, without
from layers.conflict_days import AFTER
from layers.conflict_inputs import Inputs

COLUMNS = ["ground", "kind", "place", "name", "geom", "m2"]


def spots(inputs: Inputs, grounds: Sequence[object]) -> pd.DataFrame:
    """Courtyards and public spaces met by each ground, and one more spot for what lies outside them.

    Columns: ground (number in the list), kind, place, name, geom, m2; spots up to the tolerance fall away.
    """
    shapes = np.array([*grounds, None], dtype=object)[:-1]
    inside = _inside(inputs, shapes)
    outside = _outside(inputs, shapes, inside)
    made = pd.concat([inside, outside], ignore_index=True)[COLUMNS]
    return made[made["m2"] > inputs.city.conflicts.min_shared_m2]


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
    rest = shapes.copy()
    for ground, parts in inside.groupby("ground"):
        rest[ground] = without(shapes[ground], parts["geom"].to_numpy(object))
    m2 = shapely.area(rest)
    left = np.flatnonzero(m2 > inputs.city.conflicts.min_shared_m2)
    parcel = _parcel_of(inputs, rest[left])
    kind = [None if name is None else "parcel" for name in parcel]
    return pd.DataFrame(
        {"ground": left, "kind": kind, "place": parcel, "name": parcel, "geom": rest[left], "m2": m2[left]}
    )


def _parcel_of(inputs: Inputs, shapes: Shapes) -> list[str | None]:
    """The parcel with most of each shape, of equal ones the first by id; None where none has enough."""
    parcels = inputs.places[inputs.places["kind"] == "parcel"]
    names = parcels["id"].to_numpy(object)
    row, met = meeting_pairs(shapes, parcels["geom"].to_numpy(object))
    _, m2 = shared_ground(shapes[row], parcels["geom"].to_numpy(object)[met])
    best: list[str | None] = [None] * len(shapes)
    most = np.full(len(shapes), inputs.city.conflicts.min_shared_m2)
    for at, parcel, area in zip(row, met, m2, strict=True):
        if area > most[at]:
            best[at], most[at] = names[parcel], area
    return best


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
