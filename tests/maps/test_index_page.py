"""The index page: its figures are those of the frames, its links are relative."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from maps.index import IndexFrames, figures, index_page
from scripts.map import downloads_beside
from tests.maps.conftest import Pages, Show
from tests.maps.town import context, districts, index_frames


def test_figures_are_those_of_the_frames() -> None:
    assert figures(index_frames()) == {
        "years": [2022, 2023],
        "appeals": [45, 45],
        "amount_kzt": [40_000_000, 40_000_000],
        "worst": [0, 1],
        "courtyards": 6,
        "projects": 4,
        "contested": 3,
        "conflicts": 3,
        "money_at_risk_kzt": 15_000_000,
    }


def test_without_district_figures_the_years_are_summed_over_courtyards() -> None:
    whole = index_frames()
    part = IndexFrames(
        whole.courtyard_needs,
        whole.district_needs[:0],
        whole.contested_parcels,
        whole.conflicts,
        whole.projects,
        whole.districts,
    )
    assert figures(part)["amount_kzt"] == [0, 40_000_000]


def test_headlines_say_the_figures(show: Show, town_page: Pages) -> None:
    page = show(town_page("index"))
    assert page.locator(".headlines b").all_text_contents() == ["1", "3", "15\u00a0m"]
    assert page.locator(".headlines span").all_text_contents() == [
        "courtyard in great need without money",
        "places where projects of different bodies meet",
        "KZT at risk",
    ]
    assert page.locator(".headlines small").all_text_contents() == [
        "of 6 courtyards, in 2023",
        "of 4 projects",
        "3 conflicts of projects",
    ]


def test_charts_show_the_years(show: Show, town_page: Pages) -> None:
    page = show(town_page("index"))
    assert page.locator(".charts svg").count() == 3
    label = page.locator(".charts svg >> nth=1").get_attribute("aria-label")
    assert label == "Money in the year, m KZT: 2022 – 40; 2023 – 40"


def test_links_are_relative_and_keep_the_language(show: Show, town_page: Pages) -> None:
    page = show(town_page("index"), "kk")
    links = [link.get_attribute("href") for link in page.locator("#panel a").all()]
    maps = ["needs.html#lang=kk", "conflicts.html#lang=kk"]
    sheets = ["summary.html#lang=kk", "district-east.html#lang=kk", "district-west.html#lang=kk"]
    assert links == [*maps, *sheets, "../qgis/town.gpkg", "../shapefiles/"]


def test_only_pages_of_the_run_are_linked(show: Show) -> None:
    frames = replace(index_frames(), districts=districts()[:0])
    page = show(index_page(context(pages=("index", "needs")), frames))
    assert [link.get_attribute("href") for link in page.locator("#panel a").all()] == ["needs.html#lang=en"]


def test_a_download_is_found_beside_the_page_whatever_its_name(
    window: BrowserContext, tmp_path: Path
) -> None:
    """The browser asks for the file itself, letters and signs of its name included."""
    (tmp_path / "qgis").mkdir()
    (tmp_path / "maps").mkdir()
    names = ["town.gpkg", "Астана 50% #1?.xlsx"]
    for name in names:
        (tmp_path / "qgis" / name).write_bytes(b"\0\1" + name.encode())  # no text: a browser shows texts
    found = downloads_beside(tmp_path / "maps")
    assert sorted(found) == sorted(f"../qgis/{name}" for name in names)
    index = tmp_path / "maps" / "index.html"
    index.write_text(index_page(context(downloads=found), index_frames()), encoding="utf-8")
    page = window.new_page()
    page.goto(index.as_uri())
    for name in names:
        with page.expect_download() as download:
            page.click(f"a >> text={name}")
        assert Path(download.value.path()).read_bytes() == b"\0\1" + name.encode()


@pytest.mark.parametrize("path", ["https://example.org/", "javascript:alert(1)", "/etc", "\\\\host\\share"])
def test_downloads_by_any_other_than_a_relative_path_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="relative"):
        index_page(context(downloads=(path,)), index_frames())


def test_without_anything_the_page_says_so(show: Show) -> None:
    whole = index_frames()
    empty = IndexFrames(
        whole.courtyard_needs[:0],
        whole.district_needs[:0],
        whole.contested_parcels[:0],
        whole.conflicts[:0],
        whole.projects[:0],
        whole.districts[:0],
    )
    page = show(index_page(context(), empty))
    assert (
        page.locator(".empty").text_content()
        == "Nothing to show: neither needs nor conflicts have been derived."
    )
