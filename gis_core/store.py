"""Frames into tables and back: binary COPY one way, a query the other."""

from __future__ import annotations

from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely
from psycopg import sql
from sqlalchemy import Connection, Dialect, Select, Table, func, select
from sqlalchemy.dialects.postgresql import dialect

POSTGRESQL: Dialect = dialect()  # type: ignore[no-untyped-call]


def copy_frame(connection: Connection, table: Table, frame: pd.DataFrame, srid: int) -> None:
    """The columns of a frame that a table has, by binary COPY; `geom` holds shapely shapes in the SRID."""
    columns = [column for column in table.columns if column.name in frame]
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    query = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT BINARY)").format(sql.Identifier(table.name), names)
    values = [_cells(frame[column.name], srid) for column in columns]
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(query) as copy:
        copy.set_types([_sql_type(column) for column in columns])
        for row in zip(*values, strict=True):
            copy.write_row(row)


def _cells(column: pd.Series[Any], srid: int) -> list[Any]:
    """Plain Python values; shapes as EWKB, which the server's geometry type reads as it is."""
    if column.name == "geom":
        shapes = np.asarray(column, dtype=object)
        return list(shapely.to_wkb(shapely.set_srid(shapes, srid), include_srid=True))
    missing = column.isna().to_numpy()
    return [None if gone else value for value, gone in zip(column.tolist(), missing, strict=True)]


def _sql_type(column: Any) -> str:
    name = "bytea" if column.name == "geom" else str(column.type.compile(dialect=POSTGRESQL)).lower()
    return "float8" if name == "float" else name  # psycopg knows types by the names of PostgreSQL


def read_frame(connection: Connection, query: Select[Any], crs: str) -> pd.DataFrame:
    """The rows of a query; a GeoDataFrame with the active geometry `geom` where the query has that column."""
    columns = query.subquery("q").c
    plain = select(*(func.ST_AsBinary(c).label("geom") if c.name == "geom" else c for c in columns))
    result = connection.execute(plain)
    names = list(result.keys())
    rows = result.all()
    data = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    if "geom" not in data:
        return pd.DataFrame(data, columns=names)
    shapes = shapely.from_wkb(np.array([None if w is None else bytes(w) for w in data["geom"]], dtype=object))
    return gpd.GeoDataFrame(data | {"geom": shapes}, columns=names, geometry="geom", crs=crs)
