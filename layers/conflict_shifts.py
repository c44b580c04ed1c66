"""The smallest shift of dates that dissolves a finding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layers.conflict_days import AFTER
from layers.conflict_pairs import Numbers, Pairs, Rows
from layers.conflict_rules import begun, guarantee_breaks, guaranteed, out_of_order

NEVER = AFTER // 2  # a shift this long comes from a period without an end
Days = NDArray[np.float64]


@dataclass(frozen=True)
class Shifts:
    """Asked about groups of rows of `pairs`, each the meetings of one pair of projects under one rule.

    Groups stand one after another in `rows` and begin at `first`. All areas of a project move together. Not a
    number where no shift of dates helps.
    """

    pairs: Pairs

    def days(self, rule: str, rows: Rows, first: Rows) -> Days:
        """Days by which one of the two must move: apart, or for `opportunity` together."""
        if rule in ("clash", "near_clash"):
            return _finite(self._apart(rows, first))
        if rule == "opportunity":
            return np.minimum.reduceat(self.pairs.gap[rows], first).astype(float)
        if rule in ("restriction_breach", "wrong_order"):
            waits = self._waits if rule == "restriction_breach" else self._ahead
            return _finite(np.maximum.reduceat(waits[rows], first))
        return np.full(len(first), np.nan)

    def _apart(self, rows: Rows, first: Rows) -> Numbers:
        """The smallest move of the second project, either way, after which no two areas share a day."""
        low, high = (moves[rows] for moves in self._moves)
        nearest = np.minimum(np.abs(low - 1), np.abs(high + 1))[first]
        ends = np.append(first[1:], len(rows))
        for group in np.flatnonzero(ends - first > 1):
            part = slice(first[group], ends[group])
            nearest[group] = _past_all(low[part], high[part])
        return nearest

    @cached_property
    def _moves(self) -> tuple[Numbers, Numbers]:
        """The least and the greatest move of the second side that leave a common day."""
        inputs = self.pairs.inputs
        (start_a, start_b), (end_a, end_b) = self.pairs.both(inputs.starts), self.pairs.both(inputs.ends)
        return start_a - end_b, end_a - start_b

    @cached_property
    def _waits(self) -> Numbers:
        """Days to wait until the guarantee that is broken has ended; 0 where none is."""
        return np.maximum(*(self._wait(*sides) for sides in self._both_ways))

    def _wait(self, made: Rows, opening: Rows) -> Numbers:
        wait = guaranteed(self.pairs)[made] - begun(self.pairs)[opening] + 1
        return np.where(guarantee_breaks(self.pairs, made, opening), wait, 0)

    @cached_property
    def _ahead(self) -> Numbers:
        """Days by which what came too late must come earlier, or the other later; 0 where the order is
        right."""
        return np.maximum(*(self._late(*sides) for sides in self._both_ways))

    def _late(self, before: Rows, late: Rows) -> Numbers:
        days = self.pairs.inputs.ends[late] - self.pairs.inputs.starts[before] + 1
        return np.where(out_of_order(self.pairs, before, late), days, 0)

    @property
    def _both_ways(self) -> tuple[tuple[Rows, Rows], ...]:
        return ((self.pairs.a, self.pairs.b), (self.pairs.b, self.pairs.a))


def _past_all(low: Numbers, high: Numbers) -> int:
    tries = sorted({*(low - 1).tolist(), *(high + 1).tolist()}, key=abs)
    return int(next(abs(move) for move in tries if not ((low <= move) & (move <= high)).any()))


def _finite(days: Numbers) -> Days:
    return np.where(days < NEVER, days, np.nan)
