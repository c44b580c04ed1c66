"""Draw the pages: needs against funding, conflicts, and an index, each one file that needs no network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from sqlalchemy import Connection, Select

from gis_core.errors import InputError
from gis_core.export.aside import file_aside
from gis_core.store import read_frame
from layers.base_map import base_map
from layers.bodies import Body
from layers.city import City
from layers.conflicts import Conflict
from layers.contested_parcels import ContestedParcel
from layers.courtyard_needs import CourtyardNeed
from layers.coverage import coverage
from layers.district_needs import DistrictNeed
from layers.districts import District
from layers.grid_needs import GridNeed
from layers.marks import is_sample, is_schematic
from layers.public_space_needs import PublicSpaceNeed
from layers.reading import day_of_data, projects_with_budgets, rows_of, source_files
from maps.conflicts import ConflictFrames, conflicts_page
from maps.index import IndexFrames, index_page
from maps.needs import NeedsFrames, needs_page
from maps.page import PageContext
from scripts.common import Call, call_of
from scripts.store import open_store

app = typer.Typer(rich_markup_mode=None)
Read = Callable[[Select[Any]], Any]


def _needs(read: Read, context: PageContext, _city: City) -> str:
    layers = (CourtyardNeed, DistrictNeed, District, PublicSpaceNeed, GridNeed)
    courtyards, districts, outlines, spaces, hexagons = (read(rows_of(layer)) for layer in layers)
    return needs_page(
        context, NeedsFrames(courtyards, districts, outlines, read(base_map()), spaces, hexagons)
    )


def _conflicts(read: Read, context: PageContext, city: City) -> str:
    conflicts, contested, districts = (read(rows_of(each)) for each in (Conflict, ContestedParcel, District))
    works = {code: term.label for code, term in city.work_types.items()}
    projects, bodies = read(projects_with_budgets()), read(rows_of(Body))
    frames = ConflictFrames(conflicts, contested, districts, projects, bodies, works, read(base_map()))
    return conflicts_page(context, frames)


def _index(read: Read, context: PageContext, _city: City) -> str:
    frames = IndexFrames(
        courtyard_needs=read(rows_of(CourtyardNeed)),
        district_needs=read(rows_of(DistrictNeed)),
        contested_parcels=read(rows_of(ContestedParcel)),
        conflicts=read(rows_of(Conflict)),
        projects=read(projects_with_budgets()),
    )
    return index_page(context, frames)


PAGES = {"needs": _needs, "conflicts": _conflicts, "index": _index}


@app.command(help=__doc__)
def draw(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Pages to draw, of: " + ", ".join(PAGES) + "; else all."),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the pages are written.")] = Path("out/maps"),
) -> None:
    call = call_of(context)
    paths = draw_pages(call, _chosen(names or list(PAGES)), out)
    sizes = {str(path): path.stat().st_size for path in paths}
    told = ", ".join(f"{path} ({size / 1e6:.2f} MB)" for path, size in sizes.items())
    call.report(f"drawn: {told}", {"pages": sizes})


def _chosen(names: list[str]) -> list[str]:
    unknown = [name for name in names if name not in PAGES]
    if unknown:
        raise InputError(f"{unknown[0]}: no such page; there are: {', '.join(PAGES)}")
    return names


def draw_pages(call: Call, names: list[str], out: Path) -> list[Path]:
    """Write pages whole or not at all; their paths."""
    with open_store(call) as (connection, city):
        context = page_context(call, connection, city)

        def read(query: Select[Any]) -> pd.DataFrame:
            return read_frame(connection, query, city.crs)

        paths = []
        for name in names:
            call.say(f"drawing {name}")
            path = out / f"{name}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            text = PAGES[name](read, context, city)
            with file_aside(path) as made:
                made.write_text(text, encoding="utf-8", newline="\n")
            paths.append(path)
    return paths


def page_context(call: Call, connection: Connection, city: City) -> PageContext:
    """What every page says of the data."""
    known = coverage(connection)
    day = day_of_data(connection)
    return PageContext(
        city=city.name.label,
        currency=city.currency.label,
        date=day.isoformat() if day else "",
        sources=source_files(connection),
        money_on_map=known.money_share,
        appeals_on_map=known.appeals_share,
        sample=is_sample(connection),
        schematic=is_schematic(connection),
        lang=call.lang or city.language,
        pages=tuple(PAGES),
    )


if __name__ == "__main__":
    from scripts.app import run

    run("map")
