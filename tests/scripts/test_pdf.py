"""Sheets of districts as PDF need a browser, and without one the command says what to do."""

from __future__ import annotations

import pytest

from tests.scripts.conftest import Abat


def test_without_a_browser_the_cause_and_the_cure_are_told_and_nothing_is_written(
    abat: Abat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABAT_CHROMIUM", "/no/such/browser")
    said = abat("map", "districts", "--pdf", "--out", "maps")
    assert (said.code, said.out) == (1, "")
    assert "--pdf needs Chromium, Chrome or Edge, and /no/such/browser is not here" in said.err
    assert "name it in ABAT_CHROMIUM, or open the pages and print them there" in said.err
