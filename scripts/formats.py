"""Frames of layers into the format that was asked for."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from gis_core.export import Written, has_shapes, write_csv, write_geojson, write_geopackage, write_shapefile
from gis_core.export.parts import Passing, whole
from gis_core.export.qml import Vocabularies
from gis_core.export.spreadsheet import Look, write_xlsx
from gis_core.export.zipped import write_zip
from gis_core.layer import Language, Layer
from layers.assessments import Assessment
from layers.city import City
from layers.conflicts import Conflict
from layers.map_groups import links
from scripts.qgis import Passed, write_projects

Format = Literal["shp", "gpkg", "geojson", "csv", "xlsx", "qgz"]
BY_DISTRICT: tuple[type[Layer], ...] = (Conflict, Assessment)


@dataclass(frozen=True)
class Order:
    """What a user asked for: folder, format, and the options of single formats."""

    folder: Path
    kind: Format
    crs: str | None = None
    encoding: str = "UTF-8"
    points: bool = False
    pages: Path | None = None
    zipped: bool = False


@dataclass(frozen=True)
class Told:
    """What the files say beside rows: city, language, lists of values, facts, the day of the data."""

    city: City
    lang: Language
    vocabularies: Vocabularies
    said: Mapping[str, str]
    day: dt.date


def vocabularies_of(city: City) -> Vocabularies:
    """The lists of values that stand in the profile, and the names of districts."""
    lists = {**city.vocabularies, "district_code": city.districts}
    return {name: {code: term.label for code, term in terms.items()} for name, terms in lists.items()}


def write_layers(order: Order, passed: Passed, told: Told, say: Callable[[str], None]) -> list[Written]:
    """One file for all layers, or one a layer."""
    if order.kind in {"gpkg", "qgz"}:
        return _package(order, passed, told, say)
    written = []
    for layer, rows in passed:
        say(f"writing and reading back {layer.__tablename__}")
        written.append(_write(order, layer, rows, told))
    return written


def _package(order: Order, passed: Passed, told: Told, say: Callable[[str], None]) -> list[Written]:
    say("writing and reading back the GeoPackage")
    path = order.folder / f"{told.city.code}.gpkg"
    words = {"lang": told.lang, "vocabularies": told.vocabularies}
    made = write_geopackage(
        passed,
        path,
        crs=order.crs,
        metadata=told.said,
        date=told.day,
        links=links(),
        **words,  # type: ignore[arg-type]
    )
    if order.kind == "gpkg":
        return [made]
    say("writing the QGIS projects")
    projects = write_projects(
        told.city,
        passed,
        order.folder,
        crs=order.crs,
        said=told.said,
        **words,  # type: ignore[arg-type]
    )
    return [made, *projects]


def _write(order: Order, layer: type[Layer], rows: Passing, told: Told) -> Written:
    """One layer in one format; layers without shapes are CSV where shapes were asked for."""
    path = order.folder / f"{layer.__tablename__}.{order.kind}"
    if order.kind == "xlsx":
        return write_xlsx(layer, whole(rows), path, _look(order, layer, told))
    if order.kind == "shp" and has_shapes(layer):
        return _shapefile(order, layer, whole(rows), told)
    if order.kind == "geojson" and has_shapes(layer):
        return write_geojson(layer, whole(rows), path, told.said)
    return write_csv(layer, rows, path.with_suffix(".csv"), crs=order.crs, wkt=has_shapes(layer))


def _shapefile(order: Order, layer: type[Layer], frame: pd.DataFrame, told: Told) -> Written:
    """The folder of a shapefile, and beside it a ZIP of it when that was asked for."""
    made = write_shapefile(
        layer,
        frame,
        order.folder,
        crs=order.crs,
        encoding=order.encoding,
        lang=told.lang,
        metadata=told.said,
        date=told.day,
        vocabularies=told.vocabularies,
    )
    if not order.zipped:
        return made
    archive = write_zip(made.paths, order.folder / f"{layer.__tablename__}.zip")
    return replace(made, paths=(*made.paths, archive))


def _look(order: Order, layer: type[Layer], told: Told) -> Look:
    """Conflicts by district, each row leading to its card on the page of conflicts."""
    own = layer in BY_DISTRICT
    link = ""
    if own and order.pages:
        away = os.path.relpath(order.pages / "conflicts.html", order.folder)
        link = f"{Path(away).as_posix()}#lang={told.lang}&"
    by = "district_code" if own else None
    return Look(told.lang, told.vocabularies, by, link, points=order.points, crs=order.crs)
