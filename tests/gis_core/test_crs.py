"""Which CRS a file may mean: told with where the data would lie, never chosen in silence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from sqlalchemy import Connection

from gis_core.crs import City, advice, candidates, known_crs, qaztrf_wkt
from gis_core.errors import InputError
from layers.courtyards import Courtyard
from tests.bad_input import files
from tests.reading import taken

FOOT = 0.3048


def moved(change: Callable[[Any], Any]) -> Any:
    """The courtyards with other coordinates under the CRS of the city."""
    frame = files.courtyards()
    shapes = [shapely.transform(shape, change) for shape in frame.geometry]
    return frame.set_geometry(gpd.GeoSeries(shapes, crs=32642))


def to(words: str) -> Callable[[Any], Any]:
    step = Transformer.from_crs(CRS(32642), known_crs(words).crs, always_xy=True)
    return lambda at: np.column_stack(step.transform(at[:, 0], at[:, 1]))


def plus(east: float) -> Callable[[Any], Any]:
    return lambda at: at + np.array([east, 0])


WITHOUT_PRJ = {
    "metres of the city's zone": (lambda at: at, "EPSG:32642"),
    "degrees": (to("EPSG:4326"), "EPSG:4326"),
    "degrees of Pulkovo 1942": (to("EPSG:4284"), "EPSG:4284"),
    "Pulkovo 1942, zone 12": (to("EPSG:28412"), "EPSG:28412"),
    "Pulkovo 1942, zone 12 without its number": (lambda at: to("EPSG:28412")(at) - [12e6, 0], "EPSG:2502"),
    "Pulkovo 1942, zone 13": (to("EPSG:28413"), "EPSG:28413"),
    "QazTRF-23, zone 12": (to("EPSG:10946"), "EPSG:10946"),
    "QazTRF-23, zone 12 without its number": (
        lambda at: to("EPSG:10946")(at) - [12e6, 0],
        "+proj=tmerc +lon_0=69 +x_0=500000 +ellps=GRS80 +towgs84=0,0,0",
    ),
    "UTM of the next zone": (to("EPSG:32643"), "EPSG:32643"),
    "web maps": (to("EPSG:3857"), "EPSG:3857"),
    "feet": (lambda at: at / FOOT, "+proj=utm +zone=42 +datum=WGS84 +units=ft"),
    "UTM with the zone before the easting": (
        plus(42e6), "+proj=tmerc +lon_0=69 +k=0.9996 +x_0=42500000 +datum=WGS84"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", WITHOUT_PRJ)
def test_a_file_without_a_crs_is_refused_with_the_candidates_and_taken_with_one_of_them(
    kind: str, empty: Connection, tmp_path: Path
) -> None:
    change, words = WITHOUT_PRJ[kind]
    path = files.shapefile(tmp_path, moved(change))
    path.with_suffix(".prj").unlink()
    with pytest.raises(InputError, match="does not say the CRS") as caught:
        taken(empty, path, Courtyard)
    told = str(caught.value)
    place = re.search(re.escape(words) + r"( \([^)]*\))?: lon ([\d.]+), lat ([\d.]+)", told)
    assert place, told
    assert (float(place.group(2)), float(place.group(3))) == pytest.approx((71.4087, 51.1206), abs=2e-4)
    assert "--crs" in told
    found = taken(empty, path, Courtyard, crs=words)
    apart = [
        one.hausdorff_distance(other)
        for one, other in zip(found.shapes, files.courtyards().geometry, strict=True)
    ]
    assert max(apart) < 0.01  # metres, there and back again


WRONG_PRJ = {
    "degrees that are said to be metres": (to("EPSG:4326"), 32642, "EPSG:4326"),
    "metres that are said to be degrees": (lambda at: at, 4326, "EPSG:32642"),
    "another zone": (lambda at: at, 32643, "EPSG:32642"),
    "axes exchanged": (lambda at: at[:, ::-1], 32642, "EPSG:32642 with the axes exchanged"),
    "latitude first": (lambda at: to("EPSG:4326")(at)[:, ::-1], 4326, "EPSG:4326 with the axes exchanged"),
    "feet that are said to be metres": (lambda at: at / FOOT, 32642, "+units=ft"),
    "a zone before the easting": (plus(42e6), 32642, "+x_0=42500000"),
    "Pulkovo 1942 that is said to be UTM": (to("EPSG:28412"), 32642, "EPSG:28412"),
}


@pytest.mark.parametrize("kind", WRONG_PRJ)
def test_a_crs_that_puts_all_outside_the_city_is_refused_with_a_better_one(
    kind: str, empty: Connection, tmp_path: Path
) -> None:
    change, said, better = WRONG_PRJ[kind]
    path = files.shapefile(tmp_path, moved(change).set_crs(said, allow_override=True))
    with pytest.raises(InputError, match="outside the city") as caught:
        taken(empty, path, Courtyard)
    assert better in str(caught.value)


def test_qaztrf_is_read_from_its_own_words(empty: Connection, tmp_path: Path) -> None:
    path = files.shapefile(tmp_path, moved(to("EPSG:10946")))
    path.with_suffix(".prj").write_text(qaztrf_wkt(10946))
    found = taken(empty, path, Courtyard)
    assert found.crs == "EPSG:10946"
    assert any("from EPSG:10946 by" in note for note in found.notes)
    assert found.shapes[0].area == pytest.approx(900, abs=0.01)


@pytest.mark.parametrize("code", range(10941, 10950))
def test_every_zone_of_qaztrf_is_known(code: int) -> None:
    known = known_crs(f"EPSG:{code}")
    assert known.epsg == code
    zone = code - 10934
    if code > 10941:
        lon, lat = Transformer.from_crs(known.crs, 4326, always_xy=True).transform(
            zone * 1e6 + 500_000, 5_600_000
        )
        assert lon == pytest.approx(6 * zone - 3, abs=1e-9)
        assert 50 < lat < 51


@pytest.mark.parametrize(
    "words", ["", "EPSG:999999", "nonsense", 'LOCAL_CS["Город"]', "EPSG:32642; DROP TABLE"]
)
def test_words_that_are_no_crs_are_refused(words: str) -> None:
    with pytest.raises(InputError):
        known_crs(words)


def test_a_stated_crs_that_differs_from_the_file_s_is_told(empty: Connection, tmp_path: Path) -> None:
    path = files.shapefile(tmp_path, moved(lambda at: at).set_crs(32643, allow_override=True))
    found = taken(empty, path, Courtyard, crs="EPSG:32642")
    assert "the file says the CRS EPSG:32643, --crs EPSG:32642 was used" in found.notes


WEST = shapely.box(71.3, 51.0, 71.45, 51.2)  # of the bounds 71.0 to 72.0, 50.7 to 51.5
BOUNDS = (71.0, 50.7, 72.0, 51.5)


def test_candidates_are_judged_by_the_outline_and_not_by_the_bounds_alone() -> None:
    degrees = np.array([[71.40, 51.10], [71.42, 51.12], [71.44, 51.14]])
    step = Transformer.from_crs(4326, 32642, always_xy=True)
    metres = np.column_stack(step.transform(degrees[:, 0], degrees[:, 1]))
    inside = [each.label for each in candidates(metres, City(CRS(32642), BOUNDS, WEST)) if each.inside]
    assert inside[0] == "EPSG:32642"
    # within the bounds, outside an outline in the east of them
    east = City(CRS(32642), BOUNDS, shapely.box(71.8, 51.3, 71.9, 51.4))
    assert "EPSG:32642" in [each.label for each in candidates(metres, east) if each.near]
    assert not [each for each in candidates(metres, east) if each.inside]
    told = advice(metres, east)
    assert "would lie within the city's bounds, but outside its districts, as EPSG:32642" in told


def test_of_two_candidates_within_the_bounds_the_one_in_the_outline_is_named() -> None:
    metres = np.array([[660_000.0, 5_660_000.0]])
    lon, lat = Transformer.from_crs(32642, 4326, always_xy=True).transform(*metres[0])
    wide = City(CRS(32642), (lon - 40, lat - 40, lon + 40, lat + 30))
    small = City(CRS(32642), wide.bounds, shapely.box(lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1))
    assert {"EPSG:32642", "EPSG:32643"} <= {each.label for each in candidates(metres, wide) if each.inside}
    inside = {each.label for each in candidates(metres, small) if each.inside}
    assert "EPSG:32642" in inside
    assert "EPSG:32643" not in inside  # six degrees further east
    assert "EPSG:32643" not in advice(metres, small)
