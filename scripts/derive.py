"""Derive contested parcels, conflicts, needs and funding from the loaded layers."""

from __future__ import annotations

from typing import Annotated

import typer

from gis_core.database import lock
from layers.derive import derive as derive_layers
from layers.derive import is_current, profile_hash
from layers.register import keep_register
from layers.runs import record_run
from scripts.common import Call, call_of
from scripts.store import open_store

app = typer.Typer(rich_markup_mode=None)


@app.command(help=__doc__)
def derive(
    context: typer.Context,
    force: Annotated[
        bool, typer.Option(help="Derive even if nothing was loaded since the last time.")
    ] = False,
) -> None:
    call = call_of(context)
    counts = derive_store(call, force=force)
    if not counts:
        call.nothing_to_do("derived layers are up to date", {})
    told = ", ".join(f"{name} {count}" for name, count in counts.items())
    call.report(f"derived: {told}", {"counts": counts, "changed": True})


def derive_store(call: Call, *, force: bool = False) -> dict[str, int]:
    """Fill the derived layers; rows by layer, or nothing if they are up to date."""
    with open_store(call) as (connection, city):
        lock(connection, "derived layers", call.say)
        if not force and is_current(connection, city):
            return {}
        counts = derive_layers(connection, city, call.say)
        options: dict[str, object] = {"profile": profile_hash(city)}
        run_id = record_run(connection, "derive", options=options, counts=dict(counts))
        lock(connection, "register", call.say)
        kept = keep_register(connection, city, run_id)
    call.say("register: " + ", ".join(f"{words.replace('_', ' ')} {count}" for words, count in kept.items()))
    return counts


if __name__ == "__main__":
    from scripts.app import run

    run("derive")
