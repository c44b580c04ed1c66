"""Places as one table, and the district that a point lies in on a day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    SQLColumnExpression,
    Subquery,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import LateralFromClause

from gis_core.joins import valid_on, year_end
from gis_core.layer import table_of
from gis_core.nearby import within
from layers.courtyards import Courtyard
from layers.districts import District
from layers.parcels import Parcel
from layers.public_spaces import PublicSpace

Column = SQLColumnExpression[Any]

PLACE_SELECTS: dict[str, Any] = {
    "courtyard": select(
        literal("courtyard").label("kind"), Courtyard.id, Courtyard.address.label("name"), Courtyard.geom
    ),
    "public_space": select(literal("public_space"), PublicSpace.id, PublicSpace.name, PublicSpace.geom),
    "parcel": select(literal("parcel"), Parcel.id, Parcel.id, Parcel.geom),
}


def places(*kinds: str) -> Subquery:
    """The kinds of place named, or all three: kind, id, name, geom."""
    return union_all(*(PLACE_SELECTS[kind] for kind in kinds or PLACE_SELECTS)).subquery("places")


def district_at(point: Column, day: Column | None = None) -> LateralFromClause:
    """The district at a point on a day, by today's boundary where the day is missing: id, code.

    Of overlapping districts the first by id.
    """
    when = func.coalesce(day, cast("infinity", Date)) if day is not None else cast("infinity", Date)
    home = (
        select(District.id, District.code)
        .where(
            func.ST_Intersects(District.geom, point), valid_on(when, District.valid_from, District.valid_to)
        )
        .order_by(District.id)
        .limit(1)
    )
    return home.lateral("home")


def district_of_year(year: Column) -> ColumnElement[bool]:
    """True for the boundary version that held on the last day of a year."""
    return valid_on(year_end(year), District.valid_from, District.valid_to)


def boundaries() -> Select[Any]:
    """The boundary versions of districts, by id."""
    district = table_of(District).c
    shown = ("id", "code", "valid_from", "valid_to", "geom")
    return select(*(district[name] for name in shown)).order_by(district.id)


def homes(
    districts: pd.DataFrame, points: NDArray[np.float64], days: NDArray[np.integer[Any]]
) -> NDArray[np.int64]:
    """The first of the `boundaries` in which each point lies on its day since 1970; -1 for none.

    As `district_at`, of many points at once: rows of x and y.
    """
    found = np.full(len(points), -1)
    for number, row in enumerate(districts.itertuples()):
        since, until = (None if each is None else np.datetime64(each, "D").astype(int)
                        for each in (row.valid_from, row.valid_to))  # fmt: skip
        asked = (found < 0) & (since is None or days >= since) & (until is None or days < until)
        some = np.flatnonzero(asked)
        found[some[within(points[some], row.geom)]] = number
    return found
