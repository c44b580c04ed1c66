"""Invented frames made from the declaration of a layer: small squares, literal numbers."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gis_core.export import has_shapes
from gis_core.export.values import Column, visible_columns
from gis_core.layer import Layer, geometry_kind, keys

CRS = "EPSG:32642"
EAST, NORTH = 670_000.0, 5_670_000.0  # in Astana
ROWS = 7
KAZAKH = "Мәңгілік Ел даңғылы, №5 «Қазақ» ӘҒҚҢӨҰҮҺІ"
LONG = "Жалоба на сломанные качели во дворе. " * 10  # 370 letters, 660 bytes
TEXTS = (None, KAZAKH, LONG, "=1+1", 'a;b"c\nd', "{{ x }}<b>&'", "Двор")
INTEGERS = (None, 10**15, -5, 0, 2021, 10**15 + 1, 7)
FLOATS = (None, 0.1, 12345.678, -2.5, 0.0, 1e-6, 1 / 3)
DATES = (None, dt.date(2021, 5, 6), dt.date(1998, 12, 31), *[dt.date(2024, 2, 29)] * 4)
BOOLS = (None, True, False, True, False, True, False)
LISTS = (None, ["а", "ә"], [], ["один"], ["x", "y", "z"], [KAZAKH], ["1", "2"])


def squares(count: int = ROWS) -> list[Any]:
    """Squares of 10 m in a row, the second with a hole of 2 m; the first is missing."""
    found = [shapely.box(EAST + 20 * n, NORTH, EAST + 20 * n + 10, NORTH + 10) for n in range(count)]
    if count > 1:
        hole = shapely.box(EAST + 24, NORTH + 4, EAST + 26, NORTH + 6)
        found[1] = shapely.multipolygons(
            [found[1].difference(hole), shapely.box(EAST, NORTH + 50, EAST + 1, NORTH + 51)]
        )
    return [None, *(shapely.multipolygons(shapely.get_parts(shape)) for shape in found[1:])]


def lines(count: int = ROWS) -> list[Any]:
    found = [shapely.linestrings([(EAST, NORTH + n), (EAST + 10, NORTH + n)]) for n in range(1, count)]
    return [None, *(shapely.multilinestrings([line]) for line in found)]


def points(count: int = ROWS) -> list[Any]:
    return [None, *(shapely.Point(EAST + n / 3, NORTH) for n in range(1, count))]


SHAPES = {"MULTIPOLYGON": squares, "MULTILINESTRING": lines, "POINT": points}


def invented(layer: type[Layer]) -> pd.DataFrame:
    """Seven rows with every trap that the columns of the layer can hold, keys unlike each other."""
    columns = {column.name: _column(layer, column) for column in visible_columns(layer)}
    frame = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})
    if not has_shapes(layer):
        return frame
    shapes = SHAPES[geometry_kind(layer) or "POINT"]()
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=CRS)).rename_geometry("geom")


def _column(layer: type[Layer], column: Column) -> list[Any]:
    if column.kind == "bool" and column.name in keys(layer):
        return [n % 2 == 0 for n in range(ROWS)]
    if column.name in keys(layer):
        return [f"{n}-Қ" for n in range(ROWS)] if column.kind == "text" else list(range(ROWS))
    if column.field.choices:
        codes = list(column.field.choices)
        return [None, *(codes[n % len(codes)] for n in range(1, ROWS))]
    return list(
        {"text": TEXTS, "list": LISTS, "integer": INTEGERS, "float": FLOATS, "date": DATES, "bool": BOOLS}[
            column.kind
        ]
    )


def digest(folder: Path) -> str:
    """One hash over the names and bytes of all files below a folder."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return found.hexdigest()
