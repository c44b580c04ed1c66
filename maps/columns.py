"""Columns of a table as bytes a page can read: whole numbers, decimals, dates, words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from maps.varint import WIDEST, varints

MOST_DECIMALS = 9
Spec = dict[str, Any]


def encode(column: pd.Series) -> tuple[Spec, bytes]:
    """How a column is written, and its bytes. Missing values stay missing; the row order is kept."""
    whole = _in_arrow(column)
    if whole is not None:
        return _days(whole) if pa.types.is_date32(whole.type) else _texts(whole)
    if column.dtype.kind in "iufb":
        return _numbers(column.to_numpy(np.float64, na_value=np.nan))
    if column.dtype.kind == "M":
        return _days(pa.array(column.dt.date, pa.date32(), from_pandas=True))
    return _words(column)


def rounded(column: pd.Series, digits: int = 4) -> pd.Series:
    """The column with so many decimals that its largest value keeps `digits` significant digits."""
    largest = column.abs().max()
    if not largest or pd.isna(largest):
        return column
    return column.round(max(0, digits - 1 - int(np.floor(np.log10(largest)))))


def _numbers(values: NDArray[np.float64]) -> tuple[Spec, bytes]:
    present = values[np.isfinite(values)]
    decimals = _decimals(present)
    if decimals is None:
        return {"type": "float"}, values.astype("<f8").tobytes()
    missing = min(0, int(np.round(present * 10**decimals).min(initial=0))) - 1
    scaled = np.where(np.isfinite(values), np.round(values * 10**decimals), missing).astype(np.int64)
    most = int(np.abs(scaled).max(initial=0))
    return {"type": "number", "decimals": decimals, "missing": missing, "most": most}, varints(scaled)


def _decimals(present: NDArray[np.float64]) -> int | None:
    """The fewest decimals that write every value exactly; None if nine are not enough."""
    for decimals in range(MOST_DECIMALS + 1):
        scaled = np.round(present * 10**decimals)
        if np.abs(scaled).max(initial=0) >= WIDEST:
            return None
        if np.array_equal(scaled / 10**decimals, present):
            return decimals
    return None


def _in_arrow(column: pd.Series) -> pa.Array | None:
    """Texts or days as Arrow has them; None for a column of anything else, or of nothing."""
    if column.dtype.kind not in "OUT" or not column.notna().any():
        return None
    try:
        found = pa.array(column, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        return None
    whole = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    texts = pa.types.is_string(whole.type) or pa.types.is_large_string(whole.type)
    return whole if texts or pa.types.is_date32(whole.type) else None


def _days(dates: pa.Array) -> tuple[Spec, bytes]:
    """Days since 1970."""
    spec, data = _numbers(dates.cast(pa.int32()).to_numpy(zero_copy_only=False).astype(np.float64))
    return {**spec, "type": "date"}, data


def _texts(texts: pa.Array) -> tuple[Spec, bytes]:
    """The same as `_words` of texts."""
    coded = texts.dictionary_encode(null_encoding="encode")
    spec = {"type": "word", "values": coded.dictionary.to_pylist()}
    if len(coded.dictionary) == len(texts):
        return spec, b""
    return spec, varints(coded.indices.to_numpy())


def _words(column: pd.Series) -> tuple[Spec, bytes]:
    """Words by number, each written once; where every word is another one, the words alone."""
    values = [_plain(value) for value in column]
    known: dict[Any, int] = {}
    codes = [known.setdefault(_key(value), len(known)) for value in values]
    words = dict(zip(codes, values, strict=True))
    spec = {"type": "word", "values": [words[code] for code in range(len(words))]}
    if len(known) == len(values):
        return spec, b""
    return spec, varints(codes)


def _plain(value: Any) -> Any:
    """A value as JSON has it: a list of words, a word, or null."""
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(part) for part in value]
    return None if pd.isna(value) else str(value)


def _key(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
