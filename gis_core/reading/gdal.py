"""Formats that GDAL reads: MapInfo, DXF, GML, FlatGeobuf, OpenStreetMap; one driver, nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gis_core.errors import InputError
from gis_core.reading.encodings import garbled
from gis_core.reading.model import CHUNK_ROWS, Reading, Request, Rows, distinct_names
from gis_core.reading.raw import dxf_encoding, raw_rows

DRIVERS = {
    "tab": "MapInfo File",
    "mif": "MapInfo File",
    "dxf": "DXF",
    "fgb": "FlatGeobuf",
    "gml": "GML",
    "osm": "OSM",
}
ALL = (
    "MEM,PCIDSK,PDS4,VICAR,PDF,MBTiles,EEDA,OGCAPI,GDALG,ESRI Shapefile,MapInfo"
    " File,LVBAG,S57,DGN,OGR_VRT,CSV,GML,"
    "GPX,LIBKML,KML,GeoJSON,GeoJSONSeq,ESRIJSON,TopoJSON,OGR_GMT,GPKG,SQLite,WAsP,OpenFileGDB,DXF,FlatGeobuf,GeoRSS,"
    "VFK,PGDUMP,OSM,GPSBabel,OGR_PDS,WFS,OAPIF,EDIGEO,Idrisi,ODS,XLSX,Elasticsearch,Carto,AmigoCloud,SXF,Selafin,"
    "JML,PLSCENES,CSW,VDV,MVT,NGW,MapML,GTFS,PMTiles,JSONFG,MiraMonVector,ADBC,AVCBin,AVCE00,AIVector,HTTP"
)
ANY = "*"  # a tag of any value
OPTIONS = {"gml": {"WRITE_GFS": "NO", "DOWNLOAD_SCHEMA": "NO"}}


def read_gdal(request: Request, kind: str) -> Reading:
    """One layer of a file by the one driver of its kind."""
    driver = DRIVERS[kind]
    pyogrio = only_driver({driver, "SQLite", "MEM"} if kind == "osm" else {driver})
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError  # noqa: PLC0415

    try:
        return _reading(pyogrio, request, kind)
    except (DataSourceError, DataLayerError, FeatureError, RuntimeError, ValueError) as fault:
        raise _invalid(request, driver, fault) from None


def only_driver(needed: set[str]) -> Any:
    """The library pyogrio with no other drivers than these; once imported it keeps to its first ones."""
    os.environ["OGR_SKIP"] = ",".join(each for each in ALL.split(",") if each not in needed)
    blocked = [heavy for heavy in ("geopandas", "pandas") if heavy not in sys.modules]
    sys.modules |= dict.fromkeys(blocked)  # type: ignore[arg-type]  # pyogrio would import them for nothing
    import pyogrio  # noqa: PLC0415  only now are the drivers chosen

    for heavy in blocked:  # PyArrow asks for them later and must not find nothing in their place
        del sys.modules[heavy]
    del os.environ["OGR_SKIP"]  # another GDAL of this process, or of its children, is not meant
    return pyogrio


def _invalid(request: Request, driver: str, fault: Exception) -> InputError:
    told = " ".join(str(fault).replace(str(request.path), request.path.name).split())[:200]
    return InputError(f"{request.path.name}: not a valid {driver} file or damaged ({told}); export it again")


def _reading(pyogrio: Any, request: Request, kind: str) -> Reading:
    path, counted = str(request.path), raw_rows(request.path, kind)
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    layer = _chosen(request, kind, layers)
    options: dict[str, Any] = dict(OPTIONS.get(kind, {}))
    told = dxf_encoding(request.path, request.encoding) if kind == "dxf" else None
    if told:
        pyogrio.set_gdal_config_options({"DXF_ENCODING": told.encoding.upper()})
        request = replace(request, encoding=None)
    info = pyogrio.read_info(path, layer=layer, encoding=request.encoding, **options)
    notes: list[str] = []
    names = distinct_names([str(name) for name in info["fields"]], notes)
    count = int(info["features"]) if kind in ("fgb", "tab") and info["features"] >= 0 else counted
    if told:
        told.tell(notes)
    chunks = _chunks(request, _batches(pyogrio, request, layer, options), names, DRIVERS[kind])
    if kind == "osm":
        notes.append(f"OpenStreetMap: {layer} where {_stated(request.tags)}")
        names, chunks = ["id", "kind", *names], _named(chunks, names, layer, request.tags)
    return Reading(names, chunks, shaped=info["geometry_type"] is not None, outlines=kind == "dxf",
                   crs=info["crs"], encoding=told.encoding if told else str(info["encoding"]),
                   sample=told.sample if told else None, sublayer=layer,
                   expected=None if len(layers) > 1 else count, notes=notes)  # fmt: skip


def _chosen(request: Request, kind: str, layers: list[str]) -> str:
    name = request.path.name
    if request.sublayer:
        if request.sublayer not in layers:
            raise InputError(f"{name}: no layer {request.sublayer!r}; it has: {', '.join(layers)}")
        return request.sublayer
    if kind == "osm" and len(layers) > 1:
        raise InputError(
            f"{name}: no tag choice for this layer; choose the layer with --sublayer: {', '.join(layers)}"
        )
    if len(layers) != 1:
        listed = ", ".join(layers) or "none"
        raise InputError(f"{name}: several layers; choose one with --sublayer; it has: {listed}")
    return layers[0]


def _batches(pyogrio: Any, request: Request, layer: str, options: dict[str, Any]) -> Iterator[Any]:
    where = " OR ".join(_holds(key, values) for key, values in request.tags) or None
    with pyogrio.open_arrow(
        str(request.path), layer=layer, encoding=request.encoding, where=where, batch_size=CHUNK_ROWS,
        use_pyarrow=True, **options,
    ) as (about, batches):  # fmt: skip
        shape = about["geometry_name"] or "wkb_geometry"
        for batch in batches:
            at = batch.schema.get_field_index(shape)
            yield batch, at


def _holds(key: str, values: str) -> str:
    return f"{key} IS NOT NULL" if values == ANY else f"{key} IN ({_quoted(values)})"


def _quoted(values: str) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values.split("|"))


def _chunks(request: Request, rows: Iterator[Any], names: list[str], driver: str) -> Iterator[Rows]:
    from gis_core.reading.parquet import plain_column  # noqa: PLC0415

    row = 0
    try:
        for batch, at in rows:
            columns = [batch.column(place) for place in range(batch.num_columns) if place != at]
            found = Rows(
                range(row + 1, row + len(batch) + 1), [plain_column(each) for each in columns[-len(names) :]]
            )
            found.shapes = batch.column(at) if at >= 0 else None
            if row == 0:
                _check_letters(request, found, names)
            row += len(batch)
            yield found
    except (OSError, RuntimeError, ValueError) as fault:
        raise _invalid(request, driver, fault) from None


def _check_letters(request: Request, found: Rows, names: list[str]) -> None:
    """Raises InputError where the text of a file looks read in an encoding that it is not in."""
    for name, column in zip(names, found.columns, strict=True):
        texts = column.unique().to_pylist() if str(column.type).endswith("string") else []
        wrong = next((text for text in texts if text and garbled(text)), None)
        if wrong and not request.encoding:
            raise InputError(
                f"{request.path.name}: {name}: {wrong[:60]!r}: the encoding that the file declares is not"
                " that of its text; save it again in UTF-8"
            )


def _stated(tags: tuple[tuple[str, str], ...]) -> str:
    """The tags in words, of which one must hold."""
    told = (f"{key} is {values.replace('|', ', ').replace(ANY, 'anything')}" for key, values in tags)
    return " or ".join(told) or "anything stands"


def _named(
    chunks: Iterator[Rows], names: list[str], layer: str, tags: tuple[tuple[str, str], ...]
) -> Iterator[Rows]:
    """Features with the id that OpenStreetMap's pages use, such as way/12, and the value of the tag that
    chose them."""
    usual = {"points": "node", "lines": "way"}.get(layer, "relation")
    for found in chunks:
        cells = {name: column.to_pylist() for name, column in zip(names, found.columns, strict=True)}
        ways = cells.get("osm_way_id", [None] * len(found.rows))
        ids = [
            f"way/{way}" if way else f"{usual}/{other}"
            for way, other in zip(ways, cells["osm_id"], strict=True)
        ]
        chosen = [[value if values == ANY or value in values.split("|") else None for value in cells[key]]
                  for key, values in tags]  # fmt: skip
        kinds = [next((value for value in row if value), None) for row in zip(*chosen, strict=True)]
        found.columns = [ids, kinds or [None] * len(ids), *found.columns]
        yield found
