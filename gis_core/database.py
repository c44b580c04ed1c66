"""The way into PostGIS: an engine that works, schema upgrades, locks and runs."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import Connection, Engine, create_engine, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, OperationalError

from gis_core.errors import InputError, StoreError
from gis_core.faults import SERVER_CURES, code_of

OLDEST_POSTGIS = (3, 3)
OLDEST_POSTGRES = 14  # multiranges


def open_engine(url: str) -> Engine:
    """An engine on a PostGIS that answers and is new enough; a URL without a driver means psycopg 3."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise InputError("the database URL cannot be read; write postgresql://user@host:5432/name") from None
    if address.get_backend_name() != "postgresql":
        raise InputError(f"the database is {address.get_backend_name()}; Abat needs PostgreSQL with PostGIS")
    address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(address, connect_args={"application_name": "abat", "connect_timeout": 10})
    try:
        with engine.connect() as connection:
            _check_versions(connection)
    except OperationalError as fault:
        reason = _without_secrets(str(fault.orig), address.password)
        engine.dispose()
        cure = SERVER_CURES[code_of(reason)]
        raise StoreError(f"no database at {address.render_as_string()}: {reason}; {cure}") from None
    except StoreError:
        engine.dispose()
        raise
    return engine


def _check_versions(connection: Connection) -> None:
    major = connection.connection.driver_connection.info.server_version // 10_000  # type: ignore[union-attr]
    if major < OLDEST_POSTGRES:
        raise StoreError(f"PostgreSQL {major} is too old; Abat needs {OLDEST_POSTGRES} or newer")
    found = connection.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'postgis'"))
    if found is None:
        raise StoreError("the database has no PostGIS; let an administrator run: CREATE EXTENSION postgis")
    if tuple(map(int, re.findall(r"\d+", found)[:2])) < OLDEST_POSTGIS:
        oldest = ".".join(map(str, OLDEST_POSTGIS))
        raise StoreError(
            f"PostGIS {found} is too old; Abat needs {oldest} or newer (ALTER EXTENSION postgis UPDATE)"
        )


def _without_secrets(message: str, password: object) -> str:
    """The server's words on one line, without the password even where a driver repeats the URL."""
    line = " ".join(message.split())
    return line.replace(str(password), "***") if password else line


def lock(connection: Connection, name: str, say: Callable[[str], None]) -> None:
    """Hold a named lock until the transaction ends; tells when another command holds it."""
    key = func.hashtextextended(f"abat {name}", 0)
    if not connection.scalar(select(func.pg_try_advisory_xact_lock(key))):
        say(f"waiting for another command that is working on {name}")
        connection.execute(select(func.pg_advisory_xact_lock(key)))
