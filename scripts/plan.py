"""Choose which places a budget should improve, and say why each is in or not; fills the layer `programme`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from gis_core.database import lock
from gis_core.errors import InputError
from gis_core.layer import fields
from layers.hands import Hand, sign
from layers.programme import Programme, keep_programme
from layers.programme_plan import Order, Plan
from layers.programme_plan import plan as plan_layers
from layers.programme_words import ACCOUNT, COMPARED, FIRST, REASONS
from layers.runs import record_run
from scripts.common import Call, call_of
from scripts.labels import Labels, labels_in
from scripts.store import open_store
from scripts.tables import on_map, percent, records_of, show, table_rows

app = typer.Typer(rich_markup_mode=None)
SHOWN = 20  # rows of the table; the whole programme is in the layer
COLUMNS = ("place_id", "name", "district_code", "work_type", "cost_kzt", "covered", "chosen_often")


@app.command(help=__doc__)
def plan(
    context: typer.Context,
    budget: Annotated[int, typer.Option(metavar="N", min=1, help="Money to spend, in whole units.")],
    year: Annotated[
        int | None, typer.Option(help="Year of the programme; else the newest with needs.")
    ] = None,
    floors: Annotated[
        list[str] | None,
        typer.Option(metavar="DISTRICT=N", help="At least so much in a district, as a sum or as N%; repeat."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Leave out a place, a district or a kind of place; repeat."),
    ] = None,
    beside: Annotated[
        bool, typer.Option("--beside", help="Leave out what the year's projects improve already.")
    ] = False,
    joint: Annotated[bool, typer.Option(help="Dig once with planned projects nearby.")] = True,
) -> None:
    call = call_of(context)
    wanted = Order(budget, year, _floors(floors or [], budget), tuple(exclude or ()), beside, joint)
    made, labels = plan_store(call, wanted)
    if not call.as_json:
        _tell(made, labels)
    told = labels.beside(Programme, made.rows[[name for name in fields(Programme) if name in made.rows]])
    known = labels.of(Programme, "district_code")
    districts = {
        code: {"label": known.get(code, code), **each} for code, each in made.facts["districts"].items()
    }
    call.report(_line(made.facts), {**made.facts, "districts": districts, "rows": records_of(told)})


def plan_store(call: Call, wanted: Order) -> tuple[Plan, Labels]:
    """Make and keep a programme; with the labels to tell it in."""
    with open_store(call) as (connection, city):
        lock(connection, "derived layers", call.say)
        call.say("choosing places")
        made = plan_layers(connection, city, wanted)
        sign(connection, Hand(deriving=True))
        keep_programme(connection, city, made.rows)
        rests_on: dict[str, object] = {"year": wanted.year, "basis": made.basis}
        record_run(connection, "plan", layer="programme", options=rests_on, counts=made.facts)
        return made, labels_in(connection, city, call.lang or city.language)


def _floors(words: list[str], budget: int) -> dict[str, int]:
    """District to least sum: `almaty=300000000`, or `almaty=15%` of the budget."""
    floors = {}
    for word in words:
        name, given, amount = word.partition("=")
        digits = amount.removesuffix("%").replace("_", "").strip()
        if not (given and name.strip() and digits.isdigit()):
            raise InputError(f"--floors {word}: give DISTRICT=N, such as almaty=300000000 or almaty=15%")
        share = amount.endswith("%")
        floors[name.strip()] = budget * int(digits) // 100 if share else int(digits)
    return floors


def _tell(made: Plan, labels: Labels) -> None:
    """Tables: the programme beside what it is held against, its districts, and the places that weigh most."""
    facts, declared, lang = made.facts, fields(Programme), labels.lang
    account = [label.of(lang) for label in ACCOUNT]
    compared = {label.of(lang): facts[name] for name, label in COMPARED.items()}
    show(f"{Programme.label.of(lang)}, {facts['year']}", ["", *account], _accounts(compared))
    names = labels.of(Programme, "district_code")
    districts = {names.get(code, code): each for code, each in facts["districts"].items()}
    show("", [declared["district_code"].title(lang), *account], _accounts(districts))
    reasons = {REASONS[name].of(lang): count for name, count in facts["reasons"].items()}
    show("", [declared["reason"].title(lang), account[0]], list(reasons.items()))
    chosen = made.rows[made.rows["decision"] == "chosen"].sort_values(
        "covered", ascending=False, kind="stable"
    )
    first = table_rows(Programme, chosen.head(SHOWN), COLUMNS, labels)
    show(FIRST.of(lang), [declared[name].title(lang) for name in COLUMNS], first)


def _accounts(named: dict[str, Any]) -> list[list[object]]:
    return [
        [
            name,
            each["places"],
            each["cost_kzt"],
            percent(each["covered"]),
            percent(each["covered_per_billion"]),
        ]
        for name, each in named.items()
    ]


def _line(facts: dict[str, Any]) -> str:
    """The result in one line, with how sure it is."""
    made, gap = facts["programme"], facts["gap"]
    sure = "the best there is" if not gap else f"within {gap:.4%} of the best"
    done = f"{made['places']} places for {made['cost_kzt']:,} of {facts['budget_kzt']:,}"
    return (
        f"programme {facts['year']}: {done}, {percent(made['covered'])} of the need, {sure};"
        f" {on_map(facts['coverage'])}"
    )


if __name__ == "__main__":
    from scripts.app import run

    run("plan")
