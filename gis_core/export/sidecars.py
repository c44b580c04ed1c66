"""Files beside a shapefile that say what a DBF cannot: names of fields, meanings of codes, whole texts."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from gis_core.export.cells import safe_cell
from gis_core.export.dbf import DbfColumn
from gis_core.export.table import Table
from gis_core.export.values import Column
from gis_core.layer import keys


def write_field_list(path: Path, table: Table, encoding: str, metadata: Mapping[str, str]) -> None:
    """A text in Russian: short name, full name, label and unit of each field, and what its codes mean."""
    path.write_text("\n".join(_field_list(table, encoding, metadata)) + "\n", "utf-8-sig", newline="\n")


def write_whole_texts(path: Path, table: Table, columns: list[DbfColumn]) -> None:
    """A CSV with the texts that had to be cut, by row and key; no file if none was cut."""
    cut = [column for column in columns if column.whole]
    if not cut:
        return
    named = [key for key in keys(table.layer) if key in table.values]
    with path.open("w", encoding="utf-8-sig", newline="") as sink:
        sheet = csv.writer(sink, delimiter=";")
        sheet.writerow(["row", *named, "field", "text"])
        for column in cut:
            for row, text in (column.whole or {}).items():
                key = [safe_cell(table.values[name][row]) for name in named]
                sheet.writerow([row + 1, *key, column.column.name, safe_cell(text)])


def _field_list(table: Table, encoding: str, metadata: Mapping[str, str]) -> Iterator[str]:
    yield f"{table.layer.label.ru} ({table.name})"
    yield f"Строк: {table.rows}. Кодировка: {encoding}."
    if table.shapes:
        yield f"Система координат: {table.shapes.crs.name}. Без места на карте: {table.shapes.missing}."
    yield from (f"{key}: {value}" for key, value in metadata.items())
    yield ""
    heads = ("Поле", "Полное имя", "Название", "Единица")
    rows = [heads, *(_row(column) for column in table.columns)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(heads))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    for column in table.columns:
        yield from _meanings(column)


def _row(column: Column) -> tuple[str, str, str, str]:
    unit = column.field.unit.ru if column.field.unit else ""
    return column.field.short, column.name, column.field.label.ru, unit


def _meanings(column: Column) -> Iterator[str]:
    if not column.field.choices:
        return
    yield ""
    yield f"{column.field.short}, значения:"
    for code, label in column.field.choices.items():
        yield f"  {code}: {label.ru}"
