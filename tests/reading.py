"""A file read, planned and accepted as `abat load` does it, in this process and without writing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio  # noqa: F401  with all drivers, before a reader leaves only its own
import shapely
from sqlalchemy import Connection

from gis_core.accept import accept
from gis_core.errors import InputError
from gis_core.layer import Layer
from gis_core.placing import plan
from gis_core.reading import child, parent, pipe
from gis_core.reading.formats import local_file
from gis_core.reading.model import Reading, Request
from gis_core.reading.parent import Chunk, Source
from layers.city import City, read_city
from layers.loading import Wishes, load_rules

ASTANA = read_city(Path("astana"))


@dataclass
class Taken:
    """What became of a file's rows: all that a report would say."""

    source: Source
    mapping: dict[str, str]
    crs: str | None
    rows: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[Any] = field(default_factory=list)
    rejected: dict[int, str] = field(default_factory=dict)
    repairs: dict[int, str] = field(default_factory=dict)
    doubts: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def flagged(self) -> set[int]:
        return {*self.rejected, *self.repairs, *self.doubts}


def taken(
    connection: Connection,
    path: Path,
    layer: type[Layer],
    *,
    city: City = ASTANA,
    crs: str | None = None,
    sublayer: str | None = None,
    encoding: str | None = None,
    tags: tuple[tuple[str, str], ...] = (),
    **wishes: Any,
) -> Taken:
    """The rows of a file as rows of a layer that needs nothing of the store. Raises InputError."""
    rules = load_rules(connection, layer, city, Wishes(**wishes))
    local_file(str(path))
    with tempfile.TemporaryDirectory() as scratch:
        reading = child.read(Request(path, Path(scratch), sublayer, encoding, tags))
        source = _source(path, reading)
        found: Taken | None = None
        for chunk in source.chunks:
            if found is None:
                made = plan(layer, source, chunk, rules, crs)
                found = Taken(source, dict(made.mapping), made.crs.label if made.crs else None)
            _take(found, accept(layer, made, chunk, rules))
        if found is None:
            raise InputError(f"{path}: no rows")
        if not found.rows:
            first = min(found.rejected)
            raise InputError(
                f"{path}: no row can be taken; row {first}: {found.rejected[first]}; fix the file"
            )
        found.notes = [*reading.notes, *made.notes]
        return found


def _take(found: Taken, accepted: Any) -> None:
    found.rows += accepted.rows.to_pylist()
    blobs = [] if accepted.shapes is None else accepted.shapes.to_pylist()
    found.shapes += list(shapely.set_srid(shapely.from_wkb(np.array(blobs, dtype=object)), 0))
    found.rejected |= {each["row"]: each["reason"] for each in accepted.rejected}
    found.repairs |= accepted.repairs
    found.doubts |= accepted.doubts


def _source(path: Path, reading: Reading) -> Source:
    """The reading as the parent process sees it."""
    head = parent.head_of(pipe.header_of(reading))
    source = Source(path=path, sha256="", chunks=iter(()), **head)
    source.chunks = _chunks(source, reading)
    return source


def _chunks(source: Source, reading: Reading) -> Iterator[Chunk]:
    for rows in reading.chunks:
        chunk = parent._chunk(source, pipe.packed(rows))
        source.read += len(chunk.row)
        yield chunk
    parent._check_count(source)


def same_shape(one: Any, other: Any, tolerance: float = 0.001) -> bool:
    """Whether two shapes are equal up to so many units, whatever the order of their parts and points."""
    return bool(shapely.equals_exact(one.normalize(), other.normalize(), tolerance)) or bool(
        shapely.symmetric_difference(one, other).area <= tolerance
    )


def table_of_rows(found: Taken) -> pa.Table:
    """The accepted rows."""
    return pa.Table.from_pylist(found.rows)
