"""Which derived layers there are, what each is derived from, and which are up to date."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator

import msgspec
from sqlalchemy import Connection, Table, func, select, true
from sqlalchemy.sql.visitors import ExternallyTraversible

from gis_core.errors import InputError
from gis_core.layer import Layer
from layers.catalogue import DERIVED
from layers.changes import Change
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
    """True where nothing was loaded or changed by hand since these layers were last derived, and the profile
    is the same."""
    loaded, now = last_run(connection, "load"), basis(connection, city)
    newest: dict[str, object] = {}
    runs = select(Run).where(Run.verb == "derive", Run.id > (loaded.id if loaded else 0)).order_by(Run.id)
    for run in connection.execute(runs.with_only_columns(Run.options, Run.counts)):
        # a run of a former version knew nothing of changes by hand
        newest |= {name: {"changes": now["changes"], **run.options} for name in run.counts}
    return all(newest.get(layer.__tablename__) == now for layer in layers)


def basis(connection: Connection, city: City) -> dict[str, object]:
    """What derived layers rest on beside the loads: the profile, and how many changes the history knows."""
    changes = connection.scalar(select(func.count()).select_from(Change))
    return {"profile": profile_hash(city), "changes": changes}


def touched(connection: Connection) -> set[str]:
    """Names of derived layers that somebody wrote into since they were last derived."""
    derived = last_run(connection, "derive")
    since = Change.at > derived.at if derived else true()
    return {*connection.scalars(select(Change.layer).where(Change.action == "touched", since).distinct())}


def profile_hash(city: City) -> str:
    """Sixteen digits that change with the profile."""
    return hashlib.sha256(msgspec.json.encode(city)).hexdigest()[:16]
