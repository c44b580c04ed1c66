"""A choice under a budget: the optimum by trying everything, floors and their blame, ties by order."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gis_core import choosing
from gis_core.choosing import choose
from gis_core.errors import InputError
from gis_core.floors import Options
from gis_core.greedy import equal_shares, greedy


def offers(*rows: tuple[int, int, int, float], budget: int, floors: tuple[int, ...] = (0, 0)) -> Options:
    """Options from rows of place, group, cost, value; groups are called west and east."""
    place, group, cost, value = zip(*rows, strict=True)
    return Options(
        np.array(place),
        np.array(group),
        np.array(cost),
        np.array(value, dtype=float),
        budget,
        np.array(floors),
        ("west", "east"),
    )


def taken(flags: Any) -> list[int]:
    return [int(at) for at in np.flatnonzero(flags)]


def test_the_best_set_is_not_the_best_ratios() -> None:
    """6 a unit first leaves 4 unused; two of 5 a unit use all ten."""
    options = offers((0, 0, 6, 36), (1, 0, 5, 25), (2, 0, 5, 25), budget=10)
    assert taken(greedy(options)) == [0]
    chosen = choose(options)
    assert (taken(chosen.taken), chosen.gap) == ([1, 2], 0)


def test_a_place_is_improved_once() -> None:
    options = offers((0, 0, 1, 5), (0, 0, 2, 8), (1, 0, 2, 4), budget=3)
    assert taken(choose(options).taken) == [0, 2]
    assert taken(choose(replace(options, budget=100)).taken) == [1, 2]


def test_a_floor_takes_what_is_worth_less() -> None:
    rows = [(0, 0, 4, 40.0), (1, 0, 4, 36.0), (2, 1, 4, 10.0)]
    assert taken(choose(offers(*rows, budget=8)).taken) == [0, 1]
    held = choose(offers(*rows, budget=8, floors=(0, 3)))
    assert taken(held.taken) == [0, 2]


def test_a_budget_that_fits_to_the_unit_is_spent() -> None:
    big = 1_959_999_000
    options = offers((0, 0, big, 5), (1, 0, 1000, 4), budget=big + 1000)
    assert taken(choose(options).taken) == [0, 1]
    assert taken(choose(replace(options, budget=big)).taken) == [0]


def test_what_a_solver_cannot_tell_apart_never_breaks_the_budget() -> None:
    big = 987_654_321_987
    options = offers((0, 0, big, 5), (1, 0, 1, 4), budget=big)
    found = choose(options)
    assert taken(found.taken) == [1]
    assert found.gap >= 1 / 5  # and says that it may not be the best


def test_of_equal_options_the_first_is_taken() -> None:
    options = offers(*((place, 0, 3, 7.0) for place in range(9)), budget=10)
    assert taken(choose(options).taken) == [0, 1, 2]


def test_nothing_to_choose_from_is_an_empty_choice() -> None:
    none = np.zeros(0, dtype=np.int64)
    empty = Options(none, none, none, none.astype(float), 5, np.array([0]), ("west",))
    assert taken(choose(empty).taken) == []


def test_equal_shares_give_each_group_the_same() -> None:
    options = offers((0, 0, 5, 9), (1, 0, 5, 9), (2, 1, 5, 1), budget=10)
    assert taken(greedy(options)) == [0, 1]
    assert taken(equal_shares(options)) == [0, 2]


@pytest.mark.parametrize(
    ("floors", "words"),
    [
        ((0, 50), "floor of east cannot be met: it asks for 50, and all that can be done there costs 7"),
        ((9, 7), "add up to 16, which is 6 over the budget of 10; the largest is that of west, 9"),
        ((4, 6), "reach the floor of west, 4, cost 9, and those of all floors 16 of 10"),
    ],
)
def test_floors_that_cannot_be_met_say_which_is_to_blame(floors: tuple[int, int], words: str) -> None:
    options = offers((0, 0, 9, 5), (1, 1, 7, 5), budget=10, floors=floors)
    with pytest.raises(InputError, match=words):
        choose(options)


def best_by_trying(options: Options) -> float | None:
    """The greatest value of all sets that keep to the budget and the floors."""
    by_place = [[None, *np.flatnonzero(options.place == place)] for place in range(options.places)]
    worths = []
    for picked in product(*by_place):
        flags = np.zeros(len(options.cost), dtype=bool)
        flags[[at for at in picked if at is not None]] = True
        over, under = options.broken(flags)
        if over <= 0 and not under.any():
            worths.append(float(options.value[flags].sum()))
    return max(worths) if worths else None


options_of_places = st.lists(
    st.tuples(
        st.integers(0, 1), st.lists(st.tuples(st.integers(1, 20), st.integers(0, 30)), min_size=1, max_size=2)
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(
    drawn=options_of_places,
    budget=st.integers(1, 60),
    floors=st.tuples(st.integers(0, 25), st.integers(0, 25)),
    core=st.sampled_from([1, 2, 200]),
)
def test_the_choice_is_the_best_of_all_sets(
    drawn: list[Any], budget: int, floors: tuple[int, int], core: int
) -> None:
    rows = [
        (place, group, cost, float(value))
        for place, (group, each) in enumerate(drawn)
        for cost, value in each
    ]
    options = offers(*rows, budget=budget, floors=floors)
    best = best_by_trying(options)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(choosing, "CORE", core)
        if best is None:
            with pytest.raises(InputError):
                choose(options)
            return
        try:
            found = choose(options)
        except InputError:
            assume(core == 200)  # a tiny core may not see how a floor is met
            raise
    over, under = options.broken(found.taken)
    assert over <= 0
    assert not under.any()
    assert max(np.bincount(options.place[found.taken]), default=0) <= 1
    assert found.gap == 0
    assert options.value[found.taken].sum() == pytest.approx(best)
