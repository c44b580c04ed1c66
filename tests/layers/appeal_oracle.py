"""Appeals by place as one query, appeal by appeal: the oracle of the ties that arrays find."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    or_,
    select,
    true,
)

from gis_core.joins import in_bytes, rounded
from layers.appeals import Appeal
from layers.city import City
from layers.grid_cells import GridCell
from layers.places import district_at, places


def rows(city: City) -> Select[tuple[object, ...]]:
    """The place that contains the appeal, else the nearest within its category's distance, else its district.

    An appeal of which only the street or the district is known belongs to its district alone.
    Of places equally near the first by kind and id counts; of overlapping districts the first by id.
    """
    tied = _tied(city)
    earlier = func.lag(tied.c.requested_on).over(
        partition_by=[tied.c.kind, tied.c.place_id, tied.c.category],
        order_by=[tied.c.requested_on, in_bytes(tied.c.id)],
    )
    soon = and_(tied.c.place_id.is_not(None), tied.c.requested_on - earlier <= city.needs.repeat_days)
    return select(
        *(tied.c.id, tied.c.tie, tied.c.kind, tied.c.place_id, tied.c.metres, tied.c.district_id),
        or_(tied.c.duplicate_of.is_not(None), func.coalesce(soon, false())),
        _hexagon(tied.c.geom),
    )


def _hexagon(point: ColumnElement[Any]) -> ScalarSelect[str]:
    """The hexagon that holds a point, of those that meet there the first by index."""
    held = func.ST_Intersects(GridCell.geom, point)
    return select(func.min(GridCell.cell_id)).where(held).scalar_subquery()


def _tied(city: City) -> Subquery:
    place = places("courtyard", "public_space")
    distance = func.ST_Distance(place.c.geom, Appeal.geom)
    nearest = (
        select(place.c.kind, place.c.id, distance.label("metres"))
        .where(func.ST_DWithin(place.c.geom, Appeal.geom, _reach(city)), _knows_its_place())
        .order_by(distance, place.c.kind, in_bytes(place.c.id))
        .limit(1)
        .lateral("nearest")
    )
    home = district_at(Appeal.geom, Appeal.requested_on)
    tie = case(
        (nearest.c.metres == 0, "inside"),
        (nearest.c.metres > 0, "near"),
        (home.c.id.is_not(None), "district"),
        else_="none",
    )
    return (
        select(
            *(Appeal.id, Appeal.requested_on, Appeal.category, Appeal.duplicate_of, tie.label("tie")),
            *(nearest.c.kind, nearest.c.id.label("place_id"), rounded(nearest.c.metres, 2).label("metres")),
            *(home.c.id.label("district_id"), Appeal.geom),
        )
        .select_from(Appeal)
        .outerjoin(nearest, true())
        .outerjoin(home, true())
        .subquery("tied")
    )


def _knows_its_place() -> ColumnElement[bool]:
    """Whether the point is that of a house or a telephone, not the middle of a street or a district."""
    return func.coalesce(Appeal.address_match, "exact") == "exact"


def _reach(city: City) -> ColumnElement[float]:
    """Metres within which a place is near an appeal, by its category."""
    own = [(Appeal.category == code, metres) for code, metres in city.needs.near_m_of.items()]
    return cast(case(*own, else_=city.needs.near_m) if own else city.needs.near_m, Float)
