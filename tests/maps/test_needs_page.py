"""The page of needs against funding, opened and used as a reader does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page

from maps.need_kinds import per_resident
from maps.needs import NeedsFrames, needs_page
from maps.palette import NEED_BY_MONEY
from tests.maps.conftest import COUNT_SHOWN, Pages, Show, click_shape, row_of
from tests.maps.town import base, context, courtyard_needs, district_needs, districts, needs_frames

COUNTS = {0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 0, 6: 1, 7: 0, 8: 0}


def counts(page: Page) -> dict[int, int]:
    cells = page.locator("#legend .cell").all()
    return {int(cell.get_attribute("data-class") or ""): int(cell.text_content() or "") for cell in cells}


def drawn(page: Page, layer: str = "packed_courtyards") -> int:
    return int(page.evaluate(COUNT_SHOWN, layer))


def colours(page: Page, rows: list[int]) -> list[str]:
    """The colours of the canvas in the middle of some courtyards."""
    read = """(rows) => {
        const sheet = map_city.abatSheets.data;
        const copy = document.createElement('canvas');
        [copy.width, copy.height] = [sheet._container.width, sheet._container.height];
        const context = copy.getContext('2d', {willReadFrequently: true});
        context.drawImage(sheet._container, 0, 0);
        return rows.map((row) => {
            const place = map_city.latLngToLayerPoint(packed_courtyards.boundsOf(row).getCenter());
            const at = place.subtract(sheet._bounds.min);
            const [r, g, b] = context.getImageData(at.x, at.y, 1, 1).data;
            return '#' + [r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('');
        });
    }"""
    found: list[str] = page.evaluate(read, rows)
    return found


def set_year(page: Page, index: int) -> None:
    page.fill("#year", str(index))


def test_every_courtyard_is_drawn_in_the_colour_of_its_class(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    assert drawn(page) == 6
    assert drawn(page, "packed_districts") == 2
    page.wait_for_timeout(50)
    rows = [row_of(page, "packed_courtyards", "courtyard_id", key) for key in ("D-1", "D-3", "D-4")]
    assert colours(page, rows) == [NEED_BY_MONEY[number] for number in (6, 4, 2)]


def test_a_page_holds_the_rows_it_was_given(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    given = courtyard_needs().set_index(["courtyard_id", "year"])
    for key in ("D-1", "D-4", "D-6"):
        row = row_of(page, "packed_courtyards", "courtyard_id", key)
        for n, year in enumerate((2022, 2023)):
            held = page.evaluate("([at]) => packed_courtyards.tables.by_year.row(at)", [n * 6 + row])
            sent = given.loc[(key, year)]
            assert held["amount_kzt"] == sent["amount_kzt"]
            assert held["condition"] == sent["condition"]
            assert held["residents"] == (None if sent.isna()["residents"] else sent["residents"])
            assert abs(held["need"] - sent["need"]) <= 5e-5  # four digits of the largest, which is 0.4
            assert abs(held["gap"] - sent["gap"]) <= 5e-5


def test_the_legend_counts_the_courtyards_of_each_class(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    assert counts(page) == COUNTS
    assert page.locator(".figures .worst b").text_content() == "1"


SUMS = {
    "ru": "Деньги за год, тенге: 0 · 411 тенге – 20 млн тенге · 30–35 млн",
    "kk": "Жыл бойғы қаржы, теңге: 0 · 411 теңге – 20 млн теңге · 30–35 млн",
    "en": "Money in the year, KZT: 0 · 411 KZT – 20 m KZT · 30–35 m",
}


@pytest.mark.parametrize("lang", SUMS)
def test_ends_of_a_range_in_two_units_have_each_its_own(show: Show, lang: str) -> None:
    """In 2023 the least sum of the middle class is 411 tenge, the largest 20 million."""
    needs, sums = courtyard_needs(), [0, 0, 411, 30_000_000, 35_000_000, 20_000_000]
    needs["amount_kzt"], needs["funding_class"] = [0] * 6 + sums, [0] * 6 + [0, 0, 1, 2, 2, 1]
    page = show(needs_page(context(), replace(needs_frames(), courtyard_needs=needs)), lang)
    legend = page.locator("#legend .classes > p.note").all_text_contents()[1]
    assert legend.replace("\u00a0", " ").replace("\u2060", "") == SUMS[lang]


def test_pointing_at_a_class_leaves_its_courtyards_only(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    page.hover(".cell[data-class='6']")
    assert drawn(page) == 1
    page.hover("h1")
    assert drawn(page) == 6
    page.click(".cell[data-class='3']")
    page.hover("h1")
    assert drawn(page) == 1
    assert page.get_attribute(".cell[data-class='3']", "aria-pressed") == "true"
    page.click(".cell[data-class='3']")
    page.hover("h1")
    assert drawn(page) == 6


def test_the_slider_moves_every_part_of_the_page(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    click_shape(page, "packed_courtyards", row_of(page, "packed_courtyards", "courtyard_id", "D-1"))
    assert "2023" in (page.text_content(".leaflet-popup-content .below") or "")
    set_year(page, 0)
    assert counts(page) == {**dict.fromkeys(range(9), 0), 3: 6}
    assert "2022" in (page.text_content("#legend h2") or "")
    assert "2022" in (page.text_content(".leaflet-popup-content .below") or "")
    assert page.get_attribute("#year", "aria-valuetext") == "2022"
    assert page.locator(".ranking tbody tr td:last-child").all_text_contents() == ["100%", "100%"]


def test_a_click_on_a_courtyard_tells_every_part_of_its_score(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    click_shape(page, "packed_courtyards", row_of(page, "packed_courtyards", "courtyard_id", "D-1"))
    card = page.locator(".leaflet-popup-content")
    assert card.locator("h2").text_content() == "Abay street, 1"
    assert card.locator(".below").text_content() == "West · № D-1 · 2023"
    assert card.locator(".class-line").text_content() == "great need, no money"
    parts = [row.all_text_contents() for row in card.locator(".score tr").all()]
    texts = [card.locator(f".score tr:nth-child({n}) > *").all_text_contents() for n in range(1, 5)]
    assert len(parts) == 4
    assert [(text[0], text[2]) for text in texts] == [
        ("Part: appeals", "1.2×"),
        ("Part: open appeals", "0.6×"),
        ("Part: condition", "0.6×"),
        ("Need", "2.4×"),
    ]
    facts = dict(
        zip(card.locator("dt").all_text_contents(), card.locator("dd").all_text_contents(), strict=True)
    )
    assert facts == {
        "Money in the year": "0\u00a0KZT",
        "Share of the city's need": "40%",
        "Funding": "0%",
        "Gap: less money than need": "+40%",
        "Condition": "needs repair",
        "Residents": "not known",
        "Appeals in the year": "10",
        "Still open at the end of the year": "2",
    }
    assert card.locator("svg").count() == 2


def test_a_part_of_need_that_the_layer_declares_is_shown_when_the_rows_have_it(show: Show) -> None:
    rows = courtyard_needs()
    rows = rows.assign(need_age=0.1, need=rows["need"] + 0.1, missing="age, residents", gap_kzt=-1_234_567)
    page = show(needs_page(context(), NeedsFrames(rows, district_needs(), districts())))
    click_shape(page, "packed_courtyards", row_of(page, "packed_courtyards", "courtyard_id", "D-1"))
    card = page.locator(".leaflet-popup-content")
    assert card.locator(".score th:has-text('Part: days of waiting')").count() == 1
    assert card.locator("dt:has-text('What is not known') + dd").text_content() == (
        "Part: days of waiting; Part: residents"
    )
    assert card.locator("dt:has-text('Gap in the year') + dd").text_content() == "-1,234,567\u00a0KZT"


def test_a_click_beside_all_courtyards_closes_the_popup(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    click_shape(page, "packed_courtyards", row_of(page, "packed_courtyards", "courtyard_id", "D-5"))
    assert page.locator(".leaflet-popup").count() == 1
    page.mouse.click(700, 740)
    page.wait_for_selector(".leaflet-popup", state="detached")


def test_districts_are_coloured_by_coverage_and_not_by_sums(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    page.click("[data-mode='districts']")
    assert drawn(page) == 0
    steps = [page.locator(f".step[data-step='{n}'] b").text_content() for n in range(5)]
    assert steps == ["1", "0", "0", "0", "1"]  # 0.125 by 0.8 is 16 %, 0.875 by 0.2 is 438 %
    labels = page.locator(".area-label").all_text_contents()
    assert sorted(labels) == ["East438%", "West16%"]
    page.hover(".step[data-step='0']")
    assert drawn(page, "packed_districts") == 1


def test_districts_are_classed_by_need_and_money_to_a_resident(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    page.click("[data-mode='districts']")
    page.click("[data-look='together']")
    # a thousand residents each: West has 80 % of the need and 12.5 % of the money of the city
    assert counts(page) == {**dict.fromkeys(range(9), 0), 6: 1, 2: 1}
    label = page.get_attribute(".cell[data-class='6']", "aria-label")
    assert label == "great need per resident, little money per resident: 1 district"
    assert drawn(page, "packed_districts") == 2
    page.hover(".cell[data-class='2']")
    assert drawn(page, "packed_districts") == 1


def test_residents_not_known_in_a_year_are_stood_for_by_courtyards() -> None:
    rows = per_resident(district_needs().assign(residents=None, courtyards=[1, 3, 1, 3]))
    rows = rows[rows["year"] == 2023]
    # a quarter of the courtyards with 80 % of the need, three quarters with 20 %
    assert rows["need_ratio"].tolist() == [3.2, 0.27]
    assert rows["need_class"].tolist() == [2, 0]
    assert rows["funding_class"].tolist() == [0, 1]  # 0.125 by 0.25, 0.875 by 0.75
    assert per_resident(district_needs().assign(residents=None, courtyards=0))["need_class"].isna().all()


def test_the_kind_of_place_is_switched_for_map_legend_list_and_popup(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    page.click("[data-mode='public_spaces']")
    assert [drawn(page), drawn(page, "packed_public_spaces"), drawn(page, "packed_hexagons")] == [0, 2, 0]
    assert counts(page) == {**dict.fromkeys(range(9), 0), 6: 1, 2: 1}
    page.click("#tab-places")
    assert page.locator("#list-places li bdi:first-child").all_text_contents()[0] == "Park"
    click_shape(page, "packed_public_spaces", row_of(page, "packed_public_spaces", "public_space_id", "S-2"))
    card = page.locator(".leaflet-popup-content")
    assert card.locator("h2").text_content() == "Square"
    assert card.locator(".below").text_content() == "East · № S-2 · 2023"
    assert card.locator(".class-line").text_content() == "little need, much money"
    page.click("[data-mode='hexagons']")
    page.wait_for_selector(".leaflet-popup", state="detached")
    assert [drawn(page, "packed_public_spaces"), drawn(page, "packed_hexagons")] == [0, 2]
    click_shape(page, "packed_hexagons", row_of(page, "packed_hexagons", "cell_id", "88a"))
    assert card.locator("h2").text_content() == "№ 88a"


def test_side_by_side_draws_need_left_of_the_line_and_money_right(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    page.click("[data-look='swipe']")
    steps = """() => {
        const twin = map_city.abatSheets.other.layersOn.find((layer) => layer.shapes.rows === 6);
        const read = (layer) => Array.from(layer.classes).sort().join('');
        return [read(packed_courtyards), read(twin)];
    }"""
    assert page.evaluate(steps) == ["000112", "000112"]
    clips = "['data', 'other'].map((name) => map_city.abatSheets[name]._container.style.clipPath)"
    before = page.evaluate(clips)
    assert all(clip.startswith("inset(") for clip in before)
    page.focus(".swipe")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(clips) != before
    assert page.locator("#legend .halves .step b").all_text_contents() == ["1", "2", "3", "1", "2", "3"]
    page.hover("#legend .halves .step >> nth=0")
    assert drawn(page) == 1
    page.click("[data-look='together']")
    assert page.evaluate(clips)[0] == ""
    assert not page.locator(".swipe").is_visible()


def test_the_list_of_places_moves_with_the_map_and_follows_the_legend(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    page.click("#tab-places")
    said = page.locator("#list-places .note")
    assert said.text_content() == "On the part of the map you see: 3 courtyards, no money"
    page.click(".cell[data-class='2']")
    assert page.locator("#list-places li bdi:first-child").all_text_contents()[0] == "Abay street, 4"
    page.click(".cell[data-class='2']")
    row = row_of(page, "packed_courtyards", "courtyard_id", "D-5")
    page.evaluate("(row) => map_city.setView(packed_courtyards.boundsOf(row).getCenter(), 17)", row)
    # the map glides there
    page.wait_for_function("() => document.querySelectorAll('#list-places li').length === 1")
    assert said.text_content() == "On the part of the map you see: 1 courtyard, no money"


def test_a_district_tells_its_shares(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    page.click("[data-mode='districts']")
    click_shape(page, "packed_districts", row_of(page, "packed_districts", "district_code", "west"))
    card = page.locator(".leaflet-popup-content")
    assert card.locator("h2").text_content() == "West"
    assert "Coverage: 16%" in (card.text_content() or "")
    assert "Courtyards in need of repair1" in (card.text_content() or "")


def test_the_ranking_puts_the_least_covered_first_and_filters(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    rows = [page.locator(f".ranking tbody tr:nth-child({n}) > *").all_text_contents() for n in (1, 2)]
    assert rows == [["West", "80%", "13%", "16%"], ["East", "20%", "88%", "438%"]]
    page.click(".ranking button[data-code='east']")
    assert drawn(page) == 3
    assert counts(page) == {**dict.fromkeys(range(9), 0), 2: 1, 0: 1, 1: 1}
    assert page.locator(".figures b").all_text_contents() == ["18", "35\u00a0m", "0"]
    page.click(".clear")
    assert drawn(page) == 6


def test_courtyards_without_money_are_listed_by_need_and_found_on_the_map(
    show: Show, town_page: Pages
) -> None:
    page = show(town_page("needs"))
    page.click("#tab-places")
    said = page.locator("#list-places .what bdi:first-child").all_text_contents()
    assert said[::2] == ["Abay street, 1", "Abay street, 2", "Abay street, 5"]
    page.click("#list-places li:nth-child(2) button")
    assert page.locator(".leaflet-popup-content h2").text_content() == "Abay street, 2"
    row = row_of(page, "packed_courtyards", "courtyard_id", "D-2")
    assert page.evaluate("packed_courtyards.selected") == row
    assert page.evaluate("(row) => map_city.getBounds().contains(packed_courtyards.boundsOf(row))", row)


def test_an_address_is_found_by_words_in_any_letters(show: Show) -> None:
    frames = needs_frames(lambda text: text.replace("Abay street", "Қабанбай батыр көшесі"))
    page = show(needs_page(context(), frames))
    page.fill("#search", "кошеси кабан 3")
    assert page.locator("#search-list li bdi").all_text_contents() == ["Қабанбай батыр көшесі, 3"]
    page.press("#search", "ArrowDown")
    assert page.get_attribute("#search", "aria-activedescendant") == "found-0"
    page.press("#search", "Enter")
    assert page.locator(".leaflet-popup-content h2").text_content() == "Қабанбай батыр көшесі, 3"
    page.fill("#search", "nowhere")
    assert page.locator(".search [role='status']").text_content() == "No such address"


def test_a_list_entry_opens_and_closes_by_keyboard(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    page.click("#tab-places")
    page.focus("#list-places li:first-child button")
    page.keyboard.press("Enter")
    inside = "document.querySelector('.leaflet-popup').contains(document.activeElement)"
    assert page.evaluate(inside)
    page.focus("#list-places li:nth-child(2) button")
    page.keyboard.press("Enter")
    page.focus("#list-places li:first-child button")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    assert page.evaluate("document.activeElement.dataset.row") == str(
        row_of(page, "packed_courtyards", "courtyard_id", "D-1")
    )


def test_one_year_needs_no_slider(show: Show) -> None:
    rows, summed = courtyard_needs(), district_needs()
    frames = NeedsFrames(rows[rows["year"] == 2023], summed[summed["year"] == 2023], districts())
    page = show(needs_page(context(), frames))
    assert page.locator("#year").count() == 0
    assert counts(page) == COUNTS


def test_a_courtyard_that_was_not_counted_in_a_year_is_not_drawn_in_it(show: Show) -> None:
    rows = courtyard_needs()
    rows = rows[~((rows["year"] == 2022) & (rows["courtyard_id"] == "D-1"))]
    page = show(needs_page(context(), NeedsFrames(rows, district_needs(), districts(), base())))
    assert drawn(page) == 6
    set_year(page, 0)
    assert drawn(page) == 5


def test_a_year_is_judged_by_the_boundary_of_that_year(show: Show) -> None:
    summed = district_needs()
    old = (summed["year"] == 2022) & (summed["district_code"] == "west")
    summed.loc[old, "district_id"] = "west-0"
    page = show(needs_page(context(), NeedsFrames(courtyard_needs(), summed, districts())))
    assert page.evaluate("packed_districts.shapes.rows") == 3
    assert drawn(page, "packed_districts") == 2
    set_year(page, 0)
    assert drawn(page, "packed_districts") == 2


def test_outlines_are_shown_when_no_district_has_figures(show: Show) -> None:
    page = show(needs_page(context(), NeedsFrames(courtyard_needs(), district_needs()[:0], districts())))
    assert drawn(page, "packed_districts") == 2
    assert page.locator(".ranking tbody tr").count() == 0


def test_without_needs_the_page_says_so(show: Show) -> None:
    page = show(needs_page(context(), NeedsFrames(courtyard_needs()[:0], district_needs()[:0], districts())))
    assert (
        page.locator(".empty").text_content() == "Nothing to show: needs have not been derived for any year."
    )
    assert drawn(page, "packed_districts") == 2


def test_without_anything_at_all_the_page_still_opens(show: Show) -> None:
    frames = NeedsFrames(courtyard_needs()[:0], district_needs()[:0], districts()[:0], base()[:0])
    page = show(needs_page(context(), frames), "ru")
    assert "Показать нечего" in (page.text_content("#panel") or "")


def test_the_first_view_leaves_room_for_the_legend(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    right = """() => {
        const edge = map_city.latLngToContainerPoint(map_city.home[1]).x;
        const legend = document.getElementById('legend').getBoundingClientRect().left;
        return [edge, legend - map_city.getContainer().getBoundingClientRect().left];
    }"""
    places, legend = page.evaluate(right)
    assert places <= legend
    narrow = show(town_page("needs"), width=390, height=844)  # there the legend lies below the map
    west, east = narrow.evaluate("map_city.home.map((at) => map_city.latLngToContainerPoint(at).x)")
    assert abs(west + east - 390) < 2
