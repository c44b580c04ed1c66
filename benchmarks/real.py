"""python -m benchmarks.real FILE CRS [TIMES] [--moved METRES]: the overlap engine on shapes of a file.

Which of the polygons of a file share more than 1 m2 with one another; with `--moved`, which share as much
with the same polygons moved so far to the east, as works drawn a little beside the cadastre do. CRS is
a metric one. The engine, GEOS (STRtree, then intersections) and GeoPandas (`sjoin`, then intersections) are
asked the same; pairs and areas are compared. Medians of CPU seconds over TIMES turns, from shapes to arrays.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import geopandas as gpd
import numpy as np
import shapely

from gis_core.overlap import Found, Polygons, overlaps, within_list
from gis_core.pairs import Indices, Shapes, polygons_only

LEAST = 1.0


def ground(file: Path, crs: str) -> Shapes:
    """The polygons of a file in metres, mended as a load mends them."""
    read = gpd.read_parquet if file.suffix == ".parquet" else gpd.read_file
    shapes = read(file).to_crs(crs).geometry.to_numpy(object)
    return polygons_only(shapely.make_valid(shapely.force_2d(shapes[~shapely.is_missing(shapes)])))


def engine(a: Shapes, b: Shapes) -> Found:
    return within_list(Polygons(a), least=LEAST) if a is b else overlaps(Polygons(a), Polygons(b), LEAST)


def geos(a: Shapes, b: Shapes) -> Found:
    return _measured(a, b, *shapely.STRtree(b).query(a))


def geopandas(a: Shapes, b: Shapes) -> Found:
    met = gpd.sjoin(gpd.GeoDataFrame(geometry=a), gpd.GeoDataFrame(geometry=b), predicate="intersects")
    return _measured(a, b, met.index.to_numpy(), met["index_right"].to_numpy())


def _measured(a: Shapes, b: Shapes, i: Indices, j: Indices) -> Found:
    once = i < j if a is b else np.ones(len(i), bool)
    i, j = i[once], j[once]
    m2 = shapely.area(shapely.intersection(a[i], b[j]))
    order = np.lexsort((j, i))
    order = order[m2[order] > LEAST]
    return Found(i[order], j[order], m2[order])


def measure(a: Shapes, b: Shapes, times: int) -> None:
    """Ask all ways in turn, and tell what they took."""
    ways: dict[str, Callable[[], Found]] = {
        way.__name__: partial(way, a, b) for way in (engine, geos, geopandas)
    }
    truth, used = ways["geos"](), {name: [] for name in ways}  # type: ignore[var-annotated]
    engine(a, b)  # compiled loops are loaded
    for _ in range(times):
        for name, way in ways.items():
            began = time.process_time()
            found = way()
            used[name].append(time.process_time() - began)
            same = np.array_equal(found.i, truth.i) and np.array_equal(found.j, truth.j)
            if not (same and np.allclose(found.m2, truth.m2, rtol=1e-6, atol=1e-6)):
                raise SystemExit(f"{name} gives another answer")
    corners = int(shapely.get_num_coordinates(a).sum())
    print(f"{len(a)} shapes, {corners} corners, {len(truth.i)} pairs, {truth.m2.sum():.0f} m2 shared")
    for name, seconds in used.items():
        ratio = median(seconds) / median(used["engine"])
        print(f"{name}: {median(seconds):.4f} CPU s, {ratio:.1f} of the engine")


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("file", type=Path)
    parser.add_argument("crs")
    parser.add_argument("times", type=int, nargs="?", default=5)
    parser.add_argument("--moved", type=float, metavar="METRES")
    told = parser.parse_args()
    a = ground(told.file, told.crs)
    b = a if told.moved is None else shapely.transform(a, lambda at: at + np.array([told.moved, 0]))
    measure(a, b, told.times)


if __name__ == "__main__":
    main()
