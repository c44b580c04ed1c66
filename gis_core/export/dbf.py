"""What a DBF table can hold: fitting widths, texts cut at a letter, and a list of what was lost."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gis_core.errors import InputError
from gis_core.export.table import Table
from gis_core.export.values import Column, Kind, Value

LONGEST_TEXT = 254  # bytes in a DBF field of type C
TEXT_WIDTHS = (20, 50, 100, LONGEST_TEXT)  # steps: room to edit in QGIS, and equal schemas for like data
EMPTY_WIDTH = 100  # room in a column that nobody has filled yet
DIGITS = 15  # decimal digits that a double surely holds
INTEGER_WIDTH = 18  # what readers take as a 64-bit integer
ENCODINGS = {"utf-8": "UTF-8", "cp1251": "CP1251"}


@dataclass(frozen=True)
class DbfColumn:
    """A column as it goes into the DBF: fiona's type with width, values that fit, whole texts by row."""

    column: Column
    type: str
    values: list[Value]
    notes: tuple[str, ...] = ()
    whole: dict[int, str] | None = None


def dbf_columns(table: Table, encoding: str) -> list[DbfColumn]:
    """All columns of a table made to fit; InputError where a number cannot."""
    return [_FITTED[column.kind](table, column, encoding) for column in table.columns]


def refuse_strange_letters(table: Table, encoding: str) -> None:
    """InputError with the list of the letters that the encoding lacks, and where they stand."""
    faults: dict[str, set[str]] = {}
    for column in _text_columns(table):
        letters = set("".join(filter(None, table.text(column))))
        strange = {letter for letter in letters if not _encodable(letter, encoding)}
        if strange:
            faults[column.name] = strange
    if faults:
        listed = " ".join(sorted(set().union(*faults.values())))
        cure = "export with encoding UTF-8 (the default) or as GeoPackage"
        where = ", ".join(f"{table.name}.{name}" for name in faults)
        raise InputError(f"{encoding} has no letters {listed} (in {where}); {cure}")


def cut(text: str, encoding: str) -> str:
    """The longest beginning of a text that fits into a DBF field, never a part of a letter.

    >>> len(cut("Ә" * 200, "UTF-8"))
    127
    """
    raw = text.encode(encoding)
    if len(raw) <= LONGEST_TEXT:
        return text
    short = raw[:LONGEST_TEXT].decode(encoding, "ignore")
    while short and unicodedata.combining(text[len(short)]):
        short = short[:-1]
    return short


def _text_columns(table: Table) -> Sequence[Column]:
    return [column for column in table.columns if column.kind in {"text", "list"}]


def _encodable(letter: str, encoding: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _fit_text(table: Table, column: Column, encoding: str) -> DbfColumn:
    given = table.text(column)
    fitting = [None if text is None else cut(text, encoding) for text in given]
    whole = {row: text for row, text in enumerate(given) if text is not None and text != fitting[row]}
    kept = [text.strip(" ") or None if text else None for text in fitting]
    bare = sum(text != given[row] for row, text in enumerate(kept)) - len(whole)
    notes = _counted(
        table,
        column,
        len(whole),
        f"texts over {LONGEST_TEXT} bytes cut at a letter, whole in {table.name}_full_text.csv",
    )
    notes += _counted(table, column, bare, "texts lost outer spaces or, being empty, became null")
    texts = (*filter(None, kept), *(column.field.choices or ()))
    longest = max((len(text.encode(encoding)) for text in texts), default=EMPTY_WIDTH)
    width = next(width for width in TEXT_WIDTHS if width >= longest)
    return DbfColumn(column, f"str:{width}", kept, notes, whole)


def _fit_integer(table: Table, column: Column, _encoding: str) -> DbfColumn:
    values = table.values[column.name]
    for value in values:
        if value is not None and len(str(value)) > INTEGER_WIDTH:
            raise _too_large(table, column, value, f"a whole number of {INTEGER_WIDTH} characters")
    return DbfColumn(column, f"int:{INTEGER_WIDTH}", values)


def _fit_float(table: Table, column: Column, _encoding: str) -> DbfColumn:
    """As many decimals as the values have, at most so many that 15 digits stand in a number."""
    values = table.values[column.name]
    held = [value for value in values if value is not None]
    for value in held:
        if not abs(value) < 10**DIGITS:
            raise _too_large(table, column, value, f"a number of {DIGITS} digits")
    before = max((len(str(int(abs(value)))) for value in held), default=1)
    room = max(DIGITS - before, 1)
    decimals = next((n for n in range(1, room) if all(round(value, n) == value for value in held)), room)
    kept = [None if value is None else round(value, decimals) for value in values]
    lost = sum(abs(round(value, decimals) - value) > 1e-9 * abs(value) for value in held)
    notes = _counted(table, column, lost, f"numbers rounded to {decimals} decimals")
    return DbfColumn(column, f"float:{before + decimals + 3}.{decimals}", kept, notes)


def _fit_bool(table: Table, column: Column, _encoding: str) -> DbfColumn:
    values = table.values[column.name]
    notes = _counted(
        table, column, values.count(None), "nulls stand as «?», which some programs show as false"
    )
    return DbfColumn(column, "bool", values, notes)


def _fit_date(table: Table, column: Column, _encoding: str) -> DbfColumn:
    return DbfColumn(column, "date", table.values[column.name])


_FITTED: dict[Kind, Callable[[Table, Column, str], DbfColumn]] = {
    "text": _fit_text,
    "list": _fit_text,
    "integer": _fit_integer,
    "float": _fit_float,
    "bool": _fit_bool,
    "date": _fit_date,
}


def _counted(table: Table, column: Column, count: int, what: str) -> tuple[str, ...]:
    return (f"{table.name}.{column.name}: {what}: {count}",) if count else ()


def _too_large(table: Table, column: Column, value: Value, most: str) -> InputError:
    where = f"{table.name}.{column.name}"
    return InputError(
        f"{where}: {value!r} does not fit a shapefile, which holds {most}; export as GeoPackage"
    )
