"""What is known of each courtyard in each year, for the courtyard itself, its district and its hexagon."""

from __future__ import annotations

from sqlalchemy import CTE, and_, func, select, true

from gis_core.joins import year_end
from layers.city import City
from layers.courtyards import Courtyard
from layers.needs import condition_known, repair, years
from layers.places import district_at
from layers.renewals import renewed_by, years_without_works


def yard_facts(city: City) -> CTE:
    """A row a courtyard and year: id, year, district_id, code, condition, repair, known, waited,
    residents, at.

    `repair` and `known`: how much of a repair its condition asks for, and how well that is known; `waited`:
    years without works; `at`: a point on it.
    """
    year = years()
    renewed = renewed_by(year, city)
    at = func.ST_PointOnSurface(Courtyard.geom)
    home = district_at(at, year_end(year.c.year))
    return (
        select(
            *(Courtyard.id, year.c.year, home.c.id.label("district_id"), home.c.code, Courtyard.condition),
            repair(Courtyard.condition, city).label("repair"),
            condition_known(Courtyard.condition, Courtyard.inspected_on, year.c.year).label("known"),
            years_without_works(renewed.c.renewed, year.c.year, city).label("waited"),
            *(Courtyard.residents, at.label("at")),
        )
        .select_from(Courtyard)
        .join(year, true())
        .outerjoin(home, true())
        .outerjoin(
            renewed,
            and_(
                renewed.c.kind == "courtyard",
                renewed.c.place == Courtyard.id,
                renewed.c.year == year.c.year,
            ),
        )
        .cte("yard_facts")
    )
