"""A layer as a workbook of Excel: labels for codes, real dates and numbers, lists to choose from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from gis_core.errors import InputError
from gis_core.export.moving import Array, crs_of, moved
from gis_core.export.qml import Sheet as Words
from gis_core.export.qml import Vocabularies, sheet_of
from gis_core.export.table import MARK, Table, Written, marked, prepared
from gis_core.export.values import Column, Value
from gis_core.export.workbook import Kind, Sheet, SheetColumn, write_workbook
from gis_core.export.workbook_check import fitting
from gis_core.layer import KZT, Label, Language, Layer, keys

MOST_ROWS = 1_048_575  # of a sheet, below its head
EXACT = 10**15  # from here on Excel rounds whole numbers
FIRST_DAY = dt.date(1900, 3, 1)  # Excel counts the days before it wrongly
POINT = (Label("Долгота", "Бойлық", "Longitude"), Label("Широта", "Ендік", "Latitude"))
PLANE = (Label("X (восток)", "X (шығыс)", "X (east)"), Label("Y (север)", "Y (солтүстік)", "Y (north)"))
WIDTHS = {"text": 24, "list": 24, "integer": 13, "float": 13, "bool": 10, "date": 12}
NOWHERE = Label("без района", "ауданы жоқ", "no district")


@dataclass(frozen=True)
class Look:
    """How a workbook is made: language, lists of the city, a sheet for each value of `by`, links, points.

    `link` is where the first column leads, each value behind it. With `points` a point on each shape is
    told, in `crs` or in longitude and latitude.
    """

    lang: Language
    vocabularies: Vocabularies
    by: str | None = None
    link: str = ""
    points: bool = False
    crs: str | None = None


def write_xlsx(layer: type[Layer], frame: pd.DataFrame, path: Path, look: Look) -> Written:
    """One workbook of a layer, read back equal; a text is never a formula, a code is told by its label."""
    table = prepared(layer, frame)
    table = marked(table, _places(table, look), _held(table))
    words = sheet_of(layer, look.lang, look.vocabularies)
    columns = [_column(layer, column, words) for column in table.columns]
    cells = [_cells(table, column, words) for column in table.columns]
    notes = [*table.joined, *(note for column in table.columns for note in _losses(table, column))]
    if look.points and table.shapes:
        more, numbers, moves = _points(table, look)
        columns, cells, notes = [*columns, *more], [*cells, *numbers], [*notes, *moves]
    offered = next((column.choices for column in columns if column.filled_in and column.choices), ())
    parts = {title: [[each[row] for each in cells] for row in rows] for title, rows in _parts(table, look)}
    sheets = [
        Sheet(title, columns, rows, ", ".join(offered), len(keys(layer)), look.link)
        for title, rows in parts.items()
    ]
    longest = max(len(sheet.rows) for sheet in sheets)
    if longest > MOST_ROWS:
        raise InputError(f"{table.name}: {longest} rows, a sheet holds {MOST_ROWS}; export as csv or gpkg")
    write_workbook(Path(path), *sheets)
    return Written((Path(path),), table.rows, tuple(notes))


def _column(layer: type[Layer], column: Column, words: Words) -> SheetColumn:
    """A field people write in is coloured; lists are offered where a value may be chosen at all."""
    own = column.name in (layer.edited or ())
    free = column != MARK and (
        own or (layer.edited is None and not layer.derived and column.name not in keys(layer))
    )
    choices = tuple(_labels(column, words).values()) if free else ()
    title = column.field.title(words.lang)
    kind: Kind = "text"
    if column.kind == "integer":
        kind = "number" if column.field.unit is KZT else "plain"
    if column.kind in {"float", "date", "bool"}:
        kind = {"float": "decimal", "date": "day", "bool": "plain"}[column.kind]  # type: ignore[assignment]
    return SheetColumn(title, WIDTHS[column.kind], kind, choices, own, hidden=column == MARK)


def _held(table: Table) -> dict[str, list[Value]]:
    """What cells hold of texts."""
    texts = {each.name: table.text(each) for each in table.columns if each.kind in {"text", "list"}}
    return {name: [value and fitting(value) for value in values] for name, values in texts.items()}


def _labels(column: Column, words: Words) -> Mapping[str, str]:
    """Label by code; a code stands for itself where another one has the same label."""
    choices = words.choices(column) or {}
    found = {code: label.of(words.lang) for code, label in choices.items()}
    told = list(found.values())
    return {code: label if told.count(label) == 1 else code for code, label in found.items()}


def _cells(table: Table, column: Column, words: Words) -> Sequence[Value]:
    if column.kind in {"text", "list"}:
        labels = _labels(column, words)
        return [value and labels.get(value, value) for value in table.text(column)]
    return [_plain(value) for value in table.values[column.name]]


def _plain(value: Value) -> Value:
    """A value that Excel holds exactly, else its text."""
    if isinstance(value, dt.date):
        return value if value >= FIRST_DAY else value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= EXACT:
        return str(value)
    return value


def _losses(table: Table, column: Column) -> Iterator[str]:
    where = f"{table.name}.{column.name}"
    if column.kind in {"text", "list"}:
        held = [text for text in table.text(column) if text is not None]
        changed = sum(text != fitting(text) or not text for text in held)
        if changed:
            yield f"{where}: texts cut at 32767 letters, without control characters, or empty: {changed}"
        return
    strange = sum(isinstance(_plain(value), str) for value in table.values[column.name])
    if strange:
        yield f"{where}: numbers of 16 digits or days before 1900 stand as text: {strange}"


def _parts(table: Table, look: Look) -> list[tuple[str, Sequence[int]]]:
    """Titles of sheets, and the rows of each."""
    title = table.layer.label.of(look.lang)
    if look.by is None or not table.rows:
        return [(title, range(table.rows))]
    found: dict[str, list[int]] = {}
    for row, code in enumerate(table.values[look.by]):
        found.setdefault(code or "", []).append(row)
    names = {**look.vocabularies.get(look.by, {}), "": NOWHERE}
    labels = {code: names[code].of(look.lang) if code in names else code for code in found}
    return [(labels[code], found[code]) for code in sorted(found, key=lambda code: (not code, code))]


def _places(table: Table, look: Look) -> Array | None:
    """The points of a layer of points, where the workbook tells them as the loader reads them: in degrees."""
    if table.shapes is None or table.shapes.kind != "POINT" or not look.points or look.crs:
        return None
    longitudes, latitudes = _points(table, look)[1]
    there = [None not in pair for pair in zip(longitudes, latitudes, strict=True)]
    found = np.full(table.rows, None, dtype=object)
    found[there] = shapely.points(np.array([longitudes, latitudes], dtype=float).T[there])
    return found


def _points(table: Table, look: Look) -> tuple[list[SheetColumn], list[Sequence[Value]], tuple[str, ...]]:
    """A point on each shape: in metres with `crs`, else in degrees."""
    if table.shapes is None:
        raise TypeError(table.name)
    target = crs_of(look.crs or "EPSG:4326")
    there, notes = moved(table.name, shapely.point_on_surface(table.shapes.found), table.shapes.crs, target)
    digits = 7 if target.is_geographic else 2
    titles = POINT if target.is_geographic else PLANE
    columns = [SheetColumn(title.of(look.lang), 13, "plain") for title in titles]
    values: list[Sequence[Value]] = [
        [None if np.isnan(number) else round(float(number), digits) for number in axis(there)]
        for axis in (shapely.get_x, shapely.get_y)
    ]
    return columns, values, notes
