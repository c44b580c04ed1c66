"""Commands run as a user runs them: through `main`, against a database of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from layers.city import read_city
from layers.schema import prepare
from scripts.app import main

SQUARES = str(Path(__file__).parents[1] / "squares.toml")


@dataclass(frozen=True)
class Result:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        return json.loads(self.out)  # type: ignore[no-any-return]


Abat = Callable[..., Result]


@pytest.fixture
def abat(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Abat:
    """`abat(*words)` on the city of squares, or on another that the words name."""
    monkeypatch.setenv("ABAT_DATABASE_URL", database_url)
    monkeypatch.setenv("ABAT_CITY", SQUARES)
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Result:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        said = capsys.readouterr()
        return Result(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    """The database of the test, to look into."""
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def abat_of(
    cluster: Any, template: str, abat: Abat, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Abat]:
    """`abat_of("paris")`: commands on an empty database of a shipped city."""

    def of(city: str) -> Abat:
        cluster.ensure_database(f"city_{city}")
        url = cluster.url(f"city_{city}")
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            connection.exec_driver_sql("CREATE EXTENSION postgis; CREATE EXTENSION btree_gist")
            prepare(connection, read_city(Path(city)))
        engine.dispose()
        monkeypatch.setenv("ABAT_DATABASE_URL", url)
        monkeypatch.setenv("ABAT_CITY", city)
        return abat

    return of
