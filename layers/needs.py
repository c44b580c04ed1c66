"""What the layers of need share: years, appeals and money by place, and shares of the city's total."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Integer,
    Numeric,
    SQLColumnExpression,
    and_,
    case,
    cast,
    extract,
    func,
    or_,
    select,
    union,
)

from gis_core.joins import year_end
from layers.appeal_places import AppealPlace
from layers.appeals import Appeal
from layers.budgets import budgets
from layers.city import City
from layers.funding_by_place import FundingByPlace
from layers.project_funding import ProjectFunding

Column = SQLColumnExpression[Any]


def weights(city: City) -> list[tuple[str, float]]:
    """The facts that make up need, in the order of the columns need_appeals, need_open, need_condition."""
    rules = city.needs
    return [("appeals", rules.appeals), ("open", rules.open), ("repair", rules.condition)]


@cache
def years() -> CTE:
    """Every year in which somebody complained or money was given, up to the last of the complaints.

    Later money stands against a need that is not known yet; a city without appeals has all its budget years.
    """
    asked = cast(extract("year", Appeal.requested_on), Integer)
    last = select(func.max(asked)).scalar_subquery()
    funded = select(ProjectFunding.year).where(ProjectFunding.year <= func.coalesce(last, ProjectFunding.year))
    return union(select(asked.label("year")), funded).cte("years")


def appeals_by(key: str, kind: str | None = None) -> CTE:
    """Appeals by place (or district) and year: place, year, received in the year, waiting at its end."""
    year, tie = years(), AppealPlace.__table__.c
    end = year_end(year.c.year)
    received = cast(extract("year", Appeal.requested_on), Integer) == year.c.year
    waiting = or_(Appeal.closed_on.is_(None), Appeal.closed_on > end)
    here = [tie.place_kind == kind] if kind else [tie[key].is_not(None)]
    return (
        select(
            tie[key].label("place"),
            year.c.year,
            func.count().filter(received).label("received"),
            func.count().filter(waiting).label("waiting"),
        )
        .select_from(AppealPlace)
        .join(Appeal, Appeal.id == tie.appeal_id)
        .join(year, Appeal.requested_on <= end)
        .where(*here, or_(received, waiting))
        .group_by(tie[key], year.c.year)
        .cte("asked")
    )


def amounts_by(kind: str) -> CTE:
    """Budgets laid on places of a kind by year: place, year, amount."""
    laid, budget = FundingByPlace.__table__.c, budgets()
    same = and_(*(laid[name] == budget.c[name] for name in ("project_id", "year", "source", "stage")))
    return (
        select(laid.place_id.label("place"), laid.year, func.sum(laid.amount_kzt).label("amount"))
        .join(budget, same)
        .where(laid.place_kind == kind)
        .group_by(laid.place_id, laid.year)
        .cte("paid")
    )


def repair(condition: Column, city: City) -> ColumnElement[Any]:
    """How much of a repair a condition asks for, by the profile; 0 for conditions it does not name."""
    weights = [(condition == name, weight) for name, weight in city.needs.condition_weights.items()]
    return cast(case(*weights, else_=0.0) if weights else 0.0, Numeric)


def share_of_year(fact: Column, year: Column) -> ColumnElement[Any]:
    """A place's part of the city's total in its year; 0 where the total is 0."""
    total = func.sum(fact).over(partition_by=year)
    return func.coalesce(cast(fact, Float) / func.nullif(cast(total, Float), 0), 0)


def weighted(fact: Column, year: Column, weight: float) -> ColumnElement[Any]:
    """A part of need: the share of the year's total times the weight in the profile."""
    return share_of_year(fact, year) * weight
