"""Makes the page of one peer; `benchmarks.pages` runs it with the Python in which the peers are installed.

    PYTHON benchmarks/peer_pages.py PEER DATA.gpkg PAGE.html

It imports nothing of Abat, and of the peers only the one asked for. Every peer gets the same rows with all
their fields and opens a card in the way its documentation tells first.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd

ZOOM = 10  # the whole city
DEGREES = 4326


def middle(rows: gpd.GeoDataFrame) -> tuple[float, float]:
    """Latitude and longitude of the shape nearest to the middle of all: there a reader is sent to click."""
    west, south, east, north = rows.total_bounds
    points = rows.geometry.representative_point()
    nearest = ((points.x - (west + east) / 2) ** 2 + (points.y - (south + north) / 2) ** 2).idxmin()
    return float(points.y[nearest]), float(points.x[nearest])


def folium_page(rows: gpd.GeoDataFrame, page: Path) -> None:
    import folium

    city = folium.Map(location=middle(rows), zoom_start=ZOOM, tiles=None)
    fields = [name for name in rows.columns if name != "geometry"]
    card = folium.GeoJsonPopup(fields=fields)
    mark = folium.CircleMarker(radius=3) if (rows.geom_type == "Point").all() else None
    folium.GeoJson(rows, popup=card, marker=mark).add_to(city)
    city.save(page)


def cluster_page(rows: gpd.GeoDataFrame, page: Path) -> None:
    import folium
    from folium.plugins import FastMarkerCluster

    columns = rows.drop(columns="geometry").astype(object).to_numpy().tolist()
    middles = rows.geometry.representative_point()
    data = [[middle.y, middle.x, *values] for middle, values in zip(middles, columns, strict=True)]
    card = """function (row) {
        const mark = L.circleMarker([row[0], row[1]], {radius: 5});
        return mark.bindPopup(() => document.createTextNode(row.slice(2).join('; ')));
    }"""
    city = folium.Map(location=middle(rows), zoom_start=ZOOM, tiles=None)
    city.options["max_zoom"] = 18  # folium drops the argument when there are no tiles, and clusters need it
    FastMarkerCluster(data, callback=card).add_to(city)
    city.save(page)


def lonboard_page(rows: gpd.GeoDataFrame, page: Path) -> None:
    from lonboard import Map, PolygonLayer, ScatterplotLayer

    points = (rows.geom_type == "Point").all()
    layer = (ScatterplotLayer if points else PolygonLayer).from_geopandas(rows, pickable=True)
    latitude, longitude = middle(rows)
    view = {"latitude": latitude, "longitude": longitude, "zoom": ZOOM}
    Map(layer, basemap=None, view_state=view).to_html(str(page))


def kepler_page(rows: gpd.GeoDataFrame, page: Path) -> None:
    from keplergl import KeplerGl

    KeplerGl(data={"rows": rows}).save_to_html(file_name=str(page))


def pydeck_page(rows: gpd.GeoDataFrame, page: Path) -> None:
    import pydeck

    layer = pydeck.Layer(
        "GeoJsonLayer", rows.__geo_interface__, pickable=True, get_fill_color=[217, 115, 26], point_radius=20
    )
    latitude, longitude = middle(rows)
    view = pydeck.ViewState(latitude=latitude, longitude=longitude, zoom=ZOOM)
    card: Any = {"html": "{id} {address} {text}"}
    deck = pydeck.Deck(layer, initial_view_state=view, map_provider=None, map_style=None, tooltip=card)
    deck.to_html(str(page), open_browser=False, notebook_display=False, offline=True)


PEERS: dict[str, Callable[[gpd.GeoDataFrame, Path], None]] = {
    "folium": folium_page,
    "cluster": cluster_page,
    "lonboard": lonboard_page,
    "kepler": kepler_page,
    "pydeck": pydeck_page,
}


if __name__ == "__main__":
    peer, data, made = sys.argv[1:]
    PEERS[peer](gpd.read_file(data).to_crs(DEGREES), Path(made))
