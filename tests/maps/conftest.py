"""One headless Chromium a test process; a page that asks for anything, or complains, fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from maps.city_sheet import city_sheet
from maps.conflicts import conflicts_page
from maps.district import district_page
from maps.index import index_page
from maps.needs import needs_page
from maps.outcomes import PROGRAMME, REGIMES, outcome_page
from tests.maps.town import (
    Speak,
    conflict_frames,
    context,
    district_frames,
    index_frames,
    needs_frames,
    outcome_frames,
    plain,
    programme,
    regime_conflicts,
    regime_transfers,
)

# How many rows of a packed layer are drawn.
COUNT_SHOWN = """(name) => {
    const layer = window[name];
    return Array.from(layer.shown).filter((_, row) => layer.isShown(row)).length;
}"""
Show = Callable[..., Page]
Pages = Callable[..., str]


@pytest.fixture
def heard() -> list[str]:
    """What a page asked for, said on the console, raised or opened; must be empty at the end."""
    return []


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A window without a network."""
    made = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True, locale="en-GB")
    yield made
    made.close()


@pytest.fixture
def show(window: BrowserContext, heard: list[str], tmp_path: Path) -> Iterator[Show]:
    """Open the text of a page in a language and wait until it is ready."""

    def opened(html: str, lang: str = "en", **size: int) -> Page:
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        page = window.new_page()
        listen(page, file.as_uri(), heard)
        if size:
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
        page.goto(f"{file.as_uri()}#lang={lang}")
        page.wait_for_selector("body[data-ready]", state="attached", timeout=15_000)
        return page

    yield opened
    assert heard == []


def listen(page: Page, own: str, heard: list[str]) -> None:
    page.on("console", lambda message: heard.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on("request", lambda request: heard.append(request.url) if not request.url.startswith(own) else None)

    def refuse(dialog: Any) -> None:
        heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", refuse)


def pages_of(speak: Speak) -> dict[str, Callable[[], str]]:
    return {
        "needs": lambda: needs_page(context(speak), needs_frames(speak)),
        "conflicts": lambda: conflicts_page(context(speak), conflict_frames(speak)),
        "regimes": lambda: outcome_page(
            context(speak), REGIMES, outcome_frames(regime_conflicts(speak), speak, regime_transfers(speak))
        ),
        "programme": lambda: outcome_page(context(speak), PROGRAMME, outcome_frames(programme(speak), speak)),
        "district": lambda: district_page(context(speak), district_frames(speak), speak("west")),
        "summary": lambda: city_sheet(context(speak), district_frames(speak)),
        "index": lambda: index_page(
            context(speak, downloads=("../qgis/town.gpkg", "../shapefiles/")), index_frames(speak)
        ),
    }


@pytest.fixture(scope="session")
def town_page() -> Pages:
    """The text of a page of the town of squares, its texts said by `speak`."""
    plain_pages: dict[str, str] = {}

    def made(name: str, speak: Speak = plain) -> str:
        if speak is not plain:
            return pages_of(speak)[name]()
        if name not in plain_pages:
            plain_pages[name] = pages_of(plain)[name]()
        return plain_pages[name]

    return made


def click_shape(page: Page, layer: str, row: int) -> None:
    """A real click of the mouse in the middle of a shape."""
    middle = """([layer, row]) => {
        const bounds = window[layer].boundsOf(row);
        const point = map_city.latLngToContainerPoint(bounds.getCenter());
        const box = map_city.getContainer().getBoundingClientRect();
        return [box.x + point.x, box.y + point.y];
    }"""
    x, y = page.evaluate(middle, [layer, row])
    page.mouse.click(x, y)


def row_of(page: Page, layer: str, column: str, value: str) -> int:
    """The row of a packed layer that holds a value."""
    search = """([layer, column, value]) => {
        const table = window[layer].tables.rows;
        for (let row = 0; row < table.rows; row++) if (table.value(column, row) === value) return row;
        return -1;
    }"""
    return int(page.evaluate(search, [layer, column, value]))
