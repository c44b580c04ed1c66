"""What the layers of need count: years, appeals and money by place, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Label,
    Numeric,
    ScalarSelect,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    cast,
    extract,
    false,
    func,
    null,
    or_,
    select,
    union,
)

from gis_core.dates import EPOCH
from gis_core.joins import year_end
from layers.appeal_places import AppealPlace
from layers.appeals import Appeal
from layers.budgets import budgets
from layers.city import City
from layers.funding_by_place import FundingByPlace
from layers.need_profile import FACTS
from layers.project_funding import ProjectFunding

Column = SQLColumnExpression[Any]


@cache
def years() -> CTE:
    """Every year in which somebody complained or money was given, up to the last of the complaints.

    Later money stands against a need that is not known yet; a city without appeals has all its budget years.
    """
    day = select(Appeal.requested_on).distinct().subquery("days").c.requested_on  # few, of many appeals
    last = select(_year(func.max(Appeal.requested_on))).scalar_subquery()
    funded = select(ProjectFunding.year).where(
        ProjectFunding.year <= func.coalesce(last, ProjectFunding.year)
    )
    return union(select(_year(day).label("year")), funded).cte("years")


def appeals_by(key: str, city: City, kind: str | None = None) -> CTE:
    """Appeals by place, district or hexagon and year: place, year, received, weight, repeated, waiting, days.

    `received` and `repeated` count the appeals of the year, `weight` adds up what their categories count;
    `waiting` counts those open at its end (or on the last day of the data), `days` adds up how long they
    waited.
    """
    tie = AppealPlace.__table__.c
    here = [tie.place_kind == kind] if kind else [tie[key].is_not(None)]
    ties = select(tie[key].label("place"), tie.appeal_id, tie.repeated).where(*here).subquery("ties")
    year, seen = years(), _by_years(ties, city)
    end = func.least(year_end(year.c.year), last_day())
    received = seen.c.asked == year.c.year
    # nothing was closed after the last day, so that the year of closing tells what waited at a year's end
    waiting = or_(seen.c.closed.is_(None), seen.c.closed > year.c.year)
    waited = seen.c.appeals * (end - EPOCH) - seen.c.days
    sums = {
        "received": (seen.c.appeals, received),
        "repeated": (seen.c.repeated, received),
        "waiting": (seen.c.appeals, waiting),
        "days": (waited, waiting),
    }
    return (
        select(
            *(seen.c.place, year.c.year),
            func.coalesce(func.sum(seen.c.weight).filter(received), 0).label("weight"),
            *(
                cast(func.coalesce(func.sum(column).filter(those), 0), BigInteger).label(name)
                for name, (column, those) in sums.items()
            ),
        )
        .join(year, seen.c.asked <= year.c.year)
        .where(or_(received, waiting))
        .group_by(seen.c.place, year.c.year)
        .cte("asked")
    )


def _by_years(ties: FromClause, city: City) -> Subquery:
    """Appeals by place, year asked and year closed (null: open), so that each is looked at once.

    Columns beside these: appeals, weight, repeated, and `days` since 1970 on which they were asked, added up.
    """
    asked, closed = asked_and_closed()
    return (
        select(
            *(ties.c.place, asked, closed, func.count().label("appeals")),
            func.sum(_category_weight(city)).label("weight"),
            func.count().filter(ties.c.repeated).label("repeated"),
            func.sum(Appeal.requested_on - EPOCH).label("days"),
        )
        .select_from(ties)
        .join(Appeal, Appeal.id == ties.c.appeal_id)
        .group_by(ties.c.place, asked, closed)
        .subquery("by_years")
    )


def asked_and_closed() -> tuple[Label[int], Label[int]]:
    """The years, `asked` and `closed`, in which an appeal came and was closed."""
    return _year(Appeal.requested_on).label("asked"), _year(Appeal.closed_on).label("closed")


def _year(day: Column) -> ColumnElement[int]:
    return cast(extract("year", day), Integer)


def _category_weight(city: City) -> ColumnElement[Any]:
    own = [(Appeal.category == code, weight) for code, weight in city.needs.category_weights.items()]
    return cast(case(*own, else_=1) if own else 1, Numeric)


def last_day() -> ScalarSelect[Any]:
    """The newest day on which an appeal came or was closed."""
    newest = func.max(func.greatest(Appeal.requested_on, Appeal.closed_on))
    return select(newest).scalar_subquery()


def complaints(asked: CTE, year: CTE) -> dict[str, ColumnElement[Any]]:
    """The facts about appeals; none in a year of the register is a zero, in a year before it not known."""
    first = select(_year(func.min(Appeal.requested_on)).label("year")).cte("first")  # looked for once
    none = case((year.c.year >= select(first.c.year).scalar_subquery(), 0))
    names = {"appeals": "weight", "repeated": "repeated", "open": "waiting", "age": "days"}
    return {fact: func.coalesce(asked.c[name], none) for fact, name in names.items()}


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
    """How much of a repair a condition asks for, by the profile; 0 where it says nothing, null if unknown."""
    weights = [(condition == name, weight) for name, weight in city.needs.condition_weights.items()]
    return cast(case((condition == "unknown", null()), *weights, else_=0), Numeric)


def facts(
    numbers: Mapping[str, Column], partly: Mapping[str, Column] | None = None
) -> list[ColumnElement[Any]]:
    """Columns `fact_NAME` and `known_NAME`; a fact is known where it is not null, or as `partly` says."""
    shares = partly or {}
    known = {fact: shares.get(fact, case((numbers[fact].is_not(None), 1), else_=0)) for fact in FACTS}
    return [
        *(cast(numbers[fact], Numeric).label(f"fact_{fact}") for fact in FACTS),
        *(cast(known[fact], Numeric).label(f"known_{fact}") for fact in FACTS),
    ]


def condition_known(condition: Column, inspected_on: Column, year: Column) -> ColumnElement[Any]:
    """1 for a condition found by the end of a year; a half if found later or on an unknown day; else 0."""
    then = func.coalesce(inspected_on <= year_end(year), false())
    return case((condition == "unknown", 0), (then, 1), else_=Decimal("0.5"))
