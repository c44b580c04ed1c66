"""Compare today's powers with the proposed ones: conflicts that vanish or appear, what changes hands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from gis_core.errors import InputError
from gis_core.layer import Language
from layers.city import City
from layers.conflict_words import RULES
from layers.coverage import coverage
from layers.freshness import is_current
from layers.reading import names_of
from layers.regime_report import read_regimes, report
from layers.regime_words import HEADLINE, HEADS, MONEY, MOVED, NO_DISTRICT, NO_DUPLICATES, UNMAPPED
from layers.regimes import has_both
from scripts.common import call_of
from scripts.store import open_store
from scripts.tables import grouped, lines_of, on_map

app = typer.Typer(rich_markup_mode=None)
COUNTS = ("current", "vanishes", "remains", "appears", "current_kzt", "vanishes_kzt", "appears_kzt")


@app.command(help=__doc__)
def regimes(context: typer.Context) -> None:
    call = call_of(context)
    with open_store(call) as (connection, city):
        if not has_both(city):
            raise InputError(
                f"the profile of {city.code} has no powers.current and powers.proposed to compare;"
                " write both into it (docs/city.md, docs/conflicts.md)"
            )
        if not is_current(connection, city):
            call.say("the derived layers are older than the loaded ones: run abat derive")
        facts = {**report(read_regimes(connection)), "coverage": coverage(connection).shares}
        lang = call.lang or city.language
        names = names_of(connection, lang)
    call.report(_told(facts, city, lang, names), facts)


def _told(
    facts: Mapping[str, Any], city: City, lang: Language, names: Mapping[str, Mapping[str, str]]
) -> str:
    rules = {rule: label.of(lang) for rule, label in RULES.items()}
    districts = {**names["districts"], "": NO_DISTRICT.of(lang)}
    by_rule = [[rules[row["rule"]], *(row[name] for name in COUNTS)] for row in facts["rules"]]
    by_district = [
        [
            districts.get(row["district_code"], row["district_code"]),
            rules[row["rule"]],
            *(row[n] for n in COUNTS),
        ]
        for row in facts["districts"]
    ]
    moved = [
        [
            *(names["bodies"][row[f"payer_{side}"]] for side in ("current", "proposed")),
            row["projects"],
            row["amount_kzt"],
        ]
        for row in facts["transfers"]["bodies"]
    ]
    heads = {name: head.of(lang) for name, head in HEADS.items()}
    counts = [heads[name] for name in COUNTS]
    return "\n\n".join((
        _headline(facts, city, lang),
        lines_of([heads["rule"], *counts], by_rule),
        lines_of([heads["district"], heads["rule"], *counts], by_district),
        lines_of([heads[name] for name in ("from", "to", "projects", "amount_kzt")], moved),
    ))  # fmt: skip


def _headline(facts: Mapping[str, Any], city: City, lang: Language) -> str:
    claim, moved, off = facts["claim"], facts["transfers"], facts["not_on_the_map"]
    unit = getattr(city.currency, lang)

    def money(amount: int) -> str:
        return f"{grouped(amount)} {unit}"

    shares = on_map(facts["coverage"], lang)
    lines = [NO_DUPLICATES.of(lang)]
    if claim["reduction"] is not None:
        lines = [
            HEADLINE.of(lang).format(
                current=claim["current"],
                proposed=claim["proposed"],
                change=_percent(-claim["reduction"]),
                range=_span(claim["range"]),
                districts=_span(claim["range_without_a_district"]),
            ),
            MONEY.of(lang).format(current=money(claim["current_kzt"]), proposed=money(claim["proposed_kzt"])),
        ]
    moves = MOVED.of(lang).format(projects=moved["projects"], amount=money(moved["amount_kzt"]))
    hidden = UNMAPPED.of(lang).format(projects=off["projects"], amount=money(off["amount_kzt"]))
    return "\n".join([*lines, moves, hidden, shares[:1].upper() + shares[1:]])


def _span(shares: list[float] | None) -> str:
    return "…".join(_percent(-share) for share in sorted(shares or (), reverse=True))


def _percent(share: float) -> str:
    return f"{share * 100:+.1f} %".replace("-", "−")


if __name__ == "__main__":
    from scripts.app import run

    run("regimes")
