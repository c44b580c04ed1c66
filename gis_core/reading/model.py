"""What a reader hands over: the header of a table, then its rows in chunks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHUNK_ROWS = 65_536
HEIGHTS = "heights (z) or measures (m) of the shapes are not kept"


@dataclass(frozen=True)
class Request:
    """What the user said of a file. `scratch` is an empty folder of this read, deleted afterwards.

    Of several tables in a file the one is meant that bears one of `names`, or has a column for each of
    `columns`, which are lists of names for one thing.
    """

    path: Path
    scratch: Path
    sublayer: str | None = None
    encoding: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    columns: tuple[tuple[str, ...], ...] = ()


@dataclass
class Rows:
    """A chunk. `rows` counts data rows of the file from 1; columns and shapes (WKB) are as long.

    `faults`: why a row cannot be taken; `remarks`: what is doubtful or was mended in a row that can.
    """

    rows: Sequence[int]
    columns: Sequence[Any]
    shapes: Sequence[bytes | None] | None = None
    faults: dict[int, str] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)


@dataclass
class Reading:
    """One table of a file. `expected` rows by the file's own header, where it says; `crs` as it is written.

    `epoch`: the day from which it counts days. `notes` are for the whole file and may grow until the last
    chunk. `outlines`: closed lines of a drawing stand for areas.
    """

    columns: list[str]
    chunks: Iterator[Rows]
    shaped: bool = False
    outlines: bool = False
    crs: str | None = None
    encoding: str | None = None
    sample: str | None = None
    sublayer: str | None = None
    expected: int | None = None
    epoch: str = "1899-12-30"
    notes: list[str] = field(default_factory=list)


def remark(remarks: dict[int, str], row: int, words: str) -> None:
    """Add a remark to a row that may have others."""
    remarks[row] = f"{remarks[row]}; {words}" if row in remarks else words


def note(notes: list[str], words: str) -> None:
    """Add a note on the whole file once."""
    if words not in notes:
        notes.append(words)


def distinct_names(names: Sequence[str], notes: list[str]) -> list[str]:
    """Column names without doubles and without blanks; the renaming is noted."""
    taken: dict[str, int] = {}
    made = []
    for place, name in enumerate(names, start=1):
        base = _whole(name).strip() or f"column {place}"
        taken[base] = taken.get(base, 0) + 1
        while taken[base] > 1 and f"{base} ({taken[base]})" in names:
            taken[base] += 1
        made.append(base if taken[base] == 1 else f"{base} ({taken[base]})")
    doubled = [new for new, old in zip(made, names, strict=True) if old.strip() and new != old.strip()]
    if doubled:
        notes.append(f"columns of one name: renamed {', '.join(doubled)}")
    return made


def _whole(name: str) -> str:
    """A name in which bytes that are no letter became question marks."""
    return name.encode("utf-8", "replace").decode("utf-8")
