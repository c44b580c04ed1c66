"""When two projects are in conflict: each rule as a query over the pairs whose works share ground."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from gis_core.joins import as_multipolygon, days_in, in_bytes, period, shared_shape
from layers.budgets import budgets
from layers.city import City
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.works import Work

FIRM_SHAPES = ("surveyed", "drawn")
Column = SQLColumnExpression[Any]


def findings(city: City) -> CTE:
    """A row a rule and pair: rule, project_a, project_b, days, firm, certainty, shared (common ground)."""
    met = _meetings(city.conflicts.min_shared_m2)
    rivals = met.c.body_a != met.c.body_b
    same_group = _group_of(met.c.work_a, city) == _group_of(met.c.work_b, city)
    rules = {
        "clash": and_(rivals, ~func.isempty(met.c.common)),
        "duplicate_function": and_(rivals, same_group, _same_year(met)),
        "double_funding": and_(same_group, _two_purses(met)),
    }
    return union_all(*(_finding(rule, met, holds) for rule, holds in rules.items())).cte("findings")


def _meetings(tolerance_m2: float) -> CTE:
    """Pairs of works of different projects, not declared joint, that share more ground than the tolerance."""
    a, b = aliased(Work, name="a"), aliased(Work, name="b")
    pairs = (
        select(
            *(a.project_id.label("project_a"), b.project_id.label("project_b")),
            *(a.body.label("body_a"), b.body.label("body_b")),
            *(a.work_type.label("work_a"), b.work_type.label("work_b")),
            (period(a.starts, a.ends) * period(b.starts, b.ends)).label("common"),
            and_(a.dates_firm, b.dates_firm).label("firm"),
            _doubt(a, b).label("doubt"),
            shared_shape(a.geom, b.geom).label("shared"),
        )
        .join(b, and_(in_bytes(a.project_id) < in_bytes(b.project_id), func.ST_Intersects(a.geom, b.geom)))
        .where(or_(a.joint_group.is_(None), b.joint_group.is_(None), a.joint_group != b.joint_group))
        .cte("pairs")
    )
    return select(pairs).where(func.ST_Area(pairs.c.shared) > tolerance_m2).cte("meetings")


def _doubt(a: type[Work], b: type[Work]) -> ColumnElement[Any]:
    """0: firm dates, shapes surveyed or drawn; 2: a shape by address or a period without an end; else 1."""
    vague = or_(
        *(side.geom_source == "address" for side in (a, b)),
        *(side.starts.is_(None) for side in (a, b)),
        *(side.ends.is_(None) for side in (a, b)),
    )
    certain = and_(a.dates_firm, b.dates_firm, *(side.geom_source.in_(FIRM_SHAPES) for side in (a, b)))
    return case((vague, 2), (certain, 0), else_=1)


def _finding(rule: str, met: CTE, holds: Column) -> Select[Any]:
    """A rule over the meetings: the ground of all meetings of a pair for which it holds."""
    doubt = func.max(met.c.doubt)
    return (
        select(
            literal(rule).label("rule"),
            *(met.c.project_a, met.c.project_b),
            days_in(func.range_agg(met.c.common)).label("days"),
            func.bool_and(met.c.firm).label("firm"),
            case((doubt == 0, "certain"), (doubt == 1, "probable"), else_="possible").label("certainty"),
            as_multipolygon(func.ST_Union(met.c.shared)).label("shared"),
        )
        .where(holds)
        .group_by(met.c.project_a, met.c.project_b)
    )


def _group_of(work_type: Column, city: City) -> ColumnElement[Any]:
    """Work group by the profile; null for the types that have none, and null equals nothing."""
    groups = [(work_type == code, group) for code, group in city.work_groups.items()]
    return case(*groups, else_=null()) if groups else null()


def _same_year(met: CTE) -> ColumnElement[Any]:
    """True where both have a budget in one year, and where the years of one of them are not known."""
    years = _project_years()
    a, b = years.alias("years_a"), years.alias("years_b")
    pair = tuple_(met.c.project_a, met.c.project_b)
    known = select(years.c.project_id)
    common = (
        select(met.c.project_a, met.c.project_b)
        .join(a, a.c.project_id == met.c.project_a)
        .join(b, and_(b.c.project_id == met.c.project_b, b.c.year == a.c.year))
    )
    return or_(pair.in_(common), met.c.project_a.not_in(known), met.c.project_b.not_in(known))


@cache
def _project_years() -> CTE:
    """Budget years of each project; the years of its works where it has no budget: project_id, year."""
    money = ProjectFunding.__table__.c
    begin, end = (cast(extract("year", day), Integer) for day in (Work.starts, Work.ends))
    unfunded = ~exists().where(money.project_id == Work.project_id)
    return union(
        select(money.project_id, money.year),
        select(Work.project_id, func.generate_series(begin, end)).where(
            unfunded, begin.is_not(None), end.is_not(None)
        ),
    ).cte("project_years")


def _two_purses(met: CTE) -> ColumnElement[Any]:
    """True where both have money in one year from different funding bodies or different sources."""
    budget = budgets()
    payer = func.coalesce(Project.funding_body, Project.executing_body).label("payer")
    purses = (
        select(*budget.c, payer)
        .join(Project, Project.id == budget.c.project_id)
        .where(budget.c.amount_kzt > 0)
        .cte("purses")
    )
    a, b = purses.alias("purse_a"), purses.alias("purse_b")
    paid_twice = (
        select(met.c.project_a, met.c.project_b)
        .join(a, a.c.project_id == met.c.project_a)
        .join(b, and_(b.c.project_id == met.c.project_b, b.c.year == a.c.year))
        .where(or_(a.c.payer != b.c.payer, a.c.source != b.c.source))
    )
    return tuple_(met.c.project_a, met.c.project_b).in_(paid_twice)
