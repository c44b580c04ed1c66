"""The page of a district: its figures, its lists, and one sheet of paper."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from playwright.sync_api import Page

from maps.district import DistrictFrames, district_figures, district_page
from maps.district_names import district_codes, district_file
from tests.maps.conftest import COUNT_SHOWN, Pages, Show
from tests.maps.town import context, district_frames, districts


def test_a_district_is_summed_by_itself() -> None:
    assert district_figures(district_frames(), "west") == {
        "year": 2023,
        "appeals": 27,
        "amount_kzt": 5_000_000,
        "need": 0.8,
        "funding": 0.125,
        "coverage": 0.15625,
        "courtyards": 3,
        "worst": 1,
        "conflicts": 2,
        "money_at_risk_kzt": 10_000_000,  # both conflicts are one pair of projects at one place
    }


def test_the_sheet_shows_figures_lists_and_their_numbers_on_the_map(show: Show, town_page: Pages) -> None:
    page = show(town_page("district"))
    assert page.locator("h1").text_content() == "District West"
    assert page.locator(".figures b").all_text_contents() == [
        *("27", "5\u00a0m", "80%", "13%", "16%", "1", "2", "10\u00a0m")
    ]
    # D-1 and D-2 have no money, D-3 has some
    needs = page.locator(".numbered.need li").all_text_contents()
    assert needs == ["1Abay street, 1needs repair2.4×", "2Abay street, 2satisfactory1.2×"]
    clashes = page.locator(".numbered.clash li").all_text_contents()
    assert clashes == ["3Abay street, 1clash, double funding · West akimat × Environment10\u00a0m"]
    assert page.locator(".number-on-map").all_text_contents() == ["1", "2", "3"]
    assert page.get_attribute(".numbered.clash a", "href") == "conflicts.html#lang=en&C-1"
    assert page.evaluate(COUNT_SHOWN, "packed_courtyards") == 3


def test_the_sheet_is_one_page_of_a4(show: Show) -> None:
    frames = district_frames()
    yards = frames.courtyard_needs
    one = yards[yards["courtyard_id"] == "D-1"]
    many = pd.concat([one.assign(courtyard_id=f"X-{n}") for n in range(25)])
    clashes = frames.conflicts[:1]
    numbers = range(25)
    clashes = clashes.loc[clashes.index.repeat(25)].reset_index(drop=True)
    clashes = clashes.assign(id=[f"C-{n}" for n in numbers], place_id=[f"D-{n}" for n in numbers])
    full = DistrictFrames(many, frames.district_needs, clashes, frames.districts, frames.bodies, frames.base)
    page = show(district_page(context(), full, "west"))
    assert page.locator(".numbered.need li").count() == 20
    assert page.locator(".numbered.clash li").count() == 20
    assert sheets(page) == 1


def test_a_place_stands_once_with_all_its_conflicts_and_pairs_without_a_place_apart(show: Show) -> None:
    """At D-1 two rules of one pair, 10 and 8 million, and a third body for 4: 10 + 4. Off any place 12."""
    frames = district_frames()
    clashes = frames.conflicts
    third = clashes[:1].assign(
        id="C-4", rule="wrong_order", project_b="P-9", body_b="water", money_at_risk_kzt=4_000_000
    )
    off = clashes[:1].assign(
        id="C-5", place_kind=None, place_id=None, place_name=None, money_at_risk_kzt=12_000_000
    )
    more = replace(frames, conflicts=pd.concat([clashes, third, off], ignore_index=True))
    page = show(district_page(context(pages=("index",)), more, "west"))
    rules = "clash, double funding, wrong order of works"
    assert page.locator(".numbered.clash li").all_text_contents() == [
        f"3Abay street, 1{rules} · West akimat × Environment × Water works14\u00a0m",
        "4on no recorded placeclash · West akimat × Environment12\u00a0m",
    ]
    assert page.locator(".numbered.clash a").count() == 0  # no page of conflicts in this run


def sheets(page: Page) -> int:
    """How many sheets the page prints on."""
    printed = page.pdf(prefer_css_page_size=True)
    return printed.count(b"/Type /Page\n") or printed.count(b"/Type /Page/") or printed.count(b"/Type /Page ")


@pytest.mark.parametrize(
    ("code", "file"),
    [("almaty", "district-almaty"), ("../x", "district-"), ("a/b", "district-"), ("Нұра", "district-")],
)
def test_a_code_is_no_path(code: str, file: str) -> None:
    made = district_file(code)
    assert made.startswith(file)
    assert "/" not in made
    assert made.isascii()


def test_codes_never_share_a_file() -> None:
    codes = ["a b", "ab", "a/b", "../ab"]
    assert len({district_file(code) for code in codes}) == len(codes)


def test_only_districts_of_today_have_a_page() -> None:
    known = districts().assign(valid_to=["2021-01-01", None])
    assert district_codes(known) == ["east"]
