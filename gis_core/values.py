"""Cells into values: what a text, number or date of a file means for a field."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from textwrap import shorten
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ARRAY, BigInteger, Boolean, Date, Float, Integer
from sqlalchemy.types import TypeEngine

from gis_core.columns import plain

Parser = Callable[[Any], Any]
YES = {"true", "t", "yes", "y", "1", "да", "иә", "истина"}
NO = {"false", "f", "no", "n", "0", "нет", "жоқ", "ложь"}
SPACES = re.compile(r"[\s\u00a0\u202f]")
DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?:[ T].*)?")
BIGGEST = {Integer: 2**31 - 1, BigInteger: 2**63 - 1}


def parse_column(cells: pd.Series[Any], parse: Parser) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Values and reasons on the same index: a cell that cannot be parsed gives None and a reason, else "".

    Every distinct cell is parsed once.
    """
    values: dict[Any, Any] = {}
    reasons: dict[Any, str] = {}
    keys = [_key(cell) for cell in cells.tolist()]
    for key in dict.fromkeys(keys):
        cell = key[1]
        values[key], reasons[key] = _attempt(parse, cell)
    return (
        pd.Series([values[key] for key in keys], index=cells.index, dtype=object),
        pd.Series([reasons[key] for key in keys], index=cells.index, dtype=object),
    )


def _key(cell: object) -> tuple[type, Any]:
    """A cell in a form that can be looked up; 1, 1.0 and True stay apart."""
    if isinstance(cell, list | np.ndarray):
        cell = tuple(cell)
    return type(cell), cell


def _attempt(parse: Parser, cell: object) -> tuple[Any, str]:
    if is_missing(cell):
        return None, ""
    try:
        return parse(cell), ""
    except ValueError as fault:
        return None, str(fault)


def is_missing(cell: object) -> bool:
    """None, NaN, NaT or a text of nothing but spaces."""
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell))


def parser_of(kind: TypeEngine[Any], zone: tzinfo) -> Parser:
    """The parser for a column type; dates with a time and offset become the day in the city's time zone."""
    if isinstance(kind, ARRAY):
        return as_list
    if isinstance(kind, Boolean):
        return as_bool
    if isinstance(kind, Date):
        return lambda cell: as_date(cell, zone)
    if isinstance(kind, Integer):  # BigInteger is one too
        limit = BIGGEST[BigInteger] if isinstance(kind, BigInteger) else BIGGEST[Integer]
        return lambda cell: as_integer(cell, limit)
    if isinstance(kind, Float):
        return as_float
    return as_text


def as_text(cell: object) -> str:
    """Text as it stands, without outer spaces and zero bytes; whole floats lose their ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\x00", "").strip()


def as_number(cell: object) -> str:
    """A number's digits: thousands spaces gone, decimal comma a point."""
    text = SPACES.sub("", str(cell))
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def as_integer(cell: object, limit: int) -> int:
    """A whole number; 12.0 is one, 12.5 is not."""
    if isinstance(cell, bool):
        raise ValueError(f"{cell!r} is not a whole number")
    text = re.sub(r"\.0*$", "", as_number(cell))
    if not re.fullmatch(r"[+-]?\d+", text):
        raise ValueError(f"{str(cell)!r} is not a whole number")
    if abs(int(text)) > limit:
        raise ValueError(f"{text} is larger than {limit}")
    return int(text)


def as_float(cell: object) -> float:
    """A finite number, with decimal comma or point."""
    try:
        number = float(as_number(cell))
    except ValueError:
        raise ValueError(f"{str(cell)!r} is not a number") from None
    if not math.isfinite(number):
        raise ValueError(f"{str(cell)!r} is not a finite number")
    return number


def as_bool(cell: object) -> bool:
    """Yes or no in three languages, or 1 and 0."""
    text = as_text(cell).casefold()
    if text in YES or text in NO:
        return text in YES
    raise ValueError(f"{str(cell)!r} is neither yes nor no")


def as_date(cell: object, zone: tzinfo) -> date:
    """ISO dates and times, dd.mm.yyyy, dates of other libraries."""
    if isinstance(cell, datetime):
        return (cell.astimezone(zone) if cell.tzinfo else cell).date()
    if isinstance(cell, date):
        return cell
    text = as_text(cell)
    day_first = DAY_FIRST.fullmatch(text)
    try:
        if day_first:
            day, month, year = map(int, day_first.groups())
            return date(year, month, day)
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise ValueError(f"{text!r} is not a date; write 2023-05-31 or 31.05.2023") from None
    return (moment.astimezone(zone) if moment.tzinfo else moment).date()


def as_list(cell: object) -> list[str]:
    """A list of texts, or texts parted by semicolons."""
    if isinstance(cell, tuple):
        return [as_text(part) for part in cell]
    return [part.strip() for part in as_text(cell).split(";") if part.strip()]


def one_of(
    accepted: Mapping[str, str],
    what: str,
    fold: Callable[[str], str] = plain,
    stand_in: Callable[[str], str] | None = None,
) -> Parser:
    """The code of a word by any of its spellings, which are compared after `fold`.

    `stand_in` says what an unknown word becomes; without it the word is refused.
    """

    def parse(cell: object) -> str:
        text = as_text(cell)
        code = accepted.get(fold(text))
        if code is None and stand_in is not None:
            return stand_in(text)
        if code is None:
            known = shorten(", ".join(dict.fromkeys(accepted.values())), 300, placeholder=" …")
            raise ValueError(f"{what} {text!r} is not known; known: {known}")
        return code

    return parse
