"""The pages of regimes and of the programme, opened and used as a reader does."""

from __future__ import annotations

import pandas as pd
from playwright.sync_api import Page

from gis_core.layer import fields
from layers.regime_report import RegimeFrames, report
from layers.regime_scenarios import RegimeScenario
from layers.regime_transfers import RegimeTransfer
from maps.outcomes import PROGRAMME, REGIMES, outcome_page, passing
from tests.maps.conftest import COUNT_SHOWN, Pages, Show, click_shape, row_of
from tests.maps.town import (
    context,
    outcome_frames,
    programme,
    regime_conflicts,
    regime_transfers,
)


def figures(page: Page) -> list[str]:
    return page.locator(".figures b").all_text_contents()


def moved_nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=[*fields(RegimeTransfer)])


def test_outcomes_are_counted_drawn_and_listed(show: Show, town_page: Pages) -> None:
    page = show(town_page("regimes"))
    assert figures(page) == ["1", "1", "1"]
    assert page.locator(".figures small").all_text_contents() == [
        "10\u00a0m\u00a0KZT",
        "4\u00a0m\u00a0KZT",
        "1\u00a0m\u00a0KZT",
    ]
    assert page.evaluate(COUNT_SHOWN, "packed_regimes") == 3
    assert page.locator(".places .number").all_text_contents() == ["10\u00a0m", "4\u00a0m", "1\u00a0m"]


def test_a_conflict_outside_every_place_is_called_so_as_on_the_page_of_conflicts(show: Show) -> None:
    rows = regime_conflicts()
    rows.loc[0, ["place_id", "place_name"]] = None
    rows.loc[1, "place_name"] = None
    page = show(outcome_page(context(), REGIMES, outcome_frames(rows)), "ru")
    titles = page.locator(".places .what > bdi").all_text_contents()
    assert titles == ["Вне учтённых мест", "Адрес неизвестен", "Abay street, 3"]


def test_a_card_says_the_kind_of_place_in_words(show: Show, town_page: Pages) -> None:
    for name in ("regimes", "programme"):
        page = show(town_page(name), "ru")
        page.click(".places button >> nth=0")
        assert "дворовая территория" in page.locator(".card dd").all_text_contents()


def test_refused_places_are_drawn_smaller_than_chosen_ones(show: Show, town_page: Pages) -> None:
    page = show(town_page("programme"))
    sizes = "(rows) => rows.map((row) => packed_programme.styleOf(row).least)"
    rows = [row_of(page, "packed_programme", "place_id", key) for key in ("D-1", "D-4")]
    assert page.evaluate(sizes, rows) == [9, 4]


def test_a_page_says_the_numbers_of_the_json_report(show: Show, town_page: Pages) -> None:
    rows = regime_conflicts()
    scenarios = pd.DataFrame(columns=[*fields(RegimeScenario)])
    known = RegimeFrames(pd.DataFrame(rows.drop(columns="geom")), moved_nothing(), scenarios, 0, 0)
    told = report(known)["rules"]
    page = show(town_page("regimes"))
    outcomes = ("vanishes", "remains", "appears")
    assert figures(page) == [str(sum(row[outcome] for row in told)) for outcome in outcomes]


def test_an_outcome_a_rule_and_a_district_filter_map_list_and_figures(show: Show, town_page: Pages) -> None:
    page = show(town_page("regimes"))
    page.click(".step[data-outcome='appears']")
    assert page.evaluate(COUNT_SHOWN, "packed_regimes") == 1
    assert page.locator(".places li").count() == 1
    page.click(".step[data-outcome='appears']")
    page.click(".chip[data-value='duplicate_function']")
    assert figures(page) == ["1", "0", "1"]
    page.click(".ranking button[data-code='east']")
    assert figures(page) == ["0", "0", "1"]
    assert page.evaluate(COUNT_SHOWN, "packed_regimes") == 1


def test_districts_are_counted_by_outcome(show: Show, town_page: Pages) -> None:
    page = show(town_page("regimes"))
    lines = page.locator("section:has(button[data-code]) tbody tr").all()
    assert [line.locator("th, td").all_text_contents() for line in lines] == [
        ["East", "0", "0", "1"],
        ["West", "1", "1", "0"],
    ]


def test_money_that_passes_is_summed_by_payers(show: Show, town_page: Pages) -> None:
    assert passing(regime_transfers()).values.tolist() == [["env", "akimat", 2, 42_000_000]]
    page = show(town_page("regimes"))
    line = page.locator(".transfers tbody tr > *").all_text_contents()
    assert line == ["Environment → West akimat", "2", "42\u00a0m"]


def test_the_programme_tells_why_a_place_is_in_it_or_not(show: Show, town_page: Pages) -> None:
    page = show(town_page("programme"))
    assert figures(page) == ["1", "1"]
    click_shape(page, "packed_programme", row_of(page, "packed_programme", "place_id", "D-4"))
    card = page.locator(".leaflet-popup-content")
    assert card.locator(".class-line").text_content() == "refused"
    assert card.locator(".why").text_content() == "Why D-4."
    facts = dict(
        zip(card.locator("dt").all_text_contents(), card.locator("dd").all_text_contents(), strict=True)
    )
    assert facts["Reason"] == "little need per tenge"
    assert facts["Cost of the works"] == "3,000,000\u00a0KZT"
    assert facts["In by the simple queue"] == "yes"
    assert facts["Work type"] == "paving"
    assert facts["Year"] == "2024"


def test_without_rows_a_page_says_what_to_do(show: Show) -> None:
    page = show(outcome_page(context(), PROGRAMME, outcome_frames(programme()[:0])))
    assert "abat plan" in (page.locator(".empty").text_content() or "")
    nothing = outcome_frames(regime_conflicts()[:0], transfers=regime_transfers()[:0])
    assert show(outcome_page(context(), REGIMES, nothing)).locator(".empty").count() == 1
