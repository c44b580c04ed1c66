"""Sheets of districts as PDF need a browser, and without one the command says what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gis_core.layer import LANGUAGES
from tests.scripts.conftest import Abat


def test_without_a_browser_the_cause_and_the_cure_are_told_and_nothing_is_written(
    abat: Abat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABAT_CHROMIUM", "/no/such/browser")
    said = abat("map", "districts", "--pdf", "--out", "maps")
    assert (said.code, said.out) == (1, "")
    assert "--pdf needs Chromium, Chrome or Edge, and /no/such/browser is not here" in said.err
    assert "name it in ABAT_CHROMIUM, or open the pages and print them there" in said.err


def test_the_summary_is_one_sheet_in_each_language_even_of_an_empty_city(
    abat: Abat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And printed elsewhere, later, it is the same."""
    assert abat("map", "summary", "--pdf", "--out", "maps").code == 0
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert abat("map", "summary", "--pdf", "--out", "again").code == 0
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / each).iterdir()} for each in ("maps", "again")
    )
    assert first == second
    made = [(tmp_path / "maps" / f"summary-{lang}.pdf").read_bytes() for lang in LANGUAGES]
    assert [len(re.findall(rb"/Type /Page\b(?!s)", each)) for each in made] == [1, 1, 1]
    assert len(set(made)) == 3
