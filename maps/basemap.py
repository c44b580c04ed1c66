"""The city's own waters, greens, streets and railways, quiet, under the data."""

from __future__ import annotations

import geopandas as gpd
import shapely

from maps.packed import Ground, neighbours_together
from maps.palette import BASE_AREAS, BASE_LINES

LINE, AREA = 1, 2  # dimensions


def base_layers(base: gpd.GeoDataFrame | None) -> list[Ground]:
    """Areas, then lines, of the kinds that have a colour; none for a city without a base map."""
    if base is None or base.empty:
        return []
    dimensions = shapely.get_dimensions(base.geometry.to_numpy())
    parts = [("areas", base[dimensions == AREA], BASE_AREAS), ("lines", base[dimensions == LINE], BASE_LINES)]
    return [_layer(name, rows, styles) for name, rows, styles in parts if not rows.empty]


def _layer(name: str, rows: gpd.GeoDataFrame, styles: dict[str, dict[str, object]]) -> Ground:
    kept = neighbours_together(rows[["kind", rows.geometry.name]])
    return Ground(name, kept, {"by": "kind", "styles": styles})
