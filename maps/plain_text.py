"""Values as words for a terminal or a page, in one language: money, shares, dates, text without surprises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from gis_core.layer import Choices, Label, Language

# Control characters move a terminal's cursor; the others turn the direction of writing
HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]+")
UNKNOWN = "?"


def printable(text: object) -> str:
    """A text on one line that cannot move the cursor or hide what follows it.

    >>> printable("a\\x1b[2Jb\\nc")
    'a [2Jb c'
    """
    return HIDDEN.sub(" ", str(text))


def money(amount: int) -> str:
    """1 234 567, with spaces that do not break."""
    return f"{amount:,}".replace(",", "\u00a0")


def share(part: float) -> str:
    """A share of one as per cent, one digit where it is small.

    >>> share(0.5), share(0.004)
    ('50\\xa0%', '0.4\\xa0%')
    """
    return f"{part * 100:.0f}\u00a0%" if part >= 0.1 or part == 0 else f"{part * 100:.1f}\u00a0%"  # noqa: PLR2004


def day(value: date | None) -> str:
    """Day, month, year; a question mark where not known."""
    return f"{value:%d.%m.%Y}" if value else UNKNOWN


def moment(value: datetime, zone: tzinfo) -> str:
    """Day and minute in the city's time."""
    return f"{value.astimezone(zone):%d.%m.%Y %H:%M}"


@dataclass(frozen=True)
class Speech:
    """The words of one language: names of bodies and works, labels of lists, texts of a table."""

    lang: Language
    zone: tzinfo
    currency: Label
    bodies: Mapping[str, Label]
    works: Mapping[str, Label]
    districts: Mapping[str, Label]

    def say(self, text: Label, **parts: object) -> str:
        """A text with its gaps filled."""
        words = text.of(self.lang)
        return words.format(**parts) if parts else words

    def choice(self, choices: Choices | Mapping[str, Label], code: Any) -> str:
        """The label of a value; the value itself where the list does not have it."""
        if code is None:
            return UNKNOWN
        label = choices.get(code)
        return printable(label.of(self.lang) if label else code)

    def body(self, code: str | None) -> str:
        return self.choice(self.bodies, code)
