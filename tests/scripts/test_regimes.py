"""The verb `regimes` as a user runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripts.conftest import Abat

RULES = Path(__file__).parents[1] / "rules.toml"


def test_a_profile_without_both_regimes_is_refused_with_the_cure(abat: Abat) -> None:
    said = abat("regimes")
    assert said.code == 1
    assert "powers.current and powers.proposed" in said.err
    assert "docs/conflicts.md" in said.err


@pytest.mark.parametrize(
    ("lang", "words", "on_map"),
    [
        ("ru", "сокращать нечего", "На карте: денег нет, обращений нет"),
        ("kk", "азайтатын", "Картада: қаржының жоқ, өтініштердің жоқ"),
        ("en", "nothing", "On the map: money none, appeals none"),
    ],
)
def test_an_empty_city_has_no_duplicates_to_reduce(abat: Abat, lang: str, words: str, on_map: str) -> None:
    said = abat("--city", RULES, "--lang", lang, "regimes")
    assert said.code == 0
    assert words in said.out
    assert on_map in said.out.splitlines()
    facts = abat("--city", RULES, "--json", "regimes").facts
    assert facts["claim"] == {"rule": "duplicate_function", "current": 0, "proposed": 0, "reduction": None}


def test_an_unknown_derived_layer_is_refused_with_those_there_are(abat: Abat) -> None:
    said = abat("derive", "conflict")
    assert said.code == 1
    assert "conflicts" in said.err


def test_a_derive_of_some_layers_leaves_the_others_to_be_derived(abat: Abat) -> None:
    assert abat("derive").code == 0
    assert abat("derive", "conflicts").code == 3
    rows = Path("bodies.csv")
    rows.write_text("code,name_ru\nroads,Дороги\n", encoding="utf-8")
    assert abat("load", "bodies", rows).code == 0
    said = abat("--json", "derive", "conflicts")
    assert list(said.facts["counts"]) == ["works", "conflicts"]
    assert abat("derive", "conflicts").code == 3
    assert abat("derive").code == 0
    assert abat("derive").code == 3
