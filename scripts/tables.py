"""Tables on stdout, as wide as the terminal or the text."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gis_core.export.aside import file_aside
from gis_core.export.cells import safe_cell
from gis_core.layer import Label, Language, Layer
from scripts.labels import Labels

ON_MAP = Label(
    "на карте: денег {money}, обращений {appeals}",
    "картада: қаржының {money}, өтініштердің {appeals}",
    "on the map: money {money}, appeals {appeals}",
)
NONE = Label("нет", "жоқ", "none")
PIPED = 200  # characters of a line where there is no terminal


def show(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; numbers stand to the right."""
    _console().print(_drawn(title, heads, rows))


def lines_of(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The lines of a table without a title."""
    console = _console()
    with console.capture() as told:
        console.print(_drawn(None, heads, rows))
    return "\n".join(line.rstrip() for line in told.get().splitlines() if line.strip())


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else PIPED, highlight=False)


def _drawn(title: str | None, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    cells = [list(row) for row in rows]
    named = escape(title) if title else None
    table = Table(title=named, title_justify="left", box=SIMPLE, pad_edge=False)
    for at, head in enumerate(heads):
        number = any(isinstance(row[at], int | float) for row in cells)
        table.add_column(escape(head), justify="right" if number else "left", overflow="fold")
    for row in cells:
        table.add_row(*(escape(_text(cell)) for cell in row))
    return table


def _text(cell: object) -> str:
    if cell is None or cell != cell:  # noqa: PLR0124  not a number
        return ""
    if isinstance(cell, float):
        return f"{cell:.4g}"
    return grouped(cell) if isinstance(cell, int) else str(cell)


def grouped(number: int) -> str:
    """A whole number with spaces between thousands.

    >>> grouped(1234567)
    '1 234 567'
    """
    return f"{number:,}".replace(",", " ")


def percent(share: float | None) -> str:
    """A share as per cent; empty where there is none."""
    return "" if share is None or share != share else f"{share:.2%}"  # noqa: PLR0124  not a number


def on_map(shares: Mapping[str, float | None], lang: Language = "en") -> str:
    """How much of the money and of the appeals the figures could see."""
    told = {name: percent(share) or NONE.of(lang) for name, share in shares.items()}
    return ON_MAP.of(lang).format(**told)


def records_of(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """All columns of rows as plain values."""
    names = list(rows.columns)
    return [dict(zip(names, map(plain, row), strict=True)) for row in rows.astype(object).to_numpy()]


def write_table(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as a table for Excel: semicolons, UTF-8 with a mark, decimal commas, no formula ever."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with file_aside(path) as made, made.open("w", encoding="utf-8-sig", newline="") as sink:
        out = csv.writer(sink, delimiter=";", lineterminator="\r\n")
        out.writerow(rows[0] if rows else [])
        out.writerows([safe_cell(cell) for cell in row.values()] for row in rows)


def table_rows(
    layer: type[Layer], rows: pd.DataFrame, names: Sequence[str], labels: Labels
) -> list[list[object]]:
    """Cells of some fields, coded values by their labels."""
    known = [labels.of(layer, name) for name in names]
    return [
        [words.get(cell, cell) for cell, words in zip(map(plain, row), known, strict=True)]
        for row in rows[list(names)].astype(object).to_numpy()
    ]


def plain(value: Any) -> Any:
    """A value that JSON knows: nothing for what is missing, text for a day."""
    if isinstance(value, date):
        return value.isoformat()
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
