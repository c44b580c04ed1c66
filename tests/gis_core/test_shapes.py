"""Shapes that can be drawn on paper, brought into the store's form or refused."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import shapely
from pyproj import CRS
from shapely import from_wkt

from gis_core.shapes import ShapeRules, as_ewkb, shapes_of_wkb, store_shapes

RULES = ShapeRules(CRS("EPSG:32642"), (71.0, 50.7, 72.0, 51.5), line_m=3.0, point_m=10.0)
X, Y = 660_000, 5_660_000
CORNER = np.array([X, Y])


def at(wkt: str) -> object:
    """A shape drawn from the corner of the paper, put into the city."""
    return shapely.transform(from_wkt(wkt), lambda xy: xy + CORNER)


def stored(wkt: str, kind: str = "MULTIPOLYGON") -> tuple[object, str, str, str]:
    """The shape back on the paper, the reason against it, what was mended, how it was made."""
    found = store_shapes(np.array([at(wkt)], dtype=object), None, kind, RULES)  # type: ignore[arg-type]
    shape = found.shapes[0]
    back = None if shape is None else shapely.transform(shape, lambda xy: xy - CORNER)
    return back, found.reasons[0], found.repairs[0], found.sources[0]


def test_a_bow_tie_becomes_its_two_triangles_and_the_change_is_told() -> None:
    shape, reason, repair, _ = stored("POLYGON((0 0, 10 10, 10 0, 0 10, 0 0))")
    # two triangles of base 10 and height 5; the signed area of the bow tie is 0
    assert (shape.area, shape.is_valid, reason) == (50.0, True, "")
    assert repair == f"Self-intersection[{X + 5} {Y + 5}]; made valid, area changed by +50.00 m2"


def test_a_hole_outside_its_ring_is_left_out() -> None:
    shape, _, repair, _ = stored("POLYGON((0 0, 10 0, 10 10, 0 10, 0 0), (20 0, 30 0, 30 10, 20 10, 20 0))")
    assert shape.is_valid
    assert "Hole lies outside shell" in repair


def test_repeated_points_and_the_direction_of_rings_need_no_mending() -> None:
    shape, reason, repair, _ = stored("POLYGON((0 0, 0 0, 0 10, 10 10, 10 0, 0 0))")
    assert (shape.area, reason, repair) == (100.0, "", "")


def test_heights_are_left_out() -> None:
    shape, *_ = stored("POLYGON Z((0 0 5, 10 0 5, 10 10 5, 0 0 5))")
    assert (shape.has_z, shape.area) == (False, 50.0)


def test_a_line_becomes_a_strip_and_a_point_a_circle_of_the_profiles_widths() -> None:
    strip, _, _, made = stored("LINESTRING(0 0, 100 0)")
    # 100 m by 6 m and two half circles of radius 3, drawn with few corners
    assert strip.area == pytest.approx(600 + 28, abs=0.5)
    assert made == "buffered_line"
    circle, _, _, made = stored("POINT(5 5)")
    assert circle.area == pytest.approx(312, abs=1)
    assert made == "buffered_point"


def test_of_a_collection_the_areas_are_kept_and_it_is_told() -> None:
    shape, reason, repair, _ = stored("GEOMETRYCOLLECTION(POLYGON((0 0, 4 0, 4 4, 0 4, 0 0)), POINT(9 9))")
    assert (shape.area, reason) == (16.0, "")
    assert repair == "of a geometry collection only the multipolygon part is kept"


@pytest.mark.parametrize(
    ("wkt", "reason"),
    [
        ("POLYGON EMPTY", "empty"),
        ("POLYGON((0 0, 10 0, 20 0, 0 0))", "no area"),
        ("POLYGON((0 0, 0.1 0, 0.1 0.05, 0 0))", "no area"),  # 25 square centimetres
        ("LINESTRING(3 3, 3 3)", "zero length"),
        ("POLYGON((900000 0, 900010 0, 900010 10, 900000 0))", "outside the city"),
        ("POLYGON((0 0, 10 0, 10 900000, 0 0))", "outside the city"),  # one stray corner
    ],
)
def test_what_cannot_be_mended_is_refused_with_the_reason(wkt: str, reason: str) -> None:
    shape, told, _, _ = stored(wkt)
    assert shape is None
    assert reason in told


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_a_coordinate_that_is_no_number_refuses_the_shape(wrong: float) -> None:
    corners = np.array([(X, Y), (X + 10, Y), (wrong, Y + 10), (X, Y)])
    with np.errstate(invalid="ignore"):
        shape = shapely.polygons(corners)
    found = store_shapes(np.array([shape], dtype=object), None, "MULTIPOLYGON", RULES)
    assert found.shapes[0] is None
    assert "NaN or infinite" in found.reasons[0]


@pytest.mark.parametrize(
    ("kind", "wkt"), [("POINT", "LINESTRING(0 0, 1 1)"), ("MULTILINESTRING", "POINT(1 1)")]
)
def test_a_shape_of_another_kind_is_refused(kind: str, wkt: str) -> None:
    shape, told, _, _ = stored(wkt, kind)
    assert shape is None
    assert "wrong geometry type" in told


def test_an_open_ring_is_closed_and_told() -> None:
    whole = shapely.to_wkb(at("POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))"))
    points = len(whole) - 16
    opened = whole[:9] + (4).to_bytes(4, "little") + whole[13:points]
    shapes, reasons, repairs = shapes_of_wkb(pa.array([opened, None], pa.binary()))
    assert (shapes[0].area, shapes[1]) == (100.0, None)
    assert (reasons[0], repairs[0]) == ("", "a ring was not closed: invalid, closed")


def test_the_server_gets_multi_shapes_with_their_srid() -> None:
    one, two = at("POLYGON((0 0, 1 0, 1 1, 0 0))"), at("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)))")
    for shapes in ([one, None, two], [one, one], [two], [None]):
        blobs = as_ewkb(np.array(shapes, dtype=object), "MULTIPOLYGON", 32642).to_pylist()
        for shape, blob in zip(shapes, blobs, strict=True):
            assert (blob is None) == (shape is None)
            if blob:
                back = shapely.from_wkb(blob)
                assert (shapely.get_srid(back), back.geom_type) == (32642, "MultiPolygon")
                assert back.equals_exact(shapely.multipolygons([shapely.get_parts(shape)[0]]))
    points = np.array([at("POINT(1 1)"), None, at("POINT(-2.5 1e7)")], dtype=object)
    told = shapely.to_wkb(shapely.set_srid(points, 32642), include_srid=True)
    assert as_ewkb(points, "POINT", 32642).to_pylist() == told.tolist()
