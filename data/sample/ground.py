"""What the sample city stands on: the base map and the districts of 2022, in metres of the drawing plane."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely import Polygon

from data.boundaries import draw
from data.boundaries.plane import Point, Ring, ribbon, to_plane

HERE = Path(__file__).resolve().parent
MARGIN = 14.0  # metres that blocks keep from waters, railways and the kerb of main streets
KERB = {"пр.": 34.0, "ул.": 22.0, "шоссе": 30.0}  # width of a main street by the first word of its name
RAILWAY = 60.0


@dataclass(frozen=True)
class Street:
    """A main street of the base map: name and axis."""

    name: str
    axis: tuple[Point, ...]

    @property
    def width(self) -> float:
        return KERB[self.name.split()[0]]


@dataclass(frozen=True)
class Ground:
    """Streets, parks by name, outlines of districts by code, and the areas on which nothing is built."""

    streets: tuple[Street, ...]
    parks: dict[str, Ring]
    districts: dict[str, Polygon]
    taken: tuple[Polygon, ...]


def table(name: str) -> dict[str, Any]:
    """One hand-written table of the sample by its file name."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def plane(points: Iterable[Any]) -> Ring:
    """Points in degrees as points in metres."""
    return [to_plane(point) for point in points]


def ground() -> Ground:
    """The base map read from its hand-written sources."""
    outlines, base = draw.source("astana_districts.toml"), draw.source("astana_base.toml")
    streets = tuple(
        Street(item["name"], tuple(plane(draw.line_of(outlines, item)))) for item in base["street"]
    )
    rails = [plane(draw.line_of(outlines, item)) for item in base["rail"]]
    waters = [plane(draw.outline_of(outlines, item)) for item in base["water"]]
    parks = {item["name"]: plane(item["area"]) for item in base["green"]}
    kerbs = [ribbon(street.axis, street.width + 2 * MARGIN) for street in streets]
    tracks = [ribbon(line, RAILWAY) for line in rails]
    taken = tuple(Polygon(ring) for ring in [*waters, *parks.values(), *kerbs, *tracks])
    return Ground(streets, parks, _districts(outlines), taken)


def _districts(outlines: dict[str, Any]) -> dict[str, Polygon]:
    """The five districts of 2022 by code."""
    shapes = {
        feature["properties"]["code"]: Polygon(plane(feature["geometry"]["coordinates"][0][:-1]))
        for feature in draw.districts(outlines)
        if feature["properties"]["id"].endswith("-2022")
    }
    return dict(sorted(shapes.items()))
