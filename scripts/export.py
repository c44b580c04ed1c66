"""Export layers for QGIS and the office, read back and compared before it says done.

qgz: a GeoPackage, a QGIS project that reads it, and one that reads the database by a service name.
xlsx: a workbook a layer; conflicts and verdicts have a sheet a district.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, closing
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from sqlalchemy import Connection

from gis_core.errors import InputError
from gis_core.export import Written, has_shapes
from gis_core.export.aside import file_aside
from gis_core.export.parts import Passing
from gis_core.export.table import UNDATED
from gis_core.layer import Layer, table_of
from gis_core.store import box_of, read_parts
from layers.catalogue import LAYERS
from layers.city import City
from layers.coverage import coverage
from layers.marks import is_sample, is_schematic
from layers.naming import labels_of_bodies
from layers.reading import day_of_data, marked_rows_of, source_files
from layers.runs import last_run
from scripts.common import Call, call_of
from scripts.formats import Format, Order, Told, vocabularies_of, write_layers
from scripts.rejected import export_rejections
from scripts.store import open_store

REJECTIONS = "rejections"
CHANGING = ("load", "derive", "assess")  # verbs after which an export says something else
SAMPLE = (
    "ДЕМОНСТРАЦИОННЫЕ ДАННЫЕ, не факты. / КӨРСЕТУГЕ АРНАЛҒАН ДЕРЕКТЕР, факт емес. / SAMPLE DATA, not facts."
)
SCHEMATIC = "Границы районов схематичны. / Аудан шекаралары сұлбалық. / District outlines are schematic."
app = typer.Typer(rich_markup_mode=None)


@app.command(help=__doc__)
def export(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LAYER...]",
            help="Layers; else all. `rejections`: rejected rows, to be mended and loaded.",
        ),
    ] = None,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder of the files.")] = Path(
        "out/export"
    ),
    kind: Annotated[Format, typer.Option("--format", help="shp, gpkg, geojson, csv, xlsx or qgz.")] = "gpkg",
    crs: Annotated[
        str | None, typer.Option(help="CRS of the files, such as EPSG:4326; else the city's.")
    ] = None,
    encoding: Annotated[str, typer.Option(help="Encoding of shapefiles.")] = "UTF-8",
    zipped: Annotated[
        bool, typer.Option("--zip", help="Shapefiles: a ZIP of each beside its folder.")
    ] = False,
    points: Annotated[
        bool, typer.Option("--points", help="In xlsx: a point on each shape, in degrees or in --crs.")
    ] = False,
    pages: Annotated[
        Path | None, typer.Option("--pages", metavar="DIR", help="In xlsx: folder of the maps to link to.")
    ] = None,
) -> None:
    call = call_of(context)
    order = Order(to, kind, crs, encoding, points=points, pages=pages, zipped=zipped)
    layers = [name for name in names or LAYERS if name != REJECTIONS]
    written = export_rejections(call, to) if names and REJECTIONS in names else []
    if layers:
        written += export_layers(call, _chosen(layers), order)
    rows = sum(each.rows for each in written)
    notes = [note for each in written for note in each.notes]
    paths = [str(path) for each in written for path in each.paths]
    for note in notes:
        call.say(note)
    call.report(
        f"exported {rows} rows into {len(paths)} files in {to}",
        {"rows": rows, "files": paths, "notes": notes},
    )


def _chosen(names: list[str]) -> list[type[Layer]]:
    unknown = [name for name in names if name not in LAYERS]
    if unknown:
        raise InputError(f"{unknown[0]}: no such layer; there are: {', '.join(LAYERS)}")
    return [LAYERS[name] for name in names]


def export_layers(call: Call, layers: list[type[Layer]], order: Order) -> list[Written]:
    """Write layers into a folder, with a README of what they are."""
    with open_store(call) as (connection, city), ExitStack() as opened:
        lang = call.lang or city.language
        day = day_of_data(connection) or UNDATED
        words = {**vocabularies_of(city), "bodies": labels_of_bodies(connection)}
        told = Told(city, lang, words, facts(connection, city), day)
        order.folder.mkdir(parents=True, exist_ok=True)
        passed = []
        for layer in layers:
            box = box_of(connection, table_of(layer)) if order.crs and has_shapes(layer) else None
            rows = opened.enter_context(closing(_read(call, connection, city, layer)))
            passed.append((layer, Passing(rows, box)))
        written = write_layers(order, passed, told, call.say)
    with file_aside(order.folder / "README.txt") as made:
        made.write_text(
            "".join(f"{name}: {text}\n" for name, text in told.said.items()), "utf-8-sig", newline="\n"
        )
    return written


def _read(
    call: Call, connection: Connection, city: City, layer: type[Layer]
) -> Generator[pd.DataFrame, None, None]:
    """The rows of a layer, read while they are written."""
    call.say(f"reading {layer.__tablename__}")
    yield from read_parts(connection, marked_rows_of(layer), city.crs)


def facts(connection: Connection, city: City) -> dict[str, str]:
    """What a set of files says of itself: city, day, sources, coverage, and the marks of invented data."""
    shares, run = coverage(connection).shares, last_run(connection, *CHANGING)
    marks = [
        text
        for held, text in ((is_sample(connection), SAMPLE), (is_schematic(connection), SCHEMATIC))
        if held
    ]
    return {
        "title": " / ".join(dict.fromkeys(city.name.label)),
        **({"attention": " ".join(marks)} if marks else {}),
        **({"run": f"{run.id} ({run.verb})"} if run else {}),
        "data until": str(day_of_data(connection) or "not known"),
        "sources": ", ".join(source_files(connection)),
        "on the map": ", ".join(f"{name} {share:.1%}" for name, share in shares.items() if share is not None),
        "made by": f"Abat {version('abat')}",
    }


if __name__ == "__main__":
    from scripts.app import run

    run("export")
