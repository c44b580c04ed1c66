"""When a place was last made new: finished works of the renewing kinds that lie mostly on it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    cast,
    extract,
    func,
    or_,
    select,
)

from layers.city import City
from layers.places import places
from layers.project_places import ProjectPlace
from layers.projects import Project
from layers.works import Work

Column = SQLColumnExpression[Any]
MOSTLY = 2  # half of the works lie on the place, or half of the place is worked on


def renewals(city: City, name: str = "renewals") -> CTE:
    """A row a finished project and place: kind, place, project_id, work_type, begun_on, ended_on."""
    finished = finished_works(city)
    on, place = ProjectPlace.__table__.c, places("courtyard", "public_space")
    area = func.ST_Area(place.c.geom)
    return (
        select(
            *(on.place_kind.label("kind"), on.place_id.label("place"), finished.c.project_id),
            *(finished.c.work_type, finished.c.begun_on, finished.c.ended_on),
        )
        .select_from(ProjectPlace)
        .join(finished, finished.c.project_id == on.project_id)
        .join(place, and_(place.c.kind == on.place_kind, place.c.id == on.place_id))
        .where(or_(on.shared_m2 * MOSTLY >= on.works_m2, on.shared_m2 * MOSTLY >= area))
        .cte(name)
    )


def finished_works(city: City) -> Subquery:
    """Completed projects of the renewing work types: project_id, work_type, begun_on, ended_on."""
    kinds = city.needs.renewing
    renewing = [Work.work_type.in_(kinds)] if kinds else []
    return (
        select(
            Work.project_id,
            func.min(Work.work_type).label("work_type"),
            func.min(Work.starts).label("begun_on"),
            func.max(Work.ends).label("ended_on"),
        )
        .join(Project, Project.id == Work.project_id)
        .where(Project.status == "completed", Work.ends.is_not(None), *renewing)
        .group_by(Work.project_id)
        .subquery("finished_works")
    )


def renewed_by(year: CTE, city: City) -> CTE:
    """Last year, before each year, in which a place was made new: kind, place, year, renewed."""
    renewed = renewals(city)
    done = cast(extract("year", renewed.c.ended_on), Integer)
    return (
        select(renewed.c.kind, renewed.c.place, year.c.year, func.max(done).label("renewed"))
        .join(year, done < year.c.year)
        .group_by(renewed.c.kind, renewed.c.place, year.c.year)
        .cte("renewed")
    )


def years_without_works(renewed: Column, year: Column, city: City) -> ColumnElement[Any]:
    """Years since a place was made new, up to `renewal_years`.

    A place of which no works are known has waited at least since the records of works begin; in their first
    year nothing is known of any place.
    """
    finished = finished_works(city)
    first = select(func.min(cast(extract("year", finished.c.ended_on), Integer))).scalar_subquery()
    since = func.coalesce(renewed, case((first < year, first)))
    return case((since.is_not(None), func.least(year - since, city.needs.renewal_years)))
