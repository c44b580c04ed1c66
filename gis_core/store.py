"""Frames into tables and back: binary COPY one way, a query the other."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from sqlalchemy import Connection, Row, Select, Table, func, select

from gis_core.copying import read_columns
from gis_core.staging import encode, send
from gis_core.values import arrow_type

# where PyArrow was told that there is no pandas (`spare`), it looks again only for this
pa.nulls(0).to_pandas()
PART = 50_000  # rows that are held at a time where there may be many


def copy_frame(connection: Connection, table: Table, frame: pd.DataFrame, srid: int) -> None:
    """The columns of a frame that a table has, by binary COPY; `geom` holds shapely shapes in the SRID."""
    kinds = {column.name: arrow_type(column.type) for column in table.columns if column.name in frame}
    rows = pa.table({name: _arrow(frame[name], kind) for name, kind in kinds.items() if name != "geom"})
    shapes = None
    if "geom" in kinds:
        tagged = shapely.set_srid(frame["geom"].to_numpy(object), srid)
        shapes = pa.array(shapely.to_wkb(tagged, include_srid=True), pa.binary())
    send(connection, encode(table, rows, shapes))


def _arrow(column: pd.Series[Any], kind: pa.DataType) -> pa.Array:
    """A column as Arrow has it; one without a value has no type of its own."""
    if column.isna().all():
        return pa.nulls(len(column), kind)
    return pa.Array.from_pandas(column, type=kind)


def read_frame(connection: Connection, query: Select[Any], crs: str) -> pd.DataFrame:
    """The rows of a query; a GeoDataFrame with the active geometry `geom` where the query has that column."""
    result = connection.execute(_with_wkb(query))
    return _frame(list(result.keys()), result.all(), crs)


def read_parts(
    connection: Connection, query: Select[Any], crs: str, part: int = PART
) -> Generator[pd.DataFrame, None, None]:
    """The same in frames of so many rows at most, at least one, read when asked for, in columns of Arrow.

    While parts are left the connection can do nothing else, not even roll back: who may stop on the way
    closes the generator.
    """
    with closing(read_columns(connection, query, part)) as parts:
        yield from _frames(parts, crs)


def box_of(connection: Connection, table: Table) -> tuple[float, float, float, float] | None:
    """West, south, east and north of all shapes of a table, in its CRS; None without shapes."""
    held = func.ST_Extent(table.c.geom)
    sides = (func.ST_XMin(held), func.ST_YMin(held), func.ST_XMax(held), func.ST_YMax(held))
    found = connection.execute(select(*sides)).one()
    return None if found[0] is None else tuple(found)


def _frames(parts: Iterable[pa.Table], crs: str) -> Iterator[pd.DataFrame]:
    for found in parts:
        data: dict[str, Any] = {
            name: pd.arrays.ArrowExtensionArray(found[name]) for name in found.column_names if name != "geom"
        }
        if "geom" not in found.column_names:
            yield pd.DataFrame(data, columns=found.column_names)
            continue
        data["geom"] = shapely.from_wkb(found["geom"].to_numpy(zero_copy_only=False))
        yield gpd.GeoDataFrame(data, columns=found.column_names, geometry="geom", crs=crs)


def _with_wkb(query: Select[Any]) -> Select[Any]:
    columns = query.subquery("q").c
    return select(*(func.ST_AsBinary(c).label("geom") if c.name == "geom" else c for c in columns))


def _frame(names: list[str], rows: Sequence[Row[Any]], crs: str) -> pd.DataFrame:
    data = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    if "geom" not in data:
        return pd.DataFrame(data, columns=names)
    shapes = shapely.from_wkb(np.array([None if w is None else bytes(w) for w in data["geom"]], dtype=object))
    return gpd.GeoDataFrame(data | {"geom": shapes}, columns=names, geometry="geom", crs=crs)
