"""Check the store: tables against declarations, data against rules; says what is wrong and how to mend it."""

from __future__ import annotations

from dataclasses import asdict

import typer

from layers.checking import findings, server_words
from scripts.common import call_of
from scripts.store import open_store

app = typer.Typer(rich_markup_mode=None)


@app.command(help=__doc__)
def check(context: typer.Context) -> None:
    call = call_of(context)
    with open_store(call) as (connection, city):
        found = findings(connection, city)
        if call.verbose:
            call.say(server_words(connection))
    for each in found:
        call.say(f"{'fault' if each.fault else 'note'}: {each.words}; cure: {each.cure}")
    faults = sum(each.fault for each in found)
    call.report(
        f"{faults} faults, {len(found) - faults} notes",
        {"findings": [asdict(each) for each in found], "faults": faults},
    )
    if faults:
        raise typer.Exit(1)


if __name__ == "__main__":
    from scripts.app import run

    run("check")
