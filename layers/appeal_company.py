"""Appeals in company: another of their category is so near in place and time that one may repeat the other.

All others repeat nothing and nothing repeats them. Telling them apart is work on whole arrays, and leaves few
for the search of repeats itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.city import DuplicateRules

# odd numbers that spread squares and categories over 64 bits; what meets by chance is sorted out afterwards
ACROSS, UP, KIND = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93
Floats = NDArray[np.float64]


class Told(NamedTuple):
    """An appeal as far as it matters here; `said`: its file says what it repeats."""

    id: str
    category: str
    day: date
    x: float
    y: float
    said: bool


class Day(NamedTuple):
    """All appeals of a day; the lists are equally long."""

    day: date
    ids: list[str]
    categories: list[str]
    x: list[float]
    y: list[float]
    said: list[bool]


@dataclass
class Span:
    """Appeals of some days after one another: spans that are no neighbours are too far apart for a repeat.

    `keys`: for each appeal that may repeat or be repeated at all, its square and category; `places`: the day
    and the place in it, of the same.
    """

    number: int
    days: list[Day] = field(default_factory=list)
    keys: list[NDArray[np.uint64]] = field(default_factory=list)
    places: list[NDArray[np.int64]] = field(default_factory=list)

    def add(self, day: Day, rules: DuplicateRules) -> None:
        """Take in the appeals of a day."""
        kinds = dict.fromkeys(day.categories)
        reach = {each: rules.metres_of.get(each, rules.metres) for each in kinds}
        hashes = {each: hash_of(each) for each in kinds}
        metres = np.array([*map(reach.__getitem__, day.categories)], dtype=float)
        kept = np.flatnonzero((metres > 0) & ~np.array(day.said, dtype=bool))
        kind = np.array([*map(hashes.__getitem__, day.categories)], dtype=np.uint64)[kept]
        across, up = (
            np.floor(np.array([day.x, day.y])[:, kept] / metres[kept]).astype(np.int64).view(np.uint64)
        )
        self.keys.append(across * np.uint64(ACROSS) + up * np.uint64(UP) + kind * np.uint64(KIND))
        self.places.append(np.column_stack([np.full(len(kept), len(self.days)), kept]))
        self.days.append(day)

    def told(self, number: int, at: int) -> Told:
        """One of its appeals."""
        day = self.days[number]
        return Told(day.ids[at], day.categories[at], day.day, day.x[at], day.y[at], said=False)


def hash_of(category: str) -> int:
    """A number for a category."""
    return int.from_bytes(category.encode()[:8].ljust(8, b"\0"), "little") ^ len(category)


def in_company(days: Iterable[Day], rules: DuplicateRules) -> Iterator[Told]:
    """Of appeals by day those that have company, by day and id."""
    before: Span | None = None
    here: Span | None = None
    for after in chain(_spans(days, rules), [None]):
        if here is not None:
            yield from _of_span(here, [each for each in (before, after) if each])
        before, here = here, after


def _spans(days: Iterable[Day], rules: DuplicateRules) -> Iterator[Span]:
    width = max([rules.days, *rules.days_of.values()]) + 1
    span: Span | None = None
    for day in days:
        number = day.day.toordinal() // width
        if span is None or span.number != number:
            if span is not None:
                yield span
            span = Span(number)
        span.add(day, rules)
    if span is not None:
        yield span


def _of_span(span: Span, others: list[Span]) -> list[Told]:
    beside = [each for each in others if abs(each.number - span.number) == 1]
    keys = np.concatenate(span.keys)
    order = np.argsort(keys)
    keys, places = keys[order], np.concatenate(span.places)[order]
    ranked = np.sort(np.concatenate([keys, *(key for each in beside for key in each.keys)]))
    ranked = np.append(ranked, ranked[-1:] ^ np.uint64(1))  # something else than the last
    met = np.zeros(len(keys), bool)
    for across, up in product((-1, 0, 1), (-1, 0, 1)):
        there = keys + np.uint64((across * ACROSS + up * UP) % (1 << 64))
        at = np.searchsorted(ranked[:-1], there)
        met |= (
            (ranked[at] == there) if across or up else (ranked[at + 1] == there)
        )  # every appeal meets itself
    found = [span.told(*place) for place in places[met].tolist()]
    return sorted(found, key=lambda each: (each.day, each.id.encode()))
