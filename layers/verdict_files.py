"""Verdicts in a file that went out and comes back: a GeoPackage or shapefile edited in QGIS, Excel, CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gis_core.columns import match_columns, meant_by
from gis_core.errors import InputError
from gis_core.export.cells import FORMULA_STARTS
from gis_core.reading.parent import Source, open_source
from gis_core.values import as_integer, as_money, as_text, is_missing
from layers.assessments import DECIDED, Assessment
from layers.naming import Names, code_of, verdict_names
from layers.verdicts import Refusal, Said

READ = ("conflict_id", "body", *DECIDED, "edition")
CUTTING = (".shp", ".dbf", ".zip")  # a field of a DBF holds 254 bytes of a text
# An edition that nobody has touched: a row that does not say which one it was made from replaces no other
NOT_SAID = 0


@dataclass
class VerdictFile:
    """The rows of a file, those that say something of a conflict and those that cannot be understood."""

    name: str
    sha256: str = ""
    read: int = 0
    said: list[Said] = field(default_factory=list)
    refused: list[tuple[Refusal, dict[str, Any]]] = field(default_factory=list)


def read_verdicts(path: Path, bodies: Names, sublayer: str | None = None) -> VerdictFile:
    """Every row of the file; InputError where it cannot be a file of verdicts at all."""
    meant = meant_by(Assessment, {}, ("conflict_id", "body"))
    with open_source(str(path), sublayer=sublayer, meant=meant) as source:
        mapping = _mapping(path, source)
        made = VerdictFile(path.name)
        for number, cells, fault in _rows(source, mapping):
            try:
                if fault:
                    raise InputError(f"{fault}; correct the row")
                said = _said(number, cells, bodies, is_csv=".csv" in path.name.lower())
                made.said.append(replace(said, cut=path.suffix.lower() in CUTTING))
            except ValueError as reason:
                made.refused.append(_refused(number, cells, f"{reason}; correct the cell"))
            except InputError as reason:
                made.refused.append(_refused(number, cells, str(reason)))
        made.sha256, made.read = source.sha256, source.read
    _refuse_twice_said(made)
    return made


def _mapping(path: Path, source: Source) -> dict[str, str]:
    """Field to column of the file."""
    found = match_columns(Assessment, source.columns, {}, {})
    mapping = {name: column for name, column in found.items() if name in READ}
    missing = [name for name in ("conflict_id", "body") if name not in mapping]
    if missing or not {*DECIDED} & {*mapping}:
        wanted = ", ".join(missing or DECIDED)
        raise InputError(
            f"{path}: no column {wanted}; the file has: {', '.join(source.columns)};"
            " take an export of assessments or a sheet of abat conflicts --digest"
        )
    return mapping


def _rows(source: Source, mapping: Mapping[str, str]) -> Iterator[tuple[int, dict[str, Any], str | None]]:
    """Number, cells by field and fault of each row."""
    for chunk in source.chunks:
        columns = [chunk.table[column].to_pylist() for column in mapping.values()]
        for number, fault, *cells in zip(
            chunk.row.to_pylist(), chunk.fault.to_pylist(), *columns, strict=True
        ):
            yield number, dict(zip(mapping, cells, strict=True)), fault


def _said(number: int, cells: Mapping[str, Any], bodies: Names, *, is_csv: bool) -> Said:
    """What a row says. A column that is there and empty clears the field; an empty verdict says nothing."""
    text = {name: "" if is_missing(cell) else as_text(cell).value for name, cell in cells.items()}
    for name in ("conflict_id", "body"):
        if not text[name]:
            raise InputError(f"{name} is empty; give it, or delete the row")
    values: dict[str, Any] = {}
    if text.get("verdict"):
        values["verdict"] = verdict_of(text["verdict"])
    if "lead_body" in text:
        values["lead_body"] = body_of(bodies, text["lead_body"]) if text["lead_body"] else None
    if "note" in text:
        values["note"] = plain_note(unescaped(text["note"]) if is_csv else text["note"])
    if "savings_kzt" in text:
        values["savings_kzt"] = savings_of(text["savings_kzt"]) if text["savings_kzt"] else None
    edition = int(as_integer(text["edition"]).value) if text.get("edition") else NOT_SAID
    return Said(text["conflict_id"], body_of(bodies, text["body"]), values, edition, number)


def verdict_of(word: str) -> str:
    """The code of a verdict by its word in any of the three languages."""
    known = "write one of: да, нет, не рассмотрено, пересмотреть (иә, жоқ, … / yes, no, …)"
    return code_of(verdict_names(), word, "verdict", known)


def body_of(bodies: Names, word: str) -> str:
    """The code of a body by code, name or spelling."""
    return code_of(bodies, word, "body", "the layer bodies lists them: abat export bodies")


def savings_of(word: object) -> int:
    """Whole tenge, none below zero."""
    amount = int(as_money(word).value)
    if amount < 0:
        raise ValueError(f"savings {str(word)!r} are below zero")
    return amount


def plain_note(text: str) -> str | None:
    """A note as the register keeps it: no outer spaces, one kind of line end, None for nothing."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip() or None


def unescaped(text: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it.

    >>> unescaped("'=1+1"), unescaped("'quoted'")
    ('=1+1', "'quoted'")
    """
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def _refused(number: int, cells: Mapping[str, Any], words: str) -> tuple[Refusal, dict[str, Any]]:
    why, _, cure = words.rpartition("; ")
    identity = cells.get("conflict_id")
    return Refusal(number, None if is_missing(identity) else str(identity), why, cure), dict(cells)


def _refuse_twice_said(made: VerdictFile) -> None:
    """Rows that say different things of one conflict for one body are refused; repetitions are dropped."""
    by_key: dict[tuple[str, str], list[Said]] = {}
    for each in made.said:
        by_key.setdefault(each.key, []).append(each)
    made.said = []
    for same in by_key.values():
        if all(each.values == same[0].values for each in same):
            made.said.append(same[0])
            continue
        rows = " and ".join(str(each.row) for each in same)
        for each in same:
            why = f"rows {rows} say different things of one conflict and body"
            refusal = Refusal(each.row, each.conflict_id, why, "leave the right one")
            made.refused.append((refusal, dict(each.values)))
