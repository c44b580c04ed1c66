"""Hot and cold spots against esda itself, with the neighbours of another part of libpysal."""

from __future__ import annotations

import numpy as np
import pytest
from esda.getisord import G_Local
from libpysal.weights import KNN, fill_diagonal

from gis_core.spots import spots

COUNT, NEIGHBOURS = 120, 8


def step_up(chances: list[float], share: float) -> float:
    """Benjamini and Hochberg: the largest chance that is at most its rank's part of the share."""
    ordered = sorted(chances)
    kept = [each for rank, each in enumerate(ordered, 1) if each <= rank * share / len(ordered)]
    return max(kept, default=0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_scores_chances_and_kinds_are_those_of_esda(seed: int) -> None:
    dice = np.random.Generator(np.random.PCG64(seed))
    places = dice.uniform(0, 5000, size=(COUNT, 2))
    east, west = places[:, 0] > 4000, places[:, 0] < 1000
    values = dice.normal(0, 1, COUNT) + 2.5 * east - 2.5 * west
    found = spots(places, values, NEIGHBOURS)

    near = fill_diagonal(KNN(places, k=NEIGHBOURS))
    theirs = G_Local(values - values.min() + 1, near, transform="B", star=True, permutations=0)
    chances = 2 * theirs.p_norm
    assert found.score == pytest.approx(theirs.Zs, abs=1e-5)
    assert found.chance == pytest.approx(chances, abs=1e-8)
    bound = step_up(chances.tolist(), 0.05)
    strong = chances <= bound
    told = np.where(strong, np.where(theirs.Zs > 0, "hot", "cold"), "none")
    assert found.kind.tolist() == told.tolist()
    assert {"hot", "cold", "none"} == set(told)


def test_scores_are_those_of_getis_and_ord() -> None:
    """Ten places in a row, a hundred metres apart, one of them 10 and the rest 0; two neighbours each.

    Mean 1, standard deviation 3; three places together expect 3, with deviation 3 · √((10·3 − 9) / 9).
    """
    places = np.array([[100.0 * number + number**2, 0] for number in range(10)])
    found = spots(places, [0, 0, 0, 0, 0, 10, 0, 0, 0, 0], 2)
    deviation = 3 * (21 / 9) ** 0.5
    assert found.score[5] == pytest.approx((10 - 3) / deviation, abs=1e-6)
    assert found.score[9] == pytest.approx((0 - 3) / deviation, abs=1e-6)


def test_even_values_and_too_few_places_have_no_spots() -> None:
    places = np.array([[100.0 * number, 0] for number in range(20)])
    even = spots(places, [0.05] * 20, 8)
    assert set(even.kind) == {"none"}
    assert (even.score.tolist(), even.chance.tolist()) == ([0] * 20, [1] * 20)
    all_of_all = spots(places[:9], [0, 0, 0, 9, 9, 9, 0, 0, 0], 8)  # each is a neighbour of each
    assert set(all_of_all.kind) == {"none"}


def test_chance_alone_makes_no_spots() -> None:
    """Forty towns of noise: most have places that pass a test of 5 % alone, few after the correction."""
    dice = np.random.Generator(np.random.PCG64(4))
    uncorrected = corrected = 0
    for _ in range(40):
        found = spots(dice.uniform(0, 5000, size=(60, 2)), dice.normal(0, 1, 60), 8)
        uncorrected += bool((found.chance < 0.05).any())
        corrected += bool((found.kind != "none").any())
    assert uncorrected > 20
    assert corrected <= 6
