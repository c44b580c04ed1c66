"""Appeals of a district in a year: received, solved, waiting, passed on, reopened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    cast,
    func,
    or_,
    select,
)

from layers.appeal_places import AppealPlace
from layers.appeals import Appeal
from layers.needs import asked_and_closed, years


def appeals_of_districts() -> CTE:
    """Appeals by district and year; whether they were passed on or reopened only where the register says."""
    year, seen = years(), _by_years()
    received = seen.c.asked == year.c.year
    waiting = or_(seen.c.closed.is_(None), seen.c.closed > year.c.year)  # as in `needs.appeals_by`
    counts: dict[str, ColumnElement[Any]] = {
        "received": _sum(seen.c.appeals, received),
        "solved": _sum(seen.c.appeals, and_(received, ~waiting)),
        "waiting": _sum(seen.c.appeals, and_(received, waiting)),
        "open": _sum(seen.c.appeals, waiting),
        **{name: _told(seen, name, received) for name in ("passed", "reopened")},
    }
    return (
        select(seen.c.place, year.c.year, *(count.label(name) for name, count in counts.items()))
        .join(year, seen.c.asked <= year.c.year)
        .where(or_(received, waiting))
        .group_by(seen.c.place, year.c.year)
        .cte("asked_of")
    )


def _by_years() -> Subquery:
    """Appeals by district, year asked and year closed (null: open), so that each is looked at once.

    `passed` and `reopened` count those that were so at least once, `said_NAME` those of which it is known.
    """
    tie = AppealPlace.__table__.c
    asked, closed = asked_and_closed()
    times = {"passed": Appeal.transfers, "reopened": Appeal.reopened}
    return (
        select(
            *(tie.district_id.label("place"), asked, closed, func.count().label("appeals")),
            *(func.count(often).label(f"said_{name}") for name, often in times.items()),
            *(func.count().filter(often > 0).label(name) for name, often in times.items()),
        )
        .select_from(AppealPlace)
        .join(Appeal, Appeal.id == tie.appeal_id)
        .where(tie.district_id.is_not(None))
        .group_by(tie.district_id, asked, closed)
        .subquery("by_years")
    )


def _sum(counts: SQLColumnExpression[int], those: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(counts).filter(those), 0), BigInteger)


def _told(seen: Subquery, name: str, received: ColumnElement[bool]) -> ColumnElement[int | None]:
    """How many have it at least once; null where no appeal of the year says."""
    return case((_sum(seen.c[f"said_{name}"], received) > 0, _sum(seen.c[name], received)))
