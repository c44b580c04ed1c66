"""The digest of a body: one sheet to fill in, and one page that needs no network and runs no script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

from shapely import Polygon

from gis_core.layer import Label
from layers.assessments import VERDICTS
from layers.conflict_words import CERTAINTIES, NOWHERE, RULES, SEVERITIES
from layers.digest import STATUSES as ORDER
from layers.digest import Drawing, News
from maps.card import LABELS, change_words
from maps.offline import asset
from maps.plain_text import Speech, day, money, printable
from maps.sketch import SHARED, A, B, in_svg
from maps.words import DIGEST, STATUSES

MOST = 1000  # conflicts of a section that the page shows; the sheet has all


@dataclass(frozen=True)
class Letter:
    """To which body, from which run (None: the whole register) to which, and what the data are."""

    body: str
    since: int | None
    run: int
    city: Label
    sheet: str
    marks: tuple[Label, ...] = ()


def drawn(rows: Sequence[News]) -> list[News]:
    """Those that the page shows: the first of each section."""
    return [each for _, same in _by_status(rows) for each in same[:MOST]]


def _by_status(rows: Sequence[News]) -> Iterator[tuple[str, list[News]]]:
    for status, same in groupby(rows, key=lambda each: each.status):
        yield status, [*same]


def page(letter: Letter, rows: Sequence[News], shapes: Mapping[str, Drawing], speech: Speech) -> str:
    """The page as one HTML text; `shapes` of those that are `drawn`, by conflict."""
    style = asset("abat:digest.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = f"{speech.say(DIGEST['title'])}: {speech.body(letter.body)}"
    parts = [
        f'<!DOCTYPE html>\n<html lang="{speech.lang}">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_safe(title)}</title>\n<style>{style}</style>\n</head>\n<body>",
        *_head(letter, rows, speech),
        *_sections(letter, rows, shapes, speech),
        "</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _safe(text: object) -> str:
    return escape(printable(text), quote=True)


def _head(letter: Letter, rows: Sequence[News], speech: Speech) -> Iterator[str]:
    since = speech.say(DIGEST["everything" if letter.since is None else "since"], n=letter.since)
    until = speech.say(DIGEST["as_of"], n=letter.run)
    yield f"<header><h1>{_safe(speech.say(DIGEST['title']))}</h1><p>{_safe(speech.body(letter.body))}</p>"
    yield f"<p>{_safe(speech.say(letter.city))}. {_safe(since)}, {_safe(until)}.</p>"
    for mark in letter.marks:
        yield f'<p class="mark">{_safe(speech.say(mark))}</p>'
    if not rows:
        yield f"<p>{_safe(speech.say(DIGEST['nothing']))}</p></header>"
        return
    counts = {status: sum(each.status == status for each in rows) for status in ORDER}
    told = [f"{_safe(speech.say(STATUSES[status]))} <b>{money(n)}</b>" for status, n in counts.items() if n]
    yield f'<p class="counts">{" · ".join(told)}</p>'
    yield f"<p>{_safe(speech.say(DIGEST['answer'], file=letter.sheet))}</p></header>"


def _sections(
    letter: Letter, rows: Sequence[News], shapes: Mapping[str, Drawing], speech: Speech
) -> Iterator[str]:
    for status, same in _by_status(rows):
        yield f'<section class="{status}"><h2>{_safe(speech.say(STATUSES[status]))}</h2>'
        if len(same) > MOST:
            counts = {"here": money(MOST), "n": money(len(same))}
            yield f'<p class="cut">{_safe(speech.say(DIGEST["cut"], file=letter.sheet, **counts))}</p>'
        for each in same[:MOST]:
            yield from _article(each, shapes[each.facts["conflict_id"]], speech)
        yield "</section>"


def _article(each: News, shapes: Drawing, speech: Speech) -> Iterator[str]:
    facts = each.facts
    kinds = ((SEVERITIES, "severity"), (CERTAINTIES, "certainty"))
    words = ", ".join(speech.choice(choices, facts[name]) for choices, name in kinds)
    place = facts["place_name"] or facts["place_id"] or NOWHERE[speech.lang]
    yield f"<article><h3>{_safe(speech.choice(RULES, facts['rule']))}: {_safe(place)}</h3>"
    yield f"<figure>{_picture(each, shapes)}<figcaption>{_legend(each, speech)}</figcaption></figure>"
    yield f'<div><p class="why">{_safe(facts[f"why_{speech.lang}"])}</p><dl>'
    for label, value in _facts(each, speech):
        yield f"<dt>{_safe(label)}</dt><dd>{_safe(value)}</dd>"
    yield f'</dl><p class="id">{_safe(facts["conflict_id"])} · {_safe(words)}</p></div></article>'


def _picture(each: News, shapes: Drawing) -> str:
    of, shared = dict(zip("ab", shapes[:2], strict=True)), shapes[2]
    mine, theirs = (of[side] if side else Polygon() for side in sides(each))
    names = [str(project(each, side)[0] or "") for side in sides(each)]
    return in_svg(mine, theirs, shared, (names[0], names[1]))


def _legend(each: News, speech: Speech) -> str:
    words = zip((A, B, SHARED), ("yours", "theirs", "both"), (*sides(each), "shared"), strict=True)
    return " ".join(
        f'<svg width="11" height="11"><rect width="11" height="11" fill="{colour}"/></svg>'
        f" {_safe(speech.say(DIGEST[word]))}"
        for colour, word, there in words
        if there
    )


def _facts(each: News, speech: Speech) -> Iterator[tuple[str, str]]:
    facts = each.facts
    for word, side in zip(("own", "other"), sides(each), strict=True):
        if side:
            yield speech.say(DIGEST[word]), "{}, {}".format(*project(each, side))
    other = other_body(each)
    if other:
        yield speech.say(DIGEST["other_body"]), speech.body(other)
    m2 = "m²" if speech.lang == "en" else "м²"
    yield speech.say(LABELS["shared_m2"]), f"{money(round(facts['shared_m2']))} {m2}"
    amount = f"{money(facts['money_at_risk_kzt'])} {speech.say(speech.currency)}"
    yield speech.say(LABELS["money_at_risk_kzt"]), amount
    for verdict in each.entry.verdicts:
        if verdict["edition"]:
            words = [speech.choice(VERDICTS, verdict["verdict"]), verdict["note"] or ""]
            yield speech.body(verdict["body"]), ". ".join(filter(None, words))
        if verdict["verdict"] == "to_be_reassessed" and verdict["body"] == each.own["body"]:
            yield speech.say(STATUSES["changed"]), change_words(verdict["judged"] or {}, facts, speech)


def sides(each: News) -> tuple[str | None, str | None]:
    """The side of the own project and that of the other; a body that is neither sees A as the first.

    Outside of powers there is one project, and A is its body: B, which has the power, has no project there.
    """
    facts = each.facts
    if facts["project_a"] != facts["project_b"]:
        return ("b", "a") if each.side == "b" else ("a", "b")
    return ("a", None) if each.side == "a" else (None, "a")


def other_body(each: News) -> str | None:
    """The body on the other side; None where the own one is on both."""
    mine, _ = sides(each)
    other: str = each.facts["body_b" if mine == "a" else "body_a"]
    return None if other == each.own["body"] else other


def project(each: News, side: str | None) -> tuple[str | None, str | None]:
    """The project of a side, with its first and last day; nothing where the side has none."""
    facts: dict[str, Any] = each.facts
    if side is None:
        return None, None
    return facts[f"project_{side}"], f"{day(facts[f'starts_{side}'])}–{day(facts[f'ends_{side}'])}"
