"""Openings of places as one query, which cuts each of the works by each place: the oracle of `openings`."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Date, Select, Subquery, and_, cast, func, select, true, tuple_
from sqlalchemy.dialects.postgresql import INTERVAL

from gis_core.joins import rounded
from gis_core.layer import table_of
from gis_core.overlap import AREA_DIGITS
from layers.city import City
from layers.openings import Opening
from layers.places import district_at, places
from layers.reading import newest_day
from layers.works import Work

POLYGONS = 3  # the code of ST_CollectionExtract for polygons


def held_against(connection: Connection, city: City) -> list[Any]:
    """The openings of the store, which must be those of the query."""
    stored, meant = (_told(connection, query) for query in (select(table_of(Opening)), rows(city)))
    assert {key: said for key, (said, _) in stored.items()} == {key: said for key, (said, _) in meant.items()}
    assert all(stored[key][1] == pytest.approx(m2, rel=1e-6, abs=2e-6) for key, (_, m2) in meant.items())
    return [said for said, _ in stored.values()]


def _told(connection: Connection, query: Select[Any]) -> dict[Any, tuple[list[Any], float]]:
    """Openings by place and body: what they say, shapes as text, and the square metres apart."""
    found = query.subquery("found").c
    shown = {name: func.ST_AsText(each) if name == "geom" else each for name, each in found.items()}
    answer = connection.execute(select(*(each.label(name) for name, each in shown.items()))).mappings()
    said = [name for name in shown if name != "opened_m2"]
    return {tuple(row.values())[:3]: ([row[name] for name in said], row["opened_m2"]) for row in answer}


def rows(city: City) -> Select[Any]:
    """Places opened in the last years of the profile before the newest day in the data."""
    opened, place = _opened(city), places()
    times = func.count(tuple_(opened.c.project_id, opened.c.starts).distinct()).label("n")
    everybody = (
        select(opened.c.kind, opened.c.id, times).group_by(opened.c.kind, opened.c.id).subquery("everybody")
    )
    by_body = (
        select(
            *(opened.c.kind, opened.c.id, opened.c.body),
            times,
            *(func.min(opened.c.starts).label("first_on"), func.max(opened.c.starts).label("last_on")),
            rounded(func.sum(opened.c.m2), AREA_DIGITS).label("m2"),
        )
        .group_by(opened.c.kind, opened.c.id, opened.c.body)
        .subquery("by_body")
    )
    home = district_at(func.ST_PointOnSurface(place.c.geom), by_body.c.last_on)
    here = and_(by_body.c.kind == place.c.kind, by_body.c.id == place.c.id)
    columns = (
        *(place.c.kind, place.c.id, by_body.c.body, place.c.name, home.c.code, by_body.c.n),
        *(everybody.c.n, by_body.c.first_on, by_body.c.last_on, by_body.c.m2, place.c.geom),
    )
    names = table_of(Opening).columns.keys()
    return (
        select(*(column.label(name) for name, column in zip(names, columns, strict=True)))
        .select_from(place)
        .join(by_body, here)
        .join(everybody, and_(everybody.c.kind == place.c.kind, everybody.c.id == place.c.id))
        .outerjoin(home, true())
    )


def _opened(city: City) -> Subquery:
    """Works that open the ground, on each place they lie on by more than the tolerance."""
    types = [code for code, term in city.work_types.items() if term.disruptive]
    day, place = newest_day(), places()
    since = cast(day - func.make_interval(city.conflicts.opening_years, type_=INTERVAL), Date)
    shared = func.ST_CollectionExtract(func.ST_Intersection(Work.geom, place.c.geom), POLYGONS)
    m2 = rounded(func.ST_Area(shared), AREA_DIGITS)
    met = (
        select(place.c.kind, place.c.id, Work.body, Work.project_id, Work.starts, m2.label("m2"))
        .join(place, func.ST_Intersects(Work.geom, place.c.geom))
        .where(Work.work_type.in_(types), Work.starts <= day, Work.starts > since)
        .cte("met")  # asked twice, and measured once
    )
    return select(met).where(met.c.m2 > city.conflicts.min_shared_m2).subquery("opened")
