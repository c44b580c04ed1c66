"""Draws the district outlines and the base map from the hand-written sources beside them.

Run `python -m data.boundaries.draw`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from data.boundaries.plane import Point, Ring, area, ribbon, to_degrees, to_plane

HERE = Path(__file__).resolve().parent
DIGITS = 6  # 0.1 m: finer than a hand-drawn line is
KINDS = ("water", "green", "rail", "street")
LAYERS = {"waters": ("water",), "greens": ("green",), "streets": ("rail", "street")}
Source = dict[str, Any]
Feature = dict[str, Any]


def source(name: str) -> Source:
    """One hand-written source by its file name."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def arc(outlines: Source, name: str) -> Ring:
    """The vertices of a boundary line in degrees, ends included; a leading "-" runs it backwards."""
    line = outlines["arcs"][name.removeprefix("-")]
    nodes = outlines["nodes"]
    points = [(x, y) for x, y in (nodes[line["from"]], *line["via"], nodes[line["to"]])]
    return points[::-1] if name.startswith("-") else points


def joined(pieces: Iterable[Ring]) -> Ring:
    """Pieces of a line put end to end, a shared end once."""
    line: Ring = []
    for piece in pieces:
        line += piece[1:] if line and line[-1] == piece[0] else piece
    return line


def districts(outlines: Source) -> list[Feature]:
    """A feature a boundary version, with the fields of the layer `districts`."""
    return [_district(outlines, version) for version in outlines["districts"]]


def _district(outlines: Source, version: Source) -> Feature:
    ring = joined(arc(outlines, name) for name in version["ring"])
    names = outlines["names"][version["code"]]
    fields = {
        "id": version["id"],
        "code": version["code"],
        **names,
        "spellings": ";".join(names["spellings"]),
        "valid_from": version.get("valid_from"),
        "valid_to": version.get("valid_to"),
        "geom_source": "drawn",
    }
    return feature(fields, polygon(ring[:-1]))


def line_of(outlines: Source, item: Source) -> Ring:
    """The line of a base map item in degrees; "arc:NAME" stands for a boundary line."""
    pieces = (
        arc(outlines, part.removeprefix("arc:")) if isinstance(part, str) else [(part[0], part[1])]
        for part in item["line"]
    )
    return joined(pieces)


def outline_of(outlines: Source, item: Source) -> Ring:
    """The open ring of a base map area in degrees: drawn so, or the strip along its line."""
    if "area" in item:
        return [(x, y) for x, y in item["area"]]
    strip = ribbon([to_plane(point) for point in line_of(outlines, item)], item["width"])
    return [to_degrees(point, DIGITS) for point in strip]


def base_map(outlines: Source, base: Source) -> list[Feature]:
    """Waters, parks, railways and streets with `kind` and `name`, in the order they are painted."""
    return [
        feature({"kind": kind, "name": item["name"]}, _shape(outlines, item))
        for kind in KINDS
        for item in base[kind]
    ]


def layer_rows(outlines: Source, base: Source, kinds: tuple[str, ...]) -> list[Feature]:
    """The same shapes with the fields of the layers `waters`, `greens`, `streets`; ids like "street-07"."""
    return [
        feature(_fields(kind, number, item["name"]), _shape(outlines, item))
        for kind in kinds
        for number, item in enumerate(base[kind], start=1)
    ]


def _fields(kind: str, number: int, name: str) -> Source:
    """`kind` is a field of streets only, as railways lie among them."""
    sort = {"kind": kind} if kind in LAYERS["streets"] else {}
    return {"id": f"{kind}-{number:02d}", "name": name, **sort, "geom_source": "drawn"}


def _shape(outlines: Source, item: Source) -> Feature:
    if "area" in item or "width" in item:
        return polygon(outline_of(outlines, item))
    return {"type": "LineString", "coordinates": line_of(outlines, item)}


def polygon(ring: Ring) -> Feature:
    """A GeoJSON polygon from an open ring in degrees, counter-clockwise as RFC 7946 asks."""
    turned: list[Point] = ring if area(ring) > 0 else ring[::-1]
    return {"type": "Polygon", "coordinates": [[*turned, turned[0]]]}


def feature(fields: Source, geometry: Feature | None) -> Feature:
    """A GeoJSON feature."""
    return {"type": "Feature", "properties": fields, "geometry": geometry}


def collection(features: Iterable[Feature]) -> str:
    """A GeoJSON file as text, a feature a line."""
    lines = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in features)
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def drawn() -> dict[str, str]:
    """Every file this module makes: name and text."""
    outlines, base = source("astana_districts.toml"), source("astana_base.toml")
    return {
        "astana_districts.geojson": collection(districts(outlines)),
        "astana_base.geojson": collection(base_map(outlines, base)),
        **{
            f"astana_{layer}.geojson": collection(layer_rows(outlines, base, kinds))
            for layer, kinds in LAYERS.items()
        },
    }


if __name__ == "__main__":
    for name, text in drawn().items():
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")
