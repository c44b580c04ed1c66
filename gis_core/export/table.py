"""The rows of a layer as plain Python values and checked shapes, ready for any file format."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from pyproj import CRS

from gis_core import row_marks
from gis_core.errors import InputError
from gis_core.export.moving import Array
from gis_core.export.shapes import Shapes, shapes_of
from gis_core.export.values import Column, Value, values_of, visible_columns
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
    """One layer ready to go out: values by column name, rows in the order of the primary key."""

    layer: type[Layer]
    columns: tuple[Column, ...]
    values: dict[str, list[Value]]
    shapes: Shapes | None
    rows: int
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(self.layer.__tablename__)

    @property
    def drawn(self) -> Array | None:
        return self.shapes.found if self.shapes else None

    def text(self, column: Column) -> list[str | None]:
        """The values of a text or list column as text; a list becomes «a; b»."""
        found = self.values[column.name]
        if column.kind == "list":
            return [None if value is None else LIST_SEPARATOR.join(value) for value in found]
        return found

    @property
    def joined(self) -> tuple[str, ...]:
        """What a format without lists has to say of the lists it was given as text."""
        held = [c.name for c in self.columns if c.kind == "list" and any(self.values[c.name])]
        return tuple(f"{self.name}.{name}: lists are joined by «{LIST_SEPARATOR}»" for name in held)


def has_shapes(layer: type[Layer]) -> bool:
    """Whether the layer is declared with a geometry; without one it goes out as csv or in a GeoPackage."""
    return geometry_kind(layer) is not None


def prepared(layer: type[Layer], frame: pd.DataFrame, crs: CRS | str | None = None) -> Table:
    """The frame of a layer checked, in plain values, in the order of its keys, its shapes in `crs`.

    Without `crs` the shapes stay in the frame's own. Where the frame has marks of the store they go out too,
    to be completed by `marked`. InputError names a column that is missing, unknown or holds a value of the
    wrong kind.
    """
    columns = (*visible_columns(layer), *([MARK] if MARK.name in frame else []))
    _refuse_other_columns(layer, frame, columns)
    values = {column.name: values_of(layer, column, frame[column.name]) for column in columns}
    order = _key_order(layer, values, len(frame))
    shapes = shapes_of(layer, frame, crs).take(order) if has_shapes(layer) else None
    ordered = {name: [found[row] for row in order] for name, found in values.items()}
    return Table(layer, columns, ordered, shapes, len(frame), shapes.notes if shapes else ())


def marked(table: Table, shapes: Array | None, written: Mapping[str, Sequence[Value]] | None = None) -> Table:
    """The table with whole marks of its rows, if it has any.

    `shapes` and `written` are what the format holds of them; fields that are not named there it holds as they
    are.
    """
    if MARK not in table.columns:
        return table
    values = table.values | dict(written or {})
    told = {name: column for name, column in values.items() if name not in (MARK.name, *UNMARKED)}
    whole = row_marks.marks(table.values[MARK.name], told, shapes)
    return replace(table, values=table.values | {MARK.name: whole})


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


def _key_order(layer: type[Layer], values: dict[str, list[Value]], rows: int) -> list[int]:
    """Row numbers in the order of the primary key, so that equal data give equal bytes."""
    named = [values[key] for key in keys(layer) if key in values]
    return sorted(range(rows), key=lambda row: [key[row] for key in named])
