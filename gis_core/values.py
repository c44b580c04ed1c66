"""Cells into values: what a text, number or date of a file means for a field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, tzinfo
from decimal import ROUND_HALF_EVEN
from textwrap import shorten
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ARRAY, BigInteger, Boolean, Date, Float, Integer
from sqlalchemy.types import TypeEngine

from gis_core.buffers import INVISIBLE, PLUS, is_plain, may_hold
from gis_core.dates import EXCEL_EPOCH, as_day
from gis_core.numbers import as_number
from gis_core.spelling import plain

YES = {"true", "t", "yes", "y", "1", "да", "иә", "истина", "+"}
NO = {"false", "f", "no", "n", "0", "нет", "жоқ", "ложь", "-"}
NOTHING = {"", "-", "—", "н/д", "нет данных", "null", "none", "nan", "n/a", "#n/a"}
MANGLED = re.compile(r"\d([.,]\d+)?[eE]\+\d+")
# marks that no eye sees: zero width, direction of writing, byte order
UNSEEN = "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
BIGGEST = {Integer: 2**31 - 1, BigInteger: 2**63 - 1}


class Read(NamedTuple):
    """A value with a remark on how it was read."""

    value: Any
    remark: str = ""


Parser = Callable[[Any], Read]


class Parsed(NamedTuple):
    """Values of a column; reasons and remarks by position in it."""

    values: pa.Array
    faults: dict[int, str]
    remarks: dict[int, str]


def arrow_type(kind: TypeEngine[Any]) -> pa.DataType:
    """The Arrow type that a column of a table is filled from."""
    if isinstance(kind, ARRAY):
        return pa.list_(pa.string())
    if isinstance(kind, Boolean):
        return pa.bool_()
    if isinstance(kind, Date):
        return pa.date32()
    if isinstance(kind, BigInteger):
        return pa.int64()
    if isinstance(kind, Integer):
        return pa.int32()
    return pa.float64() if isinstance(kind, Float) else pa.string()


def parse_column(cells: pa.Array, wanted: pa.DataType, parse: Parser) -> Parsed:
    """Cells in the wanted type; every distinct cell is parsed once, what already fits is taken whole."""
    if cells.type == wanted and (pa.types.is_int64(wanted) or pa.types.is_boolean(wanted)):
        return Parsed(cells, {}, {})
    coded = cells.dictionary_encode() if not pa.types.is_dictionary(cells.type) else cells
    places = coded.indices.to_numpy(zero_copy_only=False)
    values, faults, remarks = [], {}, {}
    for place, cell in enumerate(coded.dictionary.to_pylist()):
        value, fault, remark = _attempt(parse, cell)
        values.append(value)
        faults.update({place: fault} if fault else {})
        remarks.update({place: remark} if remark else {})
    taken = pa.array(values, wanted).take(coded.indices)
    return Parsed(taken, _spread(faults, places), _spread(remarks, places))


def _spread(words: dict[int, str], places: Any) -> dict[int, str]:
    """Words of distinct cells at every position of theirs."""
    if not words:
        return {}
    return {int(at): words[int(places[at])] for at in np.flatnonzero(np.isin(places, list(words)))}


def _attempt(parse: Parser, cell: object) -> tuple[Any, str, str]:
    if is_missing(cell):
        return None, "", ""
    try:
        value, remark = parse(cell)
    except ValueError as fault:
        return None, str(fault), ""
    return value, "", remark


def is_missing(cell: object) -> bool:
    """None, NaN, or a text of nothing but spaces."""
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or cell != cell  # noqa: PLR0124  NaN and NaT


def text_column(cells: pa.Array) -> Parsed:
    """Text as it stands, without outer spaces and zero bytes, empty cells None."""
    if not pa.types.is_string(cells.type) and not pa.types.is_large_string(cells.type):
        return parse_column(cells, pa.string(), as_text)
    if pa.types.is_string(cells.type) and is_plain(cells):
        return Parsed(cells, {}, {})
    trimmed = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    remarks = {}
    zeros = np.flatnonzero(
        pc.match_substring(trimmed, "\x00").fill_null(False).to_numpy(zero_copy_only=False)
    )
    if len(zeros):
        trimmed = pc.replace_substring(trimmed, "\x00", "")
        remarks = {int(at): "a zero character (U+0000) left out" for at in zeros}
    return Parsed(pc.if_else(pc.equal(pc.binary_length(trimmed), 0), None, trimmed), {}, remarks)


def key_column(cells: pa.Array) -> Parsed:
    """Ids as text; those that a spreadsheet has turned into powers of ten are doubtful."""
    values, faults, remarks = text_column(cells)
    if not may_hold(values, (PLUS, *INVISIBLE)):
        return Parsed(values, faults, remarks)
    mangled = _matching(values, r"^\d([.,]\d+)?[eE]\+\d+$")
    words = {at: f"the id {values[at]} looks mangled by a spreadsheet" for at in mangled}
    unseen = _matching(values, UNSEEN)
    if unseen:
        words |= dict.fromkeys(unseen, "an invisible character in the id left out")
        values = pc.utf8_trim_whitespace(pc.replace_substring_regex(values, UNSEEN, ""))
    return Parsed(values, faults, remarks | words)


def _matching(values: pa.Array, pattern: str) -> list[int]:
    """Positions of the texts in which a pattern is found."""
    found = pc.match_substring_regex(values, pattern).fill_null(False)
    return [int(at) for at in np.flatnonzero(found.to_numpy(zero_copy_only=False))]


def parser_of(kind: TypeEngine[Any], zone: tzinfo, epoch: date = EXCEL_EPOCH) -> Parser:
    """The parser for a column type; days are those of `zone`, numbers of days count from `epoch`."""
    if isinstance(kind, ARRAY):
        return as_list
    if isinstance(kind, Boolean):
        return as_bool
    if isinstance(kind, Date):
        return lambda cell: Read(*as_day(cell, zone, epoch))
    if isinstance(kind, BigInteger):
        return as_money
    if isinstance(kind, Integer):
        return as_integer
    return as_float if isinstance(kind, Float) else as_text


def as_text(cell: object) -> Read:
    """Text of any cell; whole floats lose their ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return Read(str(int(cell)))
    return Read(str(cell).replace("\x00", "").strip())


def as_integer(cell: object) -> Read:
    """A whole number; 12.0 is one, 12.5 is not."""
    value, remark = as_number(cell)
    if isinstance(cell, bool) or value != value.to_integral_value():
        raise ValueError(f"{str(cell)!r} is not a whole number")
    return Read(_limited(int(value), BIGGEST[Integer]), remark)


def as_money(cell: object) -> Read:
    """A whole number of the currency; parts of it are rounded, and told."""
    value, remark = as_number(cell)
    whole = value.quantize(1, ROUND_HALF_EVEN) if abs(value) < 10**20 else value
    rounded = "" if whole == value else f"{str(cell)!r} rounded to {whole}"
    negative = f"{str(cell)!r} is negative" if value < 0 else ""
    told = "; ".join(words for words in (remark, rounded, negative) if words)
    return Read(_limited(int(whole), BIGGEST[BigInteger]), told)


def _limited(number: int, limit: int) -> int:
    if abs(number) > limit:
        raise ValueError(f"{number} is larger than {limit}")
    return number


def as_float(cell: object) -> Read:
    """A finite number, with decimal comma or point."""
    value, remark = as_number(cell)
    number = float(value)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{str(cell)!r} is not a finite number")
    return Read(number, remark)


def as_bool(cell: object) -> Read:
    """Yes or no in three languages, or 1 and 0."""
    text = as_text(cell).value.casefold()
    if text in YES or text in NO:
        return Read(text in YES)
    raise ValueError(f"{str(cell)!r} is neither yes nor no")


def as_list(cell: object) -> Read:
    """A list of texts: a list, JSON, or texts parted by semicolons."""
    if isinstance(cell, list | tuple):
        return Read([str(part) for part in cell])
    text = as_text(cell).value
    try:
        listed = json.loads(text) if text.startswith("[") else None
    except ValueError:
        listed = None
    parts = [str(part) for part in listed] if isinstance(listed, list) else text.split(";")
    return Read([part.strip() for part in parts if part.strip()])


def one_of(
    accepted: Mapping[str, str],
    what: str,
    fold: Callable[[str], str] = plain,
    stand_in: Callable[[str], str] | None = None,
) -> Parser:
    """The code of a word by any of its spellings, which are compared after `fold`.

    `stand_in` says what an unknown word becomes; without it the word is refused.
    """

    def parse(cell: object) -> Read:
        text = as_text(cell).value
        code = accepted.get(fold(text))
        if code is None and stand_in is not None:
            taken = stand_in(text)
            return Read(taken, "" if taken == text else f"{what} {text!r} is not known, taken as {taken}")
        if code is None:
            known = shorten(", ".join(dict.fromkeys(accepted.values())), 300, placeholder=" …")
            raise ValueError(f"{what} {text!r} is not known; known: {known}")
        return Read(code)

    return parse
