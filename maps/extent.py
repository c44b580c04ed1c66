"""What part of the globe a map shows at first."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

DEGREES = 4326
WHOLE_WORLD = [[-60.0, -170.0], [75.0, 170.0]]
# A few far places must not make all others too small to see.
LEAST, MOST = 1, 99


def extent(*frames: gpd.GeoDataFrame) -> list[list[float]]:
    """South-west and north-east corner, in degrees, of nearly all shapes of the first frame that has any."""
    for frame in frames:
        shapes = frame.geometry[frame.geometry.notna() & ~frame.geometry.is_empty]
        if not shapes.empty:
            bounds = shapely.bounds(shapes.to_crs(DEGREES).to_numpy())
            west, south = np.percentile(bounds[:, :2], LEAST, axis=0)
            east, north = np.percentile(bounds[:, 2:], MOST, axis=0)
            return [
                [round(float(south), 6), round(float(west), 6)],
                [round(float(north), 6), round(float(east), 6)],
            ]
    return WHOLE_WORLD
