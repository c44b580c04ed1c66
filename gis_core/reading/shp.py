"""Records of a .shp file: where each stands, whether it is whole, and its shape as WKB."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_core.errors import InputError
from gis_core.reading.model import HEIGHTS

HEADER = 100
RECORD = 8
TYPES = {0: "null", 1: "point", 3: "line", 5: "polygon", 8: "multipoint"}
MAGIC = 9994


@dataclass
class Records:
    """Offsets and lengths (bytes) of record contents in the mapped file, a fault for the broken ones."""

    raw: NDArray[np.uint8]
    kind: str
    offsets: list[int]
    lengths: list[int]
    faults: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def open_shp(path: Path, index: Path | None) -> Records:
    """The records of a .shp, found by walking it; where the walk breaks, by the index beside it."""
    raw = np.memmap(path, dtype=np.uint8, mode="r")
    if len(raw) < HEADER or struct.unpack(">i", bytes(raw[:4]))[0] != MAGIC:
        raise InputError(f"{path.name}: the .shp is truncated or damaged in its header; copy the file again")
    code = struct.unpack("<i", bytes(raw[32:36]))[0]
    if code % 10 not in TYPES or code > 28:  # noqa: PLR2004  types above 28 are multipatches
        raise InputError(f"{path.name}: the header names shape type {code}, which is not known; export again")
    said = 2 * struct.unpack(">i", bytes(raw[24:28]))[0]
    if HEADER < len(raw) < said:
        raise InputError(
            f"{path.name}: the .shp is truncated: {len(raw)} bytes of the {said} its header says;"
            f" copy it again"
        )
    found = Records(raw, TYPES[code % 10], [], [], notes=[HEIGHTS] if code > 10 else [])  # noqa: PLR2004
    end = _walk(found)
    listed = _listed(index) if index else []
    if index is None:
        found.notes.append("no .shx index: the shapes were found by reading the .shp")
    elif _agree(listed, found) is False:
        found.notes.append(
            f"the .shx index does not fit the .shp ({len(listed)} and {len(found.offsets)} records)"
        )
    if end is not None and len(listed) > len(found.offsets):
        _by_index(found, listed)
    return found


def _walk(found: Records) -> int | None:
    """Collect records until the end; the place where the file breaks, None if it does not."""
    raw, at, size = found.raw, HEADER, len(found.raw)
    view = memoryview(raw)  # type: ignore[arg-type]
    while at + RECORD <= size:
        number, words = struct.unpack_from(">ii", view, at)
        if words < 2 or at + RECORD + 2 * words > size or number != len(found.offsets) + 1:  # noqa: PLR2004
            return _broken(found, at, words)
        found.offsets.append(at + RECORD)
        found.lengths.append(2 * words)
        at += RECORD + 2 * words
    return None if at == size else at


def _broken(found: Records, at: int, words: int) -> int | None:
    """Accept records whose numbers are wrong but whose lengths fit; else tell where it breaks."""
    size = len(found.raw)
    if words >= 2 and at + RECORD + 2 * words <= size:  # noqa: PLR2004
        code = struct.unpack_from("<i", found.raw, at + RECORD)[0]  # type: ignore[arg-type]
        if code in {base + extra for base in TYPES for extra in (0, 10, 20)}:
            found.offsets.append(at + RECORD)
            found.lengths.append(2 * words)
            rest = Records(found.raw, found.kind, found.offsets, found.lengths)
            return _walk_from(rest, at + RECORD + 2 * words)
    return at


def _walk_from(found: Records, at: int) -> int | None:
    size = len(found.raw)
    while at + RECORD <= size:
        words = struct.unpack_from(">i", found.raw, at + 4)[0]  # type: ignore[arg-type]
        if words < 2 or at + RECORD + 2 * words > size:  # noqa: PLR2004
            return at
        found.offsets.append(at + RECORD)
        found.lengths.append(2 * words)
        at += RECORD + 2 * words
    return None if at == size else at


def _listed(index: Path) -> list[tuple[int, int]]:
    """Offset and length in bytes of every record that the .shx lists."""
    body = index.read_bytes()[HEADER:]
    pairs = np.frombuffer(body[: len(body) // 8 * 8], ">i4").reshape(-1, 2).astype(np.int64) * 2
    return [(int(offset) + RECORD, int(length)) for offset, length in pairs]


def _agree(listed: list[tuple[int, int]], found: Records) -> bool:
    return listed == list(zip(found.offsets, found.lengths, strict=True))


def _by_index(found: Records, listed: list[tuple[int, int]]) -> None:
    """Records that the walk did not reach, by the index; those beyond the end are faults."""
    size, known = len(found.raw), len(found.offsets)
    for place, (offset, length) in enumerate(listed[known:], start=known):
        whole = offset >= HEADER and length >= 4 and offset + length <= size  # noqa: PLR2004
        number, words = struct.unpack_from(">ii", found.raw, offset - RECORD) if whole else (0, 0)  # type: ignore[arg-type]
        same = number == place + 1 or 2 * words == length > 0
        found.offsets.append(offset if same else HEADER)
        found.lengths.append(length if same else 0)
        if not same:
            found.faults[place] = "the record is truncated or damaged in the .shp"


def shapes_of(found: Records, span: range) -> tuple[list[bytes | None], dict[int, str], list[int]]:
    """Shapes of records of a span as WKB, faults by record number from 0, records with open rings."""
    shapes: list[Any] = [None] * len(span)
    faults: dict[int, str] = {}
    opened: list[int] = []
    for record in span:
        if record in found.faults or record >= len(found.offsets):
            faults[record] = found.faults.get(record, "no shape: the .shp has fewer records than the .dbf")
            continue
        start = found.offsets[record]
        body = found.raw[start : start + found.lengths[record]]
        try:
            shapes[record - span.start], closed = _shape(body, found.kind)
            opened.extend([] if closed else [record])
        except (ValueError, struct.error, shapely.GEOSException) as fault:
            faults[record] = f"the shape record is damaged: invalid {fault}"
    return list(shapely.to_wkb(np.asarray(shapes, dtype=object))), faults, opened


def _shape(body: NDArray[np.uint8], wanted: str) -> tuple[Any, bool]:
    """One shape and whether its rings are closed; heights and measures are left out.

    Raises ValueError where counts do not fit.
    """
    code = struct.unpack_from("<i", body)[0]  # type: ignore[arg-type]
    kind = TYPES.get(code % 10) if 0 <= code <= 28 else None  # noqa: PLR2004
    if kind is None:
        raise ValueError(f"shape type {code}")
    if kind == "null":
        return None, True
    if kind != wanted:
        raise ValueError(f"type {kind} in a file of type {wanted}")
    if kind == "point":
        return shapely.points(_doubles(body, 4, 1)[0]), True
    if kind == "multipoint":
        count = struct.unpack_from("<i", body, 36)[0]  # type: ignore[arg-type]
        return shapely.multipoints(_doubles(body, 40, count)), True
    return _parts(body, kind)


def _parts(body: NDArray[np.uint8], kind: str) -> tuple[Any, bool]:
    """A line or an area of several parts."""
    parts, points = struct.unpack_from("<ii", body, 36)  # type: ignore[arg-type]
    if parts < 0 or points < 0 or parts > points or 44 + 4 * parts + 16 * points > len(body):
        raise ValueError(f"counts: {parts} parts, {points} points in {len(body)} bytes")
    if parts == 0 or points == 0:
        return None, True
    starts = np.frombuffer(body, "<i4", parts, 44).astype(np.int64)
    if starts[0] != 0 or (np.diff(starts) < 0).any() or starts[-1] > points:
        raise ValueError("order of parts")
    pieces = np.split(_doubles(body, 44 + 4 * parts, points), starts[1:])
    pieces = [piece for piece in pieces if len(piece)]
    if kind == "line":
        return shapely.multilinestrings([shapely.linestrings(each) for each in pieces]), True
    return _area(pieces), all((ring[0] == ring[-1]).all() or np.isnan(ring).any() for ring in pieces)


def _doubles(body: NDArray[np.uint8], start: int, count: int) -> NDArray[np.float64]:
    if count < 0 or start + 16 * count > len(body):
        raise ValueError(f"count of {count} points in {len(body)} bytes")
    return np.frombuffer(body, "<f8", 2 * count, start).reshape(count, 2)


def _area(rings: list[NDArray[np.float64]]) -> Any:
    """A polygon or multipolygon of rings: clockwise ones are shells, others holes of the shell about them."""
    closed = [_closed(ring) for ring in rings]
    if len(closed) == 1:
        return shapely.polygons(closed[0])
    shells = [ring for ring in closed if _turn(ring) <= 0]
    holes = [ring for ring in closed if _turn(ring) > 0]
    if not shells:
        shells, holes = closed, []
    if len(shells) == 1:
        return shapely.polygons(shells[0], holes=holes or None)
    return _with_holes(shapely.polygons([shapely.linearrings(shell) for shell in shells]), holes)


def _with_holes(shells: Any, holes: list[NDArray[np.float64]]) -> Any:
    """Shells with each hole given to the smallest shell that holds its first point, else to the first."""
    own: list[list[Any]] = [[] for _ in shells]
    order = np.argsort(shapely.area(shells))
    for hole in holes:
        about = [place for place in order if shapely.intersects_xy(shells[place], *hole[0])]
        own[about[0] if about else 0].append(shapely.linearrings(hole))
    parts = [shapely.polygons(shapely.get_exterior_ring(shell), holes=mine or None)
             for shell, mine in zip(shells, own, strict=True)]  # fmt: skip
    return shapely.multipolygons(parts)


def _closed(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ring with its first point at the end."""
    return ring if (ring[0] == ring[-1]).all() else np.vstack([ring, ring[:1]])


def _turn(ring: NDArray[np.float64]) -> float:
    """Twice the signed area: negative for clockwise."""
    x, y = (ring - ring[0]).T
    return float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))
