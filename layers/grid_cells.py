"""Hexagons of H3 that cover the districts."""

from __future__ import annotations

import geopandas as gpd
import h3
import pandas as pd
import shapely
from pyproj import Transformer
from sqlalchemy import Connection, Text, select
from sqlalchemy.orm import Mapped

from gis_core.layer import Label, Layer, Style, field, geometry
from gis_core.store import read_frame
from layers.city import City
from layers.districts import District
from layers.words import H3_INDEX


class GridCell(Layer):
    __tablename__ = "grid_cells"
    label = Label("Сетка шестиугольников", "Алтыбұрыштар торы", "Grid of hexagons")
    style = Style(fill="#ffffff", line="#b9b4a8", width=0.5, opacity=0.0)
    derived = True

    cell_id: Mapped[str] = field(Text, H3_INDEX, "cell_id", key=True)
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def frame(connection: Connection, city: City) -> pd.DataFrame:
    """Every cell that shares ground with a district, at the resolution of the profile."""
    outlines = read_frame(connection, select(District.id, District.geom), city.crs)  # type: ignore[arg-type]
    cells = sorted(cells_over(outlines, city.needs.hexagon_resolution)) if len(outlines) else []
    into = Transformer.from_crs("EPSG:4326", city.crs, always_xy=True)
    shapes = [_hexagon(cell, into) for cell in cells]
    return pd.DataFrame({"cell_id": cells, "geom": shapes})


def cells_over(outlines: gpd.GeoDataFrame, resolution: int) -> set[str]:
    """H3 cells of a resolution that overlap any of the outlines."""
    whole = outlines.to_crs("EPSG:4326").geometry.union_all()
    shape = h3.geo_to_h3shape(whole)
    return set(h3.polygon_to_cells_experimental(shape, resolution, contain="overlap"))


def _hexagon(cell: str, into: Transformer) -> shapely.MultiPolygon:
    """The outline of a cell in the city's metres."""
    corners = [(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]
    return shapely.MultiPolygon([shapely.Polygon(list(into.itransform(corners)))])
