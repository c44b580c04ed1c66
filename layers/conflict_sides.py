"""The two projects of a conflict: what each is, what each has in money, and the sentence about both."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    column,
    func,
    select,
    values,
)
from sqlalchemy.orm import aliased

from gis_core.layer import LANGUAGES, Language
from layers.bodies import Body
from layers.budgets import budgets
from layers.city import City
from layers.works import Work

Column = SQLColumnExpression[Any]

SENTENCES: dict[str, dict[Language, str]] = {
    "clash": {
        "ru": "%s: %s (%s, %s) и %s (%s, %s) работают на одной земле, %s м², общих дней: %s.",
        "kk": "%s: %s (%s, %s) және %s (%s, %s) бір жерде жұмыс істейді, %s м², ортақ күндер: %s.",
        "en": "%s: %s (%s, %s) and %s (%s, %s) work on the same ground, %s m², days in common: %s.",
    },
    "duplicate_function": {
        "ru": "%s: %s (%s, %s) и %s (%s, %s) делают одно и то же в одном году, %s м², общих дней: %s.",
        "kk": "%s: %s (%s, %s) және %s (%s, %s) бір жылда бір жұмысты істейді, %s м², ортақ күндер: %s.",
        "en": "%s: %s (%s, %s) and %s (%s, %s) do the same in one year, %s m², days in common: %s.",
    },
    "double_funding": {
        "ru": "%s: одно и то же оплачено дважды: %s (%s, %s) и %s (%s, %s), %s м², общих дней: %s.",
        "kk": "%s: бір жұмысқа екі рет ақша төленген: %s (%s, %s) және %s (%s, %s), %s м², ортақ күндер: %s.",
        "en": "%s: the same is paid for twice: %s (%s, %s) and %s (%s, %s), %s m², days in common: %s.",
    },
}
NOWHERE: dict[Language, str] = {
    "ru": "Вне мест учёта",
    "kk": "Есептегі орындардан тыс",
    "en": "On no recorded place",
}
NOT_KNOWN = "?"


@cache
def sides() -> CTE:
    """Each project with works: project_id, body, work_type, starts, ends, works_m2."""
    return (
        select(
            Work.project_id,
            func.min(Work.body).label("body"),
            func.min(Work.work_type).label("work_type"),
            func.min(Work.starts).label("starts"),
            func.max(Work.ends).label("ends"),
            func.ST_Area(func.ST_Union(Work.geom)).label("works_m2"),
        )
        .group_by(Work.project_id)
        .cte("sides")
    )


def money_in_common(found: CTE) -> CTE:
    """What the projects of each pair have in the years in which both have a budget.

    Columns: project_a, project_b, amount_a, amount_b.
    """
    pair = select(found.c.project_a, found.c.project_b).distinct().subquery("pair")
    budget = budgets()
    yearly = (
        select(budget.c.project_id, budget.c.year, func.sum(budget.c.amount_kzt).label("amount"))
        .group_by(budget.c.project_id, budget.c.year)
        .cte("yearly")
    )
    a, b = yearly.alias("money_a"), yearly.alias("money_b")
    return (
        select(*pair.c, func.sum(a.c.amount).label("amount_a"), func.sum(b.c.amount).label("amount_b"))
        .join(a, a.c.project_id == pair.c.project_a)
        .join(b, and_(b.c.project_id == pair.c.project_b, b.c.year == a.c.year))
        .group_by(*pair.c)
        .cte("money_in_common")
    )


def named(side: CTE, name: str, city: City) -> FromClause:
    """`sides` with the names of body and work in each language (body_ru, work_ru, ...) and `dates`."""
    body = aliased(Body, name=f"body_{name}")
    words = _work_names(city).alias(f"words_{name}")
    names = {lang: func.coalesce(getattr(body, f"name_{lang}"), body.name_ru) for lang in LANGUAGES}
    works = {lang: func.coalesce(words.c[lang], side.c.work_type) for lang in LANGUAGES}
    return (
        select(
            side,
            *(names[lang].label(f"body_{lang}") for lang in LANGUAGES),
            *(works[lang].label(f"work_{lang}") for lang in LANGUAGES),
            (_day(side.c.starts) + "–" + _day(side.c.ends)).label("dates"),
        )
        .join(body, body.code == side.c.body)
        .outerjoin(words, words.c.code == side.c.work_type)
        .subquery(name)
    )


def sentence(spot: FromClause, a: FromClause, b: FromClause, lang: Language) -> ColumnElement[Any]:
    """The finding in words."""
    records = [
        side.c[f"{what}_{lang}"] if what != "dates" else side.c.dates
        for side in (a, b)
        for what in ("body", "work", "dates")
    ]
    place = func.coalesce(spot.c.name, NOWHERE[lang])
    area = func.replace(func.to_char(func.round(spot.c.m2), "FM999,999,999"), ",", "\u00a0")
    days = func.coalesce(cast(spot.c.days, String), NOT_KNOWN)
    return case(
        *(
            (spot.c.rule == rule, func.format(words[lang], place, *records, area, days))
            for rule, words in SENTENCES.items()
        )
    )


def _day(day: Column) -> ColumnElement[Any]:
    return func.coalesce(func.to_char(day, "DD.MM.YYYY"), NOT_KNOWN)


def _work_names(city: City) -> FromClause:
    columns = [column(name, String) for name in ("code", *LANGUAGES)]
    rows = [(code, term.ru, term.kk, term.en) for code, term in city.work_types.items()]
    return values(*columns, name="work_names").data(rows or [("", "", "", "")])
