"""What conflicts are found from, as queries: everything, or what lies near some projects."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import aliased

from gis_core.joins import among
from gis_core.layer import Layer, table_of
from layers.bodies import Body
from layers.budgets import budgets
from layers.city import City
from layers.districts import District
from layers.places import PLACE_SELECTS, places
from layers.projects import Project
from layers.works import Work

SLACK_M = 1.0  # so that no place falls away which an overlay meets by a rounding error

Queries = dict[str, Select[Any]]


def _of(layer: type[Layer], *names: str) -> Select[Any]:
    columns = table_of(layer).c
    return select(*(columns[name] for name in names or columns.keys()))


def common() -> Queries:
    """What enters findings everywhere: the bodies and the boundaries of districts."""
    return {
        "districts": _of(District, "id", "code", "valid_from", "valid_to", "geom"),
        "bodies": _of(Body, "code", "name_ru", "name_kk", "name_en", "kind", "district_code"),
    }


def of_projects() -> Queries:
    """What belongs to one project each: its works, its hands, its money."""
    hands = ("id", "executing_body", "funding_body", "work_type", "place_kind", "exception")
    return {"works": _of(Work), "projects": _of(Project, *hands), "budgets": select(budgets())}


def everything() -> Queries:
    """All that the rules ask of the store."""
    return {**of_projects(), "places": select(places()), **common()}


def near(connection: Connection, city: City, projects: Collection[str]) -> Queries:
    """What enters findings about these projects: they, their neighbours, and the places there."""
    rules = city.conflicts
    reach = max(rules.near_m, rules.near_disruptive_m) + SLACK_M
    ids = [*connection.scalars(_neighbours(projects, reach))]
    own = {name: _only(query, ids) for name, query in of_projects().items()}
    return {**own, "places": _places(projects, reach), **common()}


def _only(query: Select[Any], ids: Collection[str]) -> Select[Any]:
    columns = query.selected_columns
    return query.where(among(columns["id" if "id" in columns else "project_id"], ids))


def _neighbours(projects: Collection[str], reach: float) -> Select[Any]:
    """These projects, as far as they have works, and those with works within the reach of theirs."""
    own, other = aliased(Work), aliased(Work)
    near = other.geom.op("&&")(func.ST_Expand(own.geom, reach))
    return (
        select(other.project_id)
        .distinct()
        .select_from(own)
        .join(other, near)
        .where(among(own.project_id, projects))
    )


def _places(projects: Collection[str], reach: float) -> Select[Any]:
    """The places that come within the reach of the works of these projects."""
    found = []
    for query in PLACE_SELECTS.values():
        layer = query.selected_columns
        met = select(layer.id).join(Work, layer.geom.op("&&")(func.ST_Expand(Work.geom, reach)))
        found.append(query.where(layer.id.in_(met.where(among(Work.project_id, projects)).correlate(None))))
    return select(found[0].union_all(*found[1:]).subquery("places"))
