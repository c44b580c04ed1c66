"""What is packed in Python is what the page opens."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from branca.element import MacroElement
from folium.template import Template
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import BrowserContext, Page

from maps.columns import encode, rounded
from maps.extent import WHOLE_WORLD, extent
from maps.offline import render_offline
from maps.packed import Packed, neighbours_together
from maps.payload import JOINT, TEXTS_A_CHUNK, WORDS_A_PART, packed
from maps.shell import CityMap, PageFigure
from maps.varint import varints
from maps.worldgrid import STEPS, morton_order, on_grid
from tests.maps.conftest import Show
from tests.maps.town import CRS, X0, Y0, courtyard_needs, square

RING = shapely.box(X0, Y0, X0 + 300, Y0 + 300)
HOLED = RING.difference(shapely.box(X0 + 100, Y0 + 100, X0 + 200, Y0 + 200))


def read_varints(data: bytes) -> list[int]:
    numbers, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append((value >> 1) ^ -(value & 1))
            value = shift = 0
    return numbers


@settings(deadline=None)
@given(st.lists(st.integers(-(2**53) + 1, 2**53 - 1)))
def test_varints_are_read_back(numbers: list[int]) -> None:
    assert read_varints(varints(numbers)) == numbers


def test_a_number_too_large_for_a_browser_is_refused() -> None:
    with pytest.raises(OverflowError):
        varints([2**53])


def test_whole_numbers_and_decimals_take_the_fewest_digits_that_are_exact() -> None:
    assert encode(pd.Series([1, 2, None]))[0] == {"type": "number", "decimals": 0, "missing": -1, "most": 2}
    assert encode(pd.Series([0.25, 1.5]))[0]["decimals"] == 2
    assert encode(pd.Series([1 / 3, 0.5]))[0] == {"type": "float"}


def test_words_are_written_once_and_different_words_without_numbers() -> None:
    spec, data = encode(pd.Series(["b", "a", "b", None]))
    assert spec["values"] == ["b", "a", None]
    assert read_varints(data) == [0, 1, 0, 2]
    assert encode(pd.Series(["b", "a"]))[1] == b""


def test_rounding_keeps_four_digits_of_the_largest_value() -> None:
    assert rounded(pd.Series([1234.56789, 0.001])).tolist() == [1235.0, 0.0]
    assert rounded(pd.Series([0.0012345678, 0.5 * 1e-7])).tolist() == [0.001235, 0.0]
    assert rounded(pd.Series([0.0, 0.0])).tolist() == [0.0, 0.0]


def test_the_grid_is_finer_than_a_fifth_of_a_metre_off() -> None:
    frame = gpd.GeoDataFrame(geometry=[square(0, 0, 100)], crs=CRS)
    back = shapely.transform(on_grid(frame)[0], lambda xy: xy / STEPS * 2 * 20037508.342789244)
    metres = gpd.GeoSeries([shapely.Point(x, -y) for x, y in shapely.get_coordinates(back)])
    shifted = metres.translate(-20037508.342789244, 20037508.342789244).set_crs(3857).to_crs(CRS)
    corners = shapely.get_coordinates(frame.geometry.to_numpy())
    found = shapely.get_coordinates(shifted.to_numpy())
    away = np.hypot(*(found[:, None, :] - corners[None, :, :]).T).min(axis=0)
    assert away.max() < 0.27  # half a step across the diagonal: 0.375 / 2 * 1.41


def test_the_order_of_rows_keeps_neighbours_together_and_missing_shapes_last() -> None:
    shapes = [square(5000, 0, 10), None, square(0, 0, 10), square(5020, 0, 10), square(20, 0, 10)]
    order = morton_order(on_grid(gpd.GeoDataFrame(geometry=shapes, crs=CRS))).tolist()
    assert order[4] == 1
    assert abs(order.index(0) - order.index(3)) == 1
    assert abs(order.index(2) - order.index(4)) == 1


def test_equal_rows_give_equal_bytes_in_whatever_order_they_come() -> None:
    rows = courtyard_needs()
    once = neighbours_together(rows.sort_values(["courtyard_id", "year"]))
    again = neighbours_together(rows.sample(frac=1, random_state=1).sort_values(["courtyard_id", "year"]))
    assert packed(once, on_grid(once)) == packed(again, on_grid(again))


def test_the_stream_holds_no_time() -> None:
    stream = base64.b64decode(packed(pd.DataFrame({"a": [1]})))
    assert stream[4:8] == bytes(4)
    assert gzip.decompress(stream)


def test_the_first_view_leaves_out_the_farthest_places() -> None:
    shapes = [square(10 * n, 0, 10) for n in range(200)] + [square(90_000, 90_000, 10)]
    (south, west), (north, east) = extent(gpd.GeoDataFrame(geometry=shapes, crs=CRS))
    assert north - south < 0.1
    assert east - west < 0.1


def test_without_any_shape_the_world_is_shown() -> None:
    assert extent(gpd.GeoDataFrame(geometry=[], crs=CRS)) == WHOLE_WORLD


class Ready(MacroElement):
    """The last line of a page: it says when all layers are open."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        Promise.all([{{ this.names|join(", ") }}].map((layer) => layer.ready)).then(() => {
            document.body.dataset.ready = "true";
        });
        {% endmacro %}
        """
    )

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self.names = names


def layers_page(**frames: gpd.GeoDataFrame) -> str:
    """A page with nothing but packed layers."""
    figure, city = PageFigure("layers", "en"), CityMap(WHOLE_WORLD)
    figure.add_child(city)
    for name, frame in frames.items():
        texts = ["text"] if "text" in frame else []
        city.add_child(Packed(name, frame, {"style": {"fill": "#333333"}}, texts=texts))
    figure.add_child(Ready([f"packed_{name}" for name in frames]))
    return render_offline(figure)


def opened(page: Page, layer: str) -> dict[str, Any]:
    """Rows, rings a row and first corners of a layer as the page holds them."""
    read = """(name) => {
        const layer = window['packed_' + name], shapes = layer.shapes;
        const rows = Array.from({length: shapes.rows}, (_, row) => layer.tables.rows.row(row));
        const rings = rows.map((_, row) => shapes.ringStart[row + 1] - shapes.ringStart[row]);
        const [x, y, corners] = [[...shapes.x], [...shapes.y], [...shapes.cornerStart]];
        return {rows, rings, kind: shapes.kind, x, y, corners};
    }"""
    found: dict[str, Any] = page.evaluate(read, layer)
    return found


@pytest.fixture
def mixed() -> gpd.GeoDataFrame:
    """A polygon with a hole, two parts, and no shape; every kind of column."""
    return gpd.GeoDataFrame(
        {
            "id": ["a", "b", "c"],
            "word": ["same", None, "same"],
            "many": [["x", "y"], [], ["z"]],
            "whole": [-5, None, 2**40],
            "decimal": [0.1, 2.25, None],
            "float": [1 / 3, None, -2e-9],
            "day": [date(1969, 7, 20), None, date(2023, 2, 28)],
            "sure": [True, False, True],
        },
        geometry=[HOLED, shapely.MultiPolygon([RING, shapely.box(X0 + 500, Y0, X0 + 600, Y0 + 100)]), None],
        crs=CRS,
    )


@pytest.mark.parametrize("before", ["", "delete window.DecompressionStream"], ids=["new", "old browser"])
def test_a_page_opens_what_was_packed(
    show: Show, window: BrowserContext, mixed: gpd.GeoDataFrame, before: str
) -> None:
    window.add_init_script(before)
    found = opened(show(layers_page(mixed=mixed)), "mixed")
    assert found["kind"] == "polygon"
    assert found["rings"] == [2, 2, 0]
    assert found["rows"] == [
        {"id": "a", "word": "same", "many": ["x", "y"], "whole": -5, "decimal": 0.1, "float": 1 / 3,
         "day": -165, "sure": 1},
        {"id": "b", "word": None, "many": [], "whole": None, "decimal": 2.25, "float": None,
         "day": None, "sure": 0},
        {"id": "c", "word": "same", "many": ["z"], "whole": 2**40, "decimal": None, "float": -2e-9,
         "day": 19416, "sure": 1},
    ]  # fmt: skip
    sent = shapely.get_coordinates(on_grid(mixed)[0])
    ends = found["corners"]
    corners = list(zip(found["x"], found["y"], strict=True))
    assert [ends[n + 1] - ends[n] for n in range(4)] == [4, 4, 4, 4]
    assert set(corners[:8]) == {(int(x), int(y)) for x, y in sent}


def test_lines_and_points_travel_too(show: Show) -> None:
    line = shapely.MultiLineString([[(X0, Y0), (X0 + 50, Y0), (X0, Y0)], [(X0, Y0 + 9), (X0 + 9, Y0 + 9)]])
    lines = gpd.GeoDataFrame({"id": ["l"]}, geometry=[line], crs=CRS)
    points = gpd.GeoDataFrame(
        {"id": ["p", "q"]}, geometry=gpd.points_from_xy([X0, X0 + 5], [Y0, Y0]), crs=CRS
    )
    page = show(layers_page(lines=lines, points=points))
    line_found, points_found = opened(page, "lines"), opened(page, "points")
    assert (line_found["kind"], line_found["rings"], len(line_found["x"])) == ("line", [2], 5)
    assert (points_found["kind"], points_found["rings"], len(points_found["x"])) == ("point", [1, 1], 2)
    expected = [shapely.get_coordinates(shape)[0].tolist() for shape in on_grid(points)]
    assert [list(corner) for corner in zip(points_found["x"], points_found["y"], strict=True)] == expected


def test_a_click_in_a_hole_hits_nothing(show: Show, mixed: gpd.GeoDataFrame) -> None:
    page = show(layers_page(mixed=mixed))
    inside, hole = (X0 + 50, Y0 + 50), (X0 + 150, Y0 + 150)
    degrees = gpd.GeoSeries(gpd.points_from_xy(*zip(inside, hole, strict=True)), crs=CRS).to_crs(4326)
    places = [[place.y, place.x] for place in degrees]
    page.evaluate("(place) => map_city.setView(place, 16, {animate: false})", places[0])
    hits = [page.evaluate("([y, x]) => packed_mixed.hits(L.latLng(y, x))", place) for place in places]
    assert hits == [[0, 1], [1]]  # the smaller shape first


@pytest.mark.parametrize("before", ["", "delete window.DecompressionStream"], ids=["new", "old browser"])
def test_a_long_list_of_words_travels_in_parts(show: Show, window: BrowserContext, before: str) -> None:
    """One word more than a part holds: two parts, and the page has every word in its row."""
    window.add_init_script(before)
    words = [f"word {number}" for number in range(WORDS_A_PART + 1)]
    frame = gpd.GeoDataFrame({"word": words}, geometry=[square(0, 0, 9)] * len(words), crs=CRS)
    stream = gzip.decompress(base64.b64decode(packed(frame, on_grid(frame))))
    head = json.loads(stream[4 : 4 + int.from_bytes(stream[:4], "little")])
    (column,) = head["tables"]["rows"]["columns"]
    assert (column["values"], len(column["words"])) == ([], 2)
    page = show(layers_page(many=frame))
    read = "() => Array.from({length: packed_many.shapes.rows}, (_, row) => packed_many.value('word', row))"
    assert page.evaluate(read) == words


@pytest.mark.parametrize("before", ["", "delete window.DecompressionStream"], ids=["new", "old browser"])
def test_long_data_travel_in_several_elements(show: Show, window: BrowserContext, before: str) -> None:
    """Of forty thousand fractions the last is as it was sent, and so is a text of each of two chunks."""
    window.add_init_script(before)
    rows = 40_000
    values = np.random.default_rng(1).random(rows)
    frame = gpd.GeoDataFrame({"value": values}, geometry=[square(0, 0, 9)] * rows, crs=CRS)
    frame["text"] = [f"text {number}" for number in range(rows)]
    assert JOINT in packed(frame, on_grid(frame), texts=["text"])
    page = show(layers_page(many=frame))
    assert page.evaluate("packed_many.value('value', 39999)") == values[-1]
    read = "(rows) => Promise.all(rows.map((row) => packed_many.texts.text.of(row)))"
    last, first = TEXTS_A_CHUNK - 1, TEXTS_A_CHUNK
    assert page.evaluate(read, [last, first]) == [f"text {last}", f"text {first}"]


def test_a_layer_that_gets_more_classes_while_it_is_drawn_stops_nothing(
    show: Show, mixed: gpd.GeoDataFrame
) -> None:
    page = show(layers_page(mixed=mixed))
    draw = """() => {
        const context = document.createElement('canvas').getContext('2d');
        const view = {k: 1e-6, dx: 0, dy: 0, width: 1000, height: 1000, zoom: 12}; // the whole world
        const strokes = Abat.paint(context, packed_mixed, view);
        strokes.next();
        packed_mixed.recolour([{fill: '#111111'}, {fill: '#222222'}], () => 1);
        while (!strokes.next().done);
        return 'whole';
    }"""
    assert page.evaluate(draw) == "whole"
