"""List the conflicts of the register, print the evidence of one, or write each body its digest.

Without a number: a table of the conflicts that are there now, those with the most money at risk first, and
their totals. With a number: the evidence card. With --digest: a sheet to fill in and a page for each body.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Connection

from gis_core.export.aside import file_aside
from layers.assessments import STATES
from layers.city import City
from layers.conflict_words import RULES
from layers.coverage import coverage
from layers.evidence import Record, evidence, thresholds
from layers.naming import (
    Names,
    body_names,
    choice_names,
    code_of,
    district_names,
    labels_of_bodies,
    labels_of_districts,
)
from layers.openings import openings_at
from layers.register_rows import Entry, Wanted, entries, totals
from layers.verdict_files import body_of, verdict_of
from maps.card import card, certainty_words
from maps.dissolving import cures
from maps.listing import listing, total
from maps.listing import openings as openings_table
from maps.plain_text import Speech
from maps.sketch import in_svg
from maps.words import LISTING
from scripts.common import Call, call_of
from scripts.digesting import write_digests
from scripts.store import open_store
from scripts.tables import on_map

app = typer.Typer(rich_markup_mode=None)


@app.command(help=__doc__)
def conflicts(
    context: typer.Context,
    conflict: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Print the evidence of this conflict.")
    ] = None,
    rule: Annotated[str | None, typer.Option(help="Only this rule: " + ", ".join(RULES) + ".")] = None,
    body: Annotated[str | None, typer.Option(help="Only conflicts of this body: code or name.")] = None,
    district: Annotated[str | None, typer.Option(help="Only in this district: code or name.")] = None,
    status: Annotated[
        str, typer.Option(help="open, gone, joint (closed by a joint project) or all.")
    ] = "open",
    verdict: Annotated[str | None, typer.Option(help="Only with this verdict of a body.")] = None,
    since: Annotated[
        int | None,
        typer.Option(metavar="RUN", help="Only what is new, changed, gone or back after this run."),
    ] = None,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="With ID: write the drawing of both works.")
    ] = None,
    openings: Annotated[
        bool, typer.Option("--openings", help="How often each place was dug up in the last years, by body.")
    ] = False,
    digest: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write for each body a sheet to fill in and a page of what is new."),
    ] = None,
) -> None:
    call = call_of(context)
    with open_store(call) as (connection, city):
        speech = speech_of(connection, city, call)
        if conflict is not None:
            _card(call, connection, conflict, svg, (city, speech))
            return
        bodies, districts = body_names(connection), district_names(connection)
        wanted = Wanted(
            rule=_code(choice_names(RULES), rule, "rule", ", ".join(RULES)),
            body=body_of(bodies, body) if body else None,
            district=_code(districts, district, "district", "abat export districts lists them"),
            state=None
            if status == "all"
            else _code(choice_names(STATES), status, "status", "open, gone, joint, all"),
            verdict=verdict_of(verdict) if verdict else None,
            since=since,
        )
        if openings:
            _openings(call, connection, wanted, (city, speech))
            return
        if digest:
            call.report(*write_digests(call, connection, city, speech, digest, since=since, body=wanted.body))
            return
        found, shares = entries(connection, wanted), coverage(connection).shares
    counts = totals(found)
    line = f"{total(counts, speech)}; {on_map(shares, speech.lang)}"
    told = f"{listing(found, speech)}\n{line}" if found else line
    facts = {"conflicts": [_facts(each) for each in found], "totals": counts, "coverage": shares}
    call.report(told, facts)


def _code(names: Names, word: str | None, what: str, known: str) -> str | None:
    return code_of(names, word, what, f"there are: {known}") if word else None


def speech_of(connection: Connection, city: City, call: Call) -> Speech:
    """The words in which conflicts are told."""
    return Speech(
        lang=call.lang or city.language,
        zone=ZoneInfo(city.timezone),
        currency=city.currency.label,
        bodies=labels_of_bodies(connection),
        works={code: term.label for code, term in city.work_types.items()},
        districts=labels_of_districts(connection),
    )


def _facts(entry: Entry) -> dict[str, Any]:
    hidden = {"judged"}
    verdicts = [{name: each[name] for name in each if name not in hidden} for each in entry.parties]
    return {**entry.facts, "verdicts": verdicts}


def _card(
    call: Call, connection: Connection, conflict: str, svg: Path | None, spoken: tuple[City, Speech]
) -> None:
    """The evidence of one conflict; its drawing into a file if one is named."""
    city, speech = spoken
    found = evidence(connection, conflict)
    used = thresholds(city, found)
    facts = {
        **_facts(found.entry),
        "thresholds": dict(used),
        "records": {project: _record(record) for project, record in found.records.items()},
        "money": [asdict(each) for each in found.parts],
        "budget_years": found.years,
        "dissolves": cures(found, speech),
        "certainty_why": certainty_words(found, speech),
        "history": found.history,
    }
    if svg:
        a, b = (found.entry.facts[name] for name in ("project_a", "project_b"))
        shapes = [found.records[project].shape for project in (a, b) if project in found.records] or [
            found.ground
        ]
        with file_aside(svg) as made:
            made.write_text(in_svg(shapes[0], shapes[-1], found.ground, (a, b)), "utf-8", newline="\n")
        facts["svg"] = str(svg)
    call.report(card(found, used, speech), facts)


def _record(record: Record) -> dict[str, Any]:
    money = [asdict(each) for each in record.money]
    return {**record.facts, "works_from": record.starts, "works_until": record.ends, "money": money}


def _openings(call: Call, connection: Connection, wanted: Wanted, spoken: tuple[City, Speech]) -> None:
    city, speech = spoken
    rows = openings_at(connection, wanted.body, wanted.district)
    counts = {
        "places": len({(row["place_kind"], row["place_id"]) for row in rows}),
        "times": sum(row["times"] for row in rows),
        "years": city.conflicts.opening_years,
    }
    shares = coverage(connection).shares
    line = f"{speech.say(LISTING['openings'], **counts)}; {on_map(shares, speech.lang)}"
    told = f"{openings_table(rows, speech)}\n{line}" if rows else line
    call.report(told, {"openings": rows, **counts, "coverage": shares})


if __name__ == "__main__":
    from scripts.app import run

    run("conflicts")
