"""What the documents say is what the program has."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from layers.city import City
from layers.dictionary import dictionary
from scripts.app import VERBS

ROOT = Path(__file__).parents[1]


def test_the_data_dictionary_is_that_of_the_declarations() -> None:
    assert (ROOT / "docs" / "layers.md").read_text(encoding="utf-8") == dictionary()


def test_the_readme_names_every_verb() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(re.search(rf"^\| `{verb}\b", text, re.MULTILINE) for verb in VERBS)


def test_links_of_the_readme_lead_somewhere() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / target).exists(), target


def test_every_key_of_a_profile_is_explained() -> None:
    text = (ROOT / "docs" / "city.md").read_text(encoding="utf-8")
    for field in msgspec.structs.fields(City):
        assert f"`{field.name}" in text or f"[{field.name}" in text, field.name
