"""Rejected rows as tables that can be mended and loaded again: one file for each load that had any."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from gis_core.export import Written
from gis_core.export.aside import file_aside
from gis_core.export.cells import safe_cell
from layers.rejections import latest_rejections
from scripts.common import Call
from scripts.store import open_store

WHY = ("rejected_row", "rejected_because")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")


def export_rejections(call: Call, folder: Path) -> list[Written]:
    """The rejected rows of the newest load of each file, with the reasons in the last columns."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_store(call) as (connection, _):
        return [
            _written(folder / f"rejected_{layer}_{run}{end}.csv", rows)
            for run, layer, rejected in latest_rejections(connection)
            for end, rows in _alike(rejected)
        ]


def _alike(rejected: Iterable[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Rows of the same columns together: those as their file had them, and those that were refused later
    (they repeat an id, or break a rule of the layer) as the fields had them."""
    groups: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rejected:
        groups.setdefault(frozenset(row), []).append(row)
    for number, rows in enumerate(groups.values()):
        yield f"_{number + 1}" if number else "", rows


def _written(path: Path, rows: list[dict[str, Any]]) -> Written:
    """A table in the columns of the file that was loaded: semicolons, UTF-8 with a mark, for Excel."""
    names = list(dict.fromkeys(name for row in rows for name in row if name not in WHY))
    with file_aside(path) as made, made.open("w", encoding="utf-8-sig", newline="") as sink:
        sheet = csv.writer(sink, delimiter=";")
        sheet.writerow([*names, *WHY])
        sheet.writerows([_cell(row.get(name)) for name in (*names, *WHY)] for row in rows)
    return Written((path,), len(rows), ())


def _cell(value: Any) -> str:
    """A cell as it was read; a list as the loader reads it, no text that a spreadsheet would run."""
    if isinstance(value, list):
        return ";".join(str(part) for part in value)
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return value
    return safe_cell(value, ".")
