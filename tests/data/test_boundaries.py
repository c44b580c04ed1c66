"""The shipped outlines: drawn from their sources, of the published size, without gaps and overlaps."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import pytest
from pyproj import Transformer
from shapely import Polygon, transform, union_all
from shapely.geometry import shape

from data.boundaries import draw
from gis_core.layer import Layer, fields
from layers.districts import District
from layers.greens import Green
from layers.streets import Street
from layers.waters import Water

METRES = Transformer.from_crs(4326, 32642, always_xy=True)
OF_2022 = ("almaty-2022", "baikonur-2022", "nura-2022", "saryarka-2022", "yesil-2022")
OF_2024 = ("almaty-2024", "saraishyk-2024", *OF_2022[1:])
SOURCED = {"source_file", "source_row", "run_id"}


def features(name: str) -> list[dict[str, Any]]:
    return list(json.loads((draw.HERE / name).read_text(encoding="utf-8"))["features"])


def in_metres(geometry: dict[str, Any]) -> Any:
    return transform(shape(geometry), METRES.transform, interleaved=False)


@pytest.fixture(scope="module")
def outlines() -> dict[str, Polygon]:
    return {
        row["properties"]["id"]: in_metres(row["geometry"]) for row in features("astana_districts.geojson")
    }


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Any]]:
    return {row["properties"]["id"]: row["properties"] for row in features("astana_districts.geojson")}


def test_files_are_what_their_sources_draw() -> None:
    drawn = draw.drawn()
    assert sorted(drawn) == sorted(path.name for path in draw.HERE.glob("*.geojson"))
    for name, text in drawn.items():
        assert (draw.HERE / name).read_bytes() == text.encode(), name


def test_the_folder_is_marked_as_schematic() -> None:
    assert (draw.HERE / "SCHEMATIC").exists()


@pytest.mark.parametrize(
    ("version", "square_km"),
    [
        ("almaty-2022", 154),
        ("baikonur-2022", 181),
        ("yesil-2022", 200),
        ("nura-2022", 193),
        ("saryarka-2022", 68),
        ("almaty-2024", 85.18),
        ("saraishyk-2024", 69.53),
    ],
)
def test_areas_are_within_3_percent_of_the_published(
    outlines: dict[str, Polygon], version: str, square_km: float
) -> None:
    assert outlines[version].area / 1e6 == pytest.approx(square_km, rel=0.03)


@pytest.mark.parametrize("versions", [OF_2022, OF_2024])
def test_districts_of_one_time_have_no_gaps_and_no_overlaps(
    outlines: dict[str, Polygon], versions: tuple[str, ...]
) -> None:
    parts = [outlines[version] for version in versions]
    city = union_all(parts)
    assert city.geom_type == "Polygon"
    assert len(city.interiors) == 0
    assert sum(part.area for part in parts) == pytest.approx(city.area, abs=1)
    assert all(a.intersection(b).area < 1 for a, b in combinations(parts, 2))


def test_almaty_was_split_exactly(outlines: dict[str, Polygon]) -> None:
    halves = outlines["almaty-2024"].union(outlines["saraishyk-2024"])
    assert halves.symmetric_difference(outlines["almaty-2022"]).area < 1


def test_boundary_versions_follow_each_other_without_a_break(rows: dict[str, dict[str, Any]]) -> None:
    day = rows["almaty-2022"]["valid_to"]
    assert day == rows["almaty-2024"]["valid_from"] == rows["saraishyk-2024"]["valid_from"]
    open_ended = [row["id"] for row in rows.values() if row["valid_to"] is None]
    assert sorted(open_ended) == sorted(OF_2024)


def test_outlines_are_valid_closed_compact_and_counter_clockwise() -> None:
    for row in features("astana_districts.geojson"):
        outline = shape(row["geometry"])
        assert outline.is_valid
        assert outline.exterior.is_ccw
        assert 15 <= len(outline.exterior.coords) - 1 <= 60
        assert all(round(x, 6) == x and round(y, 6) == y for x, y in outline.exterior.coords)


def test_districts_lie_where_they_lie(outlines: dict[str, Polygon]) -> None:
    at = {version.split("-")[0]: outlines[version].centroid for version in OF_2022}
    assert max(at, key=lambda code: at[code].y) == "baikonur"
    assert max(at, key=lambda code: at[code].x) == "almaty"
    assert at["saryarka"].x < at["almaty"].x
    assert at["saryarka"].y > at["nura"].y
    assert at["nura"].x < at["yesil"].x < at["almaty"].x
    assert at["yesil"].y < at["almaty"].y


@pytest.mark.parametrize(
    ("right", "left"), [("almaty", "yesil"), ("saryarka", "yesil"), ("saryarka", "nura")]
)
def test_the_esil_is_the_border_of_its_two_banks(outlines: dict[str, Polygon], right: str, left: str) -> None:
    river = next(row for row in features("astana_base.geojson") if row["properties"]["name"] == "река Есиль")
    border = outlines[f"{right}-2022"].intersection(outlines[f"{left}-2022"])
    assert border.length > 1000
    assert in_metres(river["geometry"]).buffer(1).contains(border)


def test_district_rows_have_the_declared_fields_and_names(rows: dict[str, dict[str, Any]]) -> None:
    for row in rows.values():
        assert set(row) == set(fields(District)) - SOURCED
        assert row["geom_source"] == "drawn"
        assert all(row[name] for name in ("name_ru", "name_kk", "name_en"))
        assert len(row["spellings"].split(";")) >= 3


def test_no_spelling_means_two_districts(rows: dict[str, dict[str, Any]]) -> None:
    words = {
        row["code"]: {row["name_ru"], row["name_kk"], row["name_en"], *row["spellings"].split(";")}
        for row in rows.values()
    }
    assert all(not words[a] & words[b] for a, b in combinations(words, 2))


def test_the_base_map_is_small_and_valid() -> None:
    base = features("astana_base.geojson")
    kinds = [row["properties"]["kind"] for row in base]
    assert set(kinds) == {"water", "street", "rail", "green"}
    assert 30 <= kinds.count("street") <= 70
    assert all(row["properties"]["name"] for row in base)
    assert all(in_metres(row["geometry"]).is_valid for row in base)
    assert (draw.HERE / "astana_base.geojson").stat().st_size < 80_000


@pytest.mark.parametrize("layer", [Water, Green, Street])
def test_the_base_map_is_there_layer_by_layer_too(layer: type[Layer]) -> None:
    rows = [row["properties"] for row in features(f"astana_{layer.__tablename__}.geojson")]
    assert all(set(row) == set(fields(layer)) - SOURCED for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)
