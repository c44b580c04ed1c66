"""Take the sample city through every step: load, derive, plan, draw, export; says where the results lie."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from gis_core.errors import InputError
from layers.catalogue import DERIVED, LAYERS
from layers.computed import count
from layers.marks import own_rows
from layers.programme_plan import Order as Programme
from layers.sources import SOURCES
from scripts.common import Call, call_of
from scripts.derive import derive_store
from scripts.export import export_layers
from scripts.formats import Format, Order
from scripts.load import load_file
from scripts.map import draw_pages
from scripts.pages import PAGES
from scripts.plan import plan_store
from scripts.store import open_store

DATA = Path(__file__).resolve().parents[1] / "data"
BUDGET = 1_960_000_000  # tenge: what the courtyards of Almaty district were given in 2022
EXPORTS: tuple[tuple[Format, str], ...] = (("qgz", "qgis"), ("shp", "shapefiles"))
app = typer.Typer(rich_markup_mode=None)


@app.command(help=__doc__)
def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the results are written.")] = Path("out"),
) -> None:
    call = call_of(context)
    began = time.monotonic()
    refuse_real_data(call)
    accounts = [_load(call, name, path) for name, path in sample_files().items()]
    rows = {account["layer"]: account["counts"]["accepted"] for account in accounts}
    derived = derive_store(call) or _derived_rows(call)
    planned, _ = plan_store(call, Programme(BUDGET))
    layers = list(LAYERS.values())
    exported = [
        path
        for kind, folder in EXPORTS
        for written in export_layers(call, layers, Order(out / folder, kind))
        for path in written.paths
    ]
    pages = draw_pages(call, list(PAGES), out / "maps")  # last: the index links to the exports
    seconds = time.monotonic() - began
    call.report(
        _farewell(out, rows, derived, seconds),
        {
            "rows": rows,
            "derived": derived,
            "programme": planned.facts["programme"],
            "pages": pages,
            "exported": exported,
            "seconds": round(seconds, 1),
        },
    )


def refuse_real_data(call: Call) -> None:
    """The sample never mixes with a city's own rows."""
    with open_store(call) as (connection, _):
        own = own_rows(connection)
    if own:
        raise InputError(
            f"the database holds rows of your own in {', '.join(own)}; show the sample in another one:"
            " set ABAT_HOME to an empty folder, or give --database"
        )


def _load(call: Call, name: str, path: Path) -> dict[str, Any]:
    """Load a file with one word on it; how each column was read is told with -v only."""
    call.say(f"loading {name}")
    return load_file(replace(call, quiet=not call.verbose), name, path)


def _derived_rows(call: Call) -> dict[str, int]:
    """Rows of the derived layers as they are."""
    with open_store(call) as (connection, _):
        return {layer.__tablename__: count(connection, layer) for layer in DERIVED}


def sample_files() -> dict[str, Path]:
    """The files of the sample city by layer, in the order in which they refer to each other."""
    paths = [*(DATA / "sample").iterdir(), *(DATA / "boundaries").iterdir()]
    data = [path for path in paths if path.name.endswith((".csv", ".csv.gz", ".geojson"))]
    found = {path.name.removeprefix("astana_").split(".")[0]: path for path in data}
    names = [layer.__tablename__ for layer in SOURCES]
    return {name: found[name] for name in names if name in found}


def _farewell(out: Path, rows: dict[str, int], derived: dict[str, int], seconds: float) -> str:
    loaded = sum(rows.values())
    places, conflicts = derived.get("contested_parcels", 0), derived.get("conflicts", 0)
    return "\n".join(
        (
            f"sample city: {loaded} rows, {places} contested places, {conflicts} conflicts, {seconds:.0f} s",
            f"open in a browser:  {(out / 'maps' / 'index.html').resolve().as_uri()}",
            f"open in QGIS:       {(out / 'qgis' / 'astana.qgz').resolve()}",
            f"shapefiles:         {(out / 'shapefiles').resolve()}",
            "the data are invented (docs/sample.md); your own: abat load LAYER FILE",
        )
    )


if __name__ == "__main__":
    from scripts.app import run

    run("demo")
