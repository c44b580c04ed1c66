"""What would dissolve a conflict, in words: the smallest shift, one lead body, one budget."""

from __future__ import annotations

from layers.evidence import Evidence
from maps.plain_text import Speech, printable
from maps.words import CARD

MOVED = {"clash": "apart", "near_clash": "apart", "opportunity": "together"}


def cures(found: Evidence, speech: Speech) -> list[str]:
    """Every way out of a conflict, the least change first."""
    facts = found.entry.facts
    rule, n = facts["rule"], facts["shift_days"]
    if rule == "outside_powers":
        return [speech.say(CARD["hand_over"], b=speech.body(facts["body_b"]))]
    told = []
    if n is not None and rule in MOVED:
        told.append(speech.say(CARD[MOVED[rule]], n=n))
    elif n is not None and rule == "restriction_breach":
        opening = facts["project_a" if found.turned else "project_b"]
        told.append(speech.say(CARD["wait"], name=printable(opening), n=n))
    elif n is not None and rule == "wrong_order":
        told.append(speech.say(CARD["order"], n=n))
    elif rule in MOVED:
        told.append(speech.say(CARD["no_shift"]))
    payers = [
        speech.body(each.facts["funding_body"] or each.facts["executing_body"])
        for each in found.records.values()
    ]
    if rule == "double_funding" and len({*payers}) > 1:
        told.append(speech.say(CARD["one_budget"], a=payers[0], b=payers[1]))
    if rule == "duplicate_function":
        told.append(
            speech.say(CARD["one_work"], a=speech.body(facts["body_a"]), b=speech.body(facts["body_b"]))
        )
    return [*told, speech.say(CARD["one_lead"])]
