"""The digests of bodies into a folder: a sheet to fill in and a page for each, whole or not at all."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from gis_core.errors import EmptyInputError, InputError
from gis_core.export.aside import file_aside
from gis_core.export.workbook import write_workbook
from gis_core.personal import unmasked
from layers.city import City
from layers.digest import bodies_told, drawings, news
from layers.marks import is_sample, is_schematic
from layers.naming import body_names
from layers.register_rows import newest_run
from layers.verdict_files import read_verdicts
from layers.verdicts import weigh
from maps.digest import Letter, drawn, page
from maps.digest_sheet import sheet
from maps.plain_text import Speech
from maps.words import FRAME
from scripts.common import Call


def write_digests(
    call: Call,
    connection: Connection,
    city: City,
    speech: Speech,
    folder: Path,
    *,
    since: int | None,
    body: str | None,
) -> tuple[str, dict[str, Any]]:
    """Write both files of every body; the line and the facts to report.

    InputError where a sheet there holds answers that the register does not have; then nothing is written.
    """
    codes = bodies_told(connection, body)
    for code in codes:
        _refuse_answered(connection, folder / f"{file_name(code)}.xlsx")
    run = newest_run(connection)
    marked = (("sample", is_sample(connection)), ("schematic", is_schematic(connection)))
    marks = tuple(FRAME[name] for name, held in marked if held)
    files: dict[str, dict[str, Any]] = {}
    for code in codes:
        letter = Letter(code, since, run, city.name.label, f"{file_name(code)}.xlsx", marks)
        files[code] = _write(call, connection, folder, letter, speech)
    count = sum(each["conflicts"] for each in files.values())
    line = f"digest up to run {run}: {len(files)} bodies, {count} rows, in {folder}; next time: --since {run}"
    return line, {"run": run, "since": since, "bodies": files, "folder": str(folder)}


def _refuse_answered(connection: Connection, sheet_there: Path) -> None:
    """Refuse to replace a sheet whose answers have not been read back, or that is no sheet of a digest."""
    if not sheet_there.exists():
        return
    try:
        read = read_verdicts(sheet_there, body_names(connection))
    except EmptyInputError:
        return
    with unmasked(connection):
        outcome = weigh(connection, read.said)
    answers = len(outcome.changed) + len(read.refused) + len(outcome.refused)
    if answers:
        raise InputError(
            f"{sheet_there} holds {answers} answers that the register does not have;"
            f" read them back first (abat assess --from {sheet_there}), or give another folder"
        )


def _write(
    call: Call, connection: Connection, folder: Path, letter: Letter, speech: Speech
) -> dict[str, Any]:
    """Both files of one body; rows of one body are held at a time."""
    rows = news(connection, letter.since or 0, letter.body)
    call.say(f"writing the digest of {letter.body}: {len(rows)} conflicts")
    folder.mkdir(parents=True, exist_ok=True)
    book = folder / letter.sheet
    leaf = book.with_suffix(".html")
    write_workbook(book, sheet(rows, speech))
    shapes = drawings(connection, drawn(rows))
    with file_aside(leaf) as made:
        made.write_text(page(letter, rows, shapes, speech), encoding="utf-8", newline="\n")
    return {"conflicts": len(rows), "sheet": str(book), "page": str(leaf)}


def file_name(code: str) -> str:
    """A code as a file's name; one with other signs than letters, digits, - and _ gets a mark of its own.

    >>> file_name("dept_roads"), file_name("../x")[:4]
    ('dept_roads', '___x')
    """
    plain = re.sub(r"[^\w-]", "_", code)[:80]
    return plain if plain == code else f"{plain}-{hashlib.sha256(code.encode()).hexdigest()[:8]}"
