"""python -m benchmarks.programme [PLACES]: seconds to choose among places with two measures each."""

from __future__ import annotations

import sys
import time

import numpy as np

from gis_core.choosing import choose
from gis_core.floors import Options
from gis_core.greedy import greedy


def options(places: int) -> Options:
    """Places of lognormal size and need; the budget improves a twentieth of them, a third of it is floors."""
    dice = np.random.default_rng(1)
    m2, need = dice.lognormal(8.3, 0.7, places), dice.lognormal(0, 1, places)
    need /= need.sum()
    cost = np.r_[3300 * m2, 2e6 + 1200 * m2].round().astype(np.int64)
    budget = int(cost[:places].sum() // 20)
    floors = np.array([budget // 3, 0, 0, 0, 0, 0])
    place = np.tile(np.arange(places), 2)
    group = np.tile(dice.integers(0, 6, places), 2)
    return Options(place, group, cost, np.r_[need, 0.4 * need] * 1e6, budget, floors, tuple("abcdef"))


def main() -> None:
    """One line: places, chosen, value against the simple queue, gap, seconds."""
    problem = options(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
    began = time.perf_counter()
    choice = choose(problem)
    seconds = time.perf_counter() - began
    ratio = problem.value[choice.taken].sum() / problem.value[greedy(problem)].sum()
    print(
        f"{problem.places} places, {int(choice.taken.sum())} chosen, {ratio:.4f} times the simple queue,"
        f" gap {choice.gap:.2e}, {seconds:.1f} s"
    )


if __name__ == "__main__":
    main()
