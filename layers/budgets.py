"""The budget of a project: by year and source, from whatever stages of the money are recorded."""

from __future__ import annotations

from functools import cache

from sqlalchemy import CTE, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from layers.project_funding import ProjectFunding
from layers.words import FUNDING_STAGES


@cache
def budgets() -> CTE:
    """Amount by project, year and source at the earliest stage recorded.

    Columns: project_id, year, source, stage, amount_kzt.
    Adopted, allocated, committed and spent are the same money at different times and never added up.
    """
    money = ProjectFunding.__table__.c
    early = case(*((money.stage == stage, number) for number, stage in enumerate(FUNDING_STAGES)), else_=99)
    amount = (money.project_id, money.year, money.source)
    every = select(*amount, money.stage, money.amount_kzt).order_by(*amount, early)
    return every.ext(distinct_on(*amount)).cte("budgets")


@cache
def funding_years() -> CTE:
    """First and last budget year of each project."""
    money = ProjectFunding.__table__.c
    return (
        select(
            money.project_id,
            func.min(money.year).label("first_year"),
            func.max(money.year).label("last_year"),
        )
        .group_by(money.project_id)
        .cte("funding_years")
    )
