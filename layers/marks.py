"""Marks that data carry to every page and export: invented (`sample`) and hand-drawn (`schematic`).

A file named SAMPLE or SCHEMATIC in a folder marks every file of that folder; the mark rides in the run that
loaded it and holds as long as a row of that run is left in the store.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, exists, or_, select

from gis_core.layer import Layer, table_of
from layers.districts import District
from layers.runs import Run
from layers.sources import SOURCES

MARKS = ("sample", "schematic")


def marks_beside(path: Path) -> dict[str, object]:
    """The marks of a file's folder, for the options of the run that loads it."""
    return {mark: True for mark in MARKS if (path.parent / mark.upper()).exists()}


def is_sample(connection: Connection) -> bool:
    """True while any row of any source layer is invented."""
    return _held(connection, "sample", *SOURCES)


def is_schematic(connection: Connection) -> bool:
    """True while any district outline is hand-drawn."""
    return _held(connection, "schematic", District)


def _held(connection: Connection, mark: str, *layers: type[Layer]) -> bool:
    marked = select(Run.id).where(Run.options[mark].as_boolean())
    found = [exists().where(table_of(layer).c.run_id.in_(marked)) for layer in layers]
    return bool(connection.scalar(select(or_(*found))))


def own_rows(connection: Connection) -> list[str]:
    """Names of the source layers that hold rows which are neither invented nor hand-drawn."""
    marked = select(Run.id).where(or_(*(Run.options[mark].as_boolean() for mark in MARKS)))
    own = {layer.__tablename__: table_of(layer).c.run_id.not_in(marked) for layer in SOURCES}
    return [name for name, held in own.items() if connection.scalar(select(exists().where(held)))]
