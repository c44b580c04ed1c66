"""Layers as files for QGIS and the office: shapefile, GeoPackage, GeoJSON, CSV and QGIS styles.

Every function gets a layer class and its frame, writes aside, reads back and compares, then puts the files in
place. `docs/export.md` tells what each format loses.
"""

from __future__ import annotations

from gis_core.export.csv_file import write_csv
from gis_core.export.geojson import write_geojson
from gis_core.export.geopackage import write_geopackage
from gis_core.export.qml import layer_qml
from gis_core.export.shapefile import write_shapefile
from gis_core.export.table import Written, has_shapes

__all__ = [
    "Written",
    "has_shapes",
    "layer_qml",
    "write_csv",
    "write_geojson",
    "write_geopackage",
    "write_shapefile",
]
