"""The register of verdicts brought up to date with what a derive found, in the derive's own transaction."""

from __future__ import annotations

import getpass
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Date,
    Integer,
    Numeric,
    Select,
    SQLColumnExpression,
    Table,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    text,
    true,
    type_coerce,
    union,
    update,
)

from gis_core.joins import among, by_index
from gis_core.layer import fields
from gis_core.staging import same_key, stage
from layers.assessments import FIGURES, Assessment
from layers.city import City
from layers.conflict_profile import Reassess
from layers.conflicts import Conflict
from layers.hands import Hand, sign
from layers.projects import Project
from layers.runs import newest_register_run
from layers.works import Work

Column = SQLColumnExpression[Any]
DATES = FIGURES[:4]
ROW = Assessment.__table__.c
SAID = ROW.edition > literal_column("0")  # an index holds these rows


def keep_register(
    connection: Connection, city: City, run_id: int, only: Collection[str] | None = None
) -> dict[str, int]:
    """Enter what is new, note what changed, went or came back, and call changed verdicts in; how many
    conflicts. With `only` no conflicts but those about these projects have changed."""
    sign(connection, Hand("abat derive", run_id, getpass.getuser(), keeping=True))
    facts = [name for name in fields(Conflict) if name != "id"]
    told = [*DATES, *facts, "geom"]
    found = stage(connection, Assessment)
    ids = None if only is None else _concerned(connection, only)
    connection.execute(found.insert().from_select(["conflict_id", "body", *told], _found(facts, ids)))
    connection.execute(text(f"ANALYZE {found.name} (conflict_id, body)"))  # the others join nothing
    _enter(connection, found, told, city.conflicts.reassess, run_id)
    with nullcontext() if ids is None else by_index(connection):
        _part(connection, found, run_id, _one_of(ROW.conflict_id, ids))
        counts = _counts(connection, run_id, ids)
    found.drop(connection)
    counts["to_be_reassessed"] = _recalled(connection)
    sign(connection, Hand())
    return counts


def _enter(  # noqa: PLR0913
    connection: Connection, found: Table, told: list[str], limits: Reassess, run_id: int
) -> None:
    """Write the rows that are new, back or say something else than before; the others are not touched."""
    here = same_key(Assessment.__table__, found)
    now = {name: found.c[name] for name in told}
    differs = or_(ROW.state != "open", *(ROW[name].is_distinct_from(now[name]) for name in told))
    changed = or_(*(ROW[name].is_distinct_from(now[name]) for name in FIGURES))
    recalled = and_(ROW.verdict.in_(("yes", "no")), beyond(ROW.judged, now, limits))
    values = {
        **now,
        "last_seen": None,
        "state": "open",
        "gone_in": None,
        "back_in": case((ROW.state != "open", run_id), else_=ROW.back_in),
        "changed_in": case((changed, run_id), else_=ROW.changed_in),
        "verdict": case((recalled, "to_be_reassessed"), else_=ROW.verdict),
    }
    connection.execute(update(Assessment).where(here, differs).values(values))
    names = ["conflict_id", "body", *told]
    rows = select(*(found.c[name] for name in names), literal("open"), literal(run_id, BigInteger))
    fresh = rows.where(~exists().where(here)).order_by(found.c.conflict_id, found.c.body)
    connection.execute(insert(Assessment).from_select([*names, "state", "first_seen"], fresh))


def _concerned(connection: Connection, projects: Collection[str]) -> list[str]:
    """Ids of the conflicts about these projects, now or before, and of those that bodies joined or left by
    giving or taking back a verdict."""
    conflict = Conflict.__table__.c
    about = [or_(*(among(row[f"project_{side}"], projects) for side in "ab")) for row in (conflict, ROW)]
    joined = and_(ROW.verdict != "not_assessed", ROW.state != "open")
    left = and_(ROW.verdict == "not_assessed", ROW.state == "open", ROW.body.not_in([ROW.body_a, ROW.body_b]))
    query = union(
        select(conflict.id).where(about[0]),
        select(ROW.conflict_id).where(about[1]),
        select(ROW.conflict_id).where(SAID, or_(joined, left)),
    )
    with by_index(connection):
        return [*connection.scalars(query)]


def _one_of(column: Column, ids: Collection[str] | None) -> ColumnElement[bool]:
    """True for one of these ids, for all without any."""
    return true() if ids is None else among(column, ids)


def _part(connection: Connection, found: Table, run_id: int, asked: ColumnElement[bool]) -> None:
    """Note what is no longer there, and what has been declared a joint project since it went."""
    lost = ~exists().where(same_key(Assessment.__table__, found))
    connection.execute(
        update(Assessment)
        .where(asked, lost, or_(ROW.state == "open", _joint() & (ROW.state == "gone")))
        .values(
            state=case((_joint(), "joint"), else_="gone"),
            gone_in=func.coalesce(ROW.gone_in, run_id),
            last_seen=func.coalesce(ROW.last_seen, newest_register_run(before=run_id)),
        )
    )


def _found(facts: list[str], ids: Collection[str] | None) -> Select[Any]:
    """A row a conflict (of these) and body: both of its own bodies, and those that gave a verdict on it."""
    conflict = Conflict.__table__.c
    sides = [conflict[f"{name}_{side}"] for name in ("project", "body") for side in "ab"]
    asked = _one_of(conflict.id, ids)
    of = select(conflict.id, *sides).where(asked).cte("of")
    periods = _periods(union(select(of.c.project_a), select(of.c.project_b)))
    a, b = (periods.alias(f"period_{side}") for side in "ab")
    verdict = select(ROW.conflict_id, ROW.body).where(SAID, ROW.verdict != "not_assessed")
    who = union(
        select(of.c.id.label("id"), of.c.body_a.label("body")),
        select(of.c.id, of.c.body_b),
        verdict.where(_one_of(ROW.conflict_id, ids)),
    ).subquery("who")
    return (
        select(
            *(conflict.id, who.c.body),
            *(a.c.starts, a.c.ends, b.c.starts, b.c.ends),
            *(conflict[name] for name in facts),
            conflict.geom,
        )
        .where(asked)
        .join(who, who.c.id == conflict.id)
        .outerjoin(a, a.c.project_id == conflict.project_a)
        .outerjoin(b, b.c.project_id == conflict.project_b)
    )


def _periods(projects: CompoundSelect[Any]) -> CTE:
    """First and last known day of the works of each of these projects."""
    return (
        select(Work.project_id, func.min(Work.starts).label("starts"), func.max(Work.ends).label("ends"))
        .where(Work.project_id.in_(projects))
        .group_by(Work.project_id)
        .cte("periods")
    )


def beyond(judged: Column, now: Mapping[str, Column], limits: Reassess) -> ColumnElement[bool]:
    """True where what a verdict was about has changed by more than the tolerance."""
    day_parts = [_moved(cast(judged[name].astext, Date), now[name], limits.days) for name in DATES]
    days = _moved(cast(judged["days_common"].astext, Integer), now["days_common"], limits.days)
    parts = {"shared_m2": limits.area, "money_at_risk_kzt": limits.money}
    grown = []
    for name, share in parts.items():
        before = cast(judged[name].astext, Numeric)
        limit = before * literal(Decimal(str(share)), Numeric)
        grown.append(func.abs(cast(now[name], Numeric) - before) > limit)
    return or_(*day_parts, days, *grown)


def _moved(before: Column, now: Column, limit: int) -> ColumnElement[bool]:
    """True for a move by more than `limit` days, and where one of the two is not known."""
    move = func.abs(type_coerce(now - before, Integer))
    return func.coalesce(move > limit, before.is_distinct_from(now))


def _joint() -> ColumnElement[bool]:
    """True where the two projects have been declared joint since."""
    one, other = Project.__table__.alias("one"), Project.__table__.alias("other")
    return exists().where(
        one.c.id == ROW.project_a,
        other.c.id == ROW.project_b,
        one.c.id != other.c.id,
        one.c.joint_group == other.c.joint_group,
    )


def _counts(connection: Connection, run_id: int, ids: Collection[str] | None) -> dict[str, int]:
    """How many conflicts (of these) this run touched."""
    touched = {
        "new": ROW.first_seen == run_id,
        "changed": ROW.changed_in == run_id,
        "reappeared": ROW.back_in == run_id,
        "gone": and_(ROW.gone_in == run_id, ROW.state == "gone"),
        "closed": and_(ROW.gone_in == run_id, ROW.state == "joint"),
    }
    each = (func.bool_or(said).label(name) for name, said in touched.items())
    conflicts = select(*each).where(_one_of(ROW.conflict_id, ids)).group_by(ROW.conflict_id).subquery()
    query = select(*(func.count().filter(conflicts.c[name]).label(name) for name in touched))
    return dict(connection.execute(query).one()._mapping)


def _recalled(connection: Connection) -> int:
    """How many verdicts on conflicts that are there must be given anew."""
    asked = SAID, ROW.verdict == "to_be_reassessed", ROW.state == "open"
    return connection.scalar(select(func.count()).where(*asked)) or 0
