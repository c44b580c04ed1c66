"""Show need against money by district, courtyard, public space or hexagon, and whether works helped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from sqlalchemy import Connection

from gis_core.errors import InputError
from gis_core.layer import Language, fields
from layers.district_years import DistrictYear
from layers.effects import Effect, Interval
from layers.need_ranks import NeedRank
from layers.need_tables import LAYERS_BY, RANKED, By, city_facts, effects, head_rows, need_rows, years_of
from layers.need_words import ALL_WORKS, CITY, EFFECT, EFFECT_TITLE, FACT, VALUE
from scripts.common import call_of
from scripts.labels import Labels, labels_in
from scripts.store import open_store
from scripts.tables import on_map, records_of, show, table_rows, write_table

app = typer.Typer(rich_markup_mode=None)
SHOWN = 25  # rows of the table; --csv and --json have all
NAMES: dict[By, tuple[str, ...]] = {
    "district": ("district_code",),
    "courtyard": ("courtyard_id", "address", "district_code"),
    "public_space": ("public_space_id", "name", "district_code"),
    "grid": ("cell_id", "district_code"),
}
COLUMNS: tuple[str, ...] = (
    *("appeals", "appeals_open", "need", "funding", "gap", "gap_kzt", "gap_per_resident_kzt"),
    *("gap_per_appeal_kzt", "confidence"),
)
CODE = "district_code"
HEADS: tuple[tuple[str, ...], ...] = (
    (CODE, "courtyards", "satisfactory", "needs_repair", "in_works", "unknown", "improved", "planned"),
    (
        CODE,
        "appeals",
        "appeals_solved",
        "appeals_waiting",
        "appeals_open",
        "appeals_passed",
        "appeals_reopened",
    ),
    (CODE, "amount_kzt", "own_kzt", "frame_kzt", "over_frame_kzt"),
)


@app.command(help=__doc__)
def needs(
    context: typer.Context,
    by: Annotated[By, typer.Option(help="What a row is.")] = "district",
    year: Annotated[int | None, typer.Option(help="Year; else the newest.")] = None,
    to_csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write all rows and columns as a table.")
    ] = None,
) -> None:
    call = call_of(context)
    with open_store(call) as (connection, city):
        wanted = _year(connection, by, year)
        rows = need_rows(connection, city, by, wanted)
        facts = city_facts(connection, rows, by, wanted)
        heads = head_rows(connection, city, wanted) if by == "district" else None
        helped = effects(connection)
        labels = labels_in(connection, city, call.lang or city.language)
    told = labels.beside(LAYERS_BY[by], rows)
    if to_csv:
        shares = {f"on_map_{name}": share for name, share in facts["coverage"].items()}
        write_table(to_csv, records_of(told.assign(**shares)))
    works = labels.of(Effect, "work_type") | {"": ALL_WORKS.of(labels.lang)}
    if not call.as_json:
        _tell(rows, heads, by, labels)
        _tell_city(facts, helped, works, labels.lang)
    did = {name: {"label": works.get(name, name), **each._asdict()} for name, each in helped.items()}
    said = {} if heads is None else {"districts": records_of(labels.beside(DistrictYear, heads))}
    call.report(_line(facts, to_csv), {**facts, "effects": did, **said, "rows": records_of(told)})


def _year(connection: Connection, by: By, year: int | None) -> int:
    known = years_of(connection, by)
    if not known:
        raise InputError("no needs are known yet: load courtyards and appeals, then run abat derive")
    if year is not None and year not in known:
        raise InputError(f"--year {year}: no needs of that year; there are {', '.join(map(str, known))}")
    return year or known[-1]


def _tell(rows: pd.DataFrame, heads: pd.DataFrame | None, by: By, labels: Labels) -> None:
    """What each row needs and gets; for districts also what their heads ask for."""
    layer, lang = LAYERS_BY[by], labels.lang
    names = [*NAMES[by], *COLUMNS]
    titles = [fields(layer)[name].title(lang) for name in names]
    cells = table_rows(layer, rows.head(SHOWN), names, labels)
    if by in RANKED:
        ranks = ("rank", "rank_low", "rank_high", "in_first")
        titles += [fields(NeedRank)[name].title(lang) for name in ranks]
        cells = [
            [*row, *rank]
            for row, rank in zip(cells, table_rows(NeedRank, rows.head(SHOWN), ranks, labels), strict=True)
        ]
    show(f"{layer.label.of(lang)}, {rows['year'].iloc[0] if len(rows) else ''}", titles, cells)
    if heads is None:
        return
    for shown in HEADS:
        titles = [fields(DistrictYear)[name].title(lang) for name in shown]
        show(DistrictYear.label.of(lang), titles, table_rows(DistrictYear, heads, shown, labels))


def _tell_city(
    facts: dict[str, Any], helped: dict[str, Interval], works: dict[str, str], lang: Language
) -> None:
    """Figures of the city as a whole, and what works did to appeals."""
    show("", [FACT.of(lang), VALUE.of(lang)], [(label.of(lang), facts[name]) for name, label in CITY.items()])
    lines = [(works.get(name, name), *each) for name, each in helped.items()]
    if lines:
        show(EFFECT_TITLE.of(lang), [label.of(lang) for label in EFFECT], lines)


def _line(facts: dict[str, Any], to_csv: Path | None) -> str:
    """The result in one line."""
    written = f", written to {to_csv}" if to_csv else ""
    return (
        f"needs {facts['year']} by {facts['by']}: {facts['rows']} rows, {facts['appeals']} appeals,"
        f" {facts['amount_kzt']:,} of money{written}; {on_map(facts['coverage'])}"
    )


if __name__ == "__main__":
    from scripts.app import run

    run("needs")
