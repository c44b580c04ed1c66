"""Citizen appeals on the page of needs, off until a reader wants them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page

from maps.appeals import Appeals
from maps.needs import needs_page
from maps.payload import packed_texts
from tests.maps.conftest import Pages, Show, click_shape, row_of
from tests.maps.town import appeals, context, needs_frames

SHOWN = """() => {
    const layer = packed_appeals;
    const shown = Array.from(layer.shown.keys()).filter((row) => layer.isShown(row));
    return map_city.hasLayer(layer) ? shown.map((row) => layer.value('id', row)).sort() : [];
}"""


def shown(page: Page) -> list[str]:
    found: list[str] = page.evaluate(SHOWN)
    return found


def switched_on(page: Page) -> Page:
    page.check("#appeals")
    page.wait_for_function("() => map_city.hasLayer(packed_appeals)")
    return page


def test_appeals_are_not_even_read_before_somebody_wants_them(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    assert page.evaluate("packed_appeals.ready === null && !map_city.hasLayer(packed_appeals)")
    assert not page.is_visible(".appeals")
    assert shown(switched_on(page)) == ["A-1", "A-2", "A-4", "A-5"]
    assert page.text_content(".appeals [role='status']") == "4 appeals on the map"
    page.uncheck("#appeals")
    assert shown(page) == []


def test_year_district_and_class_hold_for_appeals_too(show: Show, town_page: Pages) -> None:
    page = switched_on(show(town_page("needs")))
    page.click(".cell[data-class='6']")  # the courtyard D-1 alone
    assert shown(page) == ["A-1", "A-2"]
    page.click("[data-mode='public_spaces']")
    assert shown(page) == ["A-1", "A-2", "A-4", "A-5"]
    page.click(".cell[data-class='6']")  # the park
    assert shown(page) == ["A-4"]
    page.click("[data-mode='courtyards']")
    page.fill("#year", "0")
    assert shown(page) == ["A-3"]
    page.fill("#year", "1")
    page.click("[data-code='east']")
    assert shown(page) == ["A-5"]


def test_a_hexagon_and_a_district_hold_the_appeals_within_them(show: Show, town_page: Pages) -> None:
    page = switched_on(show(town_page("needs")))
    page.click("[data-mode='hexagons']")
    page.click(".cell[data-class='7']")  # the western cell
    assert shown(page) == ["A-1", "A-2", "A-4"]
    page.click("[data-mode='districts']")
    page.click("#legend .step[data-step='0']")  # the west got an eighth of the money
    assert shown(page) == ["A-1", "A-2", "A-4"]


def test_appeals_at_one_point_are_read_one_by_one(show: Show, town_page: Pages) -> None:
    page = switched_on(show(town_page("needs")))
    click_shape(page, "packed_appeals", row_of(page, "packed_appeals", "id", "A-1"))
    said = page.locator(".card.appeal")
    assert said.locator(".pager").inner_text().split("\n")[0].startswith("‹")
    first = said.locator(".below").text_content()
    page.click("[data-step='next']")
    assert {first, said.locator(".below").text_content()} == {"West · № A-1", "West · № A-2"}
    assert said.locator("h2").text_content() == "Lighting"
    assert said.locator("dd").last.text_content() == "Abay street, 1"
    page.wait_for_selector(".appeal .why:not([hidden])")
    assert said.locator(".why").text_content() in ("Dark yard A-1", "Dark yard A-2")
    page.keyboard.press("Escape")
    page.uncheck("#appeals")
    click_shape(page, "packed_appeals", row_of(page, "packed_appeals", "id", "A-1"))
    assert page.locator(".card h2").text_content() == "Abay street, 1"


def test_side_by_side_shows_appeals_on_both_sides(show: Show, town_page: Pages) -> None:
    page = switched_on(show(town_page("needs")))
    page.click("[data-look='swipe']")
    on = """() => map_city.abatSheets.other.layersOn
        .filter((layer) => layer.dataId === packed_appeals.dataId).length"""
    assert page.evaluate(on) == 1
    page.uncheck("#appeals")
    assert page.evaluate(on) == 0


def test_many_appeals_are_a_density_that_is_not_pointed_at(show: Show, town_page: Pages) -> None:
    page = switched_on(show(town_page("needs")))
    page.evaluate("packed_appeals.condense('#1d2125', 2)")
    page.evaluate("map_city.abatSheets.data.redraw()")
    assert page.is_visible(".appeals .note >> text=the darker")
    click_shape(page, "packed_appeals", row_of(page, "packed_appeals", "id", "A-1"))
    assert page.locator(".card h2").text_content() == "Abay street, 1"


@pytest.mark.parametrize("texts", [True, False])
def test_texts_are_on_the_page_only_if_they_were_given(show: Show, texts: bool) -> None:
    given = appeals()
    rows = given.rows if texts else given.rows.drop(columns="text")
    page = switched_on(
        show(needs_page(context(), replace(needs_frames(), appeals=replace(given, rows=rows))))
    )
    assert page.evaluate("Object.keys(packed_appeals.texts)") == (["text"] if texts else [])


def test_a_browser_that_cannot_decompress_shows_the_same(
    show: Show, window: BrowserContext, town_page: Pages
) -> None:
    window.add_init_script("delete window.DecompressionStream")
    page = switched_on(show(town_page("needs")))
    assert page.evaluate("typeof DecompressionStream") == "undefined"
    assert page.locator(".cell.worst").text_content() == "1"
    assert shown(page) == ["A-1", "A-2", "A-4", "A-5"]
    row = row_of(page, "packed_appeals", "id", "A-4")
    assert page.evaluate("(row) => packed_appeals.texts.text.of(row)", row) == "Dark yard A-4"


def test_a_page_without_appeals_has_no_switch(show: Show) -> None:
    for none in (None, Appeals(appeals().rows[:0])):
        page = show(needs_page(context(), replace(needs_frames(), appeals=none)))
        assert page.locator("#appeals").count() == 0


def test_the_newest_appeals_are_kept_and_the_reader_is_told(show: Show) -> None:
    cut = appeals().fitting(most=3)
    assert sorted(cut.rows["id"]) == ["A-1", "A-4", "A-5"]
    page = switched_on(show(needs_page(context(), replace(needs_frames(), appeals=cut)), "ru"))
    assert page.evaluate("packed_appeals.shapes.rows") == 3
    told = page.locator(".appeals .note").all_text_contents()
    assert "Обращений слишком много для одного файла: на карте последние 3." in told


def test_texts_beyond_the_size_of_a_page_are_those_of_the_oldest_appeals() -> None:
    rows = appeals().rows
    assert appeals().fitting(letters=10_000).texts_cut is None
    cut = appeals().fitting(letters=1).rows
    assert len(cut) == len(rows)
    assert cut["text"].isna().all()
    half = appeals().fitting(letters=len(packed_texts(rows["text"])) // 2)
    kept = half.rows["text"].notna()
    assert half.texts_cut == kept.sum() == len(rows) // 2
    assert half.rows[kept]["requested_on"].min() >= half.rows[~kept]["requested_on"].max()
