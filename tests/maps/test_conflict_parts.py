"""A city with more conflicts than a page carries: what stands on its page, and on those of its districts."""

from __future__ import annotations

import pytest

from maps.conflict_parts import conflict_pages
from tests.maps.conftest import COUNT_SHOWN, Show
from tests.maps.town import conflict_frames, context

NOTE = (
    "Too many conflicts for one page: here are 2 of 3, the major ones first, then those with most money at"
    " risk. The others stand on the pages of the districts; abat export conflicts writes all of them."
)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """C-1 has 10 million at risk, C-2 8 and C-3 5; two find room on a page."""
    return dict(conflict_pages(context(), conflict_frames(), most=2))


def test_what_fits_on_one_page_stands_on_one() -> None:
    assert [name for name, _ in conflict_pages(context(), conflict_frames(), most=3)] == ["conflicts"]


def test_there_is_a_page_of_the_city_and_one_of_each_district(pages: dict[str, str]) -> None:
    assert [*pages] == ["conflicts", "conflicts-east", "conflicts-west"]


def test_the_page_of_the_city_has_those_with_most_money_and_says_so(
    show: Show, pages: dict[str, str]
) -> None:
    page = show(pages["conflicts"], "en&C-3")
    shown = page.locator(".places button").evaluate_all("them => them.map(each => each.dataset.id)")
    assert shown == ["C-1", "C-2"]
    part = page.locator(".part")
    assert part.locator("p").all_text_contents() == [
        NOTE,
        "Conflict C-3 is not on this page: look for it on the page of its district.",
    ]
    links = part.locator("a")
    assert [links.nth(at).get_attribute("href") for at in range(links.count())] == [
        "conflicts-east.html#lang=en",
        "conflicts-west.html#lang=en",
    ]


def test_a_place_whose_conflict_is_left_out_is_no_place_without_a_conflict(
    show: Show, pages: dict[str, str]
) -> None:
    page = show(pages["conflicts"])
    marks = page.evaluate("""() => [0, 1, 2].map((row) => [
        packed_contested.value('place_id', row), packed_contested.styleOf(row).mark])""")
    # C-3, which is left out, lies at D-4; nothing was found at D-6
    assert dict(marks) == {"D-1": "none", "D-4": "none", "D-6": "square"}


def test_the_page_of_a_district_has_its_own_conflicts_alone(show: Show, pages: dict[str, str]) -> None:
    page = show(pages["conflicts-east"])
    assert page.evaluate(COUNT_SHOWN, "packed_conflicts") == 1
    assert page.locator("h1").text_content() == "Conflicts: East"
    assert page.locator(".part p").first.is_hidden()
    page.click(".places button[data-id='C-3']")
    assert page.locator(".card .below").text_content() == "East · № C-3"
