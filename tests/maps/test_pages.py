"""What holds for every page: languages, marks, narrow screens, print, size, and the same bytes every time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from playwright.sync_api import Page

from gis_core.layer import KZT, LANGUAGES, SHARE, fields
from layers.catalogue import LAYERS
from layers.courtyard_needs import CourtyardNeed
from maps import city_sheet, district, texts
from maps.conflicts import conflicts_page
from maps.needs import NeedsFrames, needs_page
from maps.offline import ASSETS
from maps.page import declared
from tests.maps.conftest import Pages, Show, click_shape
from tests.maps.town import (
    CRS,
    X0,
    Y0,
    conflict_frames,
    context,
    district_needs,
    districts,
    needs_frames,
)

ROOT = Path(__file__).parents[2]
PAGES = ["needs", "conflicts", "regimes", "programme", "district", "summary", "index"]
TEXTS = {
    (context, key): [texts.messages(lang, context)[key] for lang in LANGUAGES]
    for context in ("frame", "appeals", *PAGES)
    for key in texts.messages("en", context)
}
FORMS = {"ru": 3, "kk": 1, "en": 2}
# Keys that a script puts together from a word and a value.
MADE_UP = (
    "title_",
    "page_",
    "about_",
    "mode_",
    "look_",
    "of_",
    "n_",
    "person_",
    "list_",
    "need_",
    "money_",
    "measure_",
    "matrix_",
    "all_",
    "filter_",
)
CYRILLIC = re.compile(r"[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]")
HASHES = """
import hashlib
from tests.maps.conftest import pages_of
from tests.maps.town import plain
for name, make in pages_of(plain).items():
    print(name, hashlib.sha256(make().encode()).hexdigest())
"""


def forms_of(said: str | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_catalogue_says_the_same_things(lang: str) -> None:
    keys = [(message.context, message.id) for message in texts.catalogue(lang) if message.id]
    assert keys == [(message.context, message.id) for message in texts.catalogue("en") if message.id]
    assert all(message.string for message in texts.catalogue(lang))


def test_a_text_has_the_same_gaps_in_three_languages() -> None:
    for key, said in TEXTS.items():
        gaps = [{*re.findall(r"\{\w+\}", form)} for text in said for form in forms_of(text)]
        assert all(found == gaps[0] for found in gaps), key


def test_plural_forms_are_as_many_as_the_language_has() -> None:
    for key, said in TEXTS.items():
        if isinstance(said[0], list):
            assert [len(forms_of(text)) for text in said] == [FORMS[lang] for lang in LANGUAGES], key


def test_forms_are_chosen_by_number_in_each_language(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    said = """(lang) => {
        const words = new Abat.Words({yards: %s}, null);
        words.speak(lang);
        return [1, 2, 5, 11, 21, 22, 111].map((n) => words.t('yards', {n}));
    }"""
    script = said % texts.texts_of("needs")["n_courtyards"]
    assert page.evaluate(script, "ru") == [
        *("1 двор", "2 двора", "5 дворов", "11 дворов", "21 двор", "22 двора", "111 дворов")
    ]
    assert page.evaluate(script, "kk")[:2] == ["1 аула", "2 аула"]
    assert page.evaluate(script, "en")[:2] == ["1 courtyard", "2 courtyards"]


def test_every_text_is_used_and_every_text_used_is_there() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in (ASSETS / "abat").glob("*.js"))
    quoted = set(re.findall(r"'([a-z_0-9]+)'", scripts))
    quoted |= {key for key, _, _ in (*district.HEADLINE, *city_sheet.HEADLINE)}
    known = {key for _, key in TEXTS} | {key for labels in texts.DECLARED.values() for key in labels}
    spare = {key for key in known - quoted if not key.startswith(MADE_UP)}
    assert spare == {f"{name}_{part}" for name in ("regimes", "programme") for part in ("empty", "how")}
    asked = set(re.findall(r"(?:\bt\(|key: |\.text\('\w+', )'([a-z_0-9]+)'", scripts))
    assert {key for key in asked - known if not key.endswith("_")} == set()


def test_scripts_name_only_declared_fields() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in (ASSETS / "abat").glob("*.js"))
    used = set(re.findall(r"page\.(?:label|choice)\('([a-z_]+)', '([a-z_0-9]+)'", scripts))
    assert len(used) >= 8
    for layer, column in used:
        assert column in declared(LAYERS[layer]), (layer, column)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_speaks_the_language_chosen_and_no_other(name: str, show: Show, town_page: Pages) -> None:
    page = show(town_page(name), "ru")
    seen = {}
    for lang in LANGUAGES:
        page.click(f"[data-lang='{lang}']")
        assert page.get_attribute("html", "lang") == lang
        assert page.get_attribute(f"[data-lang='{lang}']", "aria-pressed") == "true"
        seen[lang] = visible(page)
        assert not re.search(r"undefined|NaN|\bnull\b|[{}|]", seen[lang])
        assert page.evaluate("location.hash") == f"#lang={lang}"
    assert len({*seen.values()}) == 3
    assert not CYRILLIC.search(seen["en"])
    given = r"squares on paper|Abay street|QGIS|qgis/town.gpkg|shapefiles"
    assert not re.search(r"[A-Za-z]{4,}", re.sub(given, "", seen["ru"]))


def visible(page: Page) -> str:
    return str(page.evaluate("document.body.innerText.replace(/ҚАЗ|РУС|ENG/g, '')"))


def test_an_open_popup_changes_its_language(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    click_shape(page, "packed_courtyards", 0)
    texts = []
    for lang in LANGUAGES:
        page.click(f"[data-lang='{lang}']")
        texts.append(page.text_content(".leaflet-popup-content .class-line"))
    assert len({*texts}) == 3
    assert page.get_attribute(".leaflet-popup-close-button", "aria-label")


def test_numbers_money_and_days_are_written_as_the_language_writes_them(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"))
    page.click(".places button[data-id='C-1']")
    amounts, days = [], []
    for lang in LANGUAGES:
        page.click(f"[data-lang='{lang}']")
        amounts.append(page.text_content(".facts dd:last-of-type"))
        days.append(page.text_content(".records tbody tr:nth-child(4) td"))
    spaced = [(amount or "").replace("\u202f", "\u00a0") for amount in amounts]
    assert spaced == [
        "10\u00a0000\u00a0000\u00a0тенге",
        "10\u00a0000\u00a0000\u00a0теңге",
        "10,000,000\u00a0KZT",
    ]
    assert days[1] == "2022 ж. 1 мамыр – 2022 ж. 31 тамыз"
    assert days[2] == "May 1, 2022 – Aug 31, 2022"


def test_invented_data_and_schematic_outlines_are_marked(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    assert page.locator(".mark").text_content() == "Sample, invented data"
    notes = page.locator(".notes").text_content() or ""
    assert "No decision can rest on it." in notes
    assert "District outlines are schematic" in notes


def test_real_data_are_not_marked(show: Show) -> None:
    page = show(needs_page(context(sample=False, schematic=False), needs_frames()))
    assert page.locator(".mark").count() == 0
    assert "sample" not in (page.locator(".notes").text_content() or "")


def test_coverage_says_what_is_on_the_map_and_what_is_not_known(show: Show) -> None:
    page = show(needs_page(context(appeals_on_map=None), needs_frames()))
    assert page.locator(".coverage b").all_text_contents() == ["90%", "not known"]


def test_a_day_that_is_not_known_is_not_spoken_of(show: Show) -> None:
    page = show(needs_page(context(date=""), needs_frames()))
    assert page.locator(".heading p bdi").text_content() == "Town"


def test_pages_link_to_each_other_in_the_language_chosen(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs"))
    page.click("[data-lang='kk']")
    links = [link.get_attribute("href") for link in page.locator("nav a").all()]
    assert links == ["index.html#lang=kk", "needs.html#lang=kk", "conflicts.html#lang=kk"]
    assert page.locator("nav a[aria-current='page']").count() == 1


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_screen_needs_no_sideways_scrolling(name: str, show: Show, town_page: Pages) -> None:
    page = show(town_page(name), width=390, height=844)
    for lang in LANGUAGES:
        page.click(f"[data-lang='{lang}']")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if name not in ("index", "district", "summary"):
        tops = "(names) => names.map((name) => document.querySelector(name).getBoundingClientRect().top)"
        head, city, legend, panel = page.evaluate(tops, ["#head", ".folium-map", "#legend", "#panel"])
        assert head < city < legend < panel


@pytest.mark.parametrize("name", ["needs", "conflicts"])
def test_paper_shows_the_map_and_no_controls(name: str, show: Show, town_page: Pages) -> None:
    page = show(town_page(name))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for hidden in ("nav", ".tools", ".leaflet-control-zoom"):
        assert not page.locator(hidden).first.is_visible()
    for shown in ("h1", ".mark", ".folium-map canvas >> nth=1", "#legend", ".coverage", ".figures"):
        assert page.locator(shown).is_visible()
    assert abs(page.evaluate("map_city.getSize().x") - 1043) < 2  # 276 mm
    for lang in LANGUAGES:  # head and map fill the 190 mm of the first sheet
        page.evaluate(f"document.querySelector('[data-lang={lang}]').click()")
        foot = page.evaluate("document.querySelector('.folium-map').getBoundingClientRect().bottom")
        assert 680 < foot <= 718
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    panel = page.evaluate("document.getElementById('panel').offsetWidth")
    assert page.evaluate("map_city.getSize().x") == 1366 - panel


def test_every_control_can_be_reached_by_keyboard_and_has_a_name(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts"))
    unnamed = """() => {
        const said = (node) => node.textContent.trim() || node.getAttribute('aria-label');
        const named = (node) => said(node) || node.labels.length;
        const controls = [...document.querySelectorAll('button, a[href], input, select')];
        return controls.filter((node) => node.tabIndex < 0 || !named(node)).map((node) => node.outerHTML);
    }"""
    assert page.evaluate(unnamed) == []
    page.keyboard.press("Tab")
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"


def test_the_same_rows_make_the_same_bytes_in_any_process() -> None:
    settings = [
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "TZ": "Asia/Almaty"},
    ]
    running = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", HASHES],
            cwd=ROOT,
            env={**os.environ, **setting},
            stdout=subprocess.PIPE,
            text=True,
        )
        for setting in settings
    ]
    said = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert said[0].count("\n") == len(PAGES)
    assert said[0] == said[1]


def test_the_order_of_rows_makes_no_difference() -> None:
    def mixed(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.sample(frac=1, random_state=3).reset_index(drop=True)

    needs, clashes = needs_frames(), conflict_frames()
    assert needs.public_space_needs is not None
    other = replace(
        needs,
        courtyard_needs=mixed(needs.courtyard_needs),
        district_needs=mixed(needs.district_needs),
        districts=mixed(needs.districts),
        public_space_needs=mixed(needs.public_space_needs),
    )
    assert needs_page(context(), other) == needs_page(context(), needs)
    mixed_up = replace(
        clashes,
        conflicts=mixed(clashes.conflicts),
        contested_parcels=mixed(clashes.contested_parcels),
        districts=mixed(clashes.districts),
        projects=mixed(clashes.projects),
        bodies=mixed(clashes.bodies),
    )
    assert conflicts_page(context(), mixed_up) == conflicts_page(context(), clashes)


def many_courtyards(count: int, years: int, columns: list[str]) -> gpd.GeoDataFrame:
    """Courtyards of twelve corners in random places, their declared columns as varied as real ones."""
    dice = np.random.default_rng(1)
    turns = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    middles = dice.uniform(0, 20_000, (count, 1, 2)) + np.array([X0, Y0])
    radius = dice.uniform(35, 70, (count, 12, 1))
    corners = middles + radius * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    shapes = shapely.multipolygons(shapely.polygons(corners)[:, None])
    words = {
        "courtyard_id": [f"109-{n:06d}" for n in range(count)],
        "address": [f"улица {n * 7 % 211}, дом {n * 13 % 97}" for n in range(count)],
        "district_code": np.where(middles[:, 0, 0] < X0 + 10_000, "west", "east"),
        "condition": dice.choice(["satisfactory", "needs_repair"], count),
        "missing": None,
    }

    def column(name: str, year: int) -> object:
        unit = fields(CourtyardNeed)[name].unit
        if name in ("need_class", "funding_class"):
            return dice.integers(0, 3, count)
        if unit == SHARE:
            return dice.gamma(2, 1 / count, count)
        if unit == KZT:
            return np.where(dice.random(count) < 0.4, dice.integers(1, 60_000, count) * 1000, 0)
        return words.get(name, year if name == "year" else dice.poisson(5, count))

    tables = [pd.DataFrame({name: column(name, 2020 + year) for name in columns}) for year in range(years)]
    return gpd.GeoDataFrame(pd.concat(tables), geometry=np.tile(shapes, years), crs=CRS).rename_geometry(
        "geom"
    )


TWELVE = ["courtyard_id", "year", "address", "district_code", "condition", "appeals", "need_appeals"]
TWELVE += ["need", "amount_kzt", "funding", "need_class", "funding_class"]


@pytest.mark.parametrize(
    ("count", "years", "columns", "most"),
    [
        (425, 4, TWELVE, 350_000),
        (425, 4, [name for name in fields(CourtyardNeed) if name != "geom"], 390_000),
        (20_000, 4, TWELVE, 2_300_000),
    ],
    ids=["425, 12 fields", "425, every field", "20 000, 12 fields"],
)
def test_a_page_stays_small(count: int, years: int, columns: list[str], most: int) -> None:
    frames = NeedsFrames(many_courtyards(count, years, columns), district_needs(), districts())
    size = len(needs_page(context(), frames).encode())
    assert size <= most
