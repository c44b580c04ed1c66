"""Shapes on a grid of whole numbers: the web Mercator square, as a browser draws it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

WEB_MERCATOR = 3857
HALF_WORLD = 20037508.342789244  # metres from the middle of the Mercator square to its side
# 2**26 steps round the equator: 0.37 m at Astana's latitude, one pixel of the closest zoom (18).
STEPS = 2**26


def on_grid(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """The shapes of a frame in grid steps, x to the east and y to the south; missing stays None.

    Outer rings run one way and holes the other, so that overlapping shapes fill together.
    """
    if frame.empty:
        return np.empty(0, object)
    mercator = frame.geometry.to_crs(WEB_MERCATOR).to_numpy()
    grid = shapely.transform(shapely.force_2d(mercator), _steps)
    return np.asarray(shapely.orient_polygons(grid), object)


def morton_order(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """The order of rows that keeps neighbours together; missing shapes come last."""
    middles = np.nan_to_num(_middles(shapes), nan=float(STEPS))
    x, y = np.clip(middles, 0, STEPS).astype(np.uint64).T
    return np.argsort(_spread(x) | (_spread(y) << np.uint64(1)), kind="stable")


def _middles(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    return np.asarray((bounds[:, :2] + bounds[:, 2:]) / 2)


def _steps(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    east = (metres[:, 0] + HALF_WORLD) / (2 * HALF_WORLD)
    south = (HALF_WORLD - metres[:, 1]) / (2 * HALF_WORLD)
    return np.round(np.stack([east, south], axis=1) * STEPS)


def _spread(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The bits of 32-bit numbers with a zero between each two (Morton, 1966)."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        values = (values | (values << np.uint64(shift))) & np.uint64(mask)
    return values
