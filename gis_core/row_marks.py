"""The mark that a row bears in an export: what it was in the store, and what each value was in the file.

Nobody has to say what he edited: a value that no longer fits its mark was. The marks are made of the values
as the format could hold them, so that what a format loses is never taken for an edit.
"""

from __future__ import annotations

import datetime as dt
import re
import string
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import shapely

from gis_core.layer import Field, Label, Layer, table_of

NAME = "row_mark"
FIELD = Field(
    Label("Метка строки (не менять)", "Жол белгісі (өзгертпеңіз)", "Mark of the row (leave as it is)"), NAME
)
SHAPE = "geom"
OF_STORE = 8  # letters of what the row was in the store
OF_VALUE = 4  # letters a value: one edit in 16 million would go unnoticed
_UNHELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_WHOLE = re.compile(r"[0-9a-f]{8}\.(?:[\w-]{4})?\.(?:[\w-]{4})*")
_LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
_TWO_LETTERS = ["".join(pair) for pair in product(_LETTERS, repeat=2)]
Shapes = np.ndarray[Any, np.dtype[np.object_]]


def bears_marks(layer: type[Layer]) -> bool:
    """Whether rows of a layer are loaded from files, so that an export of them may come home."""
    return "source_row" in table_of(layer).columns


def is_mark(text: object) -> bool:
    """Whether a cell may be a mark of ours.

    >>> is_mark("0a1b2c3d.AbC-.x_Yz"), is_mark("A-12"), is_mark(None)
    (True, False, False)
    """
    return isinstance(text, str) and _WHOLE.fullmatch(text.strip()) is not None


def marks(
    store: Sequence[str], values: Mapping[str, Sequence[Any]], shapes: Shapes | None = None
) -> list[str]:
    """The whole marks: STORE.SHAPE.VALUES, the middle empty for a format without shapes.

    `store` says of each row what it was, `values` and `shapes` are what the format holds of it.
    """
    drawn = [""] * len(store) if shapes is None else list(_shape_marks(shapes))
    rows = zip(*(_marks(name, column) for name, column in values.items()), strict=True)
    return [f"{own}.{shape}.{''.join(row)}" for own, shape, row in zip(store, drawn, rows, strict=True)]


def edits(
    found: Sequence[str | None], values: Mapping[str, Sequence[Any]], shapes: Shapes | None = None
) -> list[list[str]]:
    """The fields of each row that are not what its mark says; of a row without a mark none.

    A shape counts where the mark knows of one. Which other fields the mark knows of does not matter.

    >>> told = marks(["12345678"], {"id": ["C-1"], "residents": [7]})
    >>> edits(told, {"id": ["C-1 "], "residents": [8]})
    [['residents']]
    """
    drawn = None if shapes is None else list(_shape_marks(shapes))
    columns = {name: list(_marks(name, column)) for name, column in values.items()}
    return [
        [] if mark is None else list(_edited(mark, columns, drawn, row)) for row, mark in enumerate(found)
    ]


def _edited(mark: str, columns: Mapping[str, list[str]], drawn: list[str] | None, row: int) -> Iterator[str]:
    _, shape, told = (*mark.split("."), "", "")[:3]
    known = {told[at : at + OF_VALUE] for at in range(0, len(told), OF_VALUE)}
    yield from (name for name, found in columns.items() if found[row] not in known)
    if shape and drawn and drawn[row] != shape:
        yield SHAPE


def _marks(name: str, column: Sequence[Any]) -> Iterator[str]:
    return (_short(f"{name}={_text(value)}".encode()) for value in column)


def _shape_marks(shapes: Shapes) -> Iterator[str]:
    """The order of rings and parts changes no mark; a lone part is as good as a multi shape of it."""
    flat = np.asarray(shapely.force_2d(shapes), dtype=object)
    lone = shapely.get_num_geometries(flat) == 1
    flat[lone] = shapely.get_geometry(flat[lone], 0)
    blobs = shapely.to_wkb(shapely.normalize(flat), byte_order=1)
    return (_short(blob or b"") for blob in blobs)


def _short(raw: bytes) -> str:
    """The last 24 bits of a CRC-32 in the letters of RFC 4648, section 5."""
    number = zlib.crc32(raw) & 0xFFFFFF
    return _TWO_LETTERS[number >> 12] + _TWO_LETTERS[number & 0xFFF]


def _text(value: Any) -> str:
    """A value as text, the same from whatever format it was read.

    >>> _text(0.1 + 0.2), _text(["a", "b"]), _text("a\\r\\nb "), _text(None), _text(True)
    ('0.3', 'a; b', 'a\\nb', '', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, (int, dt.date)):
        return str(value)
    if not isinstance(value, str):
        parts = (_text(part).strip() for part in value)
        return "; ".join(part for part in parts if part)
    plain = value
    if not value.isprintable():  # what is printable holds no mark of direction, no line end
        plain = _UNHELD.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.strip().removeprefix("'").strip()
