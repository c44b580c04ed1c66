"""Spellings of bodies in a file, grouped by likeness: a table to confirm, then to load into `bodies`."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

from gis_core.columns import match_columns
from gis_core.errors import InputError
from gis_core.export.aside import file_aside
from gis_core.export.cells import safe_cell
from gis_core.layer import fields
from gis_core.likeness import groups
from gis_core.reading.parent import open_source
from layers.city import read_city
from scripts.asked import Load
from scripts.common import Call, city_path


def suggest(call: Call, asked: Load, path: Path) -> tuple[str, dict[str, Any]]:
    """Write the table; the line and the facts to report. Nothing is merged: a person decides."""
    spellings = _spellings(call, asked)
    found = groups(spellings)
    with file_aside(path) as made, made.open("w", encoding="utf-8-sig", newline="") as sink:
        sheet = csv.writer(sink, delimiter=";")
        sheet.writerow(["code", "name_ru", "spellings", "rows"])
        for first, *others in found:
            names = [safe_cell(text) for text in (first, first, ";".join(others))]
            sheet.writerow([*names, sum(spellings[each] for each in (first, *others))])
    told = f"{len(spellings)} spellings in {len(found)} groups written to {path}; correct it,"
    told += f" then abat load bodies {path}"
    return told, {"spellings": len(spellings), "groups": len(found), "file": str(path)}


def _spellings(call: Call, asked: Load) -> Counter[str]:
    """How often the fields of bodies hold each spelling."""
    layer, city = asked.layer, read_city(city_path(call))
    bodies = [name for name, declared in fields(layer).items() if declared.vocabulary == "bodies"]
    if not bodies:
        raise InputError(f"{layer.__tablename__}: no field of it names a body; give projects")
    counted: Counter[str] = Counter()
    for name in asked.files:
        call.say(f"reading {name}")
        with open_source(name, sublayer=asked.sublayer, encoding=asked.encoding) as source:
            known = city.spellings.get(layer.__tablename__, {})
            mapping = match_columns(layer, source.columns, known, asked.wishes.stated)
            columns = [mapping[field] for field in bodies if field in mapping]
            for chunk in source.chunks:
                for column in columns:
                    counted.update(str(text) for text in chunk.table[column].to_pylist() if text)
    return counted
