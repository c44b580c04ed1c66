"""Where an address is, by the layer `addresses` alone: nothing is asked of a network, nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import hypot
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process
from sqlalchemy import Connection, func, select

from gis_core.addressing import Found, Point
from layers.address_words import Written, folded_name, house_form, name_key, read_address
from layers.addresses import Address
from layers.city import City
from layers.districts import District

LIKE = 85.0  # of a hundred (rapidfuzz ratio): one wrong letter in seven
APART = 4.0  # by so much the best likeness must beat that of any other street
SHORTEST = 5  # letters of a name that may be misspelled: of shorter ones too many are alike
ONE_HOUSE_M = 50.0  # two points of one house number are one house up to this distance


@dataclass
class Street:
    """A street of the gazetteer: what was read of its name, its districts, points by house."""

    name: str
    written: Written
    districts: set[str] = field(default_factory=set)
    houses: dict[str, list[Point]] = field(default_factory=dict)

    def middle(self) -> Point:
        """The address that is nearest to the middle of all."""
        every = np.array([point for points in self.houses.values() for point in points])
        away = np.hypot(*(every - every.mean(axis=0)).T)
        x, y = every[np.lexsort((every[:, 1], every[:, 0], away.round(3)))[0]]
        return float(x), float(y)


class Row(NamedTuple):
    """A row of the gazetteer."""

    street: str
    street_kk: str | None
    house: str
    district: str | None
    point: Point


class Gazetteer:
    """Streets by the keys of their names, and points inside the districts."""

    def __init__(self, rows: Iterable[Row], city: City, districts: dict[str, Point]) -> None:
        self.city = frozenset(folded_name(name) for name in (city.name.ru, city.name.kk, city.name.en))
        self.middles = districts
        self.districts = {
            name_key(folded_name(text)): code
            for code, term in city.districts.items()
            for text in (term.ru, term.kk, term.en, *term.spellings)
        }
        self.streets: dict[str, list[Street]] = {}
        held: dict[Written, Street] = {}
        for row in rows:
            self._add(held, row)

    def _add(self, held: dict[Written, Street], row: Row) -> None:
        written = read_address(row.street, self.city)
        written = Written(written.kind, written.street, None, written.locality, None)
        street = held.get(written)
        if street is None:
            street = held[written] = Street(row.street, written)
        for name in (row.street, row.street_kk):
            named = self.streets.setdefault(read_address(name, self.city).street, []) if name else [street]
            if street not in named:
                named.append(street)
        street.districts |= {row.district} if row.district else set()
        house = house_form(row.house) or folded_name(row.house)
        street.houses.setdefault(house, []).append(row.point)

    def find(self, text: str) -> Found:
        """The place of an address, how well it was found, and what a person should look at."""
        written = read_address(text, self.city)
        district = self.districts.get(written.district or "")
        streets, doubt = self._named(written) if written.street else ([], "no street is named")
        streets = _narrowed(streets, written, district)
        if not streets:
            return self._by_district(text, district, doubt)
        if len(streets) > 1:
            return self._by_district(text, district, "several streets bear this name")
        street = streets[0]
        points = street.houses.get(written.house or "", [])
        if points and _one_place(points):
            told = f"the address {text!r} was read as {street.name}, {written.house}" if doubt else ""
            return Found(points[0], "exact", told)
        lacking = f"no house {written.house} among the addresses" if written.house else "no house is named"
        told = f"the address {text!r} was placed on {street.name} only: "
        return Found(street.middle(), "street", told + ("the house stands twice" if points else lacking))

    def _named(self, written: Written) -> tuple[list[Street], str]:
        """Streets of a name, and the doubt: by its key, by one that has more words or fewer, by likeness.

        Words too many are passed over only where a street is meant: «парк Дружбы» is no street.
        """
        key = written.street
        if key in self.streets:
            return self.streets[key], ""
        words = set(key.split())
        longer = [name for name in self.streets if words < set(name.split())]
        meant = written.kind or written.house
        shorter = [name for name in self.streets if meant and name and set(name.split()) < words]
        for names in (longer, shorter):
            if len(names) == 1 and max(map(len, names[0].split())) >= SHORTEST:
                return self.streets[names[0]], "part of the name"
        if len(key) < SHORTEST:
            return [], "no street of this name"
        best = process.extract(key, list(self.streets), scorer=fuzz.ratio, score_cutoff=LIKE, limit=2)
        if not best or (len(best) > 1 and best[0][1] - best[1][1] < APART):
            return [], "several streets are spelled alike" if best else "no street of this name"
        return self.streets[best[0][0]], "spelled otherwise"

    def _by_district(self, text: str, district: str | None, why: str) -> Found:
        if district in self.middles:
            told = f"the address {text!r} was placed in the middle of its district: {why}"
            return Found(self.middles[district], "district", told)
        return Found(None, "none", f"the address {text!r} was not found: {why}")


def _narrowed(streets: list[Street], written: Written, district: str | None) -> list[Street]:
    """Of several streets of one name those of the kind, locality, district and house that are named."""
    tests = (
        lambda each: written.kind is not None and each.written.kind == written.kind,
        lambda each: written.locality is not None and each.written.locality == written.locality,
        lambda each: district in each.districts,
        lambda each: written.house in each.houses,
    )
    for test in tests:
        if len(streets) > 1:
            streets = [each for each in streets if test(each)] or streets
    return streets


def _one_place(points: list[Point]) -> bool:
    x, y = points[0]
    return all(hypot(x - other[0], y - other[1]) <= ONE_HOUSE_M for other in points)


def read_gazetteer(connection: Connection, city: City) -> Gazetteer:
    """The gazetteer of the store."""
    at = (func.ST_X(Address.geom), func.ST_Y(Address.geom))
    asked = select(Address.street, Address.street_kk, Address.house, Address.district, *at)
    rows = (
        Row(each[0], each[1], each[2], each[3], (each[4], each[5]))
        for each in connection.execute(asked.order_by(Address.id))
    )
    inside = func.ST_PointOnSurface(District.geom)
    versions = select(District.code, func.ST_X(inside), func.ST_Y(inside)).order_by(
        District.code, District.valid_from.nulls_first()
    )
    newest = {code: (x, y) for code, x, y in connection.execute(versions)}
    return Gazetteer(rows, city, newest)
