"""Findings: what holds between two projects at one place under each rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis_core.pairs import Shapes, united
from layers.city import City
from layers.conflict_days import AFTER, BEFORE, days_covered
from layers.conflict_inputs import Inputs
from layers.conflict_meetings import Meetings, meetings, tighter
from layers.conflict_pairs import Mask, Numbers, Pairs, Rows
from layers.conflict_rules import CONDITIONS, PRECEDENCE, turned
from layers.conflict_shifts import Shifts
from layers.conflict_spots import spots
from layers.conflict_words import MINOR_RULES
from layers.powers import Roles

CERTAINTY = np.array(["certain", "probable", "possible"], dtype=object)
DAYS = ("from_a", "to_a", "from_b", "to_b")


@dataclass(frozen=True)
class Sightings:
    """Meetings, and their grounds cut by places: what findings are made of, whoever acts."""

    met: Meetings
    cut: pd.DataFrame

    @property
    def inputs(self) -> Inputs:
        return self.met.inputs

    @cached_property
    def keys(self) -> Numbers:
        """A number for each spot that is the same for the same pair of projects at the same place."""
        project, ids = self.inputs.numbered
        ground = self.cut["ground"].to_numpy(np.intp)
        pair = project[self.met.a[ground]] * len(ids) + project[self.met.b[ground]]
        site = self.cut["kind"].fillna("").astype(str) + "\x1f" + self.cut["place"].fillna("").astype(str)
        return pd.factorize(pair)[0] * (len(self.cut) + 1) + pd.factorize(site)[0]  # type: ignore[no-any-return]

    @cached_property
    def places(self) -> dict[str, Shapes]:
        """Kind, id and name of the place of each spot."""
        return {name: self.cut[name].to_numpy(object) for name in ("kind", "place", "name")}

    def under(self, city: City) -> Sightings:
        """The same, for a profile with other windows; tolerance and reach must be the same."""
        return replace(self, met=replace(self.met, inputs=self.inputs.under(city)))


def sightings(inputs: Inputs, only: Collection[str] | None = None) -> Sightings:
    """Everything that some rule may be about; with `only`, what these projects take part in."""
    met = meetings(inputs, only)
    return Sightings(met, spots(inputs, met.ground))


def tightened(seen: Sightings, tolerance_m2: float) -> Sightings:
    """The same under a tolerance that is no smaller."""
    if tolerance_m2 == seen.inputs.city.conflicts.min_shared_m2:
        return seen
    met = tighter(seen.met, tolerance_m2)
    return Sightings(met, spots(met.inputs, met.ground))


def findings(seen: Sightings, roles: Roles, rules: Collection[str] = tuple(CONDITIONS)) -> pd.DataFrame:
    """A row a rule (of these), pair of projects and place, if the projects were in these hands.

    Columns: rule, project_a, project_b, turned, kind, place, name, geom, m2, own_a, own_b (square metres of
    each side's works in it), days, shift_days, severity, certainty, and the first and last days of the works
    of both that meet there: from_a, to_a, from_b, to_b.
    """
    pairs = seen.met.pairs(roles)
    shifts, facts = Shifts(pairs), MeetingFacts.of(pairs)
    groups = (Group.of(rule, rows, seen) for rule, rows in _held(seen, pairs, rules))
    made = [group.columns(facts, shifts) for group in groups]
    if not made:
        return nothing()
    return pd.DataFrame({name: np.concatenate([each[name] for each in made]) for name in made[0]})


def _held(seen: Sightings, pairs: Pairs, rules: Collection[str]) -> Iterator[tuple[str, Rows]]:
    """The spots under each of these rules that has any."""
    ground, keys, taken = seen.cut["ground"].to_numpy(np.intp), seen.keys, np.empty(0, np.int64)
    for rule, holds in CONDITIONS.items():
        if rule not in rules and rule not in PRECEDENCE:
            continue
        held = holds(pairs) & (seen.met.near if rule == "near_clash" else ~seen.met.near)
        rows = np.flatnonzero(held[ground])
        if rule in PRECEDENCE:
            rows = rows[~np.isin(keys[rows], taken)]
            taken = np.union1d(taken, keys[rows])
        if len(rows) and rule in rules:
            yield rule, rows


def nothing() -> pd.DataFrame:
    """No findings, with the columns of findings."""
    names = (
        "rule",
        "project_a",
        "project_b",
        "turned",
        "kind",
        "place",
        "name",
        "geom",
        "m2",
        "own_a",
        "own_b",
    )
    return pd.DataFrame(columns=[*names, "days", "shift_days", "severity", "certainty", *DAYS])


@dataclass(frozen=True)
class MeetingFacts:
    """Of each meeting: doubt (0 to 2), whether both dates are firm, and the days that both share."""

    pairs: Pairs
    doubt: Numbers
    firm: Mask
    common: tuple[Numbers, Numbers]

    @staticmethod
    def of(pairs: Pairs) -> MeetingFacts:
        inputs = pairs.inputs
        firm = inputs.works["dates_firm"].to_numpy(bool)
        common = np.maximum(*pairs.both(inputs.starts)), np.minimum(*pairs.both(inputs.ends))
        return MeetingFacts(
            pairs, np.maximum(*pairs.both(inputs.doubts)), np.logical_and(*pairs.both(firm)), common
        )


@dataclass(frozen=True)
class Group:
    """Spots under one rule in groups of one pair and place; each group starts at one of `first`."""

    rule: str
    seen: Sightings
    rows: Rows
    first: Rows

    @staticmethod
    def of(rule: str, rows: Rows, seen: Sightings) -> Group:
        order = rows[np.argsort(seen.keys[rows], kind="stable")]
        new = seen.keys[order[1:]] != seen.keys[order[:-1]]
        return Group(rule, seen, order, np.r_[0, np.flatnonzero(new) + 1])

    @property
    def meetings(self) -> Rows:
        return self.seen.cut["ground"].to_numpy(np.intp)[self.rows]  # type: ignore[no-any-return]

    def columns(self, facts: MeetingFacts, shifts: Shifts) -> dict[str, NDArray[Any]]:
        """The columns of `findings`, a value a group."""
        inputs, met, first = self.seen.inputs, self.meetings, self.first
        a, b = self.seen.met.a[met], self.seen.met.b[met]
        spot = self.rows[first]
        geom = self._joined(self.seen.cut["geom"].to_numpy(object)[self.rows])
        own_a, own_b = self._own(geom, a), self._own(geom, b)
        firm = np.logical_and.reduceat(facts.firm[met], first)
        return {
            "rule": np.full(len(first), self.rule, dtype=object),
            "project_a": inputs.ids[a[first]], "project_b": inputs.ids[b[first]],
            "turned": np.logical_or.reduceat(turned(facts.pairs, self.rule)[met], first),
            **{name: column[spot] for name, column in self.seen.places.items()},
            "geom": geom, "m2": shapely.area(geom), "own_a": own_a, "own_b": own_b,
            "days": self._days(facts.common[0][met], facts.common[1][met]),
            "severity": np.where((self.rule not in MINOR_RULES) & firm, "major", "minor"),
            "certainty": CERTAINTY[np.maximum.reduceat(facts.doubt[met], first)],
            **dict(zip(DAYS, (*self._span(a), *self._span(b)), strict=True)),
            "shift_days": shifts.days(self.rule, met, first),
        }  # fmt: skip

    def _several(self) -> list[tuple[int, slice]]:
        """The groups of more than one member, by number."""
        ends = np.append(self.first[1:], len(self.rows))
        return [(int(at), slice(self.first[at], ends[at])) for at in np.flatnonzero(ends - self.first > 1)]

    def _joined(self, shapes: Shapes) -> Shapes:
        made = shapes[self.first]
        for at, members in self._several():
            made[at] = united(shapes[members])
        return made

    def _own(self, geom: Shapes, side: Rows) -> NDArray[np.float64]:
        """Square metres of one side's works in each ground: all of it, unless the works are only near."""
        if self.rule != "near_clash":
            return shapely.area(geom)  # type: ignore[no-any-return]
        works = self._joined(self.seen.inputs.works["geom"].to_numpy(object)[side])
        return shapely.area(shapely.intersection(geom, works))  # type: ignore[no-any-return]

    def _days(self, begin: Numbers, end: Numbers) -> NDArray[np.float64]:
        """Days in common, counted once; not a number where they have no beginning or no end."""
        count = np.maximum(end - begin + 1, 0).astype(float)
        count[((begin == BEFORE) | (end == AFTER)) & (begin <= end)] = np.nan
        count = count[self.first]
        for at, members in self._several():
            covered = days_covered(zip(begin[members].tolist(), end[members].tolist(), strict=True))
            count[at] = np.nan if covered is None else covered
        return count  # type: ignore[no-any-return]

    def _span(self, side: Rows) -> tuple[Numbers, Numbers]:
        """First and last day that are known of the works of one side."""
        starts, ends = self.seen.inputs.starts[side], self.seen.inputs.ends[side]
        begin = np.minimum.reduceat(np.where(starts == BEFORE, AFTER, starts), self.first)
        end = np.maximum.reduceat(np.where(ends == AFTER, BEFORE, ends), self.first)
        return np.where(begin == AFTER, BEFORE, begin), np.where(end == BEFORE, AFTER, end)
