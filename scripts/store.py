"""The store a verb works on: the city of the call, and one transaction on its database."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from gis_core.cluster import Cluster
from gis_core.database import open_engine
from gis_core.errors import StoreError
from gis_core.faults import server_fault
from gis_core.personal import unmasked
from layers.city import City, read_city
from layers.schema import prepare
from scripts.common import Call, city_path, cluster_of


@contextmanager
def open_store(call: Call) -> Iterator[tuple[Connection, City]]:
    """A transaction on the city's database, its tables made; committed at the end, else nothing happened."""
    city = read_city(city_path(call))
    with engine_of(call, city) as engine, engine.begin() as connection:
        prepare(connection, city)
        with unmasked(connection) if call.personal else nullcontext():
            yield connection, city


@contextmanager
def engine_of(call: Call, city: City) -> Iterator[Engine]:
    """An engine on the database the user named, else on the embedded server's database of the city.

    What the server refuses becomes a StoreError.
    """
    _collect_again()
    if call.settings.database_url:
        engine = open_engine(call.settings.database_url)
        yield from _closing(engine)
        return
    with cluster_of(call).start(call.say) as cluster:
        cluster.ensure_database(database_name(city))
        yield from _closing(open_engine(cluster.url(database_name(city))), cluster)


def _collect_again() -> None:
    """Look for garbage again, which `scripts.app.main` puts off, but never in what the program imported."""
    if not gc.get_freeze_count():  # later, in a process of several commands, garbage would be kept
        gc.freeze()
    gc.enable()


def _closing(engine: Engine, own: Cluster | None = None) -> Iterator[Engine]:
    try:
        yield engine
    except (DBAPIError, psycopg.Error) as fault:
        full = own.lack_of_room() if own else ""
        raise StoreError("; ".join([server_fault(fault), *([full] if full else [])])) from fault
    finally:
        engine.dispose()


def database_name(city: City) -> str:
    """The city's database on the embedded server."""
    return f"abat_{city.code}"
