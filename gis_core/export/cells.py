"""Values as cells of a table that Excel or LibreOffice opens: no text is ever taken for a formula."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc

from gis_core.export.values import Value

FORMULA_STARTS = ("=", "+", "@", "\t", "\r", "\n", "-")
FORMULA = rf"\A[{''.join(FORMULA_STARTS)}]"  # the minus last, where it is no range


def safe_cell(value: Value, decimal: str = ",") -> str:
    """The text of a cell; a text that a spreadsheet could run gets an apostrophe before it, a number never.

    >>> safe_cell("=1+1"), safe_cell(-5), safe_cell(0.5), safe_cell(None), safe_cell(True)
    ("'=1+1", '-5', '0,5', '', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).replace(".", decimal)
    if isinstance(value, (int, dt.date)):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def safe_cells(column: pa.Array, decimal: str = ",") -> pa.Array:
    """The same for a column of Arrow: texts, none missing."""
    if pa.types.is_floating(column.type):
        return pa.array([safe_cell(value, decimal) for value in column.to_pylist()], pa.string())
    texts = column.cast(pa.string()).fill_null("")
    if not pa.types.is_string(column.type):
        return texts
    risky = pc.match_substring_regex(texts, FORMULA)
    return pc.if_else(risky, pc.binary_join_element_wise(pa.scalar("'"), texts, pa.scalar("")), texts)
