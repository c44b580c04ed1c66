"""When two projects are in conflict: each rule as a condition on pairs of works, and the order of rules.

A condition says nothing of the ground. Which ground a rule asks for stands in `conflict_meetings`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from layers.conflict_days import AFTER, BEFORE, months_after
from layers.conflict_pairs import NONE, Mask, Numbers, Pairs, Rows

# Of one pair at one place only the strongest holds: who clashes is not told to join, nor that he works nearby
PRECEDENCE = ("clash", "near_clash", "opportunity")
WINDOWED = ("opportunity",)  # rules that ask for the window of the profile


def conditions(pairs: Pairs) -> dict[str, Mask]:
    """For each rule about pairs: where its condition holds."""
    return {rule: holds(pairs) for rule, holds in CONDITIONS.items()}


def turned(pairs: Pairs, rule: str) -> Mask:
    """Where the finding reads from B to A: B made what A opens, or B should have come after A."""
    judge = DIRECTED.get(rule)
    if judge is None:
        return np.zeros(len(pairs.a), dtype=bool)
    return judge(pairs, pairs.b, pairs.a) & ~judge(pairs, pairs.a, pairs.b)


def _same_time(pairs: Pairs) -> Mask:
    return pairs.rivals & (pairs.gap <= 0)


def _clash(pairs: Pairs) -> Mask:
    return _same_time(pairs) & pairs.allowed("clash")


def _near_clash(pairs: Pairs) -> Mask:
    return _same_time(pairs) & pairs.allowed("near_clash")


def _opportunity(pairs: Pairs) -> Mask:
    """Apart in time, by no more than the window or than both may move."""
    apart, works = pairs.gap, pairs.inputs.works
    early = pairs.both(pairs.inputs.starts - works["earlier_days"].to_numpy(np.int64))
    late = pairs.both(pairs.inputs.ends + works["later_days"].to_numpy(np.int64))
    can_meet = (early[0] <= late[1]) & (early[1] <= late[0])
    near = (apart <= pairs.city.conflicts.window_days) | can_meet
    return pairs.rivals & (apart > 0) & near & pairs.allowed("opportunity")


def _duplicate_function(pairs: Pairs) -> Mask:
    """The same in one budget year; where the years of one are not known, they may be the same."""
    found = pairs.rivals & pairs.same_group & pairs.allowed("duplicate_function")
    years = pairs.inputs.years
    for row in np.flatnonzero(found):
        a, b = years[pairs.a[row]], years[pairs.b[row]]
        found[row] = not a or not b or not a.isdisjoint(b)
    return found


def _double_funding(pairs: Pairs) -> Mask:
    """Money in one year from different funding bodies or different sources."""
    found = pairs.same_group & pairs.allowed("double_funding")
    purses, ids = pairs.inputs.purses, pairs.inputs.ids
    two_payers = pairs.two_payers
    for row in np.flatnonzero(found):
        own, other = (purses.get(ids[side[row]], {}) for side in (pairs.a, pairs.b))
        years = own.keys() & other
        found[row] = any(_differ(own[year], other[year], always=bool(two_payers[row])) for year in years)
    return found


def _differ(a: dict[str, int], b: dict[str, int], *, always: bool) -> bool:
    """True where two purses of a year hold money that is not all of one source (`always`: any money)."""
    sources = [{source for source, amount in money.items() if amount > 0} for money in (a, b)]
    return all(sources) and (always or len(sources[0] | sources[1]) > 1)


def _restriction_breach(pairs: Pairs) -> Mask:
    """Works that open the ground begin after others ended there, while their guarantee runs."""
    return guarantee_breaks(pairs, pairs.a, pairs.b) | guarantee_breaks(pairs, pairs.b, pairs.a)


def guarantee_breaks(pairs: Pairs, made: Rows, opening: Rows) -> Mask:
    """Where works of the second side begin inside the guarantee of the first."""
    opens = pairs.by_type({code: 1 for code, term in pairs.city.work_types.items() if term.disruptive}) == 1
    ends, begins = pairs.inputs.ends[made], begun(pairs)[opening]
    known = (begins > BEFORE) & (begins < AFTER) & (ends < AFTER)
    inside = (begins > ends) & (begins <= guaranteed(pairs)[made])
    return known & opens[opening] & inside & pairs.allowed("restriction_breach", opening)  # type: ignore[no-any-return]


def guaranteed(pairs: Pairs) -> Numbers:
    """The last day of the guarantee of each work; its own last day where it has none."""
    months = pairs.by_type({code: term.guarantee_months for code, term in pairs.city.work_types.items()})
    return months_after(pairs.inputs.ends, np.maximum(months, 0))


def begun(pairs: Pairs) -> Numbers:
    """The first day of each work that is known: its last, where the first is missing."""
    starts, ends = pairs.inputs.starts, pairs.inputs.ends
    return np.where(starts == BEFORE, ends, starts)


def _wrong_order(pairs: Pairs) -> Mask:
    """Works of an earlier stage begin after those of a later stage ended, within the days of the profile."""
    return out_of_order(pairs, pairs.a, pairs.b) | out_of_order(pairs, pairs.b, pairs.a)


def out_of_order(pairs: Pairs, before: Rows, late: Rows) -> Mask:
    """Where the second side should have come before the first and begins after it."""
    order = {code: stage for stage, codes in enumerate(pairs.city.conflicts.order) for code in codes}
    stage, begins = pairs.by_type(order), begun(pairs)[late]
    wait = begins - pairs.inputs.ends[before]
    near = (begins < AFTER) & (wait > 0) & (wait <= pairs.city.conflicts.order_days)
    ordered = (stage[late] != NONE) & (stage[late] < stage[before])
    return near & ordered & pairs.allowed("wrong_order", late)  # type: ignore[no-any-return]


CONDITIONS: dict[str, Callable[[Pairs], Mask]] = {
    "clash": _clash,
    "near_clash": _near_clash,
    "opportunity": _opportunity,
    "duplicate_function": _duplicate_function,
    "double_funding": _double_funding,
    "restriction_breach": _restriction_breach,
    "wrong_order": _wrong_order,
}
# Rules in which one of the two was there first
DIRECTED: dict[str, Callable[[Pairs, Rows, Rows], Mask]] = {
    "restriction_breach": guarantee_breaks,
    "wrong_order": out_of_order,
}
