"""Gini's coefficient and the concentration index on numbers that can be done by hand."""

from __future__ import annotations

import pytest

from gis_core.inequality import concentration, curve, gini


@pytest.mark.parametrize("count", [1, 2, 7, 1000])
def test_equal_shares_are_no_inequality(count: int) -> None:
    assert gini([3] * count) == 0
    assert concentration([3] * count, range(count)) == 0


@pytest.mark.parametrize(("count", "most"), [(1, 0), (2, 0.5), (5, 0.8), (100, 0.99)])
def test_where_one_of_n_has_all_it_is_n_less_one_by_n(count: int, most: float) -> None:
    amounts = [0] * (count - 1) + [12]
    assert gini(amounts) == most
    assert concentration(amounts, range(count)) == most
    assert concentration(amounts, range(count, 0, -1)) == -most


def test_unequal_shares_by_their_mean_difference() -> None:
    """Of 4, 1, 3, 2: the six pairs differ by 3 + 1 + 2 + 2 + 1 + 1 = 10; 10 / (4 places · 10) = 1/4."""
    assert gini([4, 1, 3, 2]) == 0.25
    assert gini([400, 100, 300, 200]) == 0.25


def test_money_in_the_order_of_need() -> None:
    """Money 10, 20, 70 at ranks 1, 2, 3 of three: (−2·10 + 0·20 + 2·70) / (3·100) = 0.4."""
    assert concentration([10, 20, 70], [0.1, 0.2, 0.7]) == 0.4  # most money to most need
    assert concentration([10, 20, 70], [0.7, 0.2, 0.1]) == -0.4  # to least need
    assert concentration([20, 10, 70], [0.1, 0.2, 0.7]) == pytest.approx(1 / 3)  # (−2·20 + 2·70) / 300
    assert gini([20, 10, 70]) == 0.4  # the greatest that any order gives


def test_those_who_stand_level_share_their_ranks() -> None:
    """Ranks 1.5, 1.5, 3: (−1·10 − 1·20 + 2·70) / (3·100) = 11/30."""
    assert concentration([10, 20, 70], [1, 1, 2]) == pytest.approx(11 / 30)
    assert concentration([20, 10, 70], [1, 1, 2]) == pytest.approx(11 / 30)
    assert concentration([10, 20, 70], [5, 5, 5]) == 0


def test_the_curve_goes_through_what_the_first_places_have() -> None:
    """In order 20, 10, 70: a third of the places has 0.2, two thirds 0.3."""
    assert curve([10, 20, 70], [2, 1, 3], steps=3) == [(0, 0), (0.333333, 0.2), (0.666667, 0.3), (1, 1)]


def test_without_any_amount_there_is_nothing_to_say() -> None:
    assert gini([0, 0]) is None
    assert gini([]) is None
    assert concentration([0, 0], [1, 2]) is None
    assert curve([0, 0], [1, 2]) == []
