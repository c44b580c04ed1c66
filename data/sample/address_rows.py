"""The gazetteer of the sample: a row a block with its address, save some that no list has."""

from __future__ import annotations

from typing import Any

from data.boundaries.plane import to_degrees
from data.sample.city import City
from data.sample.dice import Dice
from data.sample.spaces import CODES

Row = dict[str, Any]
LACKING = 0.04  # of the addresses: a gazetteer is never whole
DIGITS = 7


def address_rows(city: City) -> list[Row]:
    """Fields of the layer `addresses`, with lon and lat: the middle of a block, or what is seen of a yard."""
    dice = Dice("gazetteer")
    middles = {yard.address: yard.block.at(*yard.eye) for yard in city.courtyards}
    counts = dict.fromkeys(CODES, 0)
    rows = []
    for block, address in city.addressed:
        counts[block.district] += 1
        street, _, house = address.rpartition(", ")
        lon, lat = to_degrees(middles.get(address, block.centre), DIGITS)
        row = {
            "id": f"A-{CODES[block.district]}-{counts[block.district]:04d}",
            "street": street,
            "street_kk": None,
        }
        there = {"house": house, "district": block.district, "geom_source": "drawn", "lon": lon, "lat": lat}
        rows.append(row | there)
    return [row for row in rows if not dice.chance(LACKING)]
