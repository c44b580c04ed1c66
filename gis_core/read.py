"""Files into frames: attributes as they stand, shapes, CRS and encoding; nothing guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from gis_core.errors import InputError

VECTOR_SUFFIXES = (
    ".shp",
    ".gpkg",
    ".geojson",
    ".json",
    ".geojsonl",
    ".geojsons",
    ".fgb",
    ".kml",
    ".gml",
    ".xml",
    ".tab",
    ".mif",
)
TABLE_SUFFIXES = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
PARQUET_SUFFIXES = (".parquet", ".geoparquet")
WGS84_SUFFIXES = (".geojson", ".json", ".geojsonl", ".geojsons", ".kml")


@dataclass(frozen=True)
class FileTable:
    """One table of a file.

    `frame` holds the attributes, indexed by data row from 1; `shapes` is as long, or None for a plain table.
    """

    path: Path
    sha256: str
    frame: pd.DataFrame
    shapes: NDArray[Any] | None
    crs: CRS | None
    encoding: str | None = None
    sublayer: str | None = None


def read_file(
    path: Path, *, sublayer: str | None = None, crs: str | None = None, encoding: str | None = None
) -> FileTable:
    """The table in a file. A stated `crs` stands in for a missing one and may not contradict the file's.

    Raises InputError for what cannot be read, for several sublayers without a choice, and for no rows.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the name, or give the file inside the folder")
    name = path.name.lower()
    if name.endswith(TABLE_SUFFIXES):
        table = _read_text(path, encoding)
    elif name.endswith(PARQUET_SUFFIXES):
        table = _read_parquet(path)
    elif name.endswith(VECTOR_SUFFIXES):
        table = _read_vector(path, sublayer, encoding)
    else:
        known = ", ".join(sorted({*TABLE_SUFFIXES, *PARQUET_SUFFIXES, *VECTOR_SUFFIXES}))
        raise InputError(f"{path}: format not known by its ending; save it as one of {known}")
    if table.frame.empty:
        raise InputError(f"{path}: no rows; check that the right file was exported")
    return _with_crs(table, crs)


def _with_crs(table: FileTable, stated: str | None) -> FileTable:
    """The table with the CRS that was stated where the file has none."""
    if stated is None:
        return table
    try:
        given = CRS.from_user_input(stated)
    except CRSError:
        raise InputError(f"--crs {stated}: not a known CRS; write EPSG:32642 or give its WKT") from None
    if table.crs is not None and table.crs != given:
        raise InputError(
            f"{table.path}: the file says {table.crs.to_string()}, --crs says {stated}; leave out --crs,"
            " or correct the file if it is wrong"
        )
    return replace(table, crs=given)


def _read_vector(path: Path, sublayer: str | None, encoding: str | None) -> FileTable:
    with _readable(path):
        found = [str(name) for name, _ in pyogrio.list_layers(path)]
        if sublayer is None and len(found) > 1:
            raise InputError(f"{path}: several layers; choose one with --sublayer: {', '.join(found)}")
        chosen = sublayer or (found[0] if found else None)
        if chosen not in found:
            raise InputError(f"{path}: no layer {chosen!r}; it has: {', '.join(found) or 'none'}")
        frame = pyogrio.read_dataframe(path, layer=chosen, encoding=encoding, datetime_as_string=True)
    if not isinstance(frame, gpd.GeoDataFrame):
        return FileTable(path, _digest(path), _numbered(frame), None, None, encoding, chosen)
    shapes = np.asarray(frame.geometry.array, dtype=object)
    attributes = _numbered(pd.DataFrame(frame.drop(columns=frame.geometry.name)))
    return FileTable(path, _digest(path), attributes, shapes, frame.crs, encoding, chosen)


def _read_parquet(path: Path) -> FileTable:
    with _readable(path):
        frame = pd.read_parquet(path)
        if not any(isinstance(kind, bytes) for kind in _first_values(frame, "geometry")):
            return FileTable(path, _digest(path), _numbered(frame), None, None)
        geo = gpd.read_parquet(path)
    shapes = np.asarray(geo.geometry.array, dtype=object)
    attributes = _numbered(pd.DataFrame(geo.drop(columns=geo.geometry.name)))
    return FileTable(path, _digest(path), attributes, shapes, geo.crs)


def _first_values(frame: pd.DataFrame, column: str) -> list[object]:
    return frame[column].head(100).tolist() if column in frame else []


def _read_text(path: Path, encoding: str | None) -> FileTable:
    """Comma, semicolon or tab separated text; UTF-8 unless stated; every cell stays text."""
    with _readable(path):
        frame = pd.read_csv(
            path,
            sep=None,
            engine="python",
            dtype=str,
            keep_default_na=False,
            na_values=[""],
            encoding=encoding or "utf-8-sig",
        )
    return FileTable(path, _digest(path), _numbered(frame), None, None, encoding or "utf-8")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Library faults of reading as one clear refusal."""
    try:
        yield
    except UnicodeDecodeError as fault:
        raise InputError(
            f"{path}: not UTF-8 at byte {fault.start}; give --encoding, for old Russian files often cp1251"
        ) from None
    except (
        DataSourceError,
        DataLayerError,
        pd.errors.ParserError,
        pd.errors.EmptyDataError,
        ValueError,
        OSError,
    ) as fault:
        raise InputError(
            f"{path}: cannot be read ({' '.join(str(fault).split())}); export it again"
        ) from None


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with data rows counted from 1 and column names as text."""
    numbered = frame.set_axis(pd.RangeIndex(1, len(frame) + 1), axis=0)
    numbered.columns = numbered.columns.map(str)
    return numbered


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
