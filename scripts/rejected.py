"""Rejected rows as tables that can be mended and loaded again: one file for each load that had any."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from gis_core.columns import is_own_number
from gis_core.export import Written
from gis_core.export.aside import file_aside
from gis_core.export.cells import safe_cell
from gis_core.personal import is_masked, masked, masked_in
from layers.catalogue import LAYERS
from layers.city import City
from layers.rejections import WHY, latest_rejections
from scripts.common import Call
from scripts.store import open_store

SHAPE = "geometry"
WORD = re.compile(r"[\w:./-]*")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")


def export_rejections(call: Call, folder: Path) -> list[Written]:
    """The rejected rows of the newest load of each file, with the reasons in the last columns."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_store(call) as (connection, city):
        return [
            _written(folder / f"rejected_{layer}_{run}{end}.csv", _masked(rows, layer, call, city))
            for run, layer, rejected in latest_rejections(connection)
            for end, rows in _alike(rejected)
        ]


def _masked(rows: list[dict[str, Any]], layer: str, call: Call, city: City) -> list[dict[str, Any]]:
    """Rows without phone and personal numbers, unless they were asked for.

    Single words in columns that are read as the layer's own keys, sums and days stay as they are.
    """
    if call.personal:
        return rows
    spellings = city.spellings.get(layer, {})
    own = {name for name in rows[0] if is_own_number(LAYERS[layer], name, spellings)}
    return [
        {name: cell if name == SHAPE else _cell_masked(cell, own=name in own) for name, cell in row.items()}
        for row in rows
    ]


def _cell_masked(cell: Any, *, own: bool) -> Any:
    """A cell without personal numbers; a number that is one becomes its mask."""
    if own and (not isinstance(cell, str) or WORD.fullmatch(cell)):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        shown = masked(f"{cell:.0f}")
        return shown if is_masked(shown) else cell
    return masked_in(cell)


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
