"""Which features of an OpenStreetMap extract each layer takes."""

from __future__ import annotations

from typing import NamedTuple

from gis_core.errors import InputError


class Choice(NamedTuple):
    """A layer of GDAL's OSM driver, and (key, values parted by |) of which one must hold."""

    sublayer: str
    tags: tuple[tuple[str, str], ...]


CHOICES = {
    "public_spaces": Choice("multipolygons", (("leisure", "park|garden|playground"), ("place", "square"))),
    "courtyards": Choice("multipolygons", (("landuse", "residential"),)),
    "streets": Choice("lines", (("highway", "motorway|trunk|primary|secondary|tertiary|residential|unclassified|living_street|pedestrian"),)),  # noqa: E501
    "greens": Choice("multipolygons", (("leisure", "park|garden"), ("landuse", "grass|forest|meadow"), ("natural", "wood|scrub"))),  # noqa: E501
    "waters": Choice("multipolygons", (("natural", "water"), ("waterway", "riverbank"))),
    "districts": Choice("multipolygons", (("boundary", "administrative"),)),
    "buildings": Choice("multipolygons", ()),
}  # fmt: skip


def tags_of(layer: str) -> Choice:
    """The choice for a layer. Raises InputError where none is stated."""
    if layer not in CHOICES:
        raise InputError(
            f"{layer}: no choice of OpenStreetMap tags for this layer; there is one for {', '.join(CHOICES)};"
            " export the features you mean as GeoJSON"
        )
    return CHOICES[layer]
