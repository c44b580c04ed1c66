"""Findings: what the meetings of two projects come to under each rule, before they are cut by places."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis_core.pairs import united
from layers.conflict_days import AFTER, BEFORE, days_covered
from layers.conflict_inputs import Inputs
from layers.conflict_meetings import Meetings, meetings
from layers.conflict_rules import PRECEDENCE, Pairs, conditions
from layers.conflict_shifts import Shifts
from layers.conflict_spots import homes
from layers.conflict_words import MINOR_RULES
from layers.powers import Roles, powers_of, recorded

FIRM_SHAPES = ("surveyed", "drawn")
CERTAINTY = ("certain", "probable", "possible")
COLUMNS = ("rule", "project_a", "project_b", "competent", "days", "shift_days", "severity", "certainty")


@dataclass
class Findings:
    """A row a rule and pair; `ground` holds the shape of each row by number in `grounds`."""

    rows: list[tuple[object, ...]] = field(default_factory=list)
    ground: list[int] = field(default_factory=list)
    grounds: list[object] = field(default_factory=list)

    def frame(self) -> pd.DataFrame:
        return pd.DataFrame(self.rows, columns=list(COLUMNS)).assign(ground=self.ground)


def findings(inputs: Inputs, roles: Roles | None = None, only: Collection[str] | None = None) -> Findings:
    """Findings of every rule; with `only`, those about these projects. Without roles, those recorded."""
    acting = roles or recorded(inputs.projects)
    return found_in(meetings(inputs, only), acting, only)


def found_in(met: Meetings, roles: Roles, only: Collection[str] | None = None) -> Findings:
    """Findings about meetings that are known already."""
    found = Findings()
    _about_pairs(found, met, roles)
    _about_powers(found, met.inputs, roles, only)
    return found


def _about_pairs(found: Findings, met: Meetings, roles: Roles) -> None:
    pairs = met.pairs(roles)
    shifts, doubt, common = Shifts(pairs), _doubt(pairs.a, pairs.b), _common(pairs)
    ids, codes = _projects(met)
    firm = (pairs.a["dates_firm"] & pairs.b["dates_firm"]).to_numpy(bool)
    known: dict[tuple[int, ...], int] = {}
    taken: set[tuple[int, int]] = set()
    for rule, holds in conditions(pairs).items():
        rows = np.flatnonzero(holds & (met.near if rule == "near_clash" else ~met.near))
        for group in _by_pair(codes, rows):
            a, b = codes[group[0]].tolist()
            if rule in PRECEDENCE and (a, b) in taken:
                continue
            if rule in PRECEDENCE:
                taken.add((a, b))
            days = days_covered(common[row] for row in group)
            severity = "major" if rule not in MINOR_RULES and firm[group].all() else "minor"
            certainty = CERTAINTY[doubt[group].max()]
            shift = shifts.days(rule, group)
            found.rows.append((rule, ids[a], ids[b], None, days, shift, severity, certainty))
            found.ground.append(_ground(found, met, group, known))


def _projects(met: Meetings) -> tuple[list[str], NDArray[np.intp]]:
    """Project ids in the order of their bytes, and for each meeting the places of both in it."""
    numbers, ids = pd.factorize(met.inputs.works["project_id"])  # works stand in that order
    return list(ids), np.column_stack([numbers[met.a], numbers[met.b]])


def _by_pair(codes: NDArray[np.intp], rows: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Rows in groups of one pair of projects, in the order of the pairs."""
    if not len(rows):
        return []
    order = rows[np.lexsort((codes[rows, 1], codes[rows, 0]))]
    new = (codes[order[1:]] != codes[order[:-1]]).any(axis=1)
    return np.split(order, np.flatnonzero(new) + 1)


def _common(pairs: Pairs) -> list[tuple[int, int]]:
    """The days that both sides of each row share, from and to; none where the end lies before the start."""
    (start_a, start_b), (end_a, end_b) = pairs.both("starts"), pairs.both("ends")
    return list(zip(np.maximum(start_a, start_b).tolist(), np.minimum(end_a, end_b).tolist(), strict=True))


def _ground(
    found: Findings, met: Meetings, group: NDArray[np.intp], known: dict[tuple[int, ...], int]
) -> int:
    """Number of the ground of some meetings, made once for all rules that hold on it."""
    key = tuple(sorted(int(row) for row in group))
    if key not in known:
        known[key] = len(found.grounds)
        found.grounds.append(united(met.ground[list(key)]))
    return known[key]


def _doubt(a: pd.DataFrame, b: pd.DataFrame) -> NDArray[np.int64]:
    """0: firm dates, shapes surveyed or drawn; 2: a shape by address or a period without an end; else 1."""
    vague, firm = np.zeros(len(a), dtype=bool), np.ones(len(a), dtype=bool)
    for side in (a, b):
        open_ended = (side["starts"] == BEFORE) | (side["ends"] == AFTER)
        vague |= ((side["geom_source"] == "address") | open_ended).to_numpy(bool)
        firm &= (side["geom_source"].isin(FIRM_SHAPES) & side["dates_firm"]).to_numpy(bool)
    return np.where(vague, 2, np.where(firm, 0, 1))


def _about_powers(found: Findings, inputs: Inputs, roles: Roles, only: Collection[str] | None) -> None:
    """Projects of bodies that lack the power, under the regime of the profile; who acts is as `roles` say."""
    if not inputs.city.powers:
        return
    works = inputs.works.groupby("project_id", sort=True)
    mapped = inputs.projects[inputs.projects["id"].isin(works.groups)]
    mapped = mapped.assign(executing_body=mapped["id"].map(roles.body))
    mapped = mapped[~mapped["exception"].isin(_lifting(inputs))]
    powers = powers_of(inputs.city, inputs.city.conflicts.regime, inputs.bodies, homes(inputs))
    for project, competent in powers.outside(mapped).items():
        if only is None or project in only:
            own = works.get_group(project)
            certainty = CERTAINTY[_doubt(own, own).max()]
            days = days_covered(zip(own["starts"], own["ends"], strict=True))
            found.rows.append(("outside_powers", project, project, competent, days, None, "minor", certainty))
            found.ground.append(len(found.grounds))
            found.grounds.append(united(own["geom"].to_numpy(object)))


def _lifting(inputs: Inputs) -> list[str]:
    return [kind for kind, rules in inputs.city.conflicts.exceptions.items() if "outside_powers" in rules]
