"""Which features of an OpenStreetMap extract each layer takes, and what their tags mean there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gis_core.errors import InputError


class Choice(NamedTuple):
    """A layer of GDAL's OSM driver, and (key, values parted by |) of which one must hold."""

    sublayer: str
    tags: tuple[tuple[str, str], ...]


ANY = "*"  # any value
ROADS = (
    "motorway|trunk|primary|secondary|tertiary|motorway_link|trunk_link|primary_link|secondary_link"
    "|tertiary_link|residential|unclassified|living_street|pedestrian"
)
CHOICES = {
    "public_spaces": Choice("multipolygons", (("leisure", "park|garden|playground"), ("place", "square"))),
    "courtyards": Choice("multipolygons", (("landuse", "residential"),)),
    "streets": Choice("lines", (("highway", ROADS), ("railway", "rail"))),
    "greens": Choice(
        "multipolygons",
        (("leisure", "park|garden"), ("landuse", "grass|forest|meadow"), ("natural", "wood|scrub")),
    ),
    "waters": Choice("multipolygons", (("natural", "water"),)),
    "buildings": Choice("multipolygons", (("building", ANY),)),
}
# what the value of the tag that chose a feature means for the field `kind`
KINDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "public_spaces": {"park": ("park",), "square": ("square",), "other": ("garden", "playground")},
    "streets": {"street": tuple(ROADS.split("|")), "rail": ("rail",)},
}


def tags_of(layer: str) -> Choice:
    """The choice for a layer. Raises InputError where none is stated."""
    if layer not in CHOICES:
        raise InputError(
            f"{layer}: no choice of OpenStreetMap tags for this layer; there is one for {', '.join(CHOICES)};"
            " export the features you mean as GeoJSON"
        )
    return CHOICES[layer]
