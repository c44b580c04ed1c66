"""A shapefile: shapes of the .shp beside rows of the .dbf, with what its other parts say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gis_core.errors import InputError
from gis_core.reading.dbf import Dbf, column_names, encoding_of, open_dbf, rows_of, sibling, spans
from gis_core.reading.encodings import opening_codec, wide_codec
from gis_core.reading.model import Reading, Request, Rows, remark
from gis_core.reading.shp import Records, open_shp, shapes_of

LONGEST_PRJ = 1 << 16


def read_shapefile(request: Request) -> Reading:
    """The rows of a shapefile, as many as the fuller of .shp and .dbf has."""
    path = request.path
    records = open_shp(path, sibling(path, ".shx"))
    beside = sibling(path, ".dbf")
    if beside is None:
        return _without_attributes(path, records)
    table = open_dbf(beside)
    decision = encoding_of(table, request.encoding)
    decision.tell(records.notes)
    names = column_names(table, decision.encoding, records.notes)
    count = _count(path, records, table)
    return Reading(
        names, _chunks(records, table, decision.encoding, names), shaped=True, crs=projection(path),
        encoding=decision.encoding, sample=decision.sample, expected=count, notes=records.notes,
    )  # fmt: skip


def _without_attributes(path: Path, records: Records) -> Reading:
    records.notes.append(f"{path.name}: no .dbf beside the .shp: shapes without attributes (columns)")
    chunks = (_shaped(Rows(range(span.start + 1, span.stop + 1), []), records, span)
              for span in spans(len(records.offsets)))  # fmt: skip
    return Reading(
        [], chunks, shaped=True, crs=projection(path), expected=len(records.offsets), notes=records.notes
    )


def _count(path: Path, records: Records, table: Dbf) -> int:
    """Rows of the fuller part. Raises InputError where one part has nothing at all."""
    shapes, rows = len(records.offsets), table.claimed
    if rows and not shapes:
        raise InputError(
            f"{path.name}: the .shp is truncated: no shapes, while the .dbf has {rows} records; copy it again"
        )
    if shapes != rows:
        records.notes.append(
            f"record count mismatch: the .shp holds {shapes} shapes, the .dbf says {rows} records"
        )
    return max(shapes, rows)


def _chunks(records: Records, table: Dbf, encoding: str, names: list[str]) -> Iterator[Rows]:
    for span in spans(max(len(records.offsets), table.claimed)):
        found = rows_of(table, encoding, names, span)
        yield _shaped(found, records, span)


def _shaped(found: Rows, records: Records, span: range) -> Rows:
    found.shapes, faults, opened = shapes_of(records, span)
    for record in opened:
        remark(found.remarks, record + 1, "a ring was not closed: invalid, closed")
    for record, fault in faults.items():
        found.faults.setdefault(record + 1, fault)
    return found


def projection(path: Path) -> str | None:
    """The text of the .prj; None where there is none or it is empty."""
    beside = sibling(path, ".prj")
    if beside is None:
        return None
    raw = beside.read_bytes()[:LONGEST_PRJ]
    return raw.decode(opening_codec(wide_codec(raw) or "utf-8"), "replace").strip("\ufeff\x00 \t\r\n") or None
