"""Shapes that are known to be right by their numbers are right, and come out as the long way writes them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from shapely import from_wkt

from gis_core.ordinary import Ordinary, ordinary
from gis_core.shapes import ShapeRules, as_ewkb, limits, store_shapes

RULES = ShapeRules(CRS("EPSG:32642"), (71.0, 50.7, 72.0, 51.5), line_m=3.0, point_m=10.0)
LIMITS = limits(RULES)
CORNER = np.array([660_000, 5_660_000])
NONE = pa.nulls(1, pa.binary())
SQUARE = "POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))"


def found(*shapes: object, kind: str = "MULTIPOLYGON", step: Transformer | None = None) -> Ordinary:
    made = ordinary(pa.array(shapely.to_wkb(np.array(shapes)), pa.binary()), step, kind, LIMITS)  # type: ignore[arg-type]
    assert made is not None
    return made


def at(wkt: str) -> object:
    return shapely.transform(from_wkt(wkt), lambda xy: xy + CORNER)


@pytest.mark.parametrize(
    "wkt",
    [
        SQUARE,
        "POLYGON((0 0, 0 10, 10 10, 10 0, 0 0))",  # the other way round
        "POLYGON((0 0, 5 0, 10 0, 10 10, 0 10, 0 0))",  # a corner on a straight side
        "POLYGON((0 0, 10 0, 10 10, 5 6, 0 10, 0 0))",
        f"MULTI{SQUARE.replace('((', '(((').replace('))', ')))')}",
    ],
)
def test_a_ring_once_around_its_middle_is_ordinary(wkt: str) -> None:
    made = found(at(wkt))
    assert made.taken.tolist() == [True]
    assert made.boxes[0].tolist() == [660_000, 5_660_000, 660_010, 5_660_010]


@pytest.mark.parametrize(
    "wkt",
    [
        "POLYGON((0 0, 10 10, 10 0, 0 10, 0 0))",  # a bow tie
        "POLYGON((0 0, 10 0, 5 9, 1 -4, 11 6, 0 0))",  # a star, twice around
        "POLYGON((0 0, 0 0, 10 0, 10 10, 0 0))",  # a corner twice
        "POLYGON((0 0, 10 0, 20 0, 0 0))",
        "POLYGON((0 0, 0.1 0, 0.1 0.05, 0 0))",
        "POLYGON((0 0, 10 0, 10 10, 0 0), (6 2, 8 2, 8 4, 6 2))",
        "POLYGON((900000 0, 900010 0, 900010 10, 900000 0))",
        "POLYGON((0 0, 900000 0, 10 10, 0 0))",
        "MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
        "LINESTRING(0 0, 10 0, 10 10, 0 0)",
        "POLYGON EMPTY",
    ],
)
def test_all_others_go_the_long_way(wkt: str) -> None:
    made = found(at(wkt))
    assert not made.taken.any()
    assert made.blobs(pa.array([b"other"])).to_pylist() == [b"other"]


def test_bytes_that_are_no_ring_in_little_endian_go_the_long_way() -> None:
    square = shapely.to_wkb(at(SQUARE))
    big = shapely.to_wkb(at(SQUARE), byte_order=0)
    high = shapely.to_wkb(shapely.force_3d(at(SQUARE), 7.0))
    nan = square[:9] + square[9:13] + np.array([np.nan]).tobytes() + square[21:]
    opened = square[:-16] + (CORNER + 3.0).tobytes()
    odd = [big, high, nan, opened, square[:-1], square + b"!", b"", b"\x01", None]
    made = ordinary(pa.array([square, *odd], pa.binary()), None, "MULTIPOLYGON", LIMITS)
    assert made is not None
    assert made.taken.tolist() == [True] + [False] * len(odd)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=9))
def test_whatever_is_ordinary_is_valid_and_written_as_by_the_long_way(corners: list[tuple[int, int]]) -> None:
    shape = shapely.polygons(np.array([*corners, corners[0]]) + CORNER)
    made = found(shape)
    if made.taken[0]:
        assert shapely.is_valid(shape)
        assert made.blobs(NONE).equals(as_ewkb(np.array([shape]), "MULTIPOLYGON", 32642))


def test_degrees_come_out_as_by_the_long_way() -> None:
    step = Transformer.from_crs(4326, 32642, always_xy=True)
    back = Transformer.from_crs(32642, 4326, always_xy=True)
    dice = np.random.default_rng(1)
    squares = [shapely.transform(at(SQUARE), lambda xy, by=by: xy + by) for by in dice.uniform(0, 5000, 50)]
    degrees = np.array([shapely.transform(each, back.transform, interleaved=False) for each in squares])
    for shapes, kind in ((degrees, "MULTIPOLYGON"), (shapely.point_on_surface(degrees), "POINT")):
        made = found(*shapes, kind=kind, step=step)
        stored = store_shapes(shapes, step, kind, RULES)  # type: ignore[arg-type]
        assert made.taken.all()
        wanted = as_ewkb(stored.shapes, kind, 32642)  # type: ignore[arg-type]
        assert made.blobs(pa.nulls(50, pa.binary())).equals(wanted)


def test_points_in_the_city_are_ordinary_and_stand_beside_others() -> None:
    inside, outside = at("POINT(1 2)"), at("POINT(900000 0)")
    made = found(inside, outside, None, at("POINT EMPTY"), kind="POINT")
    assert made.taken.tolist() == [True, False, False, False]
    others = as_ewkb(np.array([None, outside, None, None]), "POINT", 32642)
    wanted = as_ewkb(np.array([inside, outside, None, None]), "POINT", 32642)
    assert made.blobs(others).equals(wanted)
