"""Files for the load benchmark: any number of parcels or appeals in a city's bounds, seeded, in batches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyarrow.csv import WriteOptions, write_csv
from pyproj import Transformer

BATCH = 100_000
WEST, SOUTH, SIZE = 655_000.0, 5_650_000.0, 30_000.0  # metres of EPSG:32642, inside Astana
CATEGORIES = ("playground", "lighting", "greening", "cleaning", "roads_pavements")
STREETS = ("ул. Кенесары", "пр. Абылай хана", "ул. Иманова", "пр. Республики", "ул. Сейфуллина")


def polygons(rows: int) -> Iterator[tuple[pa.Table, Any]]:
    """Parcels: five to eight corners, 10 to 60 m across, three of a thousand with a crossed outline."""
    for first, dice, count in _batches(rows, 1):
        corners = dice.integers(5, 9, count)
        at = np.repeat(np.arange(count), corners)
        place = np.arange(len(at)) - np.repeat(np.cumsum(corners) - corners, corners)
        turn = 2 * np.pi * place / corners[at]
        reach = np.repeat(dice.uniform(5, 30, count), corners) * dice.uniform(0.8, 1.2, len(at))
        middle = dice.uniform(0, SIZE, (count, 2)) + np.array([WEST, SOUTH])
        points = middle[at] + np.column_stack([np.cos(turn), np.sin(turn)]) * reach[:, None]
        crossed = np.flatnonzero(dice.random(count) < 0.003)
        starts = np.cumsum(corners) - corners
        points[starts[crossed]], points[starts[crossed] + 1] = (
            points[starts[crossed] + 1],
            points[starts[crossed]].copy(),
        )
        rings = shapely.linearrings(points, indices=at)
        yield _table(first, count, {
            "purpose": np.array(CATEGORIES)[dice.integers(0, 5, count)],
            "holder": [f"ТОО «Участок {number}»" for number in dice.integers(0, 50_000, count)],
        }), shapely.polygons(rings)  # fmt: skip


def points(rows: int) -> Iterator[tuple[pa.Table, Any]]:
    """Appeals of four years."""
    for first, dice, count in _batches(rows, 2):
        days = np.datetime64("2020-01-01") + dice.integers(0, 1400, count).astype("timedelta64[D]")
        streets, houses = dice.integers(0, 5, count), dice.integers(1, 200, count)
        yield _table(first, count, {
            "requested_on": days,
            "category": np.array(CATEGORIES)[dice.integers(0, 5, count)],
            "address": [f"{STREETS[street]}, {house}" for street, house in zip(streets, houses, strict=True)],
            "text": [f"Просим посмотреть двор номер {number}" for number in dice.integers(0, 90_000, count)],
        }), shapely.points(dice.uniform(0, SIZE, (count, 2)) + np.array([WEST, SOUTH]))  # fmt: skip


def _batches(rows: int, seed: int) -> Iterator[tuple[int, np.random.Generator, int]]:
    for first in range(0, rows, BATCH):
        yield first, np.random.default_rng([seed, first]), min(BATCH, rows - first)


def _table(first: int, count: int, columns: dict[str, Any]) -> pa.Table:
    ids = [f"R-{number:09d}" for number in range(first, first + count)]
    return pa.table({"id": ids, **{name: pa.array(values) for name, values in columns.items()}})


KINDS = {"polygons": ("parcels", polygons, "Polygon"), "points": ("appeals", points, "Point")}


def write_layer(kind: str, rows: int, path: Path, driver: str) -> None:
    """One file of a kind that GDAL writes: a GeoPackage in the city's CRS."""
    _, made, geometry = KINDS[kind]
    for place, (table, shapes) in enumerate(made(rows)):
        whole = table.append_column("geometry", pa.array(shapely.to_wkb(shapes), pa.binary()))
        pyogrio.write_arrow(whole, path, driver=driver, layer=kind, geometry_name="geometry",
                            geometry_type=geometry, crs="EPSG:32642", append=place > 0)  # fmt: skip


def write_text(kind: str, size: int, path: Path) -> int:
    """A CSV (points with lon and lat) or GeoJSONSeq (polygons) of at least so many bytes; its rows."""
    rows, step = 0, Transformer.from_crs(32642, 4326, always_xy=True)
    with path.open("wb") as file:
        for table, shapes in KINDS[kind][1](1 << 40):
            there = shapely.transform(shapes, step.transform, interleaved=False)
            if kind == "points":
                plain = WriteOptions(include_header=rows == 0, delimiter=";", quoting_style="none")
                write_csv(_with_places(table, there), file, plain)
            else:
                file.writelines(map(str.encode, _features(table, there)))
            rows += len(table)
            if file.tell() >= size:
                return rows
    return rows


def _with_places(table: pa.Table, shapes: Any) -> pa.Table:
    lon, lat = shapely.get_coordinates(shapes).round(7).T
    return table.append_column("lon", pa.array(lon)).append_column("lat", pa.array(lat))


def _features(table: pa.Table, shapes: Any) -> Iterator[str]:
    for record, shape in zip(table.to_pylist(), shapely.to_geojson(shapes), strict=True):
        told = json.dumps(record, ensure_ascii=False)
        yield f'{{"type":"Feature","properties":{told},"geometry":{shape}}}\n'
