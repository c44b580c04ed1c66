"""Seeded chance: the same draws on every machine and with every version of NumPy."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

from numpy.random import PCG64, SeedSequence

T = TypeVar("T")
SEED = 2023


@dataclass(frozen=True)
class Odds(Generic[T]):
    """Items with the running sums of their weights."""

    items: Sequence[T]
    sums: Sequence[float]


def odds(weights: Mapping[T, float]) -> Odds[T]:
    """The odds of items by their weights."""
    return Odds(list(weights), list(accumulate(weights.values())))


class Dice:
    """A stream of draws for one topic; topics do not disturb one another.

    Only the raw words of PCG64 are used: NumPy promises to keep them; its distributions it may change.
    """

    def __init__(self, topic: str) -> None:
        self._words = PCG64(SeedSequence([SEED, *topic.encode()]))

    def share(self) -> float:
        """A number from 0 to 1, 1 excluded."""
        return float(int(self._words.random_raw()) >> 11) / 2.0**53

    def between(self, low: float, high: float) -> float:
        """A number from low to high."""
        return low + (high - low) * self.share()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int((high - low + 1) * self.share())

    def chance(self, likelihood: float) -> bool:
        """True that often."""
        return self.share() < likelihood

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each as likely."""
        return items[self.whole(0, len(items) - 1)]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in chance order."""
        left = list(items)
        for last in range(len(left) - 1, 0, -1):
            other = self.whole(0, last)
            left[last], left[other] = left[other], left[last]
        return left

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """So many different items, in chance order."""
        if count > len(items):
            raise ValueError(f"{count} of {len(items)} items asked for")
        return self.shuffled(items)[:count]

    def drawn(self, odds: Odds[T]) -> T:
        """One of the items, each as likely as its weight."""
        return odds.items[bisect_right(odds.sums, self.share() * odds.sums[-1])]
