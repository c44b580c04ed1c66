"""The evidence card of a conflict, for a terminal: what was found, by what, and what would dissolve it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gis_core.layer import GEOM_SOURCES, fields
from layers.assessments import DECIDED, STATES, VERDICTS, Assessment
from layers.conflict_words import CERTAINTIES, RULES, SEVERITIES
from layers.evidence import Evidence, Record
from layers.projects import PROJECT_STATUSES
from layers.words import FUNDING_SOURCES
from maps.dissolving import cures
from maps.plain_text import UNKNOWN, Speech, day, moment, money, printable, share
from maps.sketch import in_letters
from maps.words import CARD

WIDTH = 18  # letters of the left column
LABELS = {name: declared.label for name, declared in fields(Assessment).items()}


def card(found: Evidence, thresholds: list[tuple[str, str]], speech: Speech) -> str:
    """The whole card as lines of text."""
    rows = [
        *_head(found, speech),
        ("", ""),
        (speech.say(CARD["thresholds"]), ", ".join(f"{key} = {value}" for key, value in thresholds)),
        *_projects(found, speech),
        *_ground(found, speech),
        *_under(speech.say(CARD["money"]), money_words(found, speech)),
        (speech.say(CARD["certainty"]), certainty_words(found, speech)),
        *_under(speech.say(CARD["dissolves"]), cures(found, speech)),
        *_under(speech.say(CARD["verdicts"]), _verdicts(found, speech)),
        *_under(speech.say(CARD["history"]), list(_history(found, speech)) or [speech.say(CARD["none"])]),
        (speech.say(CARD["seen"]), ", ".join(_seen(found.entry.facts, speech))),
    ]
    return "\n".join(_line(name, words) for name, words in rows)


def _line(name: str, words: str) -> str:
    return f"{name:<{WIDTH}}  {words}".rstrip() if name or words else ""


def _under(name: str, words: list[str]) -> Iterator[tuple[str, str]]:
    yield from ((name if not number else "", each) for number, each in enumerate(words))


def _head(found: Evidence, speech: Speech) -> Iterator[tuple[str, str]]:
    facts = found.entry.facts
    kinds = ((RULES, "rule"), (SEVERITIES, "severity"), (CERTAINTIES, "certainty"), (STATES, "state"))
    words = " · ".join(speech.choice(choices, facts[name]) for choices, name in kinds)
    yield speech.say(CARD["conflict"]), f"{facts['conflict_id']}  {words}"
    district = speech.choice(speech.districts, facts["district_code"])
    place = facts["place_name"] or facts["place_id"]
    yield "", ", ".join(printable(each) for each in (place, district) if each and each != UNKNOWN)
    yield "", printable(facts[f"why_{speech.lang}"])


def _projects(found: Evidence, speech: Speech) -> Iterator[tuple[str, str]]:
    facts = found.entry.facts
    for project in dict.fromkeys((facts["project_a"], facts["project_b"])):
        record = found.records.get(project)
        words = _record(record, speech) if record else [f"{project}: {speech.say(CARD['not_stored'])}"]
        yield from _under(speech.say(CARD["project"]), [printable(each) for each in words])


def _record(record: Record, speech: Speech) -> list[str]:
    facts = record.facts
    payer = facts["funding_body"] or facts["executing_body"]
    executes = f"{speech.say(CARD['executes'])} {speech.body(facts['executing_body'])}"
    work = speech.choice(speech.works, facts["work_type"])
    status = speech.choice(PROJECT_STATUSES, facts["status"])
    firm = speech.say(CARD["firm" if record.firm else "not_firm"])
    period = f"{speech.say(CARD['period'])} {day(record.starts)}–{day(record.ends)} ({firm})"
    shape = speech.choice(GEOM_SOURCES, facts["geom_source"])
    return [
        f"{facts['id']}  {facts['name'] or ''}".rstrip(),
        f"{executes}; {speech.say(CARD['pays'])} {speech.body(payer)}",
        f"{work}; {status}; {period}; {shape}",
        _from(speech, facts["source_file"], facts["source_row"]),
        *_budget(record, speech),
    ]


def _from(speech: Speech, file: str | None, row: int | None) -> str:
    return f"{speech.say(CARD['source'])}: {file or UNKNOWN}, {speech.say(CARD['row'])} {row or UNKNOWN}"


def _budget(record: Record, speech: Speech) -> Iterator[str]:
    currency = speech.say(speech.currency)
    for each in record.money:
        source = speech.choice(FUNDING_SOURCES, each.source)
        where = _from(speech, each.source_file, each.source_row)
        amount = f"{money(each.amount_kzt)} {currency}"
        yield f"{speech.say(CARD['budget'])} {each.year}: {amount}, {source}; {where}"
    if not record.money:
        yield speech.say(CARD["no_budget"])


def _ground(found: Evidence, speech: Speech) -> Iterator[tuple[str, str]]:
    facts = found.entry.facts
    words = [f"{money(round(facts['shared_m2']))} m²".replace("m²", "м²" if speech.lang != "en" else "m²")]
    for side in ("a", "b"):
        if side == "a" or facts["project_b"] != facts["project_a"]:
            part = {"name": facts[f"project_{side}"], "share": share(facts[f"share_{side}"])}
            words.append(speech.say(CARD["of"], **part))
    n = facts["days_common"] if facts["days_common"] is not None else UNKNOWN
    yield speech.say(CARD["shared"]), printable("; ".join([*words, speech.say(CARD["days"], n=n)]))
    shapes = [found.records[project].shape for project in _pair(facts) if project in found.records]
    if shapes:
        lines, metres = in_letters(shapes[0], shapes[-1], found.ground)
        yield from (("", line) for line in lines)
        names = {"a": facts["project_a"], "b": facts["project_b"], "m": f"{metres:.1f}"}
        yield "", printable(speech.say(CARD["sketch"], **names))


def _pair(facts: dict[str, Any]) -> tuple[str, str]:
    return facts["project_a"], facts["project_b"]


def money_words(found: Evidence, speech: Speech) -> list[str]:
    """The money at risk and how it was reckoned."""
    amount = f"{money(found.entry.facts['money_at_risk_kzt'])} {speech.say(speech.currency)}"
    if not found.parts or found.entry.facts["state"] != "open":
        return [amount]
    if not found.years:
        return [f"{amount}: {speech.say(CARD['no_common_years'])}"]
    smaller = f" = {speech.say(CARD['smaller'])}" if len(found.parts) > 1 else ""
    told = [
        speech.say(
            CARD["part"],
            name=printable(each.project),
            amount=money(each.amount_kzt),
            share=f"{each.share:.4f}",
            part=money(each.part_kzt),
        )
        for each in found.parts
    ]
    years = f"{speech.say(CARD['years'])}: {', '.join(map(str, found.years))}"
    return [amount + smaller, *told, years]


def certainty_words(found: Evidence, speech: Speech) -> str:
    """The certainty and what it comes from."""
    reasons = []
    for project, record in found.records.items():
        name = printable(project)
        for source in record.doubts:
            label = speech.choice(GEOM_SOURCES, source)
            reasons.append(speech.say(CARD["shape_is"], name=name, source=label))
        if record.open_ended:
            reasons.append(speech.say(CARD["open_ended"], name=name))
        elif not record.firm:
            reasons.append(speech.say(CARD["dates_vague"], name=name))
    word = speech.choice(CERTAINTIES, found.entry.facts["certainty"])
    return f"{word}: {'; '.join(reasons) or speech.say(CARD['all_firm'])}"


def _verdicts(found: Evidence, speech: Speech) -> list[str]:
    told = []
    for each in found.entry.parties:
        words = [speech.choice(VERDICTS, each["verdict"])]
        if each["lead_body"]:
            words.append(f"{speech.say(CARD['lead'])}: {speech.body(each['lead_body'])}")
        if each["note"]:
            words.append(f"«{printable(each['note'])}»")
        if each["savings_kzt"] is not None:
            amount = f"{money(each['savings_kzt'])} {speech.say(speech.currency)}"
            words.append(f"{speech.say(CARD['savings'])} {amount}")
        if each["assessed_at"]:
            words.append(f"{printable(each['assessed_by'])}, {moment(each['assessed_at'], speech.zone)}")
        told.append(f"{speech.body(each['body'])}: {'; '.join(words)}")
        if each["verdict"] == "to_be_reassessed":
            told.append("  " + change_words(each["judged"] or {}, found.entry.facts, speech))
    return told


def change_words(judged: dict[str, Any], facts: dict[str, Any], speech: Speech) -> str:
    """What the figures were when the verdict was given, where they differ now."""
    told = []
    for name, before in judged.items():
        now = facts[name].isoformat() if hasattr(facts[name], "isoformat") else facts[name]
        if before != now:
            told.append(f"{speech.say(LABELS[name])} {_figure(before)} → {_figure(now)}")
    return f"{speech.say(CARD['judged_then'])}: {'; '.join(told)}"


def _figure(value: Any) -> str:
    return UNKNOWN if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _history(found: Evidence, speech: Speech) -> Iterator[str]:
    for row in found.history:
        run = f", {speech.say(CARD['run'], n=row['run_id'])}" if row["run_id"] else ""
        who = f"{moment(row['at'], speech.zone)}  {row['account']} ({row['how']}{run})"
        changes = [
            f"{speech.say(LABELS[name])}: {_said(name, row['before'][name], speech)}"
            f" → {_said(name, row['after'][name], speech)}"
            for name in DECIDED
            if row["before"][name] != row["after"][name]
        ]
        yield printable(f"{who}  {speech.body(row['body'])}: {'; '.join(changes)}")


def _said(name: str, value: Any, speech: Speech) -> str:
    if value is None:
        return "—"
    if name == "verdict":
        return speech.choice(VERDICTS, value)
    if name == "lead_body":
        return speech.body(value)
    return money(value) if name == "savings_kzt" else f"«{value}»"


def _seen(facts: dict[str, Any], speech: Speech) -> Iterator[str]:
    names = {
        "first": "first_seen",
        "last": "last_seen",
        "changed": "changed_in",
        "gone": "gone_in",
        "back": "back_in",
    }
    for text, name in names.items():
        if facts[name] is not None:
            yield f"{speech.say(CARD[text])} {speech.say(CARD['run'], n=facts[name])}"
