"""The sheet on the whole city: what it says in numbers, its three lists, and one sheet of paper."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gis_core.layer import Language
from maps.city_sheet import city_figures, city_sheet
from tests.maps.conftest import Show
from tests.maps.test_district_page import sheets
from tests.maps.town import context, district_frames


def test_the_city_is_summed_over_its_districts() -> None:
    known = context()
    told = city_figures(known, district_frames())
    assert told == {
        "year": 2023,
        "appeals": 45,  # 27 and 18
        "amount_kzt": 40_000_000,
        "appeals_on_map": known.appeals_on_map,
        "money_on_map": known.money_on_map,
        "worst": 1,
        "places": 2,
        "conflicts": 3,
        "money_at_risk_kzt": 15_000_000,  # 10 at one place, 5 at another
    }


def test_districts_stand_before_courtyards_and_conflicts_the_least_covered_first(show: Show) -> None:
    page = show(city_sheet(context(), district_frames()))
    assert page.locator("h1").text_content() == "Town: the essentials on one sheet"
    lists = [each.all_text_contents() for each in (page.locator(".need li"), page.locator(".clash li"))]
    assert lists == [
        [
            "1Westneed 80%, money 13%, appeals 2716%",
            "2Eastneed 20%, money 88%, appeals 18438%",
            "3Abay street, 1needs repair2.4×",
            "4Abay street, 2satisfactory1.2×",
            "5Abay street, 5satisfactory0.3×",
        ],
        [
            "6Abay street, 1clash, double funding · West akimat × Environment10\u00a0m",
            "7Abay street, 4clash · Environment × Water works5\u00a0m",
        ],
    ]
    assert page.locator(".number-on-map").all_text_contents() == [str(n) for n in range(1, 8)]


@pytest.mark.parametrize("lang", ["ru", "kk", "en"])
def test_the_sheet_is_one_page_of_a4_with_eight_districts(show: Show, lang: Language) -> None:
    frames = district_frames()
    needs, clashes, numbers = frames.district_needs, frames.conflicts[:1], range(25)
    last = needs[needs["year"] == needs["year"].max()]
    clashes = clashes.loc[clashes.index.repeat(25)].reset_index(drop=True)
    clashes = clashes.assign(id=[f"C-{n}" for n in numbers], place_id=[f"D-{n}" for n in numbers])
    yards = frames.courtyard_needs
    poor = yards[yards["courtyard_id"] == "D-1"]
    full = replace(
        frames,
        district_needs=pd.concat([last] * 4, ignore_index=True),
        conflicts=clashes,
        courtyard_needs=pd.concat([poor.assign(courtyard_id=f"X-{n}") for n in numbers]),
    )
    page = show(city_sheet(context(), full), lang)
    counts = [page.locator(f".numbered.{name} li").count() for name in ("need", "clash")]
    assert counts == [8 + 5, 10]
    assert sheets(page) == 1


def test_a_city_without_needs_or_conflicts_has_a_sheet_too(show: Show) -> None:
    frames = district_frames()
    bare = replace(
        frames,
        courtyard_needs=frames.courtyard_needs[:0],
        district_needs=frames.district_needs[:0],
        conflicts=frames.conflicts[:0],
    )
    page = show(city_sheet(context(), bare))
    assert page.locator(".numbered li").all_text_contents() == ["none"] * 3
