"""Phone numbers and personal numbers (IIN) in texts from outside, hidden when they are read.

A column that may hold such a text is declared as `FreeText` or `FreeJson`. What is read of it is masked,
whichever command reads and wherever it writes, unless the connection was told otherwise (`unmasked`).
Keys, sums and coordinates stand in columns of other types and are never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Connection, Dialect, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

PHONE_MASK = "+7 *** *** ** **"
NUMBER_MASK = "*" * 12
GAP = "[\\s().\\-_\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff]{0,3}"
FEWEST = 10  # digits; no number below has fewer
TEN_DIGITS = re.compile(rf"(?:\d\D*){{{FEWEST}}}")
# +7, 7 or 8, then ten digits of which the first is 7: mobile and city numbers of Kazakhstan, however spaced
PHONE = re.compile(rf"(?<!\d)(?:\+{GAP})?[78]{GAP}7(?:{GAP}\d){{9}}(?!\d)")
SHORT_PHONE = re.compile(r"(?<![\d+-])\(?7\d\d\)?[\s-]{1,2}\d{3}[\s-]\d\d[\s-]?\d\d(?![\d-])")
NUMBER = re.compile(
    r"(?<!\d)\d{6}[\s-]?(?:\d{6}|\d{3}[\s-]\d{3})(?!\d)|(?<!\d)\d{4}[\s-]\d{4}[\s-]\d{4}(?!\d)"
)
NAMED_NUMBER = re.compile(r"((?:ИИН|ЖСН|IIN)\W{0,3})(\d(?:\W?\d){11})(?!\d)", re.IGNORECASE)
# What makes of the same digits a sum, a decimal or another number: «P-87011234567», «87 011 234 567 тенге»
MONEY = re.compile(r"(?:[.,]\d{1,2})?\s*(?:₸|(?:тенге|теңге|тг|kzt|tenge|млн|млрд|рублей)\b)", re.IGNORECASE)
DECIMAL = re.compile(r"\d+[.,]\d+")
PREFIX = re.compile(r"(?:(?:^|[^\w])[^\W\d]{1,2}[-/]|\d[.,:])$")
# What each of them begins with, found many times faster than they are: they look at every letter of a text
MAYBE_NAMED = re.compile(r"[ИиЖжIiİı][ИиСсIiİı][НнNn]")
MAYBE_NUMBER = re.compile(r"\d\d\d\d(?:\d\d[\s-]?\d\d\d|[\s-]\d\d\d\d)")
MAYBE_PHONE = re.compile(rf"[78]{GAP}7{GAP}\d")
MAYBE_SHORT = re.compile(r"7\d\d\)?[\s-]{1,2}\d")
FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
CENTURIES = {"0": 1900, "1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


def masked(text: str) -> str:
    """A text without the phone and personal numbers in it; sums, decimals and other numbers stay.

    >>> masked("звоните 8 (701) 123-45-67, ИИН 850101300124"), masked("смета 87 011 234 567 тенге")
    ('звоните +7 *** *** ** **, ИИН ************', 'смета 87 011 234 567 тенге')
    """
    if not TEN_DIGITS.search(text):  # as most texts
        return text
    if MAYBE_NAMED.search(text):
        text = NAMED_NUMBER.sub(lambda found: found[1] + _of_number(found[2]), text)
    if MAYBE_NUMBER.search(text):
        text = NUMBER.sub(lambda found: found[0] if _is_plain(found) else _of_number(found[0]), text)
    for maybe, phone in ((MAYBE_PHONE, PHONE), (MAYBE_SHORT, SHORT_PHONE)):
        if maybe.search(text):
            text = phone.sub(lambda found: found[0] if _is_plain(found) else PHONE_MASK, text)
    return text


def masked_in(value: Any) -> Any:
    """A value as JSON holds it, with all texts in it masked."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {masked_in(name): masked_in(each) for name, each in value.items()}
    return [masked_in(each) for each in value] if isinstance(value, list | tuple) else value


def is_masked(text: str) -> bool:
    """Whether a text holds a number that was masked."""
    return PHONE_MASK in text or NUMBER_MASK in text


def is_personal_number(digits: str) -> bool:
    """Whether twelve digits are an IIN: a day of birth, its century, and the check digit by two rows of
    weights. The BIN of a company has no day there.

    >>> [is_personal_number(each) for each in ("850101300124", "850101300125", "210540001235")]
    [True, False, False]
    """
    if len(digits) != 12 or digits[6] not in CENTURIES:  # noqa: PLR2004
        return False
    try:
        date(CENTURIES[digits[6]] + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS):
        rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11
        if rest != 10:  # noqa: PLR2004
            return rest == int(digits[11])
    return False


def _of_number(text: str) -> str:
    digits = "".join(str(int(sign)) for sign in text if sign.isdigit())
    return NUMBER_MASK if is_personal_number(digits) else text


def _is_plain(found: re.Match[str]) -> bool:
    """Whether what looks like a phone is a sum, a decimal number or part of a longer name."""
    before, after = found.string[max(0, found.start() - 8) : found.start()], found.string[found.end() :]
    return bool(DECIMAL.fullmatch(found[0]) or MONEY.match(after) or PREFIX.search(before))


class FreeText(TypeDecorator[str]):
    """A text that people outside wrote: read masked."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return value if value is None or _shows(dialect) else masked(value)


class FreeJson(TypeDecorator[Any]):
    """Values with texts that people outside wrote: read masked."""

    impl = JSONB
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return value if _shows(dialect) else masked_in(value)


@contextmanager
def unmasked(connection: Connection) -> Iterator[None]:
    """While it lasts, what is read through the connection's engine is read as it is stored."""
    dialect: Any = connection.dialect
    before = _shows(dialect)
    dialect.shows_personal_data = True
    try:
        yield
    finally:
        dialect.shows_personal_data = before


def is_shown(connection: Connection) -> bool:
    """Whether what is read through the connection's engine is read as it is stored."""
    return _shows(connection.dialect)


def _shows(dialect: Dialect) -> bool:
    return getattr(dialect, "shows_personal_data", False)
