"""The way into PostGIS: what cannot be used is refused in words, without secrets."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine, text

from gis_core.cluster import Cluster
from gis_core.database import lock, open_engine
from gis_core.errors import InputError, StoreError


def test_an_address_without_a_driver_means_psycopg_3(database_url: str) -> None:
    engine = open_engine(database_url.replace("+psycopg", ""))
    assert engine.driver == "psycopg"
    engine.dispose()


def test_a_database_without_postgis_is_refused_with_the_cure(cluster: Cluster, template: str) -> None:
    url = cluster.url(template).replace(f"/{template}?", "/postgres?")
    with pytest.raises(StoreError, match="CREATE EXTENSION postgis"):
        open_engine(url)


@pytest.mark.parametrize(
    "url",
    ["postgresql://me:p4ssw0rd@127.0.0.1:1/x", "postgresql://me:p4ssw0rd@/x?host=/no/such/folder&port=5432"],
)
def test_a_server_that_does_not_answer_is_named_without_the_password(url: str) -> None:
    with pytest.raises(StoreError, match="no database at") as refusal:
        open_engine(url)
    assert "p4ssw0rd" not in str(refusal.value)


@pytest.mark.parametrize("url", ["no address at all", "mysql://localhost/x"])
def test_what_is_no_address_of_postgresql_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        open_engine(url)


def test_a_lock_is_waited_for_with_a_message_and_given_back_at_the_end(engine: Engine) -> None:
    told: list[str] = []
    done = threading.Event()

    def second() -> None:
        with engine.begin() as connection:
            lock(connection, "parcels", told.append)
            done.set()

    with engine.begin() as first:
        lock(first, "parcels", told.append)
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not done.wait(0.5)
    assert done.wait(10)
    waiting.join()
    assert told == ["waiting for another command that is working on parcels"]


def test_locks_of_other_names_do_not_wait(engine: Engine) -> None:
    with engine.begin() as first, engine.begin() as second:
        lock(first, "parcels", pytest.fail)
        lock(second, "courtyards", pytest.fail)
        assert first.execute(text("SELECT 1")).scalar() == 1
