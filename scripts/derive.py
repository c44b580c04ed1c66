"""Derive contested parcels, conflicts, needs and funding from the loaded layers: only what changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import typer
from sqlalchemy import Connection

from gis_core.database import lock
from gis_core.personal import unmasked
from gis_core.workers import given
from layers.catalogue import DERIVED
from layers.city import City
from layers.computed import renew
from layers.conflict_survey import one_survey
from layers.derive import basis, chosen, is_current, touched
from layers.hands import Hand, sign
from layers.register import keep_register
from layers.runs import record_run
from scripts.common import Call, call_of
from scripts.store import open_store

app = typer.Typer(rich_markup_mode=None)


@app.command(help=__doc__)
def derive(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LAYER...]", help="Derived layers, with those they need; else all."),
    ] = None,
    force: Annotated[
        bool, typer.Option(help="Derive all rows anew, even if nothing was loaded since the last time.")
    ] = False,
    workers: Annotated[
        str | None,
        typer.Option(
            metavar="dask://HOST:PORT",
            help="Find pairs of shapes by the workers of this Dask scheduler, tile by tile; the rows are the "
            "same. docs/scale.md tells how to start them.",
        ),
    ] = None,
) -> None:
    call = call_of(context)
    counts = derive_store(call, names or (), force=force, workers=workers)
    if not counts:
        call.nothing_to_do("derived layers are up to date", {})
    told = ", ".join(f"{name} {count}" for name, count in counts.items())
    call.report(f"derived: {told}", {"counts": counts, "changed": True})


def derive_store(
    call: Call, names: Collection[str] = (), *, force: bool = False, workers: str | None = None
) -> dict[str, int]:
    """Bring derived layers up to date, with `workers` by those of the scheduler there; rows by layer, or
    nothing if they are."""
    with open_store(call) as (connection, city), unmasked(connection):
        lock(connection, "derived layers", call.say)
        layers = chosen(names, city)
        if not force and is_current(connection, city, layers):
            return {}
        by_hand = touched(connection)
        options = basis(connection, city)
        sign(connection, Hand(deriving=True))
        counts = {}
        with given(workers, call.say), one_survey(connection, city):
            for layer in layers:
                name = layer.__tablename__
                call.say(f"deriving {name}")
                counts[name] = renew(connection, layer, DERIVED[layer], city, force=force or name in by_hand)
        run_id = record_run(connection, "derive", options=options, counts={**counts})
        if "conflicts" in counts:
            _keep_register(call, connection, city, run_id)
    return counts


def _keep_register(call: Call, connection: Connection, city: City, run_id: int) -> None:
    lock(connection, "register", call.say)
    kept = keep_register(connection, city, run_id)
    call.say("register: " + ", ".join(f"{words.replace('_', ' ')} {count}" for words, count in kept.items()))


if __name__ == "__main__":
    from scripts.app import run

    run("derive")
