"""Conflicts and openings as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gis_core.layer import Layer, fields
from layers.assessments import STATES, VERDICTS, Assessment
from layers.conflict_words import CERTAINTIES, NOWHERE, RULES
from layers.openings import Opening
from layers.register_rows import Entry
from maps.plain_text import UNKNOWN, Speech, day, money, printable
from maps.words import LISTING

PLACE = 34  # letters of a place's name that fit


def listing(found: Sequence[Entry], speech: Speech) -> str:
    """A line a conflict under a head."""
    head = [
        *_labels(Assessment, ("conflict_id", "rule", "place_name"), speech),
        speech.say(LISTING["bodies"]).capitalize(),
        *_labels(Assessment, ("days_common", "shared_m2", "money_at_risk_kzt", "certainty"), speech),
        speech.say(LISTING["state"]),
        speech.say(LISTING["verdicts"]).capitalize(),
    ]
    return table(head, [_row(each, speech) for each in found], numbers=(4, 5, 6))


def _labels(layer: type[Layer], names: Sequence[str], speech: Speech) -> list[str]:
    declared = fields(layer)
    return [declared[name].label.of(speech.lang) for name in names]


def _row(entry: Entry, speech: Speech) -> list[str]:
    facts = entry.facts
    bodies = dict.fromkeys((facts["body_a"], facts["body_b"]))
    return [
        facts["conflict_id"],
        speech.choice(RULES, facts["rule"]),
        shortened(facts["place_name"] or facts["place_id"] or NOWHERE[speech.lang]),
        printable(" + ".join(bodies)),
        UNKNOWN if facts["days_common"] is None else str(facts["days_common"]),
        money(round(facts["shared_m2"])),
        money(facts["money_at_risk_kzt"]),
        speech.choice(CERTAINTIES, facts["certainty"]),
        speech.choice(STATES, facts["state"]),
        "; ".join(
            f"{printable(each['body'])}: {speech.choice(VERDICTS, each['verdict'])}"
            for each in entry.verdicts
            if each["verdict"] != "not_assessed"
        )
        or "–",
    ]


def total(counts: Mapping[str, int], speech: Speech) -> str:
    """The last line: how many, how much, which verdicts."""
    return speech.say(
        LISTING["total"],
        conflicts=counts["conflicts"],
        major=counts["major"],
        risk=money(counts["money_at_risk_kzt"]),
        currency=speech.say(speech.currency),
        yes=counts["yes"],
        no=counts["no"],
        again=counts["to_be_reassessed"],
        open=counts["not_assessed"],
        savings=money(counts["savings_kzt"]),
    )


def openings(found: Sequence[Mapping[str, Any]], speech: Speech) -> str:
    """A line a place and body, the places opened most often first."""
    names = ("place_name", "district_code", "times_all", "body", "times", "first_on", "last_on")
    rows = [
        [
            shortened(row["place_name"] or row["place_id"]),
            speech.choice(speech.districts, row["district_code"]),
            str(row["times_all"]),
            speech.body(row["body"]),
            str(row["times"]),
            *(day(row["first_on"]), day(row["last_on"])),
        ]
        for row in found
    ]
    return table(_labels(Opening, names, speech), rows, numbers=(2, 4))


def shortened(text: str) -> str:
    """A name that fits into its column."""
    plain = printable(text)
    return plain if len(plain) <= PLACE else f"{plain[: PLACE - 1]}…"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> str:
    """Columns two spaces apart, those with numbers set to the right."""
    lines = [head, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
