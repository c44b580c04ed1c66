"""Shapes of the sample city hold: valid in metres, apart from each other, off the water and the streets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shapely import STRtree, area, from_geojson, intersection, is_valid

from data.boundaries import draw
from data.sample.ground import ground, plane, table
from tests.data.sample_files import FILES, Sample, with_shapes


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".geojson")])
def test_every_shape_is_valid_in_metres(sample: Sample, name: str) -> None:
    shapes = [row["geom"] for row in sample.rows[name] if row["geom"] is not None]
    assert is_valid(shapes).all()
    assert area(shapes).min() > 1


@pytest.mark.parametrize("name", ["courtyards.geojson", "public_spaces.geojson", "parcels.geojson"])
def test_places_of_one_kind_do_not_overlap(sample: Sample, name: str) -> None:
    assert shared([row["geom"] for row in sample.rows[name]]) < 0.01


def test_courtyards_and_public_spaces_do_not_overlap(sample: Sample) -> None:
    places = sample.rows["courtyards.geojson"] + sample.rows["public_spaces.geojson"]
    assert shared([row["geom"] for row in places]) < 0.01


def shared(shapes: list[Any]) -> float:
    """The largest area in square metres that two of the shapes have in common."""
    left, right = STRtree(shapes).query(shapes, predicate="intersects")
    pairs = [(shapes[a], shapes[b]) for a, b in zip(left, right, strict=True) if a < b]
    return max((float(intersection(a, b).area) for a, b in pairs), default=0.0)


def test_courtyards_are_believable_blocks(sample: Sample) -> None:
    for row in sample.rows["courtyards.geojson"]:
        assert 2_000 <= row["geom"].area <= 15_000
        assert 4 <= len(row["geom"].exterior.coords) - 1 <= 10


def test_no_courtyard_lies_on_water_on_rails_or_on_a_main_street(sample: Sample) -> None:
    base = json.loads((draw.HERE / "astana_base.geojson").read_text(encoding="utf-8"))["features"]
    taken = [row["geom"] for row in with_shapes(base) if row["kind"] != "green"]
    yards = [row["geom"] for row in sample.rows["courtyards.geojson"]]
    assert STRtree(taken).query(yards, predicate="intersects").size == 0


def test_courtyards_stand_on_parcels(sample: Sample) -> None:
    yards = [row["geom"] for row in sample.rows["courtyards.geojson"]]
    found = STRtree([row["geom"] for row in sample.rows["parcels.geojson"]]).query(
        yards, predicate="intersects"
    )
    assert set(found[0]) == set(range(len(yards)))
    assert 4000 <= len(sample.rows["parcels.geojson"]) <= 6000


def test_quarters_lie_in_their_districts_and_apart() -> None:
    outlines, quarters = ground().districts, table("places.toml")["quarter"]
    shapes = [from_geojson(json.dumps(draw.polygon(plane(row["area"])))) for row in quarters]
    assert shared(shapes) == 0
    assert all(
        outlines[row["district"]].intersection(shape).area > 0.95 * shape.area
        for row, shape in zip(quarters, shapes, strict=True)
    )
