"""The page of contested places and conflicts, opened and used as a reader does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
from playwright.sync_api import Page, expect

from maps.conflicts import conflicts_page, verdicts_of, years_of
from tests.maps.conftest import COUNT_SHOWN, Pages, Show, click_shape, row_of
from tests.maps.town import assessments, conflict_frames, conflicts, context, projects


def figures(page: Page) -> list[str]:
    return page.locator(".figures b").all_text_contents()


def chips(page: Page) -> dict[str, str]:
    found = page.locator(".chip").all()
    return {chip.get_attribute("data-value") or "": chip.locator("b").text_content() or "" for chip in found}


def drawn(page: Page, layer: str) -> int:
    return int(page.evaluate(COUNT_SHOWN, layer))


def test_the_years_of_a_conflict_are_those_of_both_projects_else_of_either() -> None:
    found = years_of(conflicts(), projects())
    assert found.tolist() == [[2022], [2022], [2023]]


def test_projects_without_dates_give_no_year() -> None:
    pair = pd.DataFrame({"project_a": ["P-4"], "project_b": ["nobody knows"]})
    assert years_of(pair, projects()).tolist() == [[]]


def test_one_known_day_is_enough_for_a_year() -> None:
    known = pd.DataFrame(
        {"id": ["A", "B"], "starts": [date(2022, 5, 1), None], "ends": [None, date(2024, 1, 1)]}
    )
    pair = pd.DataFrame({"project_a": ["A"], "project_b": ["B"]})
    assert years_of(pair, known).tolist() == [[2022, 2024]]


def test_all_conflicts_and_places_are_drawn_and_counted(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"))
    assert (drawn(page, "packed_conflicts"), drawn(page, "packed_contested")) == (3, 3)
    assert figures(page) == ["3", "2", "15\u00a0m"]  # C-1 and C-2 are one pair of projects: 10 m counts once
    assert chips(page) == {
        "clash": "2",
        "double_funding": "1",
        "major": "1",
        "minor": "2",
        "certain": "2",
        "possible": "1",
        "yes": "1",
        "not_assessed": "2",
    }


def test_a_rule_filters_map_list_figures_and_matrix(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"))
    page.click(".chip[data-value='double_funding']")
    assert (drawn(page, "packed_conflicts"), drawn(page, "packed_contested")) == (1, 1)
    assert figures(page) == ["1", "1", "8\u00a0m"]
    assert page.locator(".places li").count() == 1
    assert page.locator(".matrix td button:visible").all_text_contents() == ["1"]
    assert chips(page)["clash"] == "2"  # a filter does not count itself away
    assert chips(page)["major"] == "0"
    page.click(".filters .more")
    assert figures(page)[0] == "3"


def test_where_a_conflict_stands_is_the_most_pressing_verdict() -> None:
    said = assessments()
    assert verdicts_of(conflicts(), said).tolist() == ["yes", "not_assessed", "not_assessed"]
    no = said.assign(verdict="no")
    assert verdicts_of(conflicts(), no).tolist() == ["no", "no", "not_assessed"]
    again = said.assign(verdict=["yes", "to_be_reassessed", "no"])
    assert verdicts_of(conflicts(), again).tolist() == ["to_be_reassessed", "no", "not_assessed"]


def test_a_body_that_left_a_conflict_without_a_verdict_has_no_say_in_where_it_stands(show: Show) -> None:
    # the register counts C-3 as dismissed by all (test_programme), and so does `abat plan`
    rows = [
        ("C-3", "env", "no", None, None, "open"),
        ("C-3", "water", "no", None, None, "open"),
        ("C-3", "akimat", "not_assessed", None, None, "gone"),
    ]
    said = pd.DataFrame(rows, columns=assessments().columns)
    page = show(conflicts_page(context(), replace(conflict_frames(), assessments=said)))
    assert (chips(page)["no"], chips(page)["not_assessed"]) == ("1", "2")


def test_verdicts_filter_and_stand_in_the_card_with_a_drawing(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"))
    page.click(".chip[data-value='yes']")
    assert figures(page) == ["1", "1", "10\u00a0m"]
    page.click(".places button[data-id='C-1']")
    card = page.locator(".leaflet-popup-content")
    verdicts = card.locator("h3:has-text('Verdict') + ul li").all_text_contents()
    assert verdicts == [
        "West akimat: no conflict",
        "Environment: yes, a conflictLead body: Environment · Dig once.",
    ]
    paths = [path.get_attribute("d") or "" for path in card.locator(".sketch path").all()]
    # the place, both projects (one area each), the shared ground, the scale
    assert [path.count("Z") for path in paths] == [1, 1, 1, 1, 0]
    assert card.locator(".sketch text").text_content() == "20\u00a0m"


def test_an_address_with_the_id_of_a_conflict_opens_its_card(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"), "kk&C-2")
    number = page.locator(".leaflet-popup-content .below a")
    assert number.text_content() == "C-2"
    assert page.locator("html").get_attribute("lang") == "kk"
    page.click("[data-lang='en']")
    assert page.evaluate("location.hash") == "#lang=en&C-2"
    assert number.get_attribute("href") == "#lang=en&C-2"
    page.evaluate("location.hash = 'C-3'")
    page.locator(".below a:has-text('C-3')").wait_for()
    page.evaluate("location.hash = '%E0%A4%A'")  # no text in UTF-8: nothing is asked for
    page.evaluate("location.hash = 'nobody'")
    assert page.locator(".below a").text_content() == "C-3"


def test_body_and_year_filter(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"))
    page.select_option("#filter-body", label="Water works (1)")
    assert figures(page) == ["1", "1", "5\u00a0m"]
    page.select_option("#filter-body", index=0)
    page.select_option("#filter-year", label="2022 (2)")
    assert figures(page) == ["2", "1", "10\u00a0m"]
    page.click(".chip[data-value='possible']")
    assert figures(page) == ["0", "0", "0"]
    assert page.locator(".lists .note").text_content() == "Nothing passes these filters."


def test_the_matrix_tells_who_meets_whom_how_often_and_for_how_much(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"))
    cells = page.locator(".matrix td button:visible")
    assert sorted(cells.all_text_contents()) == ["1", "2"]
    page.click(".bodies .segments button:nth-child(2)")
    assert sorted(cells.all_text_contents()) == ["10", "5"]
    page.click(".matrix td button:visible >> text='5'")
    assert figures(page) == ["1", "1", "5\u00a0m"]
    page.hover("h1")
    said = page.locator(".said").text_content()
    assert said == "Environment × Water works: 1 conflict, 5\u00a0m\u00a0KZT"
    page.click(".matrix td button:visible >> text='5'")
    assert figures(page)[0] == "3"


def test_a_click_on_a_conflict_shows_the_evidence(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"))
    click_shape(page, "packed_conflicts", row_of(page, "packed_conflicts", "id", "C-1"))
    card = page.locator(".leaflet-popup-content")
    assert card.locator(".pager").text_content() == "‹1 of 2 at this place›"
    assert card.locator("h2").text_content() == "Abay street, 1"
    assert card.locator(".class-line").text_content() == "clash, major"
    expect(card.locator(".why")).to_have_text("Why C-1.")
    facts = dict(
        zip(card.locator("dt").all_text_contents(), card.locator("dd").all_text_contents(), strict=True)
    )
    assert facts == {
        "Money at risk": "10,000,000\u00a0KZT",
        "Shared area": "2,500\u00a0m²",
        "Part of A's area": "25%",
        "Part of B's area": "50%",
        "Days in common": "62\u00a0days",
        "Certainty": "certain",
    }
    rows = [card.locator(f".records tbody tr:nth-child({n}) > *").all_text_contents() for n in range(1, 8)]
    assert rows == [
        ["Executing body", "Environment", "West akimat"],
        ["Name", "Yard repair", "Playground"],
        ["Work type", "paving", "playground works"],
        ["Dates", "May 1, 2022 – Aug 31, 2022", "Jul 1, 2022 – Feb 1, 2023"],
        ["Budget", "40\u00a0m\u00a0KZT", "10\u00a0m\u00a0KZT"],
        ["Status", "implementation", "implementation"],
        ["Project id", "P-1", "P-2"],
    ]


def test_conflicts_at_one_place_are_turned_over_in_the_popup(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"))
    click_shape(page, "packed_conflicts", row_of(page, "packed_conflicts", "id", "C-1"))
    card = page.locator(".leaflet-popup-content")
    card.locator(".pager button:last-child").click()
    assert card.locator(".class-line").text_content() == "double funding, minor"
    assert "2 of 2" in (card.locator(".pager").text_content() or "")
    page.keyboard.press("Enter")  # the button that was pressed is still the one in focus
    assert card.locator(".class-line").text_content() == "clash, major"
    card.locator(".pager button:first-child").click()
    assert card.locator(".class-line").text_content() == "double funding, minor"
    assert card.locator("dt:has-text('Days in common')").count() == 0


def test_the_explanation_is_in_the_language_chosen(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"))
    click_shape(page, "packed_conflicts", row_of(page, "packed_conflicts", "id", "C-3"))
    why = page.locator(".why")
    expect(why).to_have_text("Why C-3.")
    page.click("[data-lang='kk']")
    expect(why).to_have_text("Неге C-3.")
    page.click("[data-lang='ru']")
    expect(why).to_have_text("Почему C-3.")


def test_a_project_without_name_dates_money_or_known_work_is_shown_all_the_same(
    show: Show, town_page: Pages
) -> None:
    page = show(town_page("conflicts"))
    click_shape(page, "packed_conflicts", row_of(page, "packed_conflicts", "id", "C-3"))
    cells = page.locator(".records tbody tr > td:last-child").all_text_contents()
    assert cells == [
        "Environment",
        "not known",
        "odd",
        "dates not known",
        "not known",
        "implementation",
        "P-4",
    ]


def test_a_place_without_a_conflict_lists_its_projects(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"))
    click_shape(page, "packed_contested", row_of(page, "packed_contested", "place_id", "D-6"))
    card = page.locator(".leaflet-popup-content")
    assert card.locator(".below").text_content() == "courtyard · East · № D-6"
    assert card.locator(".projects li").all_text_contents() == [
        "PlaygroundWest akimat · Jul 1, 2022 – Feb 1, 2023 · 10\u00a0m\u00a0KZT",
        "PipesWater works · Mar 1, 2023 – Jun 1, 2023 · 60\u00a0m\u00a0KZT",
    ]


def test_the_list_is_by_money_and_goes_to_the_map(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"))
    assert page.locator(".places .number").all_text_contents() == ["10\u00a0m", "8\u00a0m", "5\u00a0m"]
    page.click(".places button[data-id='C-3']")
    expect(page.locator(".leaflet-popup-content .why")).to_have_text("Why C-3.")


def test_a_project_that_is_not_in_the_frame_leaves_its_number(show: Show) -> None:
    frames = replace(conflict_frames(), projects=projects()[:1])
    page = show(conflicts_page(context(), frames))
    click_shape(page, "packed_conflicts", row_of(page, "packed_conflicts", "id", "C-1"))
    assert page.locator(".records tbody tr:last-child td:last-child").text_content() == "P-2"
    assert page.locator(".records tbody tr:nth-child(2) td:last-child").text_content() == "–"


def test_without_conflicts_the_page_says_so(show: Show) -> None:
    whole = conflict_frames()
    frames = replace(whole, conflicts=whole.conflicts[:0], contested_parcels=whole.contested_parcels[:0])
    page = show(conflicts_page(context(), frames))
    assert page.locator(".empty").text_content() == "No conflicts and no contested places were found."


def test_contested_places_alone_are_shown(show: Show) -> None:
    whole = conflict_frames()
    page = show(conflicts_page(context(), replace(whole, conflicts=whole.conflicts[:0])))
    assert drawn(page, "packed_contested") == 3
    assert figures(page)[0] == "0"


def test_without_anything_at_all_the_page_still_opens(show: Show) -> None:
    whole = conflict_frames()
    frames = replace(
        whole,
        conflicts=whole.conflicts[:0],
        contested_parcels=whole.contested_parcels[:0],
        districts=whole.districts[:0],
        projects=whole.projects[:0],
        bodies=whole.bodies[:0],
        work_types={},
        base=None,
    )
    page = show(conflicts_page(context(sample=False, schematic=False, sources=()), frames))
    assert page.locator(".empty").count() == 1
    assert page.locator(".mark").count() == 0


def test_a_body_that_breaks_a_rule_alone_stands_on_the_diagonal(show: Show) -> None:
    whole = conflict_frames()
    alone = whole.conflicts.assign(body_b=["akimat", "akimat", "water"])
    page = show(conflicts_page(context(), replace(whole, conflicts=alone)))
    cells = page.locator(".matrix td button:visible").all()
    labels = [cell.get_attribute("aria-label") or "" for cell in cells]
    assert "Water works: 1 conflict, 5\u00a0m\u00a0KZT" in labels
    assert len(labels) == 2
    assert page.locator(".matrix th").all_text_contents()[0] == "West akimat"


def test_projects_that_meet_on_no_recorded_place_are_places_of_their_own(show: Show) -> None:
    whole = conflict_frames()
    rows = whole.conflicts.assign(place_kind=None, place_id=None, place_name=None)
    page = show(conflicts_page(context(), replace(whole, conflicts=rows)))
    assert figures(page) == ["3", "2", "15\u00a0m"]
    assert page.locator(".places .what > bdi").first.text_content() == "On no recorded place"


def test_a_popup_does_not_slip_under_the_legend(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"))
    beside = """() => {
        const [popup, legend] = ['.leaflet-popup', '#legend'].map((name) => document.querySelector(name));
        const moving = map_city._panAnim && map_city._panAnim._inProgress;
        return !moving && popup && popup.getBoundingClientRect().right <= legend.getBoundingClientRect().left;
    }"""
    for row in range(3):
        click_shape(page, "packed_conflicts", row)
        page.wait_for_function(beside)  # Leaflet moves the map in a quarter of a second
    page.set_viewport_size({"width": 1000, "height": 700})
    page.click(".places li:first-child button")
    assert not page.locator("#legend").is_visible()
    page.keyboard.press("Escape")
    # a popup that fades away may still stand beside the new one
    page.wait_for_function("document.querySelectorAll('.leaflet-popup').length === 0")
    assert page.locator("#legend").is_visible()
