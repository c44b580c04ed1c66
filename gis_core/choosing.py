"""What to buy under a budget, at most one option of each place, with floors by group: to the optimum."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from gis_core.floors import Options, refuse_impossible, tightest
from gis_core.quiet import printing_on_stderr

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
CORE = 200  # places left open at first; the others are decided by the prices
WIDEST = 3200  # places left open at most; beyond it the gap is stated instead of closed
NODES = 500  # of the solver's tree: a limit of time would make the answer depend on the machine
HAIR = 1_000_000  # of the budget, the finest that a solver tells apart
ROUNDING = 1e-9  # of a value: what solvers call equal


@dataclass(frozen=True)
class Choice:
    """The options taken, by how much of its value it may fall short of the best, and what money is worth.

    `price` is what the last unit of the budget is worth; in a group held up by its floor money counts
    `relief` less.
    """

    taken: Flags
    gap: float
    price: float
    relief: Numbers


class Prices(NamedTuple):
    """Prices of the linear relaxation, and its value: no choice is worth more."""

    price: float
    relief: Numbers
    bound: float


def choose(options: Options) -> Choice:
    """The options of greatest value; InputError that names the floor to blame where none can be met.

    Prices come from the linear relaxation. A place stands as they say if any other decision there would
    lose more than what separates the bound from the best choice found; the rest is the core, an integer
    programme for HiGHS (Balas and Zemel, Operations Research 28, 1980; Pisinger, European Journal of
    Operational Research 83, 1995). Once the core holds every place that could matter, its optimum is the
    optimum.
    """
    refuse_impossible(options)
    if not len(options.place):
        return Choice(np.zeros(0, dtype=bool), 0.0, 0.0, np.zeros(len(options.names)))
    prices = _prices(options)
    settled, margin = _by_price(options, prices)
    order = np.argsort(margin, kind="stable")
    size = min(CORE, len(order))
    while True:
        found = _core(options, settled, order[:size])
        if found is None and size >= min(2 * CORE, len(order)):
            raise tightest(options)
        if found is None:
            size = min(2 * CORE, len(order))
            continue
        worth = float(options.value[found.taken].sum())
        needed = int(np.searchsorted(margin[order], prices.bound - worth, side="right"))
        if needed <= size or size >= WIDEST:
            best = found.bound if needed <= size else prices.bound
            gap = (best - worth) / best if best > worth * (1 + ROUNDING) else 0.0
            return Choice(_first_of_equals(options, found.taken), gap, prices.price, prices.relief)
        size = min(max(needed, 2 * size), max(WIDEST, size))


def _prices(options: Options) -> Prices:
    """Duals of the relaxation, in which a place may be improved in part."""
    unit = max(options.budget, 1) / 1000
    rows = vstack([_one_each(options), _sums(options, unit)]).tocsr()
    limits = np.concatenate([np.ones(options.places), _limits(options, unit)])
    found = linprog(-options.value, A_ub=rows, b_ub=limits, bounds=(0, None), method="highs-ds")
    if found.x is None:
        raise tightest(options)
    duals = -found.ineqlin.marginals[options.places :] / unit
    return Prices(float(duals[0]), np.asarray(duals[1:], dtype=float), float(-found.fun))


def _by_price(options: Options, prices: Prices) -> tuple[Flags, Numbers]:
    """What the prices say of each place by itself, and what any other decision there would lose."""
    score = options.value - (prices.price - prices.relief[options.group]) * options.cost
    order = np.lexsort([-score, options.place])
    first = np.r_[True, np.diff(options.place[order]) > 0]
    at = np.flatnonzero(first)
    best = score[order[at]]
    runner_up = np.zeros(options.places)
    several = np.flatnonzero(np.diff(np.r_[at, len(order)]) > 1)
    runner_up[several] = np.maximum(score[order[at[several] + 1]], 0)
    settled = np.zeros(len(score), dtype=bool)
    settled[order[at[best > 0]]] = True
    return settled, np.where(best > 0, best - runner_up, -best)


class Core(NamedTuple):
    """A choice over all options, and how much no choice that differs only in the core is worth more than."""

    taken: Flags
    bound: float


def _core(options: Options, settled: Flags, places: npt.NDArray[np.int64]) -> Core | None:
    """The best decisions of some places, the others as settled; None where they cannot meet the floors."""
    inside = np.isin(options.place, places)
    fixed = settled & ~inside
    rest = options.only(inside, fixed)
    bound: float | None = None
    for _ in range(3):  # a solver rounds: what breaks the budget by a hair is solved anew with a hair less
        found = _solved(rest)
        if found is None:
            return None
        bound = float(options.value[fixed].sum()) + found[1] if bound is None else bound
        taken = fixed.copy()
        taken[inside] = found[0]
        over, under = options.broken(taken)
        if over <= 0 and not under.any():
            return Core(taken, bound)
        hair = options.budget // HAIR + 1 if over > 0 else 0
        rest = replace(rest, budget=rest.budget - max(over, hair), floors=rest.floors + under)
    return None


def _solved(options: Options) -> tuple[Flags, float] | None:
    """The options that HiGHS takes, and its bound; None where there is no answer."""
    if not len(options.place):
        return None if options.budget < 0 or (options.floors > 0).any() else (np.zeros(0, dtype=bool), 0.0)
    unit = max(options.budget, 1) / 1000
    rows = [
        LinearConstraint(_one_each(options), ub=1.0),
        LinearConstraint(_sums(options, unit), ub=_limits(options, unit)),
    ]
    with printing_on_stderr():  # HiGHS remarks on what it meets in its tree
        found = milp(
            -options.value,
            integrality=np.ones(len(options.value)),
            bounds=Bounds(0, 1),
            constraints=rows,
            options={"mip_rel_gap": 0.0, "node_limit": NODES},
        )
    if found.x is None:
        return None
    return found.x > 0.5, float(-found.mip_dual_bound)  # noqa: PLR2004  a whole number, but for rounding


def _one_each(options: Options) -> csr_array:
    """A row a place: at most one of its options."""
    names, row = np.unique(options.place, return_inverse=True)
    ones = np.ones(len(row))
    return csr_array((ones, (row, np.arange(len(row)))), shape=(len(names), len(row)))


def _sums(options: Options, unit: float) -> csr_array:
    """A row for the budget, and one a group for its floor, turned round: less than minus the floor."""
    count = len(options.cost)
    cost = options.cost / unit
    return csr_array(
        (
            np.concatenate([cost, -cost]),
            (np.concatenate([np.zeros(count, dtype=int), options.group + 1]), np.tile(np.arange(count), 2)),
        ),
        shape=(len(options.names) + 1, count),
    )


def _limits(options: Options, unit: float) -> Numbers:
    return np.concatenate([[options.budget], -options.floors]) / unit


def _first_of_equals(options: Options, taken: Flags) -> Flags:
    """The same choice with the earliest of options that are alike in group, cost and value."""
    chosen = taken.copy()
    alike = np.column_stack([options.group, options.cost, options.value])
    _, kind, counts = np.unique(alike, axis=0, return_inverse=True, return_counts=True)
    busy = np.zeros(options.places, dtype=np.int64)
    np.add.at(busy, options.place[taken], 1)
    for each in np.unique(kind[taken][counts[kind[taken]] > 1]):
        same = np.flatnonzero(kind == each)
        free = same[taken[same] | (busy[options.place[same]] == 0)]
        chosen[same] = False
        chosen[free[: int(taken[same].sum())]] = True
    return chosen
