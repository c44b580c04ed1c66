"""Need as a sum of parts: facts brought to one scale, weighted, and held against the money."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Float,
    Numeric,
    SQLColumnExpression,
    Subquery,
    case,
    cast,
    func,
    literal,
    null,
    select,
)

from layers.city import City
from layers.need_profile import FACTS

Column = SQLColumnExpression[Any]
DIGITS = 12  # of a share: far below one appeal in a million


def scored(facts: CTE, city: City) -> Subquery:
    """The rows of `facts` with the columns that `need_columns.Needed` declares.

    `facts` has `year`, `appeals`, `residents`, `amount_kzt`, for each fact a number `fact_NAME` (null: not
    known) and how much of it is known, `known_NAME` (0 to 1). Each part is the place's share of the year's
    total of the fact, weighted. Facts above the percentile `cap` of the places that have them count as that
    percentile; one that is not known counts as the mean of the known. A fact that nobody has or knows drops
    out, and the others weigh more, so that the needs of a year always add up to one.
    """
    clipped = _clipped(facts, city.needs.cap)
    scale = _scale(clipped)
    weights = _weights(scale, city)
    parts = {fact: _part(clipped, scale, fact) * weights[fact] for fact in FACTS}
    known = reduce(add, (clipped.c[f"known_{fact}"] * _exact(city.needs.weights[fact]) for fact in FACTS))
    weighted = (
        select(
            clipped,
            *(func.round(part, DIGITS).label(f"need_{fact}") for fact, part in parts.items()),
            func.round(known, 4).label("confidence"),
            _missing(clipped, city).label("missing"),
            (1 / scale.c.places).label("mean"),
        )
        .join(scale, scale.c.year == clipped.c.year)
        .subquery("weighted")
    )
    need = reduce(add, (weighted.c[f"need_{fact}"] for fact in FACTS)).label("need")
    return _against_money(select(weighted, need).subquery("summed"), city)


def _clipped(facts: CTE, cap: float) -> CTE:
    """Facts with those above the year's percentile brought down to it."""
    numbers = {fact: facts.c[f"fact_{fact}"] for fact in FACTS}
    limits = [
        func.percentile_disc(cap).within_group(number).filter(number > 0).label(f"limit_{fact}")
        for fact, number in numbers.items()
    ]
    limit = select(facts.c.year, *limits).group_by(facts.c.year).cte("limits")
    kept = [column for column in facts.c if not column.name.startswith("fact_")]
    clipped = {
        fact: case((number > limit.c[f"limit_{fact}"], limit.c[f"limit_{fact}"]), else_=number)
        for fact, number in numbers.items()
    }
    return (
        select(*kept, *(cast(number, Numeric).label(f"fact_{fact}") for fact, number in clipped.items()))
        .join(limit, limit.c.year == facts.c.year)
        .cte("clipped")
    )


def _scale(clipped: CTE) -> CTE:
    """Number of places of each year, and the mean of each fact over those that know it."""
    return (
        select(
            clipped.c.year,
            cast(func.count(), Numeric).label("places"),
            *(func.nullif(func.avg(clipped.c[f"fact_{fact}"]), 0).label(f"mean_{fact}") for fact in FACTS),
        )
        .group_by(clipped.c.year)
        .cte("scale")
    )


def _part(clipped: CTE, scale: CTE, fact: str) -> ColumnElement[Any]:
    """A place's share of the year's total of a fact."""
    return func.coalesce(clipped.c[f"fact_{fact}"] / scale.c[f"mean_{fact}"], 1) / scale.c.places


def _weights(scale: CTE, city: City) -> dict[str, ColumnElement[Any]]:
    """Weights in effect in a year: of the facts that somebody has, in the proportions of the profile."""
    held = {
        fact: case((scale.c[f"mean_{fact}"].is_not(None), _exact(weight)), else_=_exact(0))
        for fact, weight in city.needs.weights.items()
    }
    total = reduce(add, held.values())
    return {fact: func.coalesce(weight / func.nullif(total, 0), 0) for fact, weight in held.items()}


def _missing(clipped: CTE, city: City) -> ColumnElement[Any]:
    """Names of the weighed facts that are not wholly known, null where all are."""
    names = [
        case((clipped.c[f"known_{fact}"] < 1, fact), else_=null())
        for fact, weight in city.needs.weights.items()
        if weight
    ]
    return func.nullif(func.concat_ws(", ", *names), "")


def _against_money(summed: Subquery, city: City) -> Subquery:
    """Funding, gap and classes beside the need."""
    total = cast(func.sum(summed.c.amount_kzt).over(partition_by=summed.c.year), Numeric)
    funding = func.coalesce(summed.c.amount_kzt / func.nullif(total, 0), 0)
    lacking = summed.c.need * total - summed.c.amount_kzt
    low, high = (_exact(number) * summed.c.mean for number in city.needs.need_breaks)
    some, much = city.needs.amount_breaks
    exact = {f"need_{fact}" for fact in FACTS} | {"need", "confidence"}
    kept = [cast(column, Float).label(column.name) if column.name in exact else column for column in summed.c]
    return select(
        *kept,
        cast(func.round(funding, DIGITS), Float).label("funding"),
        cast(func.round(summed.c.need - funding, DIGITS), Float).label("gap"),
        _whole(lacking).label("gap_kzt"),
        _whole(lacking / func.nullif(summed.c.residents, 0)).label("gap_per_resident_kzt"),
        _whole(lacking / func.nullif(summed.c.appeals, 0)).label("gap_per_appeal_kzt"),
        case((summed.c.need >= high, 2), (summed.c.need >= low, 1), else_=0).label("need_class"),
        case((summed.c.amount_kzt >= much, 2), (summed.c.amount_kzt >= some, 1), else_=0).label(
            "funding_class"
        ),
    ).subquery("scored")


def known(fact: Column) -> ColumnElement[Any]:
    """1 where a fact is known, else 0."""
    return case((fact.is_not(None), 1), else_=0)


def _exact(number: float) -> ColumnElement[Any]:
    return literal(Decimal(str(number)), Numeric)


def _whole(amount: Column) -> ColumnElement[Any]:
    return cast(func.round(cast(amount, Numeric)), BigInteger)
