"""The sheet of a body: what it is told, and the cells for its answers, which `abat assess --from` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gis_core.export.workbook import Sheet, SheetColumn
from gis_core.layer import fields
from layers.assessments import VERDICTS, Assessment
from layers.conflict_words import CERTAINTIES, RULES
from layers.digest import News
from maps.digest import other_body, project, sides
from maps.plain_text import Speech
from maps.words import DIGEST, STATUSES

WIDTHS = {
    "conflict_id": 20, "rule": 20, "place_name": 26, "district_code": 14, "days_common": 10, "shared_m2": 12,
    "money_at_risk_kzt": 16, "certainty": 15, "verdict": 19, "lead_body": 26, "note": 34, "savings_kzt": 13,
    "body": 20, "edition": 11,
}  # fmt: skip
NUMBERS = ("days_common", "shared_m2", "money_at_risk_kzt", "savings_kzt", "edition")
ANSWERS = ("verdict", "lead_body", "note", "savings_kzt")
TITLES = fields(Assessment)


def sheet(rows: Sequence[News], speech: Speech) -> Sheet:
    """One row a conflict, in the order of the page."""
    verdicts = [label.of(speech.lang) for code, label in VERDICTS.items() if code != "to_be_reassessed"]
    choices = {"verdict": verdicts, "lead_body": [lead_name(code, speech) for code in speech.bodies]}
    told = {
        name: speech.say(DIGEST[name]) for name in ("status", "own", "own_period", "other", "other_period")
    }
    told |= {name: speech.say(DIGEST[name]) for name in ("other_body", "why")}
    columns = [
        _column("conflict_id", speech),
        SheetColumn(told["status"], 17),
        *(_column(name, speech) for name in ("rule", "place_name", "district_code")),
        *(SheetColumn(told[name], width) for name, width in (("own", 15), ("own_period", 24))),
        *(SheetColumn(told[name], width) for name, width in (("other", 15), ("other_period", 24))),
        SheetColumn(told["other_body"], 30),
        *(_column(name, speech) for name in ("days_common", "shared_m2", "money_at_risk_kzt", "certainty")),
        SheetColumn(told["why"], 60),
        *(_column(name, speech, choices.get(name, ()), filled_in=True) for name in ANSWERS),
        *(_column(name, speech) for name in ("body", "edition")),
    ]
    refusal = ", ".join(verdicts)
    return Sheet(speech.say(DIGEST["sheet"]), columns, [_row(each, speech) for each in rows], refusal)


def _column(
    name: str, speech: Speech, choices: Sequence[str] = (), *, filled_in: bool = False
) -> SheetColumn:
    title = TITLES[name].title(speech.lang)
    kind = "number" if name in NUMBERS else "text"
    return SheetColumn(title, WIDTHS[name], kind, choices, filled_in)  # type: ignore[arg-type]


def _row(each: News, speech: Speech) -> list[Any]:
    facts, own, (mine, theirs), other = each.facts, each.own, sides(each), other_body(each)
    status = speech.say(STATUSES[each.status])
    return [
        facts["conflict_id"],
        status,
        speech.choice(RULES, facts["rule"]),
        facts["place_name"] or facts["place_id"],
        speech.choice(speech.districts, facts["district_code"]) if facts["district_code"] else None,
        *(*project(each, mine), *project(each, theirs)),
        speech.body(other) if other else None,
        facts["days_common"],
        round(facts["shared_m2"]),
        facts["money_at_risk_kzt"],
        speech.choice(CERTAINTIES, facts["certainty"]),
        facts[f"why_{speech.lang}"],
        speech.choice(VERDICTS, own["verdict"]),
        lead_name(own["lead_body"], speech) if own["lead_body"] else None,
        own["note"],
        own["savings_kzt"],
        own["body"],
        own["edition"],
    ]


def lead_name(code: str, speech: Speech) -> str:
    """What a body is called in a list to choose from: its name, or its code where others bear the name."""
    name = speech.body(code)
    return name if sum(speech.body(other) == name for other in speech.bodies) == 1 else code
