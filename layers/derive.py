"""Which derived layers there are, what each is derived from, and which are up to date."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator

import msgspec
from sqlalchemy import Connection, Table, select
from sqlalchemy.sql.visitors import ExternallyTraversible

from gis_core.errors import InputError
from gis_core.layer import Layer
from layers.catalogue import DERIVED
from layers.city import City
from layers.computed import Computed
from layers.runs import Run, last_run


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


def is_current(connection: Connection, city: City, layers: Collection[type[Layer]] = tuple(DERIVED)) -> bool:
    """True where nothing was loaded and the profile did not change since these layers were last derived."""
    loaded = last_run(connection, "load")
    newest: dict[str, object] = {}
    runs = select(Run).where(Run.verb == "derive", Run.id > (loaded.id if loaded else 0)).order_by(Run.id)
    for run in connection.execute(runs.with_only_columns(Run.options, Run.counts)):
        newest |= dict.fromkeys(run.counts, run.options.get("profile"))
    return all(newest.get(layer.__tablename__) == profile_hash(city) for layer in layers)


def profile_hash(city: City) -> str:
    """Sixteen digits that change with the profile."""
    return hashlib.sha256(msgspec.json.encode(city)).hexdigest()[:16]
