"""The smallest shift of dates that dissolves a finding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.conflict_days import AFTER, months_after
from layers.conflict_rules import Pairs, guarantee_breaks, too_late

Rows = NDArray[np.intp]
Days = NDArray[np.int64]
NEVER = AFTER // 2  # a shift this long comes from a period without an end


@dataclass(frozen=True)
class Shifts:
    """Asked about groups of rows of `pairs`, each the meetings of one pair of projects under one rule.

    All areas of a project move together. The answer is None where no shift of dates helps.
    """

    pairs: Pairs

    def days(self, rule: str, rows: Rows) -> int | None:
        """Days by which one of the two must move: apart, or for `opportunity` together."""
        if rule in ("clash", "near_clash"):
            return _finite(self._apart(rows))
        if rule == "opportunity":
            return int(self.gaps[rows].min())
        if rule == "restriction_breach":
            return int(self.waits[rows].max())
        return _finite(int(self.ahead[rows].max())) if rule == "wrong_order" else None

    def _apart(self, rows: Rows) -> int:
        """The smallest move of the second project, either way, after which no two areas share a day."""
        low, high = self.overlapping_moves[0][rows], self.overlapping_moves[1][rows]
        tries = sorted({*(low - 1).tolist(), *(high + 1).tolist()}, key=abs)
        return next(abs(move) for move in tries if not ((low <= move) & (move <= high)).any())  # type: ignore[no-any-return]

    @cached_property
    def gaps(self) -> Days:
        return self.pairs.gap

    @cached_property
    def overlapping_moves(self) -> tuple[Days, Days]:
        """The least and the greatest move of the second side that leave a common day."""
        (start_a, start_b), (end_a, end_b) = self.pairs.both("starts"), self.pairs.both("ends")
        return start_a - end_b, end_a - start_b

    @cached_property
    def waits(self) -> Days:
        """Days to wait until the guarantee that is broken has ended; 0 where none is."""
        return np.maximum(*(self._wait(*sides) for sides in self._both_ways))

    def _wait(self, made: pd.DataFrame, opening: pd.DataFrame) -> Days:
        types = {code: term.guarantee_months for code, term in self.pairs.city.work_types.items()}
        months = made["work_type"].map(types).fillna(0).to_numpy(np.int64)
        until = months_after(made["ends"].to_numpy(), months)
        breaks = guarantee_breaks(self.pairs, made, opening)
        return np.where(breaks, until - opening["starts"].to_numpy() + 1, 0)

    @cached_property
    def ahead(self) -> Days:
        """Days by which what came too late must come earlier, or the other later; 0 where the order is
        right."""
        return np.maximum(*(self._late(*sides) for sides in self._both_ways))

    def _late(self, late: pd.DataFrame, before: pd.DataFrame) -> Days:
        wrong = too_late(self.pairs, late, before)
        return np.where(wrong, late["ends"].to_numpy() - before["starts"].to_numpy() + 1, 0)

    @property
    def _both_ways(self) -> tuple[tuple[pd.DataFrame, pd.DataFrame], ...]:
        a, b = self.pairs.a, self.pairs.b
        return ((a, b), (b, a))


def _finite(days: int) -> int | None:
    return days if days < NEVER else None
