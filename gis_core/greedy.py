"""Simple rules against which a choice to the optimum is held: the best ratio first, equal shares by group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from gis_core.floors import Options

Flags = npt.NDArray[np.bool_]


def greedy(options: Options) -> Flags:
    """Options by value per cost, each that still fits; first in each group with a floor until it is met."""
    ratio = options.value / options.cost
    order = np.lexsort([np.arange(len(ratio)), -ratio])
    order = order[options.value[order] > 0]
    taken = np.zeros(len(ratio), dtype=bool)
    for group in np.flatnonzero(options.floors):
        _take(options, order[options.group[order] == group], taken, until=int(options.floors[group]))
    _take(options, order, taken, until=options.budget)
    return taken


def _take(options: Options, order: npt.NDArray[np.int64], taken: Flags, *, until: int) -> None:
    """Mark what still fits, in order, until so much is spent on them."""
    used = set(options.place[taken].tolist())
    left = options.budget - int(options.cost[taken].sum())
    spent = 0
    for option, place, cost in zip(
        order.tolist(), options.place[order].tolist(), options.cost[order].tolist(), strict=True
    ):
        if spent >= until:
            return
        if cost <= left and place not in used:
            taken[option] = True
            used.add(place)
            left -= cost
            spent += cost


def equal_shares(options: Options) -> Flags:
    """The budget in equal parts for all groups that have options, each spent by the best ratio first."""
    groups = np.unique(options.group)
    taken = np.zeros(len(options.cost), dtype=bool)
    for group in groups:
        here = options.group == group
        share = replace(options, budget=options.budget // len(groups), floors=np.zeros_like(options.floors))
        part = share.only(here, np.zeros(len(here), dtype=bool))
        taken[here] = greedy(replace(part, place=np.unique(part.place, return_inverse=True)[1]))
    return taken
