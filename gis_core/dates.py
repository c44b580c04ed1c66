"""Dates as files carry them: ISO, day first, Excel's day numbers, with a time and an offset."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from gis_core.months import in_words

DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:\s*г\.?)?(?:[ T,].*)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
SERIAL = re.compile(r"\d{5}(\.\d+)?")
EPOCH, EXCEL_EPOCH = date(1970, 1, 1), date(1899, 12, 30)  # from which days are counted
SERIALS = (20_000, 80_000)  # 1954 to 2119
USUAL = (1990, 2060)
POSSIBLE = (1800, 2200)
CENTURY = 100
PIVOT = 70


class Day(NamedTuple):
    """A date, and what is doubtful or was interpreted in reading it."""

    value: date
    remark: str = ""


def as_day(cell: object, zone: tzinfo, epoch: date = EXCEL_EPOCH) -> Day:
    """The date in a cell; a time with an offset becomes the day in `zone`, a day number counts from `epoch`.

    Raises ValueError for what is no date.
    """
    if isinstance(cell, datetime):
        return _judged((cell.astimezone(zone) if cell.tzinfo else cell).date(), "")
    if isinstance(cell, date):
        return _judged(cell, "")
    text = str(cell).strip()
    try:
        return _read(text, zone, epoch)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a date; write 2023-05-31 or 31.05.2023") from None


@lru_cache(maxsize=10_000)
def _read(text: str, zone: tzinfo, epoch: date) -> Day:
    if len(text) == len("2023-05-31") and text[4] == text[7] == "-":
        return _judged(date.fromisoformat(text), "")
    serial = SERIAL.fullmatch(text)
    if serial and SERIALS[0] <= float(text) <= SERIALS[1]:
        value = epoch + timedelta(days=int(float(text)))
        return _judged(value, f"{text} read as an Excel date: {value}")
    compact = COMPACT.fullmatch(text)
    if compact:
        return _judged(date(*map(int, compact.groups())), "")
    found = DAY_FIRST.fullmatch(text)
    if found:
        return _day_first(text, *found.groups())
    words = in_words(text)
    if words:
        return _day_first(text, *words)
    moment = datetime.fromisoformat(text.replace("/", "-"))
    return _judged((moment.astimezone(zone) if moment.tzinfo else moment).date(), "")


def _day_first(text: str, first: str, second: str, last: str) -> Day:
    """Day, month, year; month first only where it cannot be otherwise. Slashes leave a doubt."""
    year = int(last)
    if len(last) == 2:  # noqa: PLR2004
        year += 1900 if year >= PIVOT else 2000
    day, month = int(first), int(second)
    if month > 12 >= day and "/" in text:  # noqa: PLR2004
        return _judged(date(year, day, month), f"{text!r} read as month/day")
    value = date(year, month, day)
    doubtful = "/" in text and day <= 12 and day != month  # noqa: PLR2004
    return _judged(value, f"{text!r} may be day/month or month/day, read as {value}" if doubtful else "")


def _judged(value: date, remark: str) -> Day:
    if not POSSIBLE[0] <= value.year <= POSSIBLE[1]:
        raise ValueError("year")
    odd = "" if USUAL[0] <= value.year <= USUAL[1] else f"the date {value} is unusual"
    return Day(value, "; ".join(part for part in (remark, odd) if part))
