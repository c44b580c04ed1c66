"""Options to choose from under a budget, floors by group, and which floor is to blame if none can be met."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gis_core.errors import InputError

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Options:
    """Options by number: place and group as numbers from 0, whole cost, value; the earlier wins a tie.

    `floors[group]` is the least that must be spent in the group of `names[group]`; 0 where there is none.
    """

    place: Whole
    group: Whole
    cost: Whole
    value: npt.NDArray[np.float64]
    budget: int
    floors: Whole
    names: tuple[str, ...]

    @property
    def places(self) -> int:
        """How many places there are; every number below has an option."""
        return int(self.place.max()) + 1 if len(self.place) else 0

    def spent(self, taken: Flags) -> Whole:
        """What a choice costs in each group."""
        sums = np.zeros(len(self.names), dtype=np.int64)
        np.add.at(sums, self.group[taken], self.cost[taken])
        return sums

    def only(self, kept: Flags, fixed: Flags) -> Options:
        """Some of the options, with what is left of budget and floors after the fixed ones."""
        spent = self.spent(fixed)
        return replace(
            self,
            place=self.place[kept],
            group=self.group[kept],
            cost=self.cost[kept],
            value=self.value[kept],
            budget=self.budget - int(spent.sum()),
            floors=np.maximum(self.floors - spent, 0),
        )

    def broken(self, taken: Flags) -> tuple[int, Whole]:
        """By how much a choice is over the budget, and under each floor."""
        spent = self.spent(taken)
        return int(spent.sum()) - self.budget, np.maximum(self.floors - spent, 0)

    def most(self) -> Whole:
        """What can be spent in each group at most: the dearest option of each place."""
        order = np.lexsort([-self.cost, self.place])
        dearest = order[np.r_[True, np.diff(self.place[order]) > 0]] if len(order) else order
        flags = np.zeros(len(self.cost), dtype=bool)
        flags[dearest] = True
        return self.spent(flags)


def refuse_impossible(options: Options) -> None:
    """InputError for floors above the budget together, or above what a group can take."""
    most = options.most()
    for group in np.flatnonzero(options.floors > most):
        raise InputError(
            f"the floor of {options.names[group]} cannot be met: it asks for {options.floors[group]:,}, and"
            f" all that can be done there costs {most[group]:,}; lower it to that or less"
        )
    total = int(options.floors.sum())
    if total > options.budget:
        largest = int(options.floors.argmax())
        raise InputError(
            f"the floors add up to {total:,}, which is {total - options.budget:,} over the budget of"
            f" {options.budget:,}; the largest is that of {options.names[largest]},"
            f" {options.floors[largest]:,}: lower it, or give a larger budget"
        )


def tightest(options: Options) -> InputError:
    """Why floors that fit as sums do not fit in whole places: the one that whole places overshoot most.

    A floor is filled with the cheapest options of its group that reach it.
    """
    needed = np.array([_reached(options, group) for group in range(len(options.names))], dtype=np.int64)
    worst = int((needed - options.floors).argmax())
    name, floor = options.names[worst], options.floors[worst]
    return InputError(
        "the floors leave too little room: no set of whole places was found that meets them all. The cheapest"
        f" that reach the floor of {name}, {floor:,}, cost {needed[worst]:,}, and those of all floors"
        f" {needed.sum():,} of {options.budget:,}; lower that floor, or give a larger budget"
    )


def _reached(options: Options, group: int) -> int:
    """The sum at which a group passes its floor, cheapest places first."""
    if not options.floors[group]:
        return 0
    here = options.group == group
    cheapest = np.full(options.places, np.iinfo(np.int64).max)
    np.minimum.at(cheapest, options.place[here], options.cost[here])
    sums = np.cumsum(np.sort(cheapest[cheapest < np.iinfo(np.int64).max]))
    reached = np.searchsorted(sums, options.floors[group])
    return int(sums[min(reached, len(sums) - 1)])
