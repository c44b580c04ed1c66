"""Which derived layers there are, and what each is derived from."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Table
from sqlalchemy.sql.visitors import ExternallyTraversible

from gis_core.errors import InputError
from gis_core.layer import Layer
from layers.catalogue import DERIVED
from layers.city import City
from layers.computed import Computed


def chosen(names: Collection[str], city: City) -> list[type[Layer]]:
    """The derived layers of these names and those they are derived from, in order; all for no names."""
    known = {layer.__tablename__: layer for layer in DERIVED}
    strange = sorted({*names} - {*known})
    if strange:
        raise InputError(f"{strange[0]} is no derived layer; give one of {', '.join(known)}")
    if not names:
        return list(DERIVED)
    wanted = {known[name] for name in names}
    for layer in reversed(DERIVED):
        if layer in wanted:
            wanted |= needs(layer, city)
    return [layer for layer in DERIVED if layer in wanted]


def needs(layer: type[Layer], city: City) -> set[type[Layer]]:
    """The derived layers whose rows enter the rows of a layer."""
    rows = DERIVED[layer]
    if isinstance(rows, Computed):
        return {*rows.needs}
    read = {id(part) for part in _parts(rows(city)) if isinstance(part, Table)}
    return {each for each in DERIVED if id(each.__table__) in read}


def _parts(query: ExternallyTraversible) -> Iterator[ExternallyTraversible]:
    """A query and all it is made of, each part once, in however many places it stands."""
    waiting, seen = [query], {id(query)}
    while waiting:
        part = waiting.pop()
        yield part
        fresh = [each for each in part.get_children() if id(each) not in seen]
        seen |= {*map(id, fresh)}
        waiting += fresh
