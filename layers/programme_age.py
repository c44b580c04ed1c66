"""Whether the kept programme still rests on the needs, conflicts, works and money of today."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, exists, select

from gis_core.errors import InputError
from layers.city import City
from layers.freshness import profile_hash
from layers.programme import Programme
from layers.programme_candidates import candidates, years_of_need
from layers.runs import Run, last_run


def basis(places: pd.DataFrame, city: City) -> str:
    """Sixteen digits that change with what a programme is made from: the candidates and the profile."""
    rows = places.drop(columns="geom").to_csv(index=False)
    return hashlib.sha256(f"{profile_hash(city)}\n{rows}".encode()).hexdigest()[:16]


def outdated(connection: Connection, city: City) -> str | None:
    """The command that makes the kept programme anew, where what it was made from has changed since."""
    run = last_run(connection, "plan")
    if run is None or not connection.scalar(select(exists(select(Programme.place_id)))):
        return None
    if run.options.get("basis") == _today(connection, city, run):
        return None
    return command({**run.counts, "year": run.options.get("year")})


def _today(connection: Connection, city: City, run: Run) -> str | None:
    """The basis that the same order would have now; None where no need is known any more."""
    asked = run.options.get("year")
    try:
        year, need_year = years_of_need(connection, asked if isinstance(asked, int) else None)
    except InputError:
        return None
    return basis(candidates(connection, city, year, need_year), city)


def command(facts: Mapping[str, Any]) -> str:
    """The `abat plan` that gives a programme of these facts.

    >>> said = {"budget_kzt": 5, "year": 2022, "floors": {"west": 2}, "exclude": ["A 1"]}
    >>> command({**said, "beside": True, "joint": False})
    "abat plan --budget 5 --year 2022 --floors west=2 --exclude 'A 1' --beside --no-joint"
    """
    words = ["abat", "plan", "--budget", str(facts["budget_kzt"])]
    words += ["--year", str(facts["year"])] if facts["year"] else []
    for name, amount in facts["floors"].items():
        words += ["--floors", f"{name}={amount}"]
    for name in facts["exclude"]:
        words += ["--exclude", name]
    words += ["--beside"] if facts["beside"] else []
    words += [] if facts["joint"] else ["--no-joint"]
    return shlex.join(words)
