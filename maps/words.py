"""Texts of the catalogues as labels, for what is written by the program itself and not by a page's script."""

from __future__ import annotations

from functools import cache

from gis_core.layer import LANGUAGES, Label
from maps.texts import messages


class Words:
    """The texts of one context by key, read when one is first asked for."""

    def __init__(self, context: str) -> None:
        self.context = context

    def __getitem__(self, key: str) -> Label:
        return _labels(self.context)[key]


@cache
def _labels(context: str) -> dict[str, Label]:
    said = {lang: messages(lang, context) for lang in LANGUAGES}
    return {key: Label(*(str(said[lang][key]) for lang in LANGUAGES)) for key in said["ru"]}


FRAME, CARD, LISTING, STATUSES, DIGEST = (
    Words(context) for context in ("frame", "card", "listing", "statuses", "digest")
)
