"""Text from outside is never code: not for a template, not for a browser."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from maps.payload import packed_json
from tests.maps.conftest import Pages, Show, click_shape
from tests.written import parts

HOSTILE = {
    "template": "AA{{ 7*7 }}BB",
    "unfinished template": "{{ не указана",
    "statement": "{% for x in 'ab' %}x{% endfor %}{# note #}",
    "template literal": "${window.ran = 1}",
    "backtick": "`;window.ran = 2;`",
    "image": "<img src=x onerror=\"window.ran = 3\">",
    "end of script": "</script><script>window.ran = 4</script>",
    "comment": "<!--<script>",
    "quotes": "\"'\\ \\\" &quot; &amp;",
    "separators": "line\u2028para\u2029end",
    "zero": "zero\u0000byte",
    "right to left": "\u202eabc\u202c \u200f!",
    "formula": "=1+1|{n}|{date}",
}  # fmt: skip
ALL = " ".join(HOSTILE.values())
PAYLOAD = re.compile(r'(<script type="application/octet-stream"[^>]*>)[^<]*(</script>)')
PAGES = ["needs", "conflicts", "regimes", "programme", "district", "summary", "index"]


def without_data(html: str) -> str:
    return PAYLOAD.sub(r"\1\2", html)


def said(text: str) -> str:
    return f"{text} {ALL}"


def unharmed(page: Page) -> bool:
    """No script of a text ran and nothing was made of its markup."""
    made = page.locator("img, iframe, object, [onerror]").count()
    scripts = page.locator("script:not([type])").all_text_contents()
    ran = page.evaluate("window.ran")
    return not made and ran is None and not any("ran = 4" in script for script in scripts)


@pytest.mark.parametrize("name", PAGES)
def test_texts_change_nothing_of_a_page_but_its_data(name: str, town_page: Pages) -> None:
    harmless = without_data(town_page(name))
    for text in HOSTILE.values():
        assert without_data(town_page(name, lambda word, text=text: f"{word} {text}")) == harmless


@pytest.mark.parametrize("name", PAGES)
def test_no_text_of_a_row_or_a_profile_stands_in_the_page_itself(name: str, town_page: Pages) -> None:
    assert "NEEDLE" not in town_page(name, lambda word: f"{word} NEEDLE")


def test_the_needs_page_shows_hostile_texts_as_typed(show: Show, town_page: Pages) -> None:
    page = show(town_page("needs", said))
    head = page.locator(".heading p bdi").text_content()
    assert head == f"{said('Town')} · data as of Dec 31, 2023"
    assert page.locator(".notes li").all_text_contents() == [said("squares on paper")]
    names = page.locator(".ranking button").all_text_contents()
    assert names == [said("West"), said("East")]
    assert said("West") in page.locator(".area-label").all_text_contents()
    page.click("#tab-places")
    assert page.locator("#list-places li:first-child bdi").all_text_contents() == [
        said("Abay street, 1"),
        said("West"),
    ]
    page.click("#list-places li:first-child button")
    assert page.locator(".card h2").text_content() == said("Abay street, 1")
    assert page.locator(".card .below").text_content() == f"{said('West')} · № {said('D-1')} · 2023"
    page.click("[data-mode='public_spaces']")
    assert page.locator("#list-places li:first-child bdi").all_text_contents() == [said("Park"), said("West")]
    page.click("[data-mode='hexagons']")
    click_shape(page, "packed_hexagons", 0)
    assert page.locator(".card h2").text_content() == f"№ {said('88a')}"
    page.fill("#search", "abay")
    assert set(page.locator("#search-list li bdi").all_text_contents()) == {
        *(said(f"Abay street, {n}") for n in range(1, 6))
    }
    assert unharmed(page)


def test_the_conflicts_page_shows_hostile_texts_as_typed(show: Show, town_page: Pages) -> None:
    page = show(town_page("conflicts", said))
    names = page.locator(".matrix th bdi").all_text_contents()
    assert names == [said("Environment"), said("West akimat"), said("Water works")]
    options = page.locator("#filter-body option").all_text_contents()
    assert f"{said('Water works')} (1)" in options
    cells = page.locator(".matrix td button").all()
    labels = [cell.get_attribute("aria-label") or "" for cell in cells]
    assert any(label.startswith(f"{said('Environment')} × {said('West akimat')}: 2") for label in labels)
    first = page.locator(".places li:first-child bdi").all_text_contents()
    assert first == [said("Abay street, 1"), f"{said('Environment')} × {said('West akimat')}"]
    page.click(".places li:first-child button")
    card = page.locator(".card")
    assert card.locator("h2").text_content() == said("Abay street, 1")
    expect(card.locator(".why")).to_have_text(said("Why C-1."))
    cells_of = card.locator(".records tbody tr > td:nth-child(2)").all_text_contents()
    assert cells_of[:3] == [said("Environment"), said("Yard repair"), said("paving")]
    assert cells_of[6] == said("P-1")
    page.select_option("#filter-body", index=1)
    click_shape(page, "packed_contested", 0)
    assert unharmed(page)


def test_the_index_page_shows_hostile_texts_as_typed(show: Show, town_page: Pages) -> None:
    page = show(town_page("index", said))
    assert page.locator(".heading p bdi").text_content() == f"{said('Town')} · data as of Dec 31, 2023"
    assert page.locator(".notes li").all_text_contents() == [said("squares on paper")]
    assert unharmed(page)


@pytest.mark.parametrize("name", ["regimes", "programme"])
def test_a_page_of_outcomes_shows_hostile_texts_as_typed(name: str, show: Show, town_page: Pages) -> None:
    page = show(town_page(name, said))
    names = page.locator(".ranking button bdi").all_text_contents()
    assert {said("West"), said("East")} <= {*names}
    page.click(".places li:first-child button")
    card = page.locator(".card")
    assert card.locator("h2").text_content() == said("Abay street, 1")
    if name == "regimes":
        payers = page.locator(".transfers tbody th").all_text_contents()
        assert payers == [f"{said('Environment')} → {said('West akimat')}"]
        assert said("P-1") in card.locator("dd").all_text_contents()
    else:
        assert card.locator(".why").text_content() == said("Why D-1.")
        assert said("paving") in card.locator("dd").all_text_contents()
    assert unharmed(page)


def test_the_page_of_a_district_shows_hostile_texts_as_typed(show: Show, town_page: Pages) -> None:
    page = show(town_page("district", said))
    assert page.locator("h1").text_content() == f"District {said('West')}"
    assert page.locator(".numbered.need li:first-child bdi").text_content() == said("Abay street, 1")
    pair = page.locator(".numbered.clash li:first-child small bdi").text_content()
    assert pair == f"{said('West akimat')} × {said('Environment')}"
    assert unharmed(page)


@pytest.mark.parametrize("name", ["district", "summary"])
def test_a_printed_sheet_holds_hostile_texts_as_typed_and_nothing_to_run(
    name: str, show: Show, town_page: Pages, tmp_path: Path
) -> None:
    page = show(town_page(name, said))
    page.pdf(path=tmp_path / "a.pdf")
    made = dict(parts(tmp_path))
    runs = (b"/JavaScript", b"/Launch", b"/OpenAction", b"javascript:")
    assert [each for each in runs if any(each in content for content in made.values())] == []
    printed = "".join(made["a.pdf/text"].decode().split())
    assert "".join(HOSTILE["end of script"].split()) in printed
    assert unharmed(page)


@pytest.mark.parametrize("code", ["constructor", "__proto__"])
def test_a_code_that_javascript_knows_is_a_code_like_any_other(
    show: Show, town_page: Pages, code: str
) -> None:
    page = show(
        town_page("conflicts", lambda word: {"env": code, "paving": code, "west": code}.get(word, word))
    )
    page.click(".places li:first-child button")
    cells = page.locator(".records tbody tr > td:nth-child(2)").all_text_contents()
    assert cells[0] == "Environment"
    assert page.locator(".card .below > bdi").text_content() == "West"


def test_half_a_letter_becomes_a_question_mark() -> None:
    assert json.loads(gzip.decompress(base64.b64decode(packed_json(["a\ud83d"])))) == ["a?"]
