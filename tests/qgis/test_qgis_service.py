"""The open interface: tipg serves the views by OGC API - Features to QGIS, as an account that only reads."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import Engine, insert, make_url

from gis_core.layer import table_of
from gis_core.personal import PHONE_MASK
from layers.access import grant
from layers.city import City
from layers.courtyards import CONDITIONS, Courtyard
from layers.label_views import make_views
from tests.drawing import box
from tests.qgis.conftest import Look

pytestmark = pytest.mark.qgis
READER = "viewer_of_service"
PHONE = "87015554433"
ROWS = 25  # more than a page of the server, which holds ten unless told otherwise


@pytest.fixture
def reader(engine: Engine, city: City) -> Iterator[str]:
    """An account that may read views, of some courtyards."""
    with engine.begin() as connection:
        rows = [
            {
                "id": f"C-{n}",
                "address": f"тел. {PHONE}",
                "condition": "needs_repair",
                "geom": box(20 * n, 0, 10, 10),
            }
            for n in range(ROWS)
        ]
        connection.execute(insert(table_of(Courtyard)), rows)
        make_views(connection, city, "ru")
        connection.exec_driver_sql(f"DROP ROLE IF EXISTS {READER}; CREATE ROLE {READER} LOGIN")
        grant(connection, READER, "viewer")
    yield READER
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {READER}; DROP ROLE {READER}")


@pytest.fixture
def service(engine: Engine, reader: str, tmp_path: Path) -> Iterator[str]:
    """The address of the server, on loopback, started as docs/service.md says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = make_url(engine.url)
    place = quote(str(url.query["host"]), safe="")
    settings = {
        "DATABASE_URL": f"postgresql://{reader}@{place}:5432/{url.database}",
        "TIPG_DB_SCHEMAS": '["abat_ru"]',
        "TIPG_DB_EXCLUDE_FUNCTION_SCHEMAS": '["abat_ru"]',
    }
    order = [sys.executable, "-m", "uvicorn", "tipg.main:app", "--host", "127.0.0.1", "--port", str(port)]
    with (
        (tmp_path / "service.log").open("w") as log,
        subprocess.Popen(
            order, env={**os.environ, **settings}, cwd=tmp_path, stdout=log, stderr=log
        ) as server,
    ):
        try:
            yield answering(f"http://127.0.0.1:{port}", server, tmp_path / "service.log")
        finally:
            server.kill()


def answering(address: str, server: subprocess.Popen[bytes], log: Path) -> str:
    """The address, as soon as the server answers there."""
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        try:
            with urlopen(f"{address}/healthz"):
                return address
        except URLError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def test_qgis_reads_views_with_labels_from_the_open_interface_and_nobody_writes(
    service: str, look: Look
) -> None:
    source = f"url='{service}' typename='abat_ru.courtyards' version='OGC_API_FEATURES'"
    seen = look({"services": {"yards": f"{source} pagingEnabled='true' pageSize='10'"}})["files"]["yards"]
    assert (seen["valid"], seen["rows"], seen["crs"]) == (True, ROWS, "EPSG:4326")
    assert len(seen["keys"]) == ROWS
    row = dict(zip(seen["fields"], seen["values"], strict=True))
    assert row["condition"] == CONDITIONS["needs_repair"].ru
    assert row["address"] == f"тел. {PHONE_MASK}"
    with urlopen(f"{service}/collections/abat_ru.courtyards/items?limit=1000") as answer:
        assert PHONE not in answer.read().decode()
    with urlopen(f"{service}/collections?limit=1000") as answer:
        told = answer.read().decode()
    assert "abat_ru.courtyards" in told
    assert "public." not in told
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        asked = Request(f"{service}/collections/abat_ru.courtyards/items", b"{}", method=method)
        with pytest.raises(HTTPError) as refused:
            urlopen(asked)
        assert refused.value.code == 405
        refused.value.close()
