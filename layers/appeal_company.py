"""Appeals in company: another of their category is so near in place and time that one may repeat the other.

All others repeat nothing and nothing repeats them. Telling them apart is work on whole arrays, and leaves few
for the search of repeats itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

# an appeal as far as it matters here: days since any day, a number for its category, metres, where it stands
SEEN = np.dtype(
    [("day", "i4"), ("kind", "i4"), ("x", "f8"), ("y", "f8"), ("part", "i4"), ("block", "u4"), ("line", "u2")]
)
Appeals = NDArray[np.void]
# odd numbers that spread squares and categories over 64 bits; what meets by chance is sorted out afterwards
ACROSS, UP, KIND = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93
MOST = 8  # neighbours in a square that are looked at one by one; more of them are company unseen
SLACK_M = 1e-6  # what is nearly too far is left to the search itself


@dataclass(frozen=True)
class Reach:
    """How far in metres and days repeats of a category may be: of some by number, of the others alike."""

    metres: float
    days: int
    metres_of: Mapping[int, float]
    days_of: Mapping[int, int]

    @property
    def longest(self) -> int:
        """The most days."""
        return max([self.days, *self.days_of.values()])

    def of(self, kinds: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Metres and days for each of some categories."""
        metres = np.full(len(kinds), self.metres)
        days = np.full(len(kinds), self.days)
        for kind in np.unique(kinds).tolist():
            metres[kinds == kind] = self.metres_of.get(kind, self.metres)
            days[kinds == kind] = self.days_of.get(kind, self.days)
        return metres, days


class Span(NamedTuple):
    """Appeals of some days after one another: spans that are no neighbours are too far apart for a repeat.

    `keys`: the square and category of each, in order.
    """

    number: int
    appeals: Appeals
    keys: NDArray[np.uint64]


def in_company(parts: Iterable[Appeals], reach: Reach) -> Iterator[Appeals]:
    """Of appeals in the order of days those that have company, a span after the other, in no order within."""
    before: Span | None = None
    here: Span | None = None
    for after in chain(_spans(parts, reach), [None]):
        if here is not None:
            yield _of_span(here, [each for each in (before, after) if each], reach)
        before, here = here, after


def _spans(parts: Iterable[Appeals], reach: Reach) -> Iterator[Span]:
    held: list[Appeals] = []
    for part in parts:
        numbers = part["day"] // (reach.longest + 1)
        for piece in np.split(part, np.flatnonzero(np.diff(numbers)) + 1):
            if held and len(piece) and held[-1]["day"][0] // (reach.longest + 1) != _number(piece, reach):
                yield _span(held, reach)
                held = []
            held += [piece] if len(piece) else []
    if held:
        yield _span(held, reach)


def _number(appeals: Appeals, reach: Reach) -> int:
    return int(appeals["day"][0]) // (reach.longest + 1)


def _span(held: list[Appeals], reach: Reach) -> Span:
    whole = np.concatenate(held)
    metres, _ = reach.of(whole["kind"])
    kept = whole[metres > 0]
    place = np.floor(np.array([kept["x"], kept["y"]]) / metres[metres > 0]).astype(np.int64).view(np.uint64)
    kind = kept["kind"].astype(np.int64).view(np.uint64)
    keys = place[0] * np.uint64(ACROSS) + place[1] * np.uint64(UP) + kind * np.uint64(KIND)
    order = np.argsort(keys)  # so that those of a square are looked for one after the other
    return Span(_number(whole, reach), kept[order], keys[order])


def _of_span(span: Span, others: list[Span], reach: Reach) -> Appeals:
    """The appeals of a span that have company in it or in a neighbour."""
    near = [span, *(each for each in others if abs(each.number - span.number) == 1)]
    keys, crowd = (
        np.concatenate([each.keys for each in near]),
        np.concatenate([each.appeals for each in near]),
    )
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    ends = np.append(np.flatnonzero(np.diff(keys)) + 1, len(keys))  # where each run of one key ends
    ends = np.repeat(ends, np.diff(ends, prepend=0))
    own = np.empty(len(order), np.int64)
    own[order] = np.arange(len(order))
    met = np.zeros(len(span.keys), bool)
    for across, up in product((-1, 0, 1), (-1, 0, 1)):
        there = span.keys + np.uint64((across * ACROSS + up * UP) % (1 << 64))
        first = np.searchsorted(keys, there)
        first[first == len(keys)] = 0
        last = np.where(keys[first] == there, ends[first], first)
        met |= last - first > MOST
        for step in range(MOST):
            at = np.flatnonzero((first + step < last) & ~met)
            if not len(at):
                break
            at = at[first[at] + step != own[at]]
            met[at] = _together(span.appeals[at], crowd[order[first[at] + step]], reach)
    return span.appeals[met]


def _together(one: Appeals, other: Appeals, reach: Reach) -> Any:
    """Which pairs are of one category and within its reach."""
    metres, days = reach.of(one["kind"])
    away = np.hypot(one["x"] - other["x"], one["y"] - other["y"])
    apart = np.abs(one["day"].astype(np.int64) - other["day"])
    return (one["kind"] == other["kind"]) & (away <= metres + SLACK_M) & (apart <= days)
