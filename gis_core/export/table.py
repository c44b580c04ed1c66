"""The rows of a layer as plain Python values and checked shapes, ready for any file format."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gis_core import row_marks
from gis_core.errors import InputError
from gis_core.export.moving import Array, Target
from gis_core.export.shapes import Shapes, shapes_of
from gis_core.export.values import Column, Value, column_of, visible_columns
from gis_core.layer import Layer, fields, geometry_kind, keys

LIST_SEPARATOR = "; "
MARK = Column(row_marks.NAME, row_marks.FIELD, "text", nullable=True)
UNMARKED = ("source_file", "source_row")  # a load writes them anew
UNDATED = dt.date(2000, 1, 1)  # a file that is told no date says nothing of the day it was written


@dataclass(frozen=True)
class Written:
    """What an export made: its files, how many rows, and what was lost or changed on the way."""

    paths: tuple[Path, ...]
    rows: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One layer ready to go out: columns by name, rows in the order of the primary key."""

    layer: type[Layer]
    columns: tuple[Column, ...]
    arrays: dict[str, pa.Array]
    shapes: Shapes | None
    rows: int
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(self.layer.__tablename__)

    @property
    def drawn(self) -> Array | None:
        return self.shapes.found if self.shapes else None

    @cached_property
    def values(self) -> dict[str, list[Value]]:
        """The columns as plain values."""
        return {name: found.to_pylist() for name, found in self.arrays.items()}

    def flat(self, column: Column) -> pa.Array:
        """A column without lists: a list becomes the text «a; b»."""
        found = self.arrays[column.name]
        return pc.binary_join(found, LIST_SEPARATOR) if column.kind == "list" else found

    def text(self, column: Column) -> list[str | None]:
        """A text or list column as plain texts."""
        return self.flat(column).to_pylist()  # type: ignore[no-any-return]

    @property
    def joined(self) -> tuple[str, ...]:
        """What a format without lists has to say of the lists it was given as text."""
        held = [c.name for c in self.columns if c.kind == "list" and _is_filled(self.arrays[c.name])]
        return tuple(f"{self.name}.{name}: lists are joined by «{LIST_SEPARATOR}»" for name in held)


def has_shapes(layer: type[Layer]) -> bool:
    """Whether the layer is declared with a geometry; without one it goes out as csv or in a GeoPackage."""
    return geometry_kind(layer) is not None


def prepared(layer: type[Layer], frame: pd.DataFrame, crs: Target | None = None) -> Table:
    """The frame of a layer checked, in plain values, in the order of its keys, its shapes in `crs`.

    Without `crs` the shapes stay in the frame's own. Where the frame has marks of the store they go out too,
    to be completed by `marked`. InputError names a column that is missing, unknown or holds a value of the
    wrong kind.
    """
    columns = (*visible_columns(layer), *([MARK] if MARK.name in frame else []))
    _refuse_other_columns(layer, frame, columns)
    found = {column.name: column_of(layer, column, frame[column.name]) for column in columns}
    shapes = shapes_of(layer, frame, crs) if has_shapes(layer) else None
    table = Table(layer, columns, found, shapes, len(frame), shapes.notes if shapes else ())
    return _in_order(table)


def marked(table: Table, shapes: Array | None, written: Mapping[str, Sequence[Value]] | None = None) -> Table:
    """The table with whole marks of its rows, if it has any.

    `shapes` and `written` are what the format holds of them; fields that are not named there it holds as they
    are.
    """
    if MARK not in table.columns:
        return table
    held: dict[str, Any] = table.arrays | dict(written or {})
    told = {name: column for name, column in held.items() if name not in (MARK.name, *UNMARKED)}
    whole = row_marks.marks(table.arrays[MARK.name], told, shapes)
    return replace(table, arrays=table.arrays | {MARK.name: whole})


def _refuse_other_columns(layer: type[Layer], frame: pd.DataFrame, columns: Sequence[Column]) -> None:
    wanted = {column.name for column in columns} | ({"geom"} if has_shapes(layer) else set())
    missing = sorted(wanted - set(frame.columns))
    if missing:
        raise InputError(f"{layer.__tablename__}: the frame lacks the columns {', '.join(missing)}")
    unknown = sorted(set(map(str, frame.columns)) - wanted - set(fields(layer)))
    if unknown:
        raise InputError(
            f"{layer.__tablename__}: columns not declared: {', '.join(unknown)}; drop them first"
        )


def _in_order(table: Table) -> Table:
    """The rows in the order of the primary key, so that equal data give equal bytes."""
    named = [key for key in keys(table.layer) if key in table.arrays]
    if not named:
        return table
    sorting = [(key, "ascending") for key in named]
    order = pc.sort_indices(pa.table({key: table.arrays[key] for key in named}), sorting)
    places = order.to_numpy()
    if (places[1:] > places[:-1]).all():
        return table
    arrays = {name: found.take(order) for name, found in table.arrays.items()}
    return replace(table, arrays=arrays, shapes=table.shapes.take(places) if table.shapes else None)


def _is_filled(lists: pa.Array) -> bool:
    return bool(pc.any(pc.greater(pc.list_value_length(lists), 0)).as_py())
