"""Where a QGIS project finds the rows of a layer: a GeoPackage beside it, or a database by service name."""

from __future__ import annotations

from collections.abc import Iterable

import shapely
from pyproj import CRS, Transformer

from gis_core.export.parts import YEAR
from gis_core.export.project import Box
from gis_core.layer import Layer, fields, geometry_kind, keys

UNTIL = "valid_to"  # a row with a date in it is past
_TYPES = {"POINT": "Point", "MULTILINESTRING": "MultiLineString", "MULTIPOLYGON": "MultiPolygon"}


def newest_year(layer: type[Layer], year: int | None) -> int | None:
    """The last year of the rows, for a layer whose shapes lie over each other year by year; else None."""
    return year if YEAR in keys(layer) and geometry_kind(layer) else None


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


def extent_of(boxes: Iterable[Box | None], stored: CRS, crs: CRS) -> Box | None:
    """The box round these boxes, in `crs`; None without any."""
    found = [shapely.box(*box) for box in boxes if box]
    if not found:
        return None
    west, south, east, north = shapely.total_bounds(found).tolist()
    return moved_box((west, south, east, north), stored, crs)


def moved_box(box: Box, own: CRS, target: CRS) -> Box:
    """The box round a box in another CRS."""
    west, south, east, north = Transformer.from_crs(own, target, always_xy=True).transform_bounds(*box)
    return west, south, east, north
