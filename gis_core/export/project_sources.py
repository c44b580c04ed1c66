"""Where a QGIS project finds the rows of a layer: a GeoPackage beside it, or a database by service name."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import shapely
from pyproj import CRS, Transformer

from gis_core.export.project import Box
from gis_core.layer import Layer, fields, geometry_kind, keys

YEAR = "year"  # a layer with it in its key has the same places once a year; one year at a time can be seen
UNTIL = "valid_to"  # a row with a date in it is past
_TYPES = {"POINT": "Point", "MULTILINESTRING": "MultiLineString", "MULTIPOLYGON": "MultiPolygon"}


def newest_year(layer: type[Layer], frame: pd.DataFrame) -> int | None:
    """The last year of a layer whose shapes lie over each other year by year; else None."""
    if YEAR not in keys(layer) or not geometry_kind(layer) or frame.empty:
        return None
    return int(frame[YEAR].max())


def _now(layer: type[Layer], year: int | None) -> str:
    """The condition for the rows that a map shows at first; empty for all."""
    if year is not None:
        return f'"{YEAR}" = {year}'
    return f'"{UNTIL}" IS NULL' if UNTIL in fields(layer) else ""


def in_file(layer: type[Layer], file: str, year: int | None) -> str:
    """A layer of a GeoPackage in the folder of the project."""
    now = _now(layer, year)
    subset = f"|subset={now}" if now else ""
    return f"./{file}|layername={layer.__tablename__}{subset}"


def in_database(layer: type[Layer], service: str, srid: int | None, year: int | None) -> str:
    """A table of the database that a service of pg_service.conf names: no host, user or password."""
    kind = geometry_kind(layer)
    listed = ",".join(f'"{key}"' for key in keys(layer))
    key = f"'{keys(layer)[0]}'" if len(keys(layer)) == 1 else f"'{listed}'"
    shape = f" srid={srid} type={_TYPES[kind]}" if kind else ""
    column = " (geom)" if kind else ""
    now = _now(layer, year)
    subset = f" sql={now}" if now else ""
    table = f'"public"."{layer.__tablename__}"{column}'
    return f"service='{service}' key={key}{shape} checkPrimaryKeyUnicity='1' table={table}{subset}"


def extent_of(frames: Iterable[pd.DataFrame], stored: CRS, crs: CRS) -> Box | None:
    """The box of all shapes of these frames, in `crs`; None without any."""
    boxes = [frame.total_bounds for frame in frames if "geom" in frame and frame["geom"].notna().any()]
    if not boxes:
        return None
    west, south, east, north = shapely.total_bounds([shapely.box(*box) for box in boxes]).tolist()
    return moved_box((west, south, east, north), stored, crs)


def moved_box(box: Box, own: CRS, target: CRS) -> Box:
    """The box round a box in another CRS."""
    west, south, east, north = Transformer.from_crs(own, target, always_xy=True).transform_bounds(*box)
    return west, south, east, north
