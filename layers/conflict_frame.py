"""Rows of the layer `conflicts`: findings at their places, with money, district and the sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from gis_core.layer import LANGUAGES, Language
from layers.city import City
from layers.conflict_days import AFTER, BEFORE, date_of
from layers.conflict_findings import findings
from layers.conflict_inputs import Inputs, read_inputs
from layers.conflict_spots import districts_at, spots
from layers.conflict_words import NOT_KNOWN, NOWHERE, SENTENCES
from layers.powers import Roles, recorded
from layers.project_places import AREA_DIGITS

SEPARATOR = "\x1f"  # the ASCII unit separator, which no id holds
FIRST_IS_EARLIER = ("restriction_breach", "wrong_order")


def frame(connection: Connection, city: City, only: Collection[str] | None = None) -> pd.DataFrame:
    """All conflicts in the store; with `only`, those about these projects."""
    return conflict_frame(read_inputs(connection, city), only=only)


def conflict_frame(
    inputs: Inputs, roles: Roles | None = None, only: Collection[str] | None = None
) -> pd.DataFrame:
    """Conflicts, if the projects were in these hands; columns as the layer declares them, by id."""
    acting = roles or recorded(inputs.projects)
    found = findings(inputs, acting, only)
    rows = found.frame().merge(spots(inputs, found.grounds), on="ground")
    facts = _facts(inputs)
    begins = (rows[name].map(facts["starts"]) for name in ("project_a", "project_b"))
    rows = rows.assign(turned=rows["rule"].isin(FIRST_IS_EARLIER) & np.greater(*begins))
    area_a, area_b = _areas(inputs, rows)
    share_a = np.minimum(area_a / rows["project_a"].map(inputs.works_m2).to_numpy(float), 1)
    share_b = np.minimum(area_b / rows["project_b"].map(inputs.works_m2).to_numpy(float), 1)
    made = rows.assign(
        id=_identities(rows),
        place_kind=rows["kind"],
        place_id=rows["place"],
        place_name=rows["name"],
        district_code=_districts(inputs, rows, facts),
        body_a=rows["project_a"].map(acting.body),
        body_b=rows["competent"].fillna(rows["project_b"].map(acting.body)),
        shared_m2=rows["m2"].round(AREA_DIGITS),
        share_a=np.round(share_a, 6),
        share_b=np.round(share_b, 6),
        days_common=pd.Series(_whole(rows["days"]), rows.index, dtype=object),
        shift_days=pd.Series(_whole(rows["shift_days"]), rows.index, dtype=object),
        money_at_risk_kzt=_money(inputs, rows, share_a, share_b),
    )
    return made.assign(**_sentences(inputs, made, facts)).sort_values("id", ignore_index=True)


def _facts(inputs: Inputs) -> pd.DataFrame:
    """By project: first and last day that are known (as numbers), and work type."""
    works = inputs.works
    starts, ends = works["starts"].where(~works["open_start"]), works["ends"].where(~works["open_end"])
    by = works["project_id"]
    return pd.DataFrame(
        {
            "starts": starts.groupby(by).min().fillna(BEFORE).astype(np.int64),
            "ends": ends.groupby(by).max().fillna(AFTER).astype(np.int64),
            "work_type": works.groupby("project_id")["work_type"].first(),
        }
    )


def _areas(inputs: Inputs, rows: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Square metres of each side's own works in each spot: all of it, unless the works are only near."""
    m2 = rows["m2"].to_numpy(float)
    own = m2.copy(), m2.copy()
    near = np.flatnonzero(rows["rule"] == "near_clash")
    works = inputs.works.groupby("project_id")["geom"] if len(near) else None
    for row in near:
        for side, name in zip(own, ("project_a", "project_b"), strict=True):
            shape = shapely.union_all(works.get_group(rows[name].iat[row]).to_numpy(object))  # type: ignore[union-attr]
            side[row] = shapely.intersection(rows["geom"].iat[row], shape).area
    return own


def _identities(rows: pd.DataFrame) -> list[str]:
    """Sixteen hexadecimal digits of rule, place and the pair of ids; neither shape nor row order enters."""
    return [
        identity(*words)
        for words in zip(
            *(rows[name] for name in ("rule", "kind", "place", "project_a", "project_b")), strict=True
        )
    ]


def identity(*words: str | None) -> str:
    """Stable id of a conflict: rule, kind of place, place, project A, project B."""
    joined = SEPARATOR.join(word if isinstance(word, str) else "" for word in words)
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def _districts(inputs: Inputs, rows: pd.DataFrame, facts: pd.DataFrame) -> list[str | None]:
    """District of each spot, by the boundary of the day on which the first of the two ends."""
    ends = np.minimum(
        *(rows[name].map(facts["ends"]).to_numpy(np.int64) for name in ("project_a", "project_b"))
    )
    return districts_at(inputs, shapely.point_on_surface(rows["geom"].to_numpy(object)), ends)


def _money(
    inputs: Inputs, rows: pd.DataFrame, share_a: NDArray[np.float64], share_b: NDArray[np.float64]
) -> NDArray[np.int64]:
    """The smaller of the two budgets of the years in common, each by the share of its works in the spot.

    Where one opens what another made, the whole budget of what was made, by its share; where a body has no
    power, the whole budget of its project.
    """
    columns = zip(rows["rule"], rows["project_a"], rows["project_b"], rows["turned"], strict=True)
    amounts = np.array([_amounts(inputs, *row) for row in columns], dtype=float).reshape(-1, 2)
    parts = np.floor(amounts * np.column_stack([share_a, share_b]) + 0.5)
    parts[np.isnan(parts)] = np.inf
    return parts.min(axis=1).astype(np.int64)  # type: ignore[no-any-return]


def _amounts(inputs: Inputs, rule: str, a: str, b: str, turned: bool) -> tuple[float, float]:  # noqa: PLR0913
    """The budgets of which the smaller part is at risk; not a number for one that does not count."""
    if rule == "outside_powers":
        return _budget(inputs, a), np.nan
    if rule not in FIRST_IS_EARLIER:
        return money_in_common(inputs.purses, a, b)
    return (np.nan, _budget(inputs, b)) if turned else (_budget(inputs, a), np.nan)


def _budget(inputs: Inputs, project: str) -> int:
    return sum(sum(year.values()) for year in inputs.purses.get(project, {}).values())


def money_in_common(purses: Mapping[str, dict[int, dict[str, int]]], a: str, b: str) -> tuple[int, int]:
    """What two projects have in the years in which both have a budget."""
    years = purses.get(a, {}).keys() & purses.get(b, {})
    sums = [sum(sum(purses[project][year].values()) for year in years) for project in (a, b)]
    return sums[0], sums[1]


def _sentences(inputs: Inputs, rows: pd.DataFrame, facts: pd.DataFrame) -> dict[str, list[str]]:
    """The findings in words: why_ru, why_kk, why_en."""
    first = rows["project_b"].where(rows["turned"], rows["project_a"])
    second = rows["project_a"].where(rows["turned"], rows["project_b"])
    bodies = dict(zip(rows["project_a"], rows["body_a"], strict=True)) | {
        b: body
        for b, body, rule in zip(rows["project_b"], rows["body_b"], rows["rule"], strict=True)
        if rule != "outside_powers"
    }
    said = {}
    for lang in LANGUAGES:
        names = _body_names(inputs, lang)
        record = {
            project: _record(inputs, facts, project, (names.get(body, body), lang))  # type: ignore[arg-type]
            for project, body in bodies.items()
        }
        columns = zip(
            *(rows["rule"], rows["place_name"], rows["m2"], rows["days"], rows["shift_days"]),
            *(first, second, rows["body_b"]),
            strict=True,
        )
        said[f"why_{lang}"] = [
            SENTENCES[rule][lang].format(
                place=place if isinstance(place, str) else NOWHERE[lang],
                a=record[a],
                b=record[b],
                m2=f"{np.floor(m2 + 0.5):,.0f}".replace(",", "\u00a0"),
                days=_number(days),
                shift=_number(shift),
                competent=names.get(competent, competent),
            )
            for rule, place, m2, days, shift, a, b, competent in columns
        ]
    return said


def _body_names(inputs: Inputs, lang: Language) -> dict[str, str]:
    rows = inputs.bodies
    names = rows[f"name_{lang}"].where(rows[f"name_{lang}"].notna(), rows["name_ru"])
    return dict(zip(rows["code"], names, strict=True))


def _record(inputs: Inputs, facts: pd.DataFrame, project: str, body: tuple[str, Language]) -> str:
    """«body (work, dates)» of one project."""
    name, lang = body
    fact = facts.loc[project]
    term = inputs.city.work_types.get(fact["work_type"])
    work = getattr(term, lang) if term else fact["work_type"]
    return f"{name} ({work}, {_day(fact['starts'])}–{_day(fact['ends'])})"


def _whole(column: pd.Series) -> list[int | None]:
    """Whole numbers, where a frame has made decimals of them because some are missing."""
    return [None if pd.isna(value) else int(value) for value in column]


def _day(number: int) -> str:
    day = date_of(number)
    return f"{day:%d.%m.%Y}" if day else NOT_KNOWN


def _number(value: object) -> str:
    return NOT_KNOWN if pd.isna(value) else str(int(value))  # type: ignore[call-overload]
