"""One throw-away PostGIS a test process, a database a test; the network is shut."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Connection, Engine, create_engine, select, text

from gis_core.cluster import Cluster
from gis_core.layer import Layer
from layers.catalogue import DERIVED
from layers.city import City, read_city
from layers.computed import fill as put_rows
from layers.schema import prepare

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
SQUARES = Path(__file__).parent / "squares.toml"
NUMBERS = count(1)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but this machine can be reached."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test went out to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium of this test process."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A server of this test process, gone at its end."""
    root = Path(tempfile.mkdtemp(prefix="abat-test-"))
    root.chmod(0o755)  # the server runs as another user when the tests run as root
    made = Cluster(root / "postgres", durable=False, linger=0)
    try:
        yield made.start()
    finally:
        made.stop()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def city() -> City:
    return read_city(SQUARES)


@pytest.fixture(scope="session")
def template(cluster: Cluster, city: City) -> str:
    """A database with the tables of the city of squares, to be copied."""
    cluster.ensure_database("squares")
    engine = create_engine(cluster.url("squares"))
    with engine.begin() as connection:
        prepare(connection, city)
    engine.dispose()
    return "squares"


@pytest.fixture
def database_url(cluster: Cluster, template: str) -> Iterator[str]:
    """The address of an empty database of the city of squares."""
    name = f"test_{next(NUMBERS)}"
    server = create_engine(
        cluster.url("squares").replace("/squares?", "/postgres?"), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    try:
        yield cluster.url(name)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = create_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as opened:
        yield opened


@pytest.fixture(scope="session")
def empty(cluster: Cluster, template: str) -> Iterator[Connection]:
    """One database without rows, for tests that only read it."""
    server = create_engine(
        cluster.url("squares").replace("/squares?", "/postgres?"), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE empty TEMPLATE {template} STRATEGY file_copy"))
    server.dispose()
    engine = create_engine(cluster.url("empty"))
    with engine.connect() as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def bare(cluster: Cluster) -> Iterator[Connection]:
    """A database without tables."""
    cluster.ensure_database("without_tables")
    engine = create_engine(cluster.url("without_tables"))
    with engine.connect() as opened:
        yield opened
        opened.rollback()
    engine.dispose()


@pytest.fixture
def fill(connection: Connection, city: City) -> Callable[[type[Layer]], list[Any]]:
    """Fill a derived layer and those before it; its rows, by key."""

    def rows_of(wanted: type[Layer]) -> list[Any]:
        for layer, rows in DERIVED.items():
            put_rows(connection, layer, rows, city)
            if layer is wanted:
                break
        table = wanted.__table__
        return list(connection.execute(select(table).order_by(*table.primary_key)))  # type: ignore[attr-defined]

    return rows_of
