"""When two projects are in conflict: each rule as a condition on pairs of works, and the order of rules.

A condition says nothing of the ground. Which ground a rule asks for stands in `conflict_meetings`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.city import City
from layers.conflict_days import AFTER, BEFORE, months_after
from layers.conflict_inputs import Inputs
from layers.powers import Roles

Mask = NDArray[np.bool_]
# Of one pair at one time only the strongest holds: who clashes is not told to join, nor that he works nearby
PRECEDENCE = ("clash", "near_clash", "opportunity")


@dataclass(frozen=True)
class Pairs:
    """Two frames of works, row by row: the first project of each pair comes first by the bytes of its id.

    `roles` says who acts and who pays; None asks what could hold whoever they were.
    """

    a: pd.DataFrame
    b: pd.DataFrame
    inputs: Inputs
    roles: Roles | None

    @property
    def city(self) -> City:
        return self.inputs.city

    def both(self, column: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return self.a[column].to_numpy(), self.b[column].to_numpy()

    @property
    def gap(self) -> NDArray[np.int64]:
        """Days from the end of the earlier to the start of the later; zero or less where they share days."""
        (start_a, start_b), (end_a, end_b) = self.both("starts"), self.both("ends")
        return np.maximum(start_a, start_b) - np.minimum(end_a, end_b)

    def of_type(self, values: Mapping[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """A number by work type for both sides; -1 where the type has none."""
        first, second = (
            side["work_type"].map(values).fillna(-1).to_numpy(np.int64) for side in (self.a, self.b)
        )
        return first, second

    @property
    def rivals(self) -> Mask:
        """True where different bodies act."""
        if self.roles is None:
            return np.ones(len(self.a), dtype=bool)
        body = self.roles.body
        return (self.a["project_id"].map(body) != self.b["project_id"].map(body)).to_numpy(bool)  # type: ignore[no-any-return]

    @property
    def same_group(self) -> Mask:
        """True where both do the same thing to a place; works without a group do nothing the same."""
        groups = sorted({*self.city.work_groups.values()})
        a, b = self.of_type({code: groups.index(name) for code, name in self.city.work_groups.items()})
        return (a == b) & (a >= 0)  # type: ignore[no-any-return]

    def allowed(self, rule: str, *sides: pd.DataFrame) -> Mask:
        """True where no project of these sides is an exception from a rule."""
        lifting = [kind for kind, rules in self.city.conflicts.exceptions.items() if rule in rules]
        free = np.ones(len(self.a), dtype=bool)
        for side in sides or (self.a, self.b):
            free &= ~side["exception"].isin(lifting).to_numpy(bool)
        return free


def conditions(pairs: Pairs) -> dict[str, Mask]:
    """For each rule about pairs: where its condition holds."""
    return {rule: holds(pairs) for rule, holds in CONDITIONS.items()}


def _same_time(pairs: Pairs) -> Mask:
    return pairs.rivals & (pairs.gap <= 0)


def _clash(pairs: Pairs) -> Mask:
    return _same_time(pairs) & pairs.allowed("clash")


def _near_clash(pairs: Pairs) -> Mask:
    return _same_time(pairs) & pairs.allowed("near_clash")


def _opportunity(pairs: Pairs) -> Mask:
    """Apart in time, by no more than the window or than both may move."""
    apart = pairs.gap
    early = [side["starts"].to_numpy() - side["earlier_days"].to_numpy() for side in (pairs.a, pairs.b)]
    late = [side["ends"].to_numpy() + side["later_days"].to_numpy() for side in (pairs.a, pairs.b)]
    can_meet = (early[0] <= late[1]) & (early[1] <= late[0])
    near = (apart <= pairs.city.conflicts.window_days) | can_meet
    return pairs.rivals & (apart > 0) & near & pairs.allowed("opportunity")  # type: ignore[no-any-return]


def _duplicate_function(pairs: Pairs) -> Mask:
    found = pairs.rivals & pairs.same_group & pairs.allowed("duplicate_function")
    years = _years(pairs.inputs)
    for row in np.flatnonzero(found):
        a, b = (years.get(side["project_id"].iat[row]) for side in (pairs.a, pairs.b))
        found[row] = not a or not b or bool(a & b)
    return found


def _years(inputs: Inputs) -> dict[str, frozenset[int]]:
    """Budget years of each project, else the years of its works; nothing where neither is known."""
    years = {project: frozenset(money) for project, money in inputs.purses.items()}
    works = inputs.works
    dated = works[~works["open_start"] & ~works["open_end"] & ~works["project_id"].isin(years.keys())]
    first, last = (_year(dated[column].to_numpy()) for column in ("starts", "ends"))
    for project, begin, end in zip(dated["project_id"], first, last, strict=True):
        years[project] = years.get(project, frozenset()) | frozenset(range(begin, end + 1))
    return years


def _year(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    return numbers.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def _double_funding(pairs: Pairs) -> Mask:
    """Money in one year from different funding bodies or different sources."""
    found = pairs.same_group & pairs.allowed("double_funding")
    purses = pairs.inputs.purses
    for row in np.flatnonzero(found):
        a, b = pairs.a["project_id"].iat[row], pairs.b["project_id"].iat[row]
        two_payers = pairs.roles is None or pairs.roles.payer[a] != pairs.roles.payer[b]
        own, other = purses.get(a, {}), purses.get(b, {})
        found[row] = any(_differ(own[year], other[year], always=two_payers) for year in own.keys() & other)
    return found


def _differ(a: dict[str, int], b: dict[str, int], *, always: bool) -> bool:
    """True where two purses of a year hold money that is not all of one source (`always`: any money)."""
    sources = [{source for source, amount in money.items() if amount > 0} for money in (a, b)]
    return all(sources) and (always or len(sources[0] | sources[1]) > 1)


def _restriction_breach(pairs: Pairs) -> Mask:
    """Works that open the ground begin after others ended there, while their guarantee runs."""
    return guarantee_breaks(pairs, pairs.a, pairs.b) | guarantee_breaks(pairs, pairs.b, pairs.a)


def guarantee_breaks(pairs: Pairs, made: pd.DataFrame, opening: pd.DataFrame) -> Mask:
    """Where works of the second side begin inside the guarantee of the first."""
    types = pairs.city.work_types
    months = made["work_type"].map({code: term.guarantee_months for code, term in types.items()}).fillna(0)
    opens = (
        opening["work_type"].isin([code for code, term in types.items() if term.disruptive]).to_numpy(bool)
    )
    ends, begins = made["ends"].to_numpy(), opening["starts"].to_numpy()
    until = months_after(ends, months.to_numpy(np.int64))
    known = (begins != BEFORE) & (ends != AFTER)
    return known & opens & (begins > ends) & (begins <= until) & pairs.allowed("restriction_breach", opening)  # type: ignore[no-any-return]


def _wrong_order(pairs: Pairs) -> Mask:
    """Works of an earlier stage begin after those of a later stage ended, within the days of the profile."""
    return too_late(pairs, pairs.a, pairs.b) | too_late(pairs, pairs.b, pairs.a)


def too_late(pairs: Pairs, late: pd.DataFrame, before: pd.DataFrame) -> Mask:
    """Where the first side should have come before the second and begins after it."""
    order = {code: stage for stage, codes in enumerate(pairs.city.conflicts.order) for code in codes}
    own, other = (side["work_type"].map(order).to_numpy(float) for side in (late, before))
    wait = late["starts"].to_numpy() - before["ends"].to_numpy()
    near = (wait > 0) & (wait <= pairs.city.conflicts.order_days)
    return near & (own < other) & pairs.allowed("wrong_order", late)  # type: ignore[no-any-return]


CONDITIONS: dict[str, Callable[[Pairs], Mask]] = {
    "clash": _clash,
    "near_clash": _near_clash,
    "opportunity": _opportunity,
    "duplicate_function": _duplicate_function,
    "double_funding": _double_funding,
    "restriction_breach": _restriction_breach,
    "wrong_order": _wrong_order,
}
