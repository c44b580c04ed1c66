"""Which appeals repeat which, by distances and days that can be counted, and against a slow other way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from math import hypot

import numpy as np

from layers.appeal_company import SEEN, Reach, in_company
from layers.appeal_duplicates import Originals, Told
from layers.city import DuplicateRules

RULES = DuplicateRules(metres=25, days=14, metres_of={"lighting": 100, "other": 0}, days_of={"lighting": 2})


def told(id: str, day: int, x: float = 0.0, category: str = "playground", *, said: bool = False) -> Told:
    return Told(id, category, date(2022, 6, 1) + timedelta(days=day), x, 0.0, said)


def repeats(*appeals: Told, rules: DuplicateRules = RULES) -> dict[str, str]:
    return dict(Originals(rules).repeats(company(appeals, rules)))


def company(appeals: Sequence[Told], rules: DuplicateRules) -> list[Told]:
    """Those in company by day and id, told in pieces of any size."""
    kinds = {each: number for number, each in enumerate(sorted({one.category for one in appeals}))}
    free = sorted((each for each in appeals if not each.said), key=lambda each: each.day)
    seen = np.array(
        [
            (each.day.toordinal(), kinds[each.category], each.x, each.y, 0, at, 0)
            for at, each in enumerate(free)
        ],
        SEEN,
    )
    reach = Reach(rules.metres, rules.days, *(
        {kinds[name]: value for name, value in of.items() if name in kinds}
        for of in (rules.metres_of, rules.days_of)
    ))  # fmt: skip
    found = [free[at] for some in in_company(np.array_split(seen, 7), reach) for at in some["block"]]
    return sorted(found, key=lambda each: (each.day, each.id))


def test_a_later_appeal_near_by_and_soon_repeats_the_earlier() -> None:
    assert repeats(told("a", 0), told("b", 14, x=25)) == {"b": "a"}


def test_a_metre_too_far_or_a_day_too_late_is_another_thing() -> None:
    assert repeats(told("a", 0), told("b", 14, x=25.1)) == {}
    assert repeats(told("a", 0), told("b", 15)) == {}


def test_another_category_is_another_thing() -> None:
    assert repeats(told("a", 0), told("b", 0, category="greening")) == {}


def test_distance_and_days_are_those_of_the_category() -> None:
    assert repeats(told("a", 0, category="lighting"), told("b", 2, x=100, category="lighting")) == {"b": "a"}
    assert repeats(told("a", 0, category="lighting"), told("b", 3, x=1, category="lighting")) == {}
    assert repeats(told("a", 0, category="other"), told("b", 0, category="other")) == {}


def test_the_first_stays_the_original_of_a_chain() -> None:
    # c is near enough to b only, and b is none: c begins anew, and d repeats c
    chain = [told("a", 0), told("b", 10, x=20), told("c", 20, x=40), told("d", 21, x=50)]
    assert repeats(*chain) == {"b": "a", "d": "c"}


def test_of_one_day_the_smaller_id_comes_first() -> None:
    assert repeats(told("b", 0), told("a", 0)) == {"b": "a"}


def test_what_a_file_says_to_be_a_repeat_is_nobodys_original() -> None:
    assert repeats(told("a", 0, said=True), told("b", 1)) == {}


def test_a_random_city_gives_what_comparing_all_with_all_gives() -> None:
    dice = random.Random(7)
    rules = DuplicateRules(metres=30, days=10, metres_of={"lighting": 60})
    appeals = [
        Told(f"{number:04d}", dice.choice(["playground", "lighting"]),
             date(2022, 1, 1) + timedelta(days=dice.randrange(60)),
             dice.uniform(-300, 300), dice.uniform(-300, 300), dice.random() < 0.05)
        for number in range(1500)
    ]  # fmt: skip
    assert len(expected := _slowly(appeals, rules)) > 300
    for _ in range(3):
        dice.shuffle(appeals)
        assert repeats(*appeals, rules=rules) == expected


def test_only_appeals_in_company_are_compared() -> None:
    alone = [told("far", 0, x=1000), told("late", 40, x=10), told("other", 0, category="greening")]
    never = [told("zero", 0, category="other"), told("said", 0, said=True)]
    near = [told("b", 14, x=25), told("a", 0)]
    assert [each.id for each in company([*alone, *never, *near], RULES)] == ["a", "b"]


def test_a_crowd_in_one_square_is_company_as_a_few_are() -> None:
    crowd = [told(f"{number:02d}", 0, x=number % 3) for number in range(40)]
    assert len(company(crowd, RULES)) == 40
    assert repeats(*crowd) == {each.id: "00" for each in crowd[1:]}


def _slowly(appeals: list[Told], rules: DuplicateRules) -> dict[str, str]:
    found: dict[str, str] = {}
    originals: list[Told] = []
    for each in sorted(appeals, key=lambda one: (one.day, one.id)):
        metres = rules.metres_of.get(each.category, rules.metres)
        near = [
            other for other in originals
            if other.category == each.category and (each.day - other.day).days <= rules.days
            and hypot(other.x - each.x, other.y - each.y) <= metres
        ]  # fmt: skip
        if each.said:
            continue
        if near:
            found[each.id] = near[0].id
        else:
            originals.append(each)
    return found
