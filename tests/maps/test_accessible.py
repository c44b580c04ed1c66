"""axe-core finds nothing serious on any page, in any of its states."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.maps.conftest import Pages, Show, click_shape

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def findings(page: Page) -> list[str]:
    """What axe calls serious or critical, with the elements."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes']][:4]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def opened_card(page: Page) -> None:
    page.click(".places button >> nth=0")


def swiped(page: Page) -> None:
    page.click("[data-mode='hexagons']")
    page.click("[data-look='swipe']")


def of_districts(page: Page) -> None:
    page.click("[data-mode='districts']")


def listed(page: Page) -> None:
    page.click("#tab-places")
    opened_card(page)


def with_appeals(page: Page) -> None:
    page.check("#appeals")
    page.wait_for_function("() => map_city.hasLayer(packed_appeals)")
    click_shape(page, "packed_appeals", 0)


def as_opened(_page: Page) -> None:
    pass


STATES: dict[str, list[Callable[[Page], None]]] = {
    "needs": [as_opened, swiped, of_districts, listed, with_appeals],
    "conflicts": [as_opened, opened_card],
    "regimes": [as_opened, opened_card],
    "programme": [as_opened, opened_card],
    "district": [as_opened],
    "summary": [as_opened],
    "index": [as_opened],
}


@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_serious(name: str, show: Show, town_page: Pages) -> None:
    page = show(town_page(name))
    for state in STATES[name]:
        state(page)
        assert findings(page) == [], state.__name__


@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_serious_on_a_narrow_screen_in_russian_and_kazakh(
    name: str, show: Show, town_page: Pages
) -> None:
    page = show(town_page(name), "ru", width=390, height=844)
    assert findings(page) == []
    page.click("[data-lang='kk']")
    assert findings(page) == []


def test_axe_does_find_what_is_wrong(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    page.evaluate("document.querySelector('label[for=search]').remove()")
    page.evaluate("document.getElementById('search').removeAttribute('placeholder')")
    assert [one.partition(":")[0] for one in findings(page)] == ["label"]
