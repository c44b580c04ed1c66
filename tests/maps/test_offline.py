"""A page is one file: libraries inside, nothing outside, and no script but ours."""

from __future__ import annotations

import hashlib
import inspect
import re

import folium
import pytest
from branca.element import Element, Figure
from folium.elements import JSCSSMixin
from playwright.sync_api import BrowserContext

from maps import packed, shell
from maps.conflicts import SCRIPTS as CONFLICT_SCRIPTS
from maps.needs import APPEAL_SCRIPTS
from maps.needs import SCRIPTS as NEEDS_SCRIPTS
from maps.offline import ASSETS, SPARE, MissingAssetError, _ascii, asset, manifest, render_offline
from maps.outcomes import SCRIPTS as OUTCOME_SCRIPTS
from maps.page import COMMON, MAP_STYLES, ON_MAP, TEXT_STYLES
from tests.maps.conftest import Pages, Show

LICENCES = {"leaflet": "BSD 2-Clause", "tiny-inflate": "MIT License"}


def test_vendored_files_are_those_of_the_manifest() -> None:
    for entry in manifest().values():
        text = (ASSETS / entry["file"]).read_bytes()
        assert hashlib.sha256(text).hexdigest() == entry["sha256"]


def test_nothing_is_vendored_beside_the_manifest() -> None:
    known = {entry["file"] for entry in manifest().values()} | {"manifest.json", "vendor.py"}
    assert {path.name for path in ASSETS.iterdir() if path.is_file()} == known


def test_every_vendored_library_keeps_its_licence() -> None:
    packages = {entry["file"].rsplit("-", 1)[0] for entry in manifest().values()}
    assert packages == set(LICENCES)
    for package, words in LICENCES.items():
        assert words in (ASSETS / "LICENSES" / f"{package}.txt").read_text(encoding="utf-8")


def test_a_script_in_a_page_carries_its_licence() -> None:
    for url in manifest():
        assert not url.endswith(".js") or "Redistribution" in asset(url)


def test_every_url_of_the_folium_classes_we_use_is_vendored() -> None:
    classes = [
        found
        for module in (packed, shell)
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, JSCSSMixin)
    ]
    assert {packed.Packed, shell.CityMap} <= set(classes)
    for found in classes:
        for name, url in [*found.default_js, *found.default_css]:
            assert name in SPARE or asset(url)


def test_every_script_and_style_of_ours_is_there_and_used() -> None:
    pages = {*NEEDS_SCRIPTS, *APPEAL_SCRIPTS, *CONFLICT_SCRIPTS, *OUTCOME_SCRIPTS, "district", "index"}
    scripts = {*packed.SCRIPTS, *COMMON, *ON_MAP, *pages, "home"}
    styles = {*MAP_STYLES, *TEXT_STYLES, "digest"}
    named = {f"{name}.js" for name in scripts} | {f"{name}.css" for name in styles}
    assert named == {path.name for path in (ASSETS / "abat").iterdir()}


def test_our_scripts_are_strict_and_evaluate_no_text() -> None:
    for path in (ASSETS / "abat").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert "'use strict';" in text
        assert all(line.count("`") % 2 == 0 for line in text.splitlines())  # no line begins inside a string
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(|Function\(", text)


def test_an_unknown_url_stops_the_page() -> None:
    city = shell.CityMap([[51.0, 71.0], [51.1, 71.1]])
    city.default_js = [*city.default_js, ("chart", "https://example.org/chart.js")]
    with pytest.raises(MissingAssetError, match=r"https://example\.org/chart\.js is not vendored"):
        render_offline(city.get_root())


def test_a_library_that_is_needed_after_all_stops_the_page() -> None:
    city = folium.Map((51, 71), tiles=None)
    folium.Marker((51, 71), icon=folium.Icon()).add_to(city)
    with pytest.raises(MissingAssetError, match="awesome"):
        render_offline(city.get_root())


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="//example.org/a.png">',
        '<a href="https://example.org">out</a>',
        '<form action="http://example.org"></form>',
        '<a href="javascript:alert(1)">run</a>',
        '<iframe src="file:///etc/passwd"></iframe>',
        "<p onclick='alert(1)'>run</p>",
        "<style>p { background: url(https://example.org/a.png) }</style>",
        "<style>@import 'a.css';</style>",
    ],
)
def test_markup_that_refers_outside_stops_the_page(markup: str) -> None:
    figure = Figure()
    figure.html.add_child(Element(markup))
    with pytest.raises(MissingAssetError, match="outside itself"):
        render_offline(figure)


def test_markup_that_refers_to_its_own_folder_passes() -> None:
    figure = Figure()
    figure.html.add_child(Element('<a href="needs.html#top">map</a><img src="data:image/png;base64,AA==">'))
    assert "needs.html#top" in render_offline(figure)


def test_a_plain_folium_map_works_offline_too(window: BrowserContext) -> None:
    city = folium.Map((51.13, 71.43), tiles=None, zoom_start=12)
    folium.CircleMarker((51.13, 71.43), radius=9).add_to(city)
    page = window.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.set_content(render_offline(city.get_root()))
    assert page.locator("path.leaflet-interactive").count() == 1
    assert said == []


@pytest.mark.parametrize("name", ["needs", "conflicts", "index"])
def test_the_policy_of_a_page_allows_its_own_scripts_and_nothing_else(name: str, town_page: Pages) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', town_page(name))
    assert policy
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    for kind in ("script-src", "style-src"):
        assert all(word.startswith("'sha256-") for word in rules[kind].split())


@pytest.mark.parametrize("name", ["needs", "conflicts", "regimes", "programme", "district", "index"])
def test_a_page_is_ascii_so_that_browsers_decode_it_at_once(name: str, town_page: Pages) -> None:
    assert town_page(name).isascii()


def test_a_letter_that_a_script_cannot_escape_in_one_unit_stops_the_page() -> None:
    with pytest.raises(MissingAssetError, match="takes two units"):
        _ascii("say('\U0001f642')", "\\u{:04x}")
    assert _ascii("say('\u049a\u2026')", "\\u{:04x}") == r"say('\u049a\u2026')"
    assert _ascii("b::after { content: '\u00bb' }", "\\{:x} ") == r"b::after { content: '\bb ' }"


def test_a_page_forbids_itself_the_network_and_smuggled_scripts(
    show: Show, town_page: Pages, heard: list[str]
) -> None:
    page = show(town_page("needs"))
    page.context.set_offline(False)
    assert page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'went out', () => 'kept in')") == "kept in"
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=data:, onerror=\"ran = 1\">')")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'ran = 1'}))")
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    for forbidden in ("Connecting to", "inline event handler", "inline script"):
        assert any(forbidden in said for said in heard)
    heard.clear()
