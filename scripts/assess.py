"""Give a verdict on a conflict, or read verdicts back from a file.

Verdicts come back from a GeoPackage edited in QGIS, an Excel sheet or a CSV; a row that somebody else has
changed since the export is reported and not overwritten. Edits made in QGIS in the table assessments of the
database itself need no reading back: the database records them.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from gis_core.database import lock
from gis_core.errors import InputError
from gis_core.personal import masked_in, unmasked
from layers.hands import Hand, sign
from layers.naming import body_names
from layers.rejections import reject_rows
from layers.runs import record_run
from layers.verdict_files import VerdictFile, body_of, plain_note, read_verdicts, savings_of, verdict_of
from layers.verdicts import Outcome, Refusal, Said, weigh, write
from scripts.common import Call, call_of
from scripts.store import open_store

app = typer.Typer(rich_markup_mode=None)


@app.command(help=__doc__)
def assess(
    context: typer.Context,
    conflict: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Number of a conflict; abat conflicts lists them.")
    ] = None,
    body: Annotated[str | None, typer.Option(help="Whose verdict: code or name of a body.")] = None,
    verdict: Annotated[
        str | None, typer.Option(help="да, нет, не рассмотрено, пересмотреть; or in Kazakh, English.")
    ] = None,
    note: Annotated[
        str | None, typer.Option(help="Why, or what was agreed; an empty text clears it.")
    ] = None,
    lead: Annotated[str | None, typer.Option(help="Body that leads the works.")] = None,
    savings: Annotated[str | None, typer.Option(help="Money saved by settling it, whole tenge.")] = None,
    file: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Read verdicts from .gpkg, .xlsx or .csv.")
    ] = None,
    sublayer: Annotated[str | None, typer.Option(help="Which layer or sheet of the file.")] = None,
) -> None:
    call = call_of(context)
    if (conflict is None) == (file is None):
        raise typer.BadParameter("give the number of a conflict, or --from FILE")
    if file is not None:
        _report(call, *assess_file(call, file, sublayer))
        return
    if body is None:
        raise typer.BadParameter("whose verdict? give --body", param_hint="--body")
    said = {"verdict": verdict, "note": note, "lead_body": lead, "savings_kzt": savings}
    given = {name: word for name, word in said.items() if word is not None}
    if not given:
        raise typer.BadParameter("give --verdict, --note, --lead or --savings")
    _report(call, str(conflict), assess_one(call, str(conflict), body, given), [], {})


def assess_one(call: Call, conflict: str, body: str, given: dict[str, str]) -> Outcome:
    """One verdict from the command line."""
    with open_store(call) as (connection, _), unmasked(connection):
        names = body_names(connection)
        values = {name: _value(name, word, names) for name, word in given.items()}
        said = [Said(conflict, body_of(names, body), values)]
        lock(connection, "register", call.say)
        outcome = weigh(connection, said)
        if outcome.refused:
            raise InputError(str(outcome.refused[0]))
        if outcome.changed:
            run_id = record_run(connection, "assess", layer="assessments", options={"conflict": conflict})
            sign(connection, Hand("abat assess", run_id, getpass.getuser()))
            write(connection, outcome)
    return outcome


def _value(name: str, word: str, names: Any) -> Any:
    if name == "verdict":
        return verdict_of(word)
    if name == "note":
        return plain_note(word)
    if not word.strip():
        return None
    if name == "lead_body":
        return body_of(names, word)
    try:
        return savings_of(word)
    except ValueError as reason:
        raise InputError(f"--savings: {reason}; write whole tenge") from None


def assess_file(
    call: Call, path: Path, sublayer: str | None
) -> tuple[str, Outcome, list[Refusal], dict[str, Any]]:
    """Verdicts of a file: its name, what became of its rows, rows that say nothing, and facts to report."""
    with open_store(call) as (connection, _), unmasked(connection):
        call.say(f"reading {path.name}")
        read = read_verdicts(path, body_names(connection), sublayer)
        lock(connection, "register", call.say)
        outcome = weigh(connection, read.said)
        refused = list(_rejections(read, outcome))
        if outcome.changed or refused:
            counts: dict[str, object] = {"read": read.read, "changed": len(outcome.changed)}
            counts["refused"] = len(refused)
            run_id = record_run(
                connection, "assess", layer="assessments", file=read.name, sha256=read.sha256, counts=counts
            )
            sign(connection, Hand(f"abat assess --from {read.name}", run_id, getpass.getuser()))
            write(connection, outcome)
            reject_rows(connection, run_id, refused)
    strange = [refusal for refusal, _ in read.refused]
    return read.name, outcome, strange, {"file": read.name, "sha256": read.sha256, "read": read.read}


def _rejections(read: VerdictFile, outcome: Outcome) -> Iterable[dict[str, Any]]:
    """Refused rows as they are kept."""
    by_row = {each.row: dict(each.values) for each in read.said}
    refused = [*read.refused, *((each, by_row.get(each.row, {})) for each in outcome.refused)]
    for refusal, record in sorted(refused, key=lambda pair: pair[0].row or 0):
        reason = f"{refusal.why}; {refusal.cure}"
        identity = refusal.conflict_id
        yield {"row": refusal.row or 0, "record_id": identity, "reason": reason, "record": record}


def _report(
    call: Call, subject: str, outcome: Outcome, strange: list[Refusal], facts: dict[str, Any]
) -> None:
    refused = sorted([*strange, *outcome.refused], key=lambda each: each.row or 0)
    edited = sum(each.edited for each in refused)
    for each in refused:
        call.say(str(each))
    told = f"{subject}: changed {len(outcome.changed)}, unchanged {outcome.unchanged}"
    told += f", rejected {len(refused) - edited}, edited by others {edited}"
    facts = {**facts, "changed": bool(outcome.changed), "changed_rows": len(outcome.changed)}
    facts |= {"unchanged": outcome.unchanged, "rejected": len(refused) - edited, "edited": edited}
    facts["refused"] = [asdict(each) for each in refused]
    facts = facts if call.personal else masked_in(facts)
    if outcome.changed or refused:
        call.report(told, facts)
    else:
        call.nothing_to_do(told, facts)
    if not outcome.changed:
        raise typer.Exit(1)


if __name__ == "__main__":
    from scripts.app import run

    run("assess")
