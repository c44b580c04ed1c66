"""Which fields of the rows of an export were edited in it, on the way back into the store."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gis_core import row_marks
from gis_core.addressing import Addressing
from gis_core.placing import Plan, raw_shapes
from gis_core.reading.parent import Chunk
from gis_core.returning import EDITED
from gis_core.staging import BOOKKEEPING
from gis_core.values import text_column

NAMES = pa.list_(pa.string())
PLACED = ("address", "centroid")  # a row that its address has placed
MADE = (*PLACED, "buffered_line", "buffered_point", "none")  # nobody drew the shape


def edits_of(plan: Plan, chunk: Chunk, columns: dict[str, Any]) -> dict[str, Any]:
    """The columns of marks, and of the fields that no longer fit them."""
    cells = text_column(chunk.table[plan.mark].combine_chunks()).values.to_pylist()
    marks = pa.array([cell if row_marks.is_mark(cell) else None for cell in cells], pa.string())
    told = {name: columns[name].to_pylist() for name in plan.mapping if name not in BOOKKEEPING}
    shapes = raw_shapes(plan, chunk)[0] if plan.place else None
    found = row_marks.edits(marks.to_pylist(), told, shapes)
    return {row_marks.NAME: marks, EDITED: pa.array(found, NAMES)}


def asked_addresses(by: Addressing, columns: dict[str, Any]) -> pa.Array:
    """The addresses to be looked up: all, of an export those edited in it in rows that nobody drew."""
    texts = columns[by.address]
    if EDITED not in columns:
        return texts
    rows = zip(columns[EDITED].to_pylist(), columns["geom_source"].to_pylist(), strict=True)
    edited = [by.address in names and source in (*PLACED, "none") for names, source in rows]
    return pc.if_else(pa.array(edited, pa.bool_()), texts, pa.scalar(None, pa.string()))


def edits_of_shapes(by: Addressing | None, columns: dict[str, Any], shapes: Any) -> dict[str, Any]:
    """The same, with what a new shape or address brings along.

    A shape that somebody drew is drawn, whatever the row said before; a row that its address had placed lies
    where its new address is.
    """
    sources, edited = columns["geom_source"].to_pylist(), columns[EDITED].to_pylist()
    for row, names in enumerate(edited):
        if row_marks.SHAPE in names and "geom_source" not in names and sources[row] in MADE:
            names.append("geom_source")
            sources[row] = "drawn" if shapes[row] is not None else "none"
        elif by and by.address in names and sources[row] in PLACED and shapes[row] is not None:
            names += [row_marks.SHAPE, "geom_source", by.quality]
    return {"geom_source": pa.array(sources, pa.string()), EDITED: pa.array(edited, NAMES)}
