"""What the file libraries say when a disk is full or a file cannot be made, told as our own error."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fiona._err import CPLE_BaseError  # GDAL's own errors; fiona has no public name for them
from fiona.errors import FionaError

from gis_core.errors import InputError

# fiona and pyogrio tell most faults of GDAL as RuntimeError
LIBRARY_FAULTS = (CPLE_BaseError, FionaError, RuntimeError, sqlite3.Error)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """InputError in place of what GDAL or SQLite raises while `path` is written."""
    try:
        yield
    except LIBRARY_FAULTS as reason:
        said = str(reason).partition("\n")[0][:200]
        cure = "nothing was replaced; see that the disk has room, or choose another folder"
        raise InputError(f"cannot write {path.name}: {said}; {cure}") from reason
