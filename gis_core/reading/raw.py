"""What the raw bytes of a file say of its rows, where GDAL would pass over a cut in silence."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from gis_core.errors import InputError
from gis_core.reading.dbf import sibling
from gis_core.reading.encodings import Decision, decide, detect
from gis_core.reading.markup import counted

MEMBERS = frozenset(("featuremember", "featuremembers", "member"))
OBJECT = re.compile(
    r"\s*(point|line|pline|region|arc|text|rect|roundrect|ellipse|multipoint|collection|none)\b\s*(\d*)", re.I
)
TAIL = 512
MOST_TEXT = 1 << 20  # bytes of letters that are looked at
BLOCK = struct.Struct(">I")
LONGEST_HEADER = 64 << 10  # by the format's own rule
VARINT, BYTES = 0, 2


def raw_rows(path: Path, kind: str) -> int | None:
    """Rows that a file holds, None where that cannot be told. Raises InputError for a cut file."""
    counts: dict[str, Callable[[Path], int | None]] = {
        "mif": _of_mif, "gml": _of_gml, "dxf": _of_dxf, "osm": _of_osm,
    }  # fmt: skip
    return counts[kind](path) if kind in counts else None


def dxf_encoding(path: Path, stated: str | None) -> Decision:
    """The encoding of a drawing: utf-8 where it is, else by its code page, else by its letters."""
    with path.open("rb") as file:
        data = b"\n".join(line.strip() for line in file if not line.isascii())[:MOST_TEXT]
    with path.open("rb") as file:
        page = re.search(rb"\$DWGCODEPAGE\s+3\s+(\S+)", file.read(LONGEST_HEADER))
    if data.isascii() or stated:
        return decide(data, path.name, None, stated)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        name = page.group(1).decode("ascii", "replace").replace("_", "") if page else None
        return decide(data, path.name, name, None)
    return detect(data, path.name)


def _cut(path: Path, why: str) -> InputError:
    return InputError(f"{path.name}: truncated or damaged: {why}; copy it again")


def _of_mif(path: Path) -> int:
    """Objects of a .mif, which must be as many as the lines of the .mid beside it."""
    objects, inside, parts = 0, False, 0
    with path.open(encoding="latin-1") as file:
        for line in file:
            found = OBJECT.match(line) if inside else None
            inside = inside or line.strip().casefold() == "data"
            if found and parts:
                parts -= 1
            elif found:
                objects += 1
                parts = int(found.group(2) or 0) if found.group(1).casefold() == "collection" else 0
    beside = sibling(path, ".mid")
    if beside is None:
        raise InputError(f"{path.name}: no .mid beside the .mif: shapes without attributes; copy both")
    with beside.open("rb") as file:
        rows = sum(1 for line in file if line.strip())
    if rows != objects:
        raise _cut(path, f"the .mif holds {objects} objects, the .mid {rows} rows: the counts mismatch")
    return rows


def _of_gml(path: Path) -> int | None:
    """Members of the collection; the whole file must be whole XML."""
    return counted(path, MEMBERS) or None


def _of_dxf(path: Path) -> None:
    """A drawing in text ends with its mark of the end."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        tail = file.read().split()
    if not tail or tail[-1] != b"EOF":
        raise _cut(path, "the drawing has no EOF at its end")


def _of_osm(path: Path) -> None:
    """An extract must be whole: XML to its last element, blocks to the last byte."""
    with path.open("rb") as file:
        if file.read(1) == b"<" or path.suffix.lower() == ".osm":
            counted(path, frozenset())
            return
        file.seek(0)
        while start := file.read(BLOCK.size):
            if not _block(file, start):
                raise _cut(path, "a block of the OpenStreetMap extract is cut")


def _block(file: BinaryIO, start: bytes) -> bool:
    """Step over one block of a .pbf; False where it is not whole."""
    size = BLOCK.unpack(start)[0] if len(start) == BLOCK.size else LONGEST_HEADER + 1
    header = file.read(size) if size <= LONGEST_HEADER else b""
    length = _data_size(header) if len(header) == size else None
    return length is not None and len(file.read(length)) == length


def _data_size(header: bytes) -> int | None:
    """Field 3 of a block's header, a protobuf message of texts and one number."""
    at = 0
    while at < len(header):
        field, kind, at = header[at] >> 3, header[at] & 7, at + 1
        value = shift = 0
        while at < len(header):
            value |= (header[at] & 127) << shift
            shift, at = shift + 7, at + 1
            if header[at - 1] < 128:  # noqa: PLR2004  the last byte of a number
                break
        if field == 3 and kind == VARINT:  # noqa: PLR2004
            return value
        if kind not in (VARINT, BYTES):
            return None
        at += value if kind == BYTES else 0
    return None
