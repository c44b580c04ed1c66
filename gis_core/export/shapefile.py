"""Shapefiles for QGIS and old programs: a folder a layer, written with explicit widths and read back."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import fiona
import pandas as pd
import shapely
from pyogrio.raw import read_arrow
from pyproj import CRS

from gis_core.errors import InputError
from gis_core.export.aside import folder_aside
from gis_core.export.compare import check_rows, check_shapes, check_sums, check_values
from gis_core.export.dbf import ENCODINGS, DbfColumn, dbf_columns, refuse_strange_letters
from gis_core.export.faults import told
from gis_core.export.moving import lost_shift
from gis_core.export.qml import Vocabularies, layer_qml
from gis_core.export.shapes import Shapes
from gis_core.export.sidecars import write_field_list, write_whole_texts
from gis_core.export.table import MARK, UNDATED, Table, Written, has_shapes, marked, prepared
from gis_core.layer import Language, Layer

LARGEST = 2**31 - 1  # bytes of a .shp or .dbf: offsets are signed 32-bit numbers in most readers
_SHIFT = "{}: a .prj holds no shift to WGS 84; whoever reads it must know it, or take a GeoPackage"
_LANGUAGE_DRIVER = {"CP1251": 0xC9}  # byte 29 of a DBF, for programs that know no .cpg
_CODE_PAGE = {"CP1251": "1251", "UTF-8": "UTF-8"}  # as both ArcGIS and GDAL spell it


def write_shapefile(  # noqa: PLR0913  as many options as a user has
    layer: type[Layer],
    frame: pd.DataFrame,
    folder: Path,
    *,
    crs: CRS | str | None = None,
    encoding: str = "UTF-8",
    lang: Language = "ru",
    metadata: Mapping[str, str] | None = None,
    date: dt.date = UNDATED,
    vocabularies: Vocabularies | None = None,
) -> Written:
    """The shapefile `folder/NAME/NAME.shp` of a layer, read back equal; folder NAME is replaced as a whole.

    Beside it stand .cpg, .prj (ESRI WKT), .qml with aliases in `lang`, NAME_fields.txt and, where texts were
    cut, NAME_full_text.csv. `metadata` (run, source, coverage) stands in NAME_fields.txt; `date` is the day
    the DBF says it was written.
    """
    if not has_shapes(layer):
        raise InputError(f"{layer.__tablename__} has no shapes: export it as csv or gpkg")
    encoding = _encoding(encoding)
    table = prepared(layer, frame, crs)
    refuse_strange_letters(table, encoding)
    table, columns = _marked(table, dbf_columns(table, encoding), encoding)
    shapes = _fitting_shapes(table, columns)
    target = Path(folder) / table.name
    with folder_aside(target) as made:
        path = made / f"{table.name}.shp"
        with told(path):
            _write(path, (shapes, columns), encoding, date)
        _check(path, frame, table, columns)
        path.with_suffix(".qml").write_text(
            layer_qml(layer, lang, vocabularies, short=True), "utf-8", newline="\n"
        )
        write_field_list(made / f"{table.name}_fields.txt", table, encoding, metadata or {})
        write_whole_texts(made / f"{table.name}_full_text.csv", table, columns)
        names = sorted((member.name for member in made.iterdir()), key=lambda name: (name != path.name, name))
    shift = (_SHIFT.format(table.name),) if lost_shift(shapes.crs) else ()
    notes = (*table.notes, *shift, *table.joined, *(note for column in columns for note in column.notes))
    return Written(tuple(target / name for name in names), table.rows, notes)


def _marked(table: Table, columns: list[DbfColumn], encoding: str) -> tuple[Table, list[DbfColumn]]:
    """The table and its columns with marks of what the DBF holds of each row, if it has any."""
    held = {each.column.name: each.values for each in columns}
    whole = marked(table, table.drawn, held)
    if whole is table:
        return table, columns
    others = [each for each in columns if each.column != MARK]
    return whole, [*others, *dbf_columns(replace(whole, columns=(MARK,)), encoding)]


def _encoding(given: str) -> str:
    known = ENCODINGS.get(given.lower().replace("utf8", "utf-8").replace("windows-", "cp"))
    if known is None:
        raise InputError(f"encoding {given!r}: a shapefile is written in UTF-8 or CP1251")
    return known


def _fitting_shapes(table: Table, columns: list[DbfColumn]) -> Shapes:
    """The shapes of the table, unless its .shp or .dbf would outgrow the format."""
    shapes = table.shapes
    if shapes is None:
        raise TypeError(table.name)
    widths = [int(column.type.partition(":")[2].split(".")[0] or 10) for column in columns]
    dbf = 32 * (len(columns) + 1) + table.rows * (1 + sum(widths))
    parts = sum(shapely.get_num_interior_rings(shapely.get_parts(shapes.found)) + 1)
    shp = 100 + table.rows * 52 + 4 * int(parts) + 16 * int(shapely.get_num_coordinates(shapes.found).sum())
    if max(dbf, shp) > LARGEST:
        size = f"{max(dbf, shp) / 2**30:.1f} GB"
        cure = "export as GeoPackage, which has no such limit, or fewer rows at a time"
        raise InputError(f"{table.name}: {size} is more than the 2 GB of a shapefile; {cure}")
    return shapes


def _write(path: Path, content: tuple[Shapes, list[DbfColumn]], encoding: str, date: dt.date) -> None:
    shapes, columns = content
    schema = {
        "geometry": shapes.single,
        "properties": {column.column.field.short: column.type for column in columns},
    }
    options = {"encoding": encoding, "DBF_DATE_LAST_UPDATE": date.isoformat()}
    wkt = shapes.crs.to_wkt()
    with fiona.open(path, "w", driver="ESRI Shapefile", crs_wkt=wkt, schema=schema, **options) as sink:
        sink.writerecords(_records(shapes, columns))
    path.with_suffix(".cpg").write_text(_CODE_PAGE[encoding], "ascii")
    if encoding in _LANGUAGE_DRIVER:
        _put(path.with_suffix(".dbf"), 29, bytes([_LANGUAGE_DRIVER[encoding]]))
    if shapes.missing < len(shapes.found):
        # GDAL takes a first row without a shape for the point 0, 0, and QGIS would zoom out to it
        box = struct.pack("<4d", *shapely.total_bounds(shapes.found))
        for member in (path, path.with_suffix(".shx")):
            _put(member, 36, box)


def _put(path: Path, at: int, raw: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(raw)


def _records(shapes: Shapes, columns: list[DbfColumn]) -> Iterator[dict[str, Any]]:
    names = [column.column.field.short for column in columns]
    rows = zip(*(column.values for column in columns), strict=True)
    for shape, row in zip(shapes.found, rows, strict=True):
        drawn = None if shape is None else shapely.geometry.mapping(shape)
        yield {"type": "Feature", "geometry": drawn, "properties": dict(zip(names, row, strict=True))}


def _check(path: Path, frame: pd.DataFrame, table: Table, columns: list[DbfColumn]) -> None:
    """GisError unless pyogrio, which has a GDAL of its own, reads what fiona was told to write."""
    meta, found = read_arrow(path)
    read: dict[str, list[Any]] = {name: found.column(name).to_pylist() for name in found.column_names}
    check_rows(path, table.rows, found.num_rows)
    if not meta["crs"]:
        raise InputError(f"{table.name}: a .prj cannot hold this CRS; choose another or export as GeoPackage")
    values = {column.column.name: read[column.column.field.short] for column in columns}
    for column in columns:
        check_values(path, column.column.field.short, column.values, values[column.column.name])
    check_sums(path, table, frame, values)
    if table.shapes:
        check_shapes(path, table.shapes.found, shapely.from_wkb(read["wkb_geometry"]))
