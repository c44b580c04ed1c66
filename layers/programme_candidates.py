"""The places a programme chooses from, with all that speaks for and against each in a year."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import Connection, Integer, and_, cast, exists, extract, func, or_, select

from gis_core.errors import InputError
from gis_core.joins import in_bytes, listed
from gis_core.layer import Layer, table_of
from gis_core.store import read_frame
from layers.budgets import budgets
from layers.city import City
from layers.conflicts import Conflict
from layers.courtyard_needs import CourtyardNeed
from layers.funding_by_place import FundingByPlace
from layers.need_profile import FACTS
from layers.places import places
from layers.project_places import ProjectPlace
from layers.projects import Project
from layers.public_space_needs import PublicSpaceNeed
from layers.register_rows import dismissed
from layers.renewals import MOSTLY, renewals
from layers.works import Work

SOURCES: dict[str, tuple[type[Layer], str, str]] = {
    "courtyard": (CourtyardNeed, "courtyard_id", "address"),
    "public_space": (PublicSpaceNeed, "public_space_id", "name"),
}
KEY = ["place_kind", "place_id"]
MILD_RULES = ("opportunity", "outside_powers")  # say how or by whom, not that works meet


def years_of_need(connection: Connection, year: int | None) -> tuple[int, int]:
    """The year to plan and the year whose need it rests on: the newest known up to it."""
    known = set(connection.scalars(select(CourtyardNeed.year).union(select(PublicSpaceNeed.year))))
    if not known:
        raise InputError("no need of any place is known: load appeals and courtyards, then run abat derive")
    planned = year or max(known)
    earlier = [each for each in known if each <= planned]
    if not earlier:
        raise InputError(f"no need is known up to {planned}; the first year with needs is {min(known)}")
    return planned, max(earlier)


def candidates(connection: Connection, city: City, year: int, need_year: int) -> pd.DataFrame:
    """Places by kind and id with need, its parts, and what works, conflicts and money of the year say."""
    rows = pd.concat([_needs(connection, city, kind, need_year) for kind in SOURCES], ignore_index=True)
    facts = (
        _guarantees(connection, city, year),
        _conflicts(connection, year),
        _planned(connection, city, year),
        _funded(connection, city, year),
    )
    for each in facts:
        rows = rows.merge(each, on=KEY, how="left")
    counts = {"open_conflicts": 0, "funded_kzt": 0, "funded_part": 0.0}
    rows = rows.fillna(counts).astype(
        {"appeals": int, "open_conflicts": int, "funded_kzt": int, "funded_part": float}
    )
    return pd.DataFrame(rows.sort_values(KEY, ignore_index=True))


def _needs(connection: Connection, city: City, kind: str, year: int) -> pd.DataFrame:
    layer, key, name = SOURCES[kind]
    columns = table_of(layer).c
    query = select(
        *(columns[key].label("place_id"), columns[name].label("name"), columns.district_code, columns.need),
        *(columns[f"need_{fact}"] for fact in FACTS),
        *(columns.appeals, columns.condition, func.ST_Area(columns.geom).label("m2"), columns.geom),
    ).where(columns.year == year)
    return pd.DataFrame(read_frame(connection, query, city.crs)).assign(place_kind=kind)


def _guarantees(connection: Connection, city: City, year: int) -> pd.DataFrame:
    """The last day on which the guarantee of works finished before the year holds, and whose works."""
    renewed = renewals(city)
    query = select(renewed).where(renewed.c.ended_on < date(year, 1, 1))
    found = pd.DataFrame(read_frame(connection, query.order_by(renewed.c.project_id), city.crs))
    months = {code: term.guarantee_months for code, term in city.work_types.items()}
    until = [
        (pd.Timestamp(day) + pd.DateOffset(months=months.get(work, 0))).date()
        for day, work in zip(found["ended_on"], found["work_type"], strict=True)
    ]
    rows = found.assign(guarantee_until=until).rename(
        columns={"kind": "place_kind", "place": "place_id", "project_id": "guaranteed_by"}
    )
    last = rows.sort_values("guarantee_until", kind="stable").drop_duplicates(KEY, keep="last")
    held = [day >= date(year, 1, 1) for day in last["guarantee_until"]]
    return pd.DataFrame(last.loc[held, [*KEY, "guarantee_until", "guaranteed_by"]])


def _conflicts(connection: Connection, year: int) -> pd.DataFrame:
    """Conflicts of works that are not over before the year and begin by its end, but for dismissed ones."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    pair = Work.project_id.in_((Conflict.project_a, Conflict.project_b))
    over = exists().where(pair, or_(Work.ends.is_(None), Work.ends >= first))
    begun = exists().where(pair, or_(Work.starts.is_(None), Work.starts <= last))
    query = (
        select(Conflict.place_kind, Conflict.place_id, func.count().label("open_conflicts"))
        .where(Conflict.place_kind.in_(SOURCES), Conflict.rule.not_in(MILD_RULES), over, begun)
        .where(Conflict.id.not_in(dismissed()))
        .group_by(Conflict.place_kind, Conflict.place_id)
    )
    return read_frame(connection, select(query.subquery()), "")


def _planned(connection: Connection, city: City, year: int) -> pd.DataFrame:
    """Works of others that open the ground near a place and begin in the year, so that one digging serves
    both."""
    place = places(*SOURCES)
    digging = [code for code, term in city.work_types.items() if term.disruptive]
    others = [code for code in digging if code not in city.needs.renewing]
    query = (
        select(
            place.c.kind.label("place_kind"),
            place.c.id.label("place_id"),
            func.array_to_string(listed(Work.project_id), ", ").label("joint_with"),
        )
        .join(Work, func.ST_DWithin(Work.geom, place.c.geom, city.programme.joint_m))
        .where(Work.work_type.in_(others), cast(extract("year", Work.starts), Integer) == year)
        .group_by(place.c.kind, place.c.id)
    )
    return read_frame(connection, query, "")


def _funded(connection: Connection, city: City, year: int) -> pd.DataFrame:
    """What the year's budgets gave to improve each place, and which part of its need that takes away."""
    laid, on, budget, place = (
        FundingByPlace.__table__.c,
        ProjectPlace.__table__.c,
        budgets(),
        places(*SOURCES),
    )
    area = func.ST_Area(place.c.geom)
    same = and_(*(laid[name] == budget.c[name] for name in ("project_id", "year", "source", "stage")))
    query = (
        select(
            *(laid.place_kind, laid.place_id, laid.project_id, Project.work_type),
            func.sum(laid.amount_kzt).label("funded_kzt"),
            func.least(on.shared_m2 / area, 1).label("part"),
            or_(on.shared_m2 * MOSTLY >= on.works_m2, on.shared_m2 * MOSTLY >= area).label("mostly"),
        )
        .join_from(FundingByPlace, budget, same)
        .join(Project, Project.id == laid.project_id)
        .join(place, and_(place.c.kind == laid.place_kind, place.c.id == laid.place_id))
        .join(
            ProjectPlace,
            and_(
                on.project_id == laid.project_id,
                on.place_kind == laid.place_kind,
                on.place_id == laid.place_id,
            ),
        )
        .where(laid.year == year)
        .group_by(
            *(laid.place_kind, laid.place_id, laid.project_id, Project.work_type),
            *(on.shared_m2, on.works_m2, place.c.geom),
        )
        .order_by(in_bytes(laid.place_id), in_bytes(laid.project_id))
    )
    found = read_frame(connection, query, "")
    covers = {(each.place_kind, each.work_type): each.covers for each in city.programme.measures}
    by = [covers.get(pair, 0.0) for pair in zip(found["place_kind"], found["work_type"], strict=True)]
    rows = found.assign(funded_part=found["part"].astype(float) * by)[
        found["mostly"].astype(bool) & (pd.Series(by, found.index, dtype=float) > 0)
    ]
    return rows.groupby(KEY, as_index=False).agg({"funded_kzt": "sum", "funded_part": "max"})
