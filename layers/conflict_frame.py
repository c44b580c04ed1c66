"""Rows of the layer `conflicts`: findings at their places, with money, district and the sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from gis_core.overlap import AREA_DIGITS
from layers.city import City
from layers.conflict_findings import findings
from layers.conflict_inputs import Inputs
from layers.conflict_powers import outside_powers
from layers.conflict_sentences import sentences
from layers.conflict_spots import districts_at
from layers.conflict_survey import sightings_about, survey_of
from layers.powers import Roles, recorded

SEPARATOR = "\x1f"  # the ASCII unit separator, which no id holds
FIRST_ONLY = ("restriction_breach", "wrong_order", "outside_powers")


def frame(connection: Connection, city: City, only: Collection[str] | None = None) -> pd.DataFrame:
    """All conflicts in the store; with `only`, those about these projects."""
    seen = survey_of(connection, city).sightings if only is None else sightings_about(connection, city, only)
    inputs = seen.inputs
    roles = recorded(inputs.projects)
    pairs = findings(seen, roles)
    alone = outside_powers(inputs, roles, only)
    return conflict_frame(inputs, pd.concat([pairs, alone], ignore_index=True), roles)


def conflict_frame(inputs: Inputs, found: pd.DataFrame, roles: Roles) -> pd.DataFrame:
    """Findings with the columns that the layer declares, by id."""
    rows = placed(inputs, measured(inputs, found))
    competent = rows["competent"] if "competent" in rows else pd.Series(None, rows.index, dtype=object)
    rows = rows.assign(
        body_a=rows["project_a"].map(roles.body),
        competent=competent,
        body_b=competent.fillna(rows["project_b"].map(roles.body)),
        days_common=_whole(rows["days"]),
        shift_days=_whole(rows["shift_days"]),
    )
    return rows.assign(**sentences(inputs, rows)).sort_values("id", ignore_index=True)


def measured(inputs: Inputs, found: pd.DataFrame) -> pd.DataFrame:
    """Findings with id, shared_m2, share_a, share_b and money_at_risk_kzt."""
    share_a, share_b = (_share(inputs, found, side) for side in "ab")
    return found.assign(
        id=_identities(found),
        shared_m2=found["m2"].astype(float).round(AREA_DIGITS),
        share_a=np.round(share_a, 6),
        share_b=np.round(share_b, 6),
        money_at_risk_kzt=_money(inputs, found, share_a, share_b),
    )


def placed(inputs: Inputs, found: pd.DataFrame) -> pd.DataFrame:
    """Findings with place_kind, place_id, place_name and district_code."""
    names = {"place_kind": found["kind"], "place_id": found["place"], "place_name": found["name"]}
    return found.assign(**names, district_code=_districts(inputs, found))


def _share(inputs: Inputs, found: pd.DataFrame, side: str) -> NDArray[np.float64]:
    """Share of a project's works that lies in each spot."""
    whole = _of_each(found[f"project_{side}"], inputs.works_m2)
    return np.minimum(found[f"own_{side}"].to_numpy(float) / whole, 1)  # type: ignore[no-any-return]


def _of_each(projects: pd.Series, numbers: Mapping[str, float]) -> NDArray[np.float64]:
    """The number of each project; pandas would make a column of the whole mapping each time."""
    return np.array([numbers[project] for project in projects.to_numpy(object)], dtype=float)


def _identities(rows: pd.DataFrame) -> list[str]:
    """Sixteen hexadecimal digits of rule, place and the pair of ids; neither shape nor row order enters."""
    names = ("rule", "kind", "place", "project_a", "project_b")
    return [identity(*words) for words in zip(*(rows[name].to_numpy(object) for name in names), strict=True)]


def identity(*words: str | None) -> str:
    """Stable id of a conflict: rule, kind of place, place, project A, project B."""
    joined = SEPARATOR.join(word if isinstance(word, str) else "" for word in words)
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def _districts(inputs: Inputs, rows: pd.DataFrame) -> list[str | None]:
    """District of each spot, by the boundary of the day on which the first of the two ends."""
    ends = np.minimum(*(rows[name].to_numpy(np.int64) for name in ("to_a", "to_b")))
    shapes = rows["geom"].to_numpy(object)
    _, first, back = np.unique([id(shape) for shape in shapes], return_index=True, return_inverse=True)
    return districts_at(inputs, shapely.point_on_surface(shapes[first])[back], ends)


def _money(
    inputs: Inputs, rows: pd.DataFrame, share_a: NDArray[np.float64], share_b: NDArray[np.float64]
) -> NDArray[np.int64]:
    """The smaller of the two budgets of the years in common, each by the share of its works in the spot.

    Where one opens what another made, the whole budget of what was made, by its share; where a body has no
    power, the whole budget of its project.
    """
    amounts = np.full((len(rows), 2), np.nan)
    first_only, turned = rows["rule"].isin(FIRST_ONLY).to_numpy(bool), rows["turned"].to_numpy(bool)
    for column, side in enumerate(("project_a", "project_b")):
        whole = first_only & (turned == bool(column))
        amounts[whole, column] = _of_each(rows[side][whole], inputs.budget)
    amounts[~first_only] = _in_common(inputs, rows[~first_only])
    parts = np.floor(amounts * np.column_stack([share_a, share_b]) + 0.5)
    parts[np.isnan(parts)] = np.inf
    return parts.min(axis=1).astype(np.int64)  # type: ignore[no-any-return]


def _in_common(inputs: Inputs, rows: pd.DataFrame) -> NDArray[np.float64]:
    """The money of each pair in their common years; each pair is asked once."""
    pairs = list(zip(*(rows[f"project_{side}"].to_numpy(object) for side in "ab"), strict=True))
    money = {pair: money_in_common(inputs.purses, *pair) for pair in dict.fromkeys(pairs)}
    return np.array([money[pair] for pair in pairs], dtype=float).reshape(-1, 2)


def money_in_common(purses: Mapping[str, dict[int, dict[str, int]]], a: str, b: str) -> tuple[int, int]:
    """What two projects have in the years in which both have a budget."""
    years = purses.get(a, {}).keys() & purses.get(b, {})
    sums = [sum(sum(purses[project][year].values()) for year in years) for project in (a, b)]
    return sums[0], sums[1]


def _whole(column: pd.Series) -> pd.Series:
    """Whole numbers, where a frame has made decimals of them because some are missing."""
    missing = column.isna().tolist()
    values = [None if gone else int(value) for value, gone in zip(column.tolist(), missing, strict=True)]
    return pd.Series(values, column.index, dtype=object)
