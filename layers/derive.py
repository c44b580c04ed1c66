"""Derived layers filled anew, in order, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, delete

from layers.catalogue import DERIVED
from layers.city import City
from layers.computed import fill
from layers.runs import last_run


def derive(connection: Connection, city: City, say: Callable[[str], None]) -> dict[str, int]:
    """Fill every derived layer; rows by layer."""
    counts = {}
    for layer, rows in DERIVED.items():
        say(f"deriving {layer.__tablename__}")
        connection.execute(delete(layer))
        counts[layer.__tablename__] = fill(connection, layer, rows, city)
    return counts


def is_current(connection: Connection, city: City) -> bool:
    """True where nothing was loaded and the profile did not change since the layers were last derived."""
    derived, loaded = last_run(connection, "derive"), last_run(connection, "load")
    return (
        derived is not None
        and (loaded is None or loaded.id < derived.id)
        and derived.options.get("profile") == profile_hash(city)
    )


def profile_hash(city: City) -> str:
    """Sixteen digits that change with the profile."""
    return hashlib.sha256(msgspec.json.encode(city)).hexdigest()[:16]
