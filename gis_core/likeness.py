"""Spellings that may mean one thing, grouped by likeness for a person to judge."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import fuzz, process

from gis_core.columns import plain

ALIKE = 88.0  # of 100, by rapidfuzz's ratio of sorted words


def groups(spellings: Mapping[str, int]) -> list[list[str]]:
    """Spellings (with how often each is met) in groups, the most frequent first in each and among them.

    A spelling joins the first group whose most frequent spelling it resembles, so that chains of small
    differences do not draw everything into one group.
    """
    found: list[list[str]] = []
    heads: list[str] = []
    for spelling in sorted(spellings, key=lambda text: (-spellings[text], text)):
        near = process.extractOne(plain(spelling), heads, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE)
        if near is None:
            heads.append(plain(spelling))
            found.append([spelling])
        else:
            found[near[2]].append(spelling)
    return found
