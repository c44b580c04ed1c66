"""Places as one table, and the district that a point lies in on a day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
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
