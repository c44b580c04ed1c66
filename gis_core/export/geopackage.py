"""Layers as one GeoPackage of version 1.2, the oldest kind that QGIS 3.22 opens without a warning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.raw import write
from pyproj import CRS

from gis_core.errors import InputError
from gis_core.export.aside import file_aside
from gis_core.export.faults import told
from gis_core.export.geopackage_check import check_geopackage
from gis_core.export.geopackage_tables import finish, refuse_open
from gis_core.export.links import Link, parents_in
from gis_core.export.moving import Array
from gis_core.export.qml import Vocabularies, sheet_of, sheet_qml
from gis_core.export.table import UNDATED, Table, Written, marked, prepared
from gis_core.export.values import Column
from gis_core.export.widgets import Parent
from gis_core.layer import Label, Language, Layer

# Reckoned in a second thread the spatial index would hang on the number of cores; and what is written aside
# goes to the disk once, at the end.
_SETTINGS = {"OGR_GPKG_ALLOW_THREADED_RTREE": "NO", "OGR_SQLITE_SYNCHRONOUS": "OFF"}
_CONTENT = Label(
    "Строк: {rows}; без места на карте: {missing}",
    "Жолдар: {rows}; картада орны жоқ: {missing}",
    "Rows: {rows}; not on the map: {missing}",
)
_NUMPY: dict[str, Any] = {"integer": np.int64, "float": np.float64, "bool": np.bool_, "date": "datetime64[D]"}
_FILLER: dict[str, Any] = {"integer": 0, "float": np.nan, "bool": False, "date": np.datetime64("NaT")}


def write_geopackage(  # noqa: PLR0913  as many options as a user has
    layers_and_frames: Sequence[tuple[type[Layer], pd.DataFrame]],
    path: Path,
    *,
    crs: CRS | str | None = None,
    lang: Language = "ru",
    metadata: Mapping[str, str] | None = None,
    date: dt.date = UNDATED,
    vocabularies: Vocabularies | None = None,
    links: Sequence[Link] = (),
) -> Written:
    """One file with all layers, tables without shapes too, read back equal; it replaces `path` as a whole.

    Styles, aliases in `lang`, value lists and `links` between layers lie inside as default styles; `metadata`
    (run, source, coverage) goes into the file's metadata; `date` is the day every table says it was written.
    """
    path = Path(path)
    if path.suffix.lower() != ".gpkg":
        raise InputError(f"{path.name}: the name of a GeoPackage ends in .gpkg")
    frames = {layer.__tablename__: frame for layer, frame in layers_and_frames}
    if not frames or len(frames) < len(layers_and_frames):
        raise InputError(f"{path.name}: name at least one layer, and each layer once")
    plain = [prepared(layer, frame, crs) for layer, frame in layers_and_frames]
    tables = [marked(table, table.drawn) for table in plain]
    with file_aside(path) as made:
        refuse_open(path)
        parents = parents_in(path.name, [table.layer for table in tables], links, lang)
        styles = {table.name: _style(table.layer, lang, vocabularies, parents) for table in tables}
        draft = made.with_name("draft.gpkg")
        with told(path), _gdal(_SETTINGS):
            for table in tables:
                _add(draft, table, lang, metadata or {})
            finish(draft, made, styles, date)
        check_geopackage(made, tables, frames)
    notes = tuple(note for table in tables for note in (*table.notes, *table.joined))
    return Written((path,), sum(table.rows for table in tables), notes)


def _style(
    layer: type[Layer],
    lang: Language,
    vocabularies: Vocabularies | None,
    parents: Mapping[type[Layer], Mapping[str, Parent]],
) -> str:
    return sheet_qml(replace(sheet_of(layer, lang, vocabularies), parents=parents.get(layer, {})))


def _add(path: Path, table: Table, lang: Language, metadata: Mapping[str, str]) -> None:
    """Append a layer; the first one makes the file."""
    shapes = table.shapes
    masks = [np.asarray([v is None for v in table.values[c.name]], dtype=bool) for c in table.columns]
    about = {"IDENTIFIER": table.layer.label.of(lang), "DESCRIPTION": _about(table, lang, metadata)}
    write(
        path,
        shapely.to_wkb(shapes.found) if shapes else None,
        [_array(table, column) for column in table.columns],
        [column.name for column in table.columns],
        field_mask=masks,
        layer=table.name,
        driver="GPKG",
        geometry_type=shapes.multi if shapes else None,
        crs=shapes.crs.to_wkt() if shapes else None,
        append=path.exists(),
        dataset_metadata=dict(metadata) if metadata and not path.exists() else None,
        dataset_options={} if path.exists() else {"VERSION": "1.2"},
        layer_options=about | ({"GEOMETRY_NAME": "geom"} if shapes else {}),
    )


def _about(table: Table, lang: Language, metadata: Mapping[str, str]) -> str:
    """What QGIS shows as the abstract of a layer: counts, then run, source and coverage."""
    missing = table.shapes.missing if table.shapes else table.rows
    counts = _CONTENT.of(lang).format(rows=table.rows, missing=missing)
    return "\n".join([counts, *(f"{key}: {value}" for key, value in metadata.items())])


def _array(table: Table, column: Column) -> Array:
    if column.kind in {"text", "list"}:
        return np.asarray(table.text(column), dtype=object)
    filler = _FILLER[column.kind]
    found = [filler if value is None else value for value in table.values[column.name]]
    return np.asarray(found, dtype=_NUMPY[column.kind])


@contextmanager
def _gdal(wanted: Mapping[str, str]) -> Iterator[None]:
    """GDAL's settings for a while; they belong to the whole process."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in wanted}
    pyogrio.set_gdal_config_options(wanted)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
