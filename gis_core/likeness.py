"""Spellings that may mean one thing, grouped by likeness for a person to judge."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from rapidfuzz import fuzz, process

from gis_core.spelling import plain

ALIKE = 88.0  # of 100, by rapidfuzz's ratio of sorted words
SHORT = 4  # letters of a word that may be an abbreviation: «SAP» and «SAGP» are two


def groups(spellings: Mapping[str, int]) -> list[list[str]]:
    """Spellings (with how often each is met) in groups, the most frequent first in each and among them.

    A spelling joins the first group whose most frequent spelling it resembles, so that chains of small
    differences do not draw everything into one group.
    """
    found: list[list[str]] = []
    heads: list[str] = []
    for spelling in sorted(spellings, key=lambda text: (-spellings[text], text)):
        bare = _bare(spelling)
        near = process.extract(bare, heads, scorer=_likeness, score_cutoff=ALIKE, limit=1)
        if near:
            found[near[0][2]].append(spelling)
        else:
            heads.append(bare)
            found.append([spelling])
    return found


def _bare(text: str) -> str:
    """A name without case, punctuation and the signs over Latin letters."""
    parts = unicodedata.normalize("NFD", plain(text))
    return unicodedata.normalize("NFC", re.sub(r"(?<=[a-z])[\u0300-\u036f]+", "", parts))


def _likeness(one: str, other: str, **_: object) -> float:
    """How alike two bare names are, of 100; nothing where a number or a short word differs.

    >>> _likeness("ville deparis", "ville de paris")
    100.0
    >>> _likeness("line 11", "line 14"), _likeness("dvd sap", "dvd sagp"), _likeness("sud est", "sud ouest")
    (0.0, 0.0, 0.0)
    """
    if one.replace(" ", "") == other.replace(" ", ""):
        return 100.0
    first, second = set(one.split()), set(other.split())
    if _stands_apart(first - second, second) or _stands_apart(second - first, first):
        return 0.0
    return float(fuzz.token_sort_ratio(one, other))


def _stands_apart(words: set[str], others: set[str]) -> bool:
    """Whether a number or a short word has no counterpart that begins with it, or that it begins with."""
    telling = [word for word in words if len(word) <= SHORT or any(letter.isdigit() for letter in word)]
    return any(
        word.isdigit() or not any(other.startswith(word) or word.startswith(other) for other in others)
        for word in telling
    )
