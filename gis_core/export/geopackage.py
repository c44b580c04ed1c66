"""Layers as one GeoPackage of version 1.2, the oldest kind that QGIS 3.22 opens without a warning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyogrio
from pyproj import CRS

from gis_core.errors import InputError
from gis_core.export.aside import file_aside
from gis_core.export.faults import told
from gis_core.export.geopackage_check import Sent, check_geopackage
from gis_core.export.geopackage_tables import Page, finish, refuse_open
from gis_core.export.links import Link, parents_in
from gis_core.export.parts import Rows, Tally, prepared_parts
from gis_core.export.qml import Vocabularies, sheet_of, sheet_qml
from gis_core.export.spool import GEOMETRY, batch_of, schema_of, spooled
from gis_core.export.table import UNDATED, Table, Written, marked
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


def write_geopackage(  # noqa: PLR0913  as many options as a user has
    layers_and_rows: Sequence[tuple[type[Layer], Rows]],
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

    Rows may come as one frame or in parts, of which one is held at a time; beside the file, until it is in
    place, lies about twice its size. Styles, aliases in `lang`, value lists and `links` between layers lie
    inside as default styles; `metadata` (run, source, coverage) goes into the file's metadata; `date` is the
    day every table says it was written.
    """
    path = Path(path)
    if path.suffix.lower() != ".gpkg":
        raise InputError(f"{path.name}: the name of a GeoPackage ends in .gpkg")
    layers = [layer for layer, _ in layers_and_rows]
    if not layers or len({*layers}) < len(layers):
        raise InputError(f"{path.name}: name at least one layer, and each layer once")
    said = metadata or {}
    with file_aside(path) as made:
        refuse_open(path)
        parents = parents_in(path.name, layers, links, lang)
        draft = made.with_name("draft.gpkg")
        with told(path), _gdal(_SETTINGS):
            sent = [
                _add(draft, layer, prepared_parts(layer, rows, crs), said) for layer, rows in layers_and_rows
            ]
            pages = {
                each.layer.__tablename__: Page(
                    each.layer.label.of(lang),
                    _about(each.tally, lang, said),
                    _style(each.layer, lang, vocabularies, parents),
                )
                for each in sent
            }
            finish(draft, made, pages, date)
        check_geopackage(made, sent)
    notes = tuple(note for each in sent for note in each.tally.told)
    return Written((path,), sum(each.tally.rows for each in sent), notes)


def _style(
    layer: type[Layer],
    lang: Language,
    vocabularies: Vocabularies | None,
    parents: Mapping[type[Layer], Mapping[str, Parent]],
) -> str:
    return sheet_qml(replace(sheet_of(layer, lang, vocabularies), parents=parents.get(layer, {})))


def _add(
    path: Path, layer: type[Layer], parts: Iterator[tuple[pd.DataFrame, Table]], said: Mapping[str, str]
) -> Sent:
    """Append a layer; the first one makes the file."""
    first = next(parts)
    shapes, columns = first[1].shapes, first[1].columns
    spool = path.with_name(f"{layer.__tablename__}.arrows")
    sent = Sent(layer, columns, Tally(), spool, shapes is not None)
    schema = schema_of(columns, shapes=sent.drawn)
    faults: list[Exception] = []
    batches = spooled(spool, schema, _batches(chain([first], parts), sent.tally, schema))
    try:
        pyogrio.write_arrow(
            pa.RecordBatchReader.from_batches(schema, _watched(batches, faults)),
            path,
            layer=layer.__tablename__,
            driver="GPKG",
            geometry_name=GEOMETRY if shapes else None,
            geometry_type=shapes.multi if shapes else None,
            crs=shapes.crs.to_wkt() if shapes else None,
            append=path.exists(),
            dataset_metadata=dict(said) if said and not path.exists() else None,
            dataset_options={} if path.exists() else {"VERSION": "1.2"},
            layer_options={"GEOMETRY_NAME": GEOMETRY} if shapes else {"ASPATIAL_VARIANT": "GPKG_ATTRIBUTES"},
        )
    except (RuntimeError, ValueError) as fault:
        raise (faults or [fault])[0] from None
    return sent


def _batches(
    parts: Iterable[tuple[pd.DataFrame, Table]], tally: Tally, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    for frame, table in parts:
        tally.add(frame, table)
        yield batch_of(marked(table, table.drawn), schema)


def _watched(batches: Iterator[pa.RecordBatch], faults: list[Exception]) -> Iterator[pa.RecordBatch]:
    """The batches; a fault on the way is kept, because GDAL tells of its own only."""
    try:
        yield from batches
    except Exception as fault:  # whatever it is, the caller raises it again
        faults.append(fault)
        raise


def _about(tally: Tally, lang: Language, said: Mapping[str, str]) -> str:
    """What QGIS shows as the abstract of a layer: counts, then run, source and coverage."""
    counts = _CONTENT.of(lang).format(rows=tally.rows, missing=tally.missing)
    return "\n".join([counts, *(f"{key}: {value}" for key, value in said.items())])


@contextmanager
def _gdal(wanted: Mapping[str, str]) -> Iterator[None]:
    """GDAL's settings for a while; they belong to the whole process."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in wanted}
    pyogrio.set_gdal_config_options(wanted)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
