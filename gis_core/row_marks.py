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
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from gis_core.buffers import laid_out
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
# What `_text` may change: an outer space or apostrophe, marks that no eye sees, spaces of other kinds
_ODD = "^[ ']| $|[\x00-\x1f\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
_LETTERS = np.frombuffer(
    f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}-_".encode(), np.uint8
)
SHIFTS = np.array([18, 12, 6, 0], np.uint32)  # six bits a letter
POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])  # as WKB has it
Shapes = NDArray[np.object_]
Numbers = NDArray[np.uint32]


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
) -> pa.Array:
    """The whole marks: STORE.SHAPE.VALUES, the middle empty for a format without shapes.

    `store` says of each row what it was, `values` and `shapes` are what the format holds of them, as lists or
    as columns of Arrow.
    """
    drawn = [] if shapes is None else [_shape_numbers(shapes)]
    told = [_numbers(name, column) for name, column in values.items()]
    own = store if isinstance(store, pa.Array) else pa.array(store, pa.string())
    dot = pa.scalar(".")
    return pc.binary_join_element_wise(own, dot, _texts(drawn, len(own)), dot, _texts(told, len(own)), "")


def edits(
    found: Sequence[str | None], values: Mapping[str, Sequence[Any]], shapes: Shapes | None = None
) -> list[list[str]]:
    """The fields of each row that are not what its mark says; of a row without a mark none.

    A shape counts where the mark knows of one. Which other fields the mark knows of does not matter.

    >>> told = marks(["12345678"], {"id": ["C-1"], "residents": [7]}).to_pylist()
    >>> edits(told, {"id": ["C-1 "], "residents": [8]})
    [['residents']]
    """
    drawn = None if shapes is None else _texts([_shape_numbers(shapes)], len(found)).to_pylist()
    columns = {
        name: _texts([_numbers(name, column)], len(found)).to_pylist() for name, column in values.items()
    }
    return [
        [] if mark is None else list(_edited(mark, columns, drawn, row)) for row, mark in enumerate(found)
    ]


def _edited(mark: str, columns: Mapping[str, list[str]], drawn: list[str] | None, row: int) -> Iterator[str]:
    _, shape, told = (*mark.split("."), "", "")[:3]
    known = {told[at : at + OF_VALUE] for at in range(0, len(told), OF_VALUE)}
    yield from (name for name, found in columns.items() if found[row] not in known)
    if shape and drawn and drawn[row] != shape:
        yield SHAPE


def _texts(numbers: Sequence[Numbers], rows: int) -> pa.Array:
    """The last 24 bits of numbers in the letters of RFC 4648, section 5, a row one behind the other."""
    bits = np.array(numbers, np.uint32).reshape(len(numbers), rows).T
    letters = _LETTERS[(bits[:, :, None] >> SHIFTS) & 0x3F]
    ends = np.arange(rows + 1, dtype=np.int32) * (OF_VALUE * len(numbers))
    return pa.Array.from_buffers(
        pa.string(), rows, [None, pa.py_buffer(ends), pa.py_buffer(letters.tobytes())]
    )


def _numbers(name: str, column: Sequence[Any]) -> Numbers:
    """The CRC-32 of each value and its name; of values that come again and again it is reckoned once."""
    begun = zlib.crc32(f"{name}=".encode())
    if not isinstance(column, pa.Array):
        return np.array([zlib.crc32(_text(value).encode(), begun) for value in column], np.uint32)
    if pa.types.is_floating(column.type) or pa.types.is_nested(column.type):
        return _numbers(name, column.to_pylist())
    coded = column.dictionary_encode()
    texts = coded.dictionary
    if not pa.types.is_string(texts.type):
        texts = pa.array(map(_text, texts.to_pylist()), pa.string())
    of_each = np.append(_checksums(_plain(texts), begun), np.uint32(begun))
    return of_each[coded.indices.fill_null(len(texts)).to_numpy()]  # type: ignore[no-any-return]


def _checksums(pieces: pa.Array, begun: int) -> Numbers:
    """The CRC-32 of each text or blob, none of them missing."""
    laid = laid_out(pieces)
    bytes_, first, last = laid.data.data, laid.first.tolist(), (laid.first + laid.size).tolist()
    found = (zlib.crc32(bytes_[a:b], begun) for a, b in zip(first, last, strict=True))
    return np.fromiter(found, np.uint32, len(pieces))


def _plain(texts: pa.Array) -> pa.Array:
    """Texts as `_text` has them."""
    odd = pc.match_substring_regex(texts, _ODD)
    told = [_text(text) for text in texts.filter(odd).to_pylist()]
    return pc.replace_with_mask(texts, odd, pa.array(told, pa.string())) if told else texts


def _shape_numbers(shapes: Shapes) -> Numbers:
    """The order of rings and parts changes no mark; a lone part is as good as a multi shape of it."""
    held = ~shapely.is_missing(shapes)
    found = np.zeros(len(shapes), np.uint32)
    found[held] = _checksums(_wkb(np.asarray(shapes, dtype=object)[held]), 0)
    return found


def _wkb(shapes: Shapes) -> pa.Array:
    point = (shapely.get_type_id(shapes) == shapely.GeometryType.POINT) & ~shapely.is_empty(shapes)
    if point.all():
        numbers = np.zeros(len(shapes), POINT)
        numbers["order"], numbers["kind"] = 1, 1
        numbers["x"], numbers["y"] = shapely.get_x(shapes), shapely.get_y(shapes)
        ends = np.arange(len(shapes) + 1, dtype=np.int32) * POINT.itemsize
        return pa.Array.from_buffers(
            pa.binary(), len(shapes), [None, pa.py_buffer(ends), pa.py_buffer(numbers.tobytes())]
        )
    flat = np.asarray(shapely.force_2d(shapes), dtype=object)
    lone = shapely.get_num_geometries(flat) == 1
    flat[lone] = shapely.get_geometry(flat[lone], 0)
    return pa.array(shapely.to_wkb(shapely.normalize(flat), byte_order=1), pa.binary())


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
