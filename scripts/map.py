"""Draw the pages: needs, conflicts, regimes, programme, districts, summary, index; none needs a network."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from sqlalchemy import Connection, Select

from gis_core.errors import InputError
from gis_core.export.aside import file_aside
from gis_core.layer import LANGUAGES
from gis_core.store import read_frame, read_parts
from layers.city import City
from layers.coverage import coverage
from layers.marks import is_sample, is_schematic
from layers.reading import day_of_data, source_files
from maps.page import PageContext
from maps.tiles import Tiles
from scripts.common import Call, call_of
from scripts.pages import PAGES
from scripts.pdf import find_browser, print_pdf
from scripts.store import open_store

app = typer.Typer(rich_markup_mode=None)
SHEETS = ("districts", "summary")
LINKED = tuple(name for name in PAGES if name not in SHEETS)
DOWNLOADS = (".gpkg", ".qgz", ".xlsx")


@app.command(help=__doc__)
def draw(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Pages to draw, of: " + ", ".join(PAGES) + "; else all."),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the pages are written.")] = Path("out/maps"),
    pdf: Annotated[
        bool,
        typer.Option(
            "--pdf",
            help="The sheets of districts, and the summary in three languages, as PDF, too; needs Chromium or"
            " Chrome on this machine.",
        ),
    ] = False,
    tiles: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Map tiles, as https://HOST/{z}/{x}/{y}.png, that a reader may switch on; off at first.",
        ),
    ] = None,
    tiles_credit: Annotated[
        str, typer.Option(metavar="TEXT", help="Whose tiles they are; stands on the map.")
    ] = "",
    appeal_texts: Annotated[
        bool,
        typer.Option(
            "--appeal-texts",
            help="Put what citizens wrote on the page of needs, phone numbers and IIN as ***.",
        ),
    ] = False,
) -> None:
    call = call_of(context)
    online = Tiles(tiles, tiles_credit) if tiles else None
    browser = find_browser() if pdf else None
    paths = draw_pages(call, _chosen(names or list(PAGES)), out, Extras(online, appeal_texts))
    if browser:
        sheets = [path for path in paths if path.name.startswith("district-")]
        summaries = [path for path in paths if path.name == "summary.html"]
        paths += [print_pdf(call, browser, path) for path in sheets]
        paths += [print_pdf(call, browser, path, lang) for path in summaries for lang in LANGUAGES]
    sizes = {str(path): path.stat().st_size for path in paths}
    told = ", ".join(f"{path} ({size / 1e6:.2f} MB)" for path, size in sizes.items())
    call.report(f"drawn: {told}", {"pages": sizes})


def _chosen(names: list[str]) -> list[str]:
    unknown = [name for name in names if name not in PAGES]
    if unknown:
        raise InputError(f"{unknown[0]}: no such page; there are: {', '.join(PAGES)}")
    return names


@dataclass(frozen=True)
class Reading:
    """The rows of queries, shapes in the CRS."""

    connection: Connection
    crs: str

    def __call__(self, query: Select[Any]) -> pd.DataFrame:
        return read_frame(self.connection, query, self.crs)

    def many(self, query: Select[Any]) -> pd.DataFrame:
        """The same by columns, for rows by the million."""
        with closing(read_parts(self.connection, query, self.crs)) as parts:
            return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class Extras:
    """What pages hold only if asked."""

    tiles: Tiles | None = None
    appeal_texts: bool = False


def draw_pages(call: Call, names: list[str], out: Path, extras: Extras = Extras()) -> list[Path]:
    """Write pages whole or not at all; their paths."""
    out.mkdir(parents=True, exist_ok=True)
    with open_store(call) as (connection, city):
        context = page_context(call, connection, city)
        context = replace(context, tiles=extras.tiles, appeal_texts=extras.appeal_texts)
        context = replace(context, downloads=downloads_beside(out))

        read = Reading(connection, city.crs)
        paths: list[Path] = []
        for name in names:
            call.say(f"drawing {name}")
            paths += _written(PAGES[name](read, context, city), out)
    return paths


def _written(pages: Iterable[tuple[str, str]], out: Path) -> list[Path]:
    paths = []
    for name, text in pages:
        path = out / f"{name}.html"
        with file_aside(path) as made:
            made.write_text(text, encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def downloads_beside(out: Path) -> tuple[str, ...]:
    """Exported files in the folders beside that of the pages, and folders of shapefiles, as links."""
    folders = sorted(path for path in out.resolve().parent.iterdir() if path.is_dir())
    found = []
    for folder in folders:
        if folder == out.resolve():
            continue
        files = sorted(path.name for path in folder.iterdir() if path.suffix in DOWNLOADS)
        found += [f"../{folder.name}/{name}" for name in files]
        if any(folder.glob("*.shp")) or any(folder.glob("*/*.shp")):
            found.append(f"../{folder.name}/")
    return tuple(found)


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
        pages=LINKED,
    )


if __name__ == "__main__":
    from scripts.app import run

    run("map")
