"""Formats that GDAL reads: MapInfo, DXF, GML, FlatGeobuf, OpenStreetMap; one driver, nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

from gis_core.errors import InputError
from gis_core.reading.model import CHUNK_ROWS, Reading, Request, Rows, distinct_names

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
OPTIONS = {"gml": {"WRITE_GFS": "NO", "DOWNLOAD_SCHEMA": "NO"}}
DXF_KEPT = {"Layer", "Text", "EntityHandle", "Linetype"}


def read_gdal(request: Request, kind: str) -> Reading:
    """One layer of a file by the one driver of its kind."""
    driver = DRIVERS[kind]
    needed = {driver, "SQLite", "MEM"} if kind == "osm" else {driver}
    os.environ["OGR_SKIP"] = ",".join(each for each in ALL.split(",") if each not in needed)
    for heavy in ("geopandas", "pandas"):
        sys.modules.setdefault(heavy, None)  # type: ignore[arg-type]
    import pyogrio  # noqa: PLC0415  only now are the drivers chosen
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError  # noqa: PLC0415

    try:
        return _reading(pyogrio, request, kind)
    except (DataSourceError, DataLayerError, FeatureError, RuntimeError, ValueError) as fault:
        raise InputError(
            f"{request.path.name}: not a valid {driver} file or damaged"
            f" ({' '.join(str(fault).split())[:200]});"
            " export it again"
        ) from None


def _reading(pyogrio: Any, request: Request, kind: str) -> Reading:
    path = str(request.path)
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    layer = _chosen(request, kind, layers)
    options: dict[str, Any] = dict(OPTIONS.get(kind, {}))
    info = pyogrio.read_info(path, layer=layer, encoding=request.encoding, **options)
    notes: list[str] = []
    names = distinct_names([str(name) for name in info["fields"]], notes)
    count = int(info["features"]) if kind in ("fgb", "tab", "mif") and info["features"] >= 0 else None
    rows = _batches(pyogrio, request, layer, options)
    return Reading(names, _chunks(rows, names, layer, request.tags), shaped=info["geometry_type"] is not None,
                   crs=info["crs"], encoding=str(info["encoding"]), sublayer=layer,
                   expected=None if request.tags else count, notes=notes)  # fmt: skip


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
    where = " OR ".join(f"{key} IN ({_quoted(values)})" for key, values in request.tags) or None
    with pyogrio.open_arrow(
        str(request.path), layer=layer, encoding=request.encoding, where=where, batch_size=CHUNK_ROWS,
        use_pyarrow=True, **options,
    ) as (about, batches):  # fmt: skip
        shape = about["geometry_name"] or "wkb_geometry"
        for batch in batches:
            at = batch.schema.get_field_index(shape)
            yield batch, at


def _quoted(values: str) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values.split("|"))


def _chunks(rows: Iterator[Any], names: list[str], _layer: str, _tags: Any) -> Iterator[Rows]:
    from gis_core.reading.parquet import plain_column  # noqa: PLC0415

    row = 0
    for batch, at in rows:
        columns = [batch.column(place) for place in range(batch.num_columns) if place != at]
        found = Rows(
            range(row + 1, row + len(batch) + 1), [plain_column(each) for each in columns[-len(names) :]]
        )
        found.shapes = batch.column(at) if at >= 0 else None
        row += len(batch)
        yield found
