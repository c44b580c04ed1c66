"""The overlap engine: pairs and shared areas as GEOS finds them, by compiled loops and by whole arrays."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from gis_core.overlap import (
    Polygons,
    Terms,
    areas_of_pairs,
    fast,
    overlaps,
    pairs,
    plain,
    within_list,
)
from gis_core.overlap.exact import exact_area

SQUARE = box(0, 0, 10, 10)


@pytest.fixture(params=[fast, plain], ids=["compiled", "plain"], autouse=True)
def engine(request: Any, monkeypatch: Any) -> Any:
    monkeypatch.setattr(pairs, "_engine", lambda *_: request.param)
    return request.param


def polygons(*shapes: Any) -> Polygons:
    return Polygons(np.array(shapes, dtype=object))


def shared(a: Any, b: Any) -> float:
    one = np.array([0])
    return float(areas_of_pairs(polygons(a), one, polygons(b), one)[0])


def comb(teeth: int, height: float) -> Polygon:
    """Teeth one metre wide and one metre apart on a bar from y = -1 to 0: corners in plenty, one area."""
    top = [
        (x, y)
        for n in range(teeth)
        for x, y in ((2 * n, height), (2 * n + 1, height), (2 * n + 1, 0), (2 * n + 2, 0))
    ]
    return Polygon([(0, -1), *top, (2 * teeth, -1)])


@pytest.mark.parametrize(
    ("a", "b", "m2"),
    [
        pytest.param(SQUARE, SQUARE, 100, id="identical"),
        pytest.param(SQUARE, box(10, 0, 20, 10), 0, id="touching along an edge"),
        pytest.param(SQUARE, box(10, 10, 20, 20), 0, id="touching in a corner"),
        pytest.param(SQUARE, box(20, 0, 30, 10), 0, id="apart"),
        pytest.param(SQUARE, box(2, 3, 4, 6), 6, id="one inside the other"),
        pytest.param(SQUARE, box(9.999, 0, 20, 10), 0.01, id="a sliver"),
        pytest.param(SQUARE, box(5, 0, 15, 10), 50, id="edges that lie on each other"),
        pytest.param(SQUARE, Polygon([(0, 0), (10, 10), (0, 10)]), 50, id="half along the diagonal"),
        pytest.param(SQUARE, SQUARE.reverse(), 100, id="corners the other way round"),
        pytest.param(
            SQUARE,
            Polygon(
                [(0, 0), (0, 10), (10, 10), (10, 0)],
                [[(2, 2), (4, 2), (4, 4), (2, 4)], [(6, 6), (6, 8), (8, 8), (8, 6)]],
            ),
            92,
            id="holes of either direction in a ring that runs clockwise",
        ),
        pytest.param(SQUARE.difference(box(2, 2, 8, 8)), box(3, 3, 7, 7), 0, id="inside a hole"),
        pytest.param(
            SQUARE.difference(box(2, 2, 8, 8)), SQUARE.difference(box(1, 1, 9, 9)), 36, id="hole in hole"
        ),
        pytest.param(
            MultiPolygon([box(0, 0, 2, 2), box(4, 0, 6, 2)]), box(1, 1, 5, 2), 2, id="several parts"
        ),
        pytest.param(comb(200, 10), comb(200, 5), 200 * 5 + 400, id="800 corners against 800"),
        pytest.param(comb(200, 10), box(0, 2, 400, 4), 400, id="800 corners against a bar"),
        pytest.param(
            comb(600, 10), box(0, 2, 1200, 4), 1200, id="more pieces under a bar than are sorted plainly"
        ),
        pytest.param(Polygon(), SQUARE, 0, id="empty"),
        pytest.param(None, SQUARE, 0, id="missing"),
    ],
)
def test_shared_area_of_two_shapes_is_what_the_hand_computes(a: Any, b: Any, m2: float) -> None:
    assert shared(a, b) == pytest.approx(m2, abs=1e-6)
    assert shared(b, a) == pytest.approx(m2, abs=1e-6)
    found = overlaps(polygons(a), polygons(b))
    assert found.m2.tolist() == pytest.approx([m2] if m2 else [], abs=1e-6)


def test_ten_thousand_corners_are_measured_as_geos_does() -> None:
    circle = shapely.Point(700_000, 5_600_000).buffer(5_000, quad_segs=2_500)
    stripe = box(690_000, 5_599_000, 710_000, 5_601_234.5)
    assert shared(circle, stripe) == pytest.approx(circle.intersection(stripe).area, rel=1e-9)


def test_far_from_the_origin_areas_keep_six_digits() -> None:
    a, b = (shapely.affinity.translate(each, 1e7, 1e7) for each in (SQUARE, box(9, 9, 12, 12)))
    assert shared(a, b) == pytest.approx(1, abs=1e-6)


def test_a_list_against_itself_gives_each_pair_once_in_order() -> None:
    found = within_list(polygons(box(5, 0, 15, 10), SQUARE, box(30, 0, 40, 10), box(14, 0, 24, 10)))
    assert list(zip(*(each.tolist() for each in found), strict=True)) == [(0, 1, 50.0), (0, 3, 10.0)]


def test_pairs_of_one_code_and_pairs_too_far_apart_in_time_are_left_out() -> None:
    shapes = polygons(*[SQUARE] * 4)
    code = np.array([1, 1, 2, 3])
    first, last = np.array([0, 0, 0, 100]), np.array([10, 10, 10, 110])
    found = within_list(shapes, Terms(code, first, last, window=89))
    assert list(zip(found.i.tolist(), found.j.tolist(), strict=True)) == [(0, 2), (1, 2)]
    found = within_list(shapes, Terms(code, first, last, window=90))
    assert list(zip(found.i.tolist(), found.j.tolist(), strict=True)) == [
        (0, 2),
        (0, 3),
        (1, 2),
        (1, 3),
        (2, 3),
    ]


def test_codes_and_days_of_any_size_are_told_apart() -> None:
    shapes, long_ago = polygons(*[SQUARE] * 3), -(2**40)
    code = np.array([7, 7 + 2**32, 7 + 2**33])  # the same in their lower 32 bits
    assert len(within_list(shapes, Terms(code)).i) == 3
    first, last = np.array([long_ago, 0, 5]), np.array([2, 1, 9])
    found = within_list(shapes, Terms(code, first, last, window=2**33))
    assert len(found.i) == 3
    found = within_list(shapes, Terms(code, first, last, window=2))
    assert list(zip(found.i.tolist(), found.j.tolist(), strict=True)) == [(0, 1)]


def test_boxes_that_meet_by_less_than_a_short_float_tells_are_found() -> None:
    wide = [box(x, y, x + 3, y + 3) for x, y in ((0, 0), (8e5, 8e5))]  # the breadth that decides how near
    for gap in (1e-3, 1e-2, 0.1):
        a, b = box(4e5, 4e5, 4e5 + 10, 4e5 + 100_000), box(4e5 + 10 - gap, 4e5, 4e5 + 20, 4e5 + 100_000)
        found = within_list(polygons(a, b, *wide))
        assert found.m2.tolist() == [pytest.approx(gap * 100_000, rel=1e-6)]


def test_a_pair_is_kept_when_its_area_rounds_to_more_than_the_least() -> None:
    for beyond, count in ((4e-7, 0), (4.99e-7, 0), (5.01e-7, 1), (6e-7, 1)):
        found = overlaps(polygons(SQUARE), polygons(box(0, 9, 1 + beyond, 10)), least=1)
        assert len(found.i) == count, beyond


def test_the_exact_area_knows_no_rounding() -> None:
    third = Polygon([(0, 0), (3, 1), (0, 1)])
    assert exact_area(polygons(third), 0, polygons(box(0, 0, 1, 1)), 0) == Fraction(1) - Fraction(1, 6)


def test_shapes_in_wkb_of_a_database_are_the_same_shapes() -> None:
    shapes = np.array(
        [SQUARE, None, MultiPolygon([comb(40, 3), box(200, 0, 201, 1)]), Polygon(), box(5, 5, 15, 15)]
    )
    plain_ = shapely.to_wkb(shapely.set_srid(shapes, 32642), include_srid=True)
    parts = [each or b"" for each in plain_]
    length = np.array([len(each) for each in parts])
    read = Polygons.from_wkb(np.frombuffer(b"".join(parts), np.uint8), np.cumsum(length) - length, length)
    own = within_list(Polygons(shapes))
    assert [each.tolist() for each in within_list(read)] == [each.tolist() for each in own]
    assert own.i.tolist() == [0, 0]
    assert own.j.tolist() == [2, 4]


@pytest.mark.parametrize(
    "wkb", [shapely.Point(1, 2).wkb, shapely.to_wkb(SQUARE, byte_order=0)], ids=["point", "big-endian"]
)
def test_the_compiled_reader_refuses_what_it_does_not_understand(engine: Any, wkb: bytes) -> None:
    read = Polygons.from_wkb(np.frombuffer(wkb, np.uint8), np.array([0]), np.array([len(wkb)]))
    with pytest.raises(ValueError, match="shape 0"):
        _ = read.pieces


def test_no_shapes_have_no_pairs() -> None:
    nothing = polygons()
    assert len(within_list(nothing).i) == 0
    assert len(overlaps(nothing, polygons(SQUARE)).i) == 0


CORNER = st.integers(0, 12)  # a lattice, so that corners and edges often fall together
PART = st.lists(st.tuples(CORNER, CORNER), min_size=3, max_size=9)


@st.composite
def shapes(draw: Any) -> Any:
    """Valid polygons and multipolygons with holes on a lattice, turned and moved."""
    drawn = [Polygon(draw(PART)).buffer(0) for _ in range(draw(st.integers(1, 3)))]
    shape = shapely.union_all(drawn[:-1]).symmetric_difference(drawn[-1]) if len(drawn) > 1 else drawn[0]
    return shapely.affinity.rotate(shape, draw(st.sampled_from([0, 0, 90, 33])), origin=(6, 6))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(shapes(), min_size=1, max_size=8),
    st.lists(shapes(), min_size=1, max_size=4),
    st.sampled_from([0.0, 5.6e6]),
)
def test_pairs_and_areas_are_those_of_geos_in_every_order(left: Any, right: Any, away: float) -> None:
    # made valid where they lie: far away a ring may come to touch itself by the last bit of a corner
    a, b = (
        shapely.make_valid(shapely.transform(np.array(each), lambda xy: xy + away)) for each in (left, right)
    )
    a, b = a[np.isin(shapely.get_type_id(a), [3, 6])], b[np.isin(shapely.get_type_id(b), [3, 6])]
    truth = {
        (i, j): area
        for i in range(len(a))
        for j in range(len(b))
        if (area := shapely.intersection(a[i], b[j]).area) > 1e-6
    }
    found = overlaps(Polygons(a), Polygons(b))
    assert _areas(found, truth) == truth
    back = overlaps(Polygons(a[::-1].copy()), Polygons(b))
    turned = {(len(a) - 1 - i, j): m2 for i, j, m2 in zip(*(each.tolist() for each in back), strict=True)}
    assert turned == dict(
        zip(zip(found.i.tolist(), found.j.tolist(), strict=True), found.m2.tolist(), strict=True)
    )


def _areas(found: Any, truth: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """What was found, in the words of the truth where they agree: 1e-6 of the area or 1e-6 square metres."""
    return {
        (i, j): truth[i, j] if (i, j) in truth and abs(m2 - truth[i, j]) <= 1e-6 * max(1, m2) else m2
        for i, j, m2 in zip(*(each.tolist() for each in found), strict=True)
        if m2 > 2e-6 or (i, j) in truth
    }


@pytest.mark.parametrize("seed", range(3))
def test_city_of_blobs_corridors_and_parcels_gives_what_geos_gives(seed: int) -> None:
    dice = np.random.default_rng(seed)
    centres = dice.uniform(0, 1_500, (150, 2)) + np.array([660_000, 5_660_000])
    blobs = [_blob(centre, dice) for centre in centres]
    line = shapely.LineString(
        np.column_stack([np.linspace(660_000, 661_500, 400), 5_660_700 + dice.normal(0, 20, 400)])
    )
    works = np.array([*blobs, line.buffer(6), line.buffer(9)], dtype=object)
    side = np.arange(0, 1_500, 75)
    plots = np.array(
        [box(x, y, x + 75, y + 75) for x in side + 660_000 for y in side + 5_660_000], dtype=object
    )
    found = overlaps(Polygons(plots), Polygons(works), least=1)
    i, j = shapely.STRtree(works).query(plots)
    m2 = shapely.area(shapely.intersection(plots[i], works[j]))
    order = np.lexsort((j[m2 > 1], i[m2 > 1]))
    assert found.i.tolist() == i[m2 > 1][order].tolist()
    assert found.j.tolist() == j[m2 > 1][order].tolist()
    np.testing.assert_allclose(found.m2, m2[m2 > 1][order], rtol=1e-6, atol=1e-6)
    own = within_list(Polygons(works))
    np.testing.assert_allclose(
        own.m2, shapely.area(shapely.intersection(works[own.i], works[own.j])), rtol=1e-6, atol=1e-6
    )


def _blob(centre: Any, dice: Any) -> Any:
    count = dice.integers(4, 40)
    angles = np.sort(dice.uniform(0, 2 * np.pi, count))
    radius = dice.uniform(20, 90, count)
    return shapely.make_valid(
        Polygon(centre + np.column_stack([np.cos(angles), np.sin(angles)]) * radius[:, None])
    ).buffer(0)
