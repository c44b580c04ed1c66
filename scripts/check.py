"""Check the store: tables against declarations, data against rules; says what is wrong and how to mend it.

With --repair it mends what can be mended without guessing: missing tables, columns, indexes, references,
rules and triggers, broken indexes, invalid shapes, stale derived layers. It deletes nothing.
"""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from layers.checking import findings, server_words
from layers.drift import Finding, mend
from layers.hands import Hand, sign
from scripts.common import Call, call_of
from scripts.derive import derive_store
from scripts.store import open_store

ROUNDS = 4  # mending one fault may lay open another
app = typer.Typer(rich_markup_mode=None)


@app.command(help=__doc__)
def check(
    context: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended without guessing.")
    ] = False,
) -> None:
    call = call_of(context)
    mended = _repair(call) if repair else []
    found = _found(call)
    for each in found:
        call.say(f"{'fault' if each.fault else 'note'}: {each.words}; cure: {each.cure}")
    faults = sum(each.fault for each in found)
    told = f"{faults} faults, {len(found) - faults} notes" + (f", {len(mended)} mended" if repair else "")
    facts = [{"fault": each.fault, "words": each.words, "cure": each.cure} for each in found]
    call.report(told, {"findings": facts, "faults": faults, **({"mended": mended} if repair else {})})
    if faults:
        raise typer.Exit(1)


def _found(call: Call) -> list[Finding]:
    with open_store(call) as (connection, city):
        if call.verbose:
            call.say(server_words(connection))
        return findings(connection, city)


def _repair(call: Call) -> list[str]:
    """Mend, then look again, until nothing more can be mended; what was done."""
    done: list[str] = []
    for _ in range(ROUNDS):
        with open_store(call) as (connection, city):
            found = findings(connection, city)
            sign(connection, Hand("abat check --repair", account=getpass.getuser()))
            told = mend(connection, found)
        stale = [each.words for each in found if each.derive]
        if stale and not any(each.mend for each in found):
            derive_store(call, force=True)
            told += [f"mended: {words}" for words in stale]
        for line in told:
            call.say(line)
        if not any(line.startswith("mended") for line in told):
            break
        done += [line.removeprefix("mended: ") for line in told if line.startswith("mended")]
    return done


if __name__ == "__main__":
    from scripts.app import run

    run("check")
