"""Layers as GeoJSON by RFC 7946, for the web."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from pyogrio.raw import read

from gis_core.errors import InputError
from gis_core.export.aside import file_aside
from gis_core.export.compare import check_rows, check_shapes, check_sums, check_values
from gis_core.export.moving import Array
from gis_core.export.shapes import promoted
from gis_core.export.table import Table, Written, has_shapes, marked, prepared
from gis_core.layer import Layer, keys

DIGITS = 7  # of a degree: one centimetre


def write_geojson(
    layer: type[Layer], frame: pd.DataFrame, path: Path, metadata: Mapping[str, str] | None = None
) -> Written:
    """A FeatureCollection in longitude and latitude, 7 digits, outer rings against the clock; a line a row.

    Lists stay lists, dates are ISO text, a row without a shape has the geometry null; `metadata` (run,
    source, coverage) is a member of the collection.
    """
    if not has_shapes(layer):
        raise InputError(f"{layer.__tablename__} has no shapes: export it as csv or gpkg")
    table = prepared(layer, frame, "EPSG:4326")
    shapes = _rounded(table)
    table = marked(table, shapes)
    path = Path(path)
    with file_aside(path) as made:
        with made.open("w", encoding="utf-8", newline="\n") as sink:
            sink.writelines(_geojson(table, shapes, metadata or {}))
        _check_geojson(made, frame, table, shapes)
    return Written((path,), table.rows, table.notes)


def _rounded(table: Table) -> Array:
    """The shapes with 7 digits; what rounding breaks is mended, what it would swallow keeps all digits."""
    if table.shapes is None:
        raise TypeError(table.name)
    exact = table.shapes.found
    rounded = shapely.transform(exact, lambda xy: xy.round(DIGITS))
    broken = ~shapely.is_missing(exact) & ~shapely.is_valid(rounded)
    rounded[broken] = promoted(table.shapes.kind, shapely.set_precision(exact[broken], 10.0**-DIGITS))
    lost = ~shapely.is_missing(exact) & (shapely.is_empty(rounded) | ~shapely.is_valid(rounded))
    rounded[lost] = exact[lost]
    return shapely.orient_polygons(rounded)  # type: ignore[no-any-return]


def _geojson(table: Table, shapes: Array, metadata: Mapping[str, str]) -> Iterator[str]:
    key = keys(table.layer)
    head = {"type": "FeatureCollection", "name": table.name} | (
        {"metadata": dict(metadata)} if metadata else {}
    )
    yield _dumped(head)[:-1] + ',"features":['
    for row, shape in enumerate(shapely.to_geojson(shapes)):
        properties = {name: _json(values[row]) for name, values in table.values.items()}
        feature: dict[str, Any] = {"type": "Feature"}
        if len(key) == 1 and key[0] in properties:
            feature["id"] = properties[key[0]]
        feature["properties"] = properties
        yield f'{"," if row else ""}\n{_dumped(feature)[:-1]},"geometry":{shape or "null"}}}'
    yield "\n]}\n"


def _dumped(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _check_geojson(path: Path, frame: pd.DataFrame, table: Table, shapes: Array) -> None:
    """GisError unless the properties by the json module and the shapes by GDAL are what was meant."""
    features = json.loads(path.read_text("utf-8"))["features"]
    check_rows(path, table.rows, len(features))
    found = {name: [feature["properties"][name] for feature in features] for name in table.values}
    for name, values in table.values.items():
        check_values(path, name, [_json(value) for value in values], found[name])
    check_sums(path, table, frame, found)
    check_shapes(path, shapes, shapely.from_wkb(read(path, columns=[])[2]))
