"""Derive contested parcels, conflicts, needs and funding from the loaded layers: only what changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import typer

from gis_core.database import lock
from gis_core.personal import unmasked
from layers.freshness import is_current
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
        if not force and not names and is_current(connection, city):
            return {}
        from scripts.deriving import Asked, derive_layers  # noqa: PLC0415  half a second to import

        return derive_layers(call, connection, city, Asked(names, force, workers))


if __name__ == "__main__":
    from scripts.app import run

    run("derive")
