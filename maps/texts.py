"""What pages say in their own words, from gettext catalogues; labels of fields come from the layers.

A message's id is the key by which a script asks, its context the page (`frame`: every page) or a part of one.
`{name}` is filled in by the page, and the form of a plural is chosen there, by the number and the language.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from gis_core.layer import LANGUAGES, Label
from layers.conflicts import Conflict
from layers.districts import District
from layers.words import YEAR

LOCALE = Path(__file__).resolve().parent / "locale"
# Words that a layer has already said.
DECLARED: dict[str, dict[str, Label]] = {
    "frame": {"page_conflicts": Conflict.label, "year": YEAR},
    "needs": {"mode_districts": District.label},
    "conflicts": {"filter_year": YEAR},
}
Said = str | list[str]  # a text, or its forms by number


def texts_of(*parts: str) -> dict[str, list[Said]]:
    """The texts of a page by its parts, and those of every page, by key: Russian, Kazakh, English."""
    found: dict[str, list[Said]] = {}
    for context in ("frame", *parts):
        catalogues = [messages(lang, context) for lang in LANGUAGES]
        found |= {key: [said[key] for said in catalogues] for key in catalogues[0]}
        found |= {key: list(label) for key, label in DECLARED.get(context, {}).items()}
    return found


def messages(lang: str, context: str) -> dict[str, Said]:
    """The texts of one language and one context, by key."""
    return {
        message.id if isinstance(message.id, str) else message.id[0]: _forms(message.string)
        for message in catalogue(lang)
        if message.id and message.context == context
    }


@cache
def catalogue(lang: str) -> Catalog:
    """The catalogue of a language, read once a process."""
    with (LOCALE / f"{lang}.po").open("rb") as file:
        return read_po(file, locale=lang)


def _forms(said: str | Iterable[str] | None) -> Said:
    return said if isinstance(said, str) else list(said or ())
