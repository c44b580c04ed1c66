"""Rows of a layer on their way out part by part, so that no more of them is held than one part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import pandas as pd
from pyproj import CRS

from gis_core.export.compare import sum_of
from gis_core.export.moving import Aim, Box
from gis_core.export.table import Table, prepared
from gis_core.layer import Layer

# A whole frame, or frames in the order of the keys, at least one of them
Rows: TypeAlias = pd.DataFrame | Iterable[pd.DataFrame]
Parts: TypeAlias = Iterator[tuple[pd.DataFrame, Table]]
YEAR = "year"
COUNTED = re.compile(r"(\S+: )(\d+)( .*)")  # a note that begins with a number


def in_parts(rows: Rows) -> Iterator[pd.DataFrame]:
    """The frames that rows are given in."""
    return iter([rows] if isinstance(rows, pd.DataFrame) else rows)


def whole(rows: Rows) -> pd.DataFrame:
    """All rows in one frame, for a format that is written at once."""
    parts = list(in_parts(rows))
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def prepared_parts(layer: type[Layer], rows: Rows, crs: CRS | str | None) -> Parts:
    """Each part as it is and ready to go out; all go one way into another CRS.

    Where the box of all rows is not known before, they are held together then.
    """
    box = rows.box if isinstance(rows, Passing) else None
    aim = None if crs is None else Aim(crs, box)
    for frame in in_parts(rows if aim is None or box else whole(rows)):
        yield frame, prepared(layer, frame, aim)


def added(notes: Iterable[str]) -> tuple[str, ...]:
    """Notes of parts as notes of the whole: each once, numbers added up.

    >>> added(["a: 2 rows have no shape", "a: as it was", "a: 3 rows have no shape", "a: as it was"])
    ('a: 5 rows have no shape', 'a: as it was')
    """
    counts: dict[tuple[str, str], int | None] = {}
    for note in notes:
        counted = COUNTED.fullmatch(note)
        if counted is None:
            counts[note, ""] = None
            continue
        before, number, after = counted.groups()
        counts[before, after] = (counts.get((before, after)) or 0) + int(number)
    return tuple(
        f"{before}{'' if number is None else number}{after}" for (before, after), number in counts.items()
    )


@dataclass
class Passing:
    """Parts that are read as they are written; of all that went by the box and the last year are known.

    The box may be known before.
    """

    rows: Rows
    box: Box | None = None
    year: int | None = None

    def __iter__(self) -> Iterator[pd.DataFrame]:
        for frame in in_parts(self.rows):
            if "geom" in frame and frame["geom"].notna().any():
                self.box = _round(self.box, tuple(frame.total_bounds.tolist()))
            if YEAR in frame and len(frame):
                self.year = max(int(frame[YEAR].max()), self.year or 0)
            yield frame


def _round(one: Box | None, other: Box) -> Box:
    """The box round two."""
    if one is None:
        return other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


@dataclass
class Tally:
    """What is known of a layer when its parts have gone by; `sums` are of the frames as they were given."""

    rows: int = 0
    missing: int = 0
    notes: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    sums: dict[str, list[float | int]] = field(default_factory=dict)

    def add(self, frame: pd.DataFrame, table: Table) -> None:
        self.rows += table.rows
        self.missing += table.shapes.missing if table.shapes else table.rows
        self.notes += table.notes
        self.joined += table.joined
        for column in table.columns:
            if column.kind in {"integer", "float"}:
                self.sums.setdefault(column.name, []).append(sum_of(frame[column.name].dropna().tolist()))

    @property
    def told(self) -> tuple[str, ...]:
        return (*added(self.notes), *added(self.joined))
