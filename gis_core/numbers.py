"""Numbers as people write them: thousands spaces, decimal commas, «12,5 млн тг»."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation, Overflow
from typing import NamedTuple

SPACES = re.compile(r"[\s\u00a0\u202f'’]")
MONEY = re.compile(r"(₸|тенге|теңге|тнг|тг|kzt|руб|€|\$)\.?", re.I)
SCALES = (
    (re.compile(r"(млрд|миллиард\w*|bn|billion)\.?$", re.I), Decimal(10**9)),
    (re.compile(r"(млн|миллион\w*|mln|million)\.?$", re.I), Decimal(10**6)),
    (re.compile(r"(тыс|тысяч\w*|мың|thousand)\.?$", re.I), Decimal(10**3)),
)
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
THREES = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(\1\d{3})+")
MIXED = re.compile(r"[+-]?\d{1,3}(([.,])\d{3})+(?!\2)[.,]\d+")
LONGEST = 300  # figures before the point: no number of a city has more
ONE_COMMA = re.compile(r"[+-]?\d+,\d+")


class Number(NamedTuple):
    """A number, and what is doubtful or was interpreted in reading it."""

    value: Decimal
    remark: str = ""


def as_number(cell: object) -> Number:
    """The number in a cell. Raises ValueError for what is none, NaN and infinity among it.

    >>> as_number("12 500 000,00").value
    Decimal('12500000.00')
    >>> as_number("12,5 млн тг")
    Number(value=Decimal('12500000.0'), remark="'12,5 млн тг' read as 12500000")
    """
    text = str(cell).strip().replace("\u2212", "-")
    digits, scale = _unscaled(SPACES.sub("", MONEY.sub("", text)))
    plain, doubtful = _pointed(digits)
    if not PLAIN.fullmatch(plain):
        raise ValueError(f"{text!r} is not a number")
    try:
        value = Decimal(plain) * scale
        if value.adjusted() > LONGEST:
            raise Overflow
    except (InvalidOperation, Overflow):
        raise ValueError(f"{text!r} is not a number") from None
    told = (
        f"{text!r} read as {value.normalize():f}" if (doubtful or scale != 1) and abs(value) < 10**18 else ""
    )
    return Number(value, told)


def _unscaled(text: str) -> tuple[str, Decimal]:
    for pattern, scale in SCALES:
        found = pattern.search(text)
        if found:
            return text[: found.start()], scale
    return text, Decimal(1)


def _pointed(text: str) -> tuple[str, bool]:
    """The digits with a decimal point and without separators of thousands; whether that was interpreted."""
    if THREES.fullmatch(text):
        return re.sub(r"[.,]", "", text), True
    if MIXED.fullmatch(text):
        last = max(text.rfind("."), text.rfind(","))
        return re.sub(r"[.,]", "", text[:last]) + "." + text[last + 1 :], True
    if ONE_COMMA.fullmatch(text):
        return text.replace(",", "."), len(text) - text.index(",") == 4  # noqa: PLR2004  12,500 may be 12500
    return text, False
