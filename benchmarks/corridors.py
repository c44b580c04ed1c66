"""python -m benchmarks.corridors [PROJECTS] [PARCELS] [CORRIDORS] [TIMES]: works that run through the city.

The question of `benchmarks.overlap`, asked of the engine in memory without and with so many corridors among
the projects: winding strips of 8 m from one edge of the city to the other, of 4,000 corners. Medians of CPU
seconds; what other projects share must stay the same, and what some corridors share is held against GEOS.
"""

from __future__ import annotations

import sys
import time
from statistics import median
from typing import Any

import numpy as np
import shapely

from benchmarks.conflicts import BODIES
from benchmarks.overlap import LEAST, Answer, City, generated, in_memory
from gis_core.overlap import Found

CORNERS = 4_000
HALF = 4.0  # metres, of the breadth
CHECKED = 5  # corridors of which all shares are measured by GEOS, too


def corridors(count: int, bounds: Any, dice: np.random.Generator) -> Any:
    """Strips along sums of three waves, half of them eastwards, half of them northwards."""
    low, high = np.asarray(bounds[:2]), np.asarray(bounds[2:])
    along, breadth = np.linspace(0, 1, CORNERS // 2), np.array([0, HALF])
    made = []
    for number in range(count):
        waves = zip(dice.uniform(1, 40, 3), dice.uniform(0, 7, 3), dice.uniform(10, 120, 3), strict=True)
        aside = sum(reach * np.sin(turns * 2 * np.pi * along + begin) for turns, begin, reach in waves)
        middle = dice.uniform(0.02, 0.98) * (high - low)[(number + 1) % 2]
        line = np.column_stack([along * (high - low)[number % 2], middle + aside])
        ring = np.concatenate([line + breadth, (line - breadth)[::-1]])
        made.append(shapely.Polygon(low + (ring if number % 2 == 0 else ring[:, ::-1])))
    return np.array(made)


def with_corridors(city: City, count: int) -> City:
    """The city with corridors behind its other projects."""
    dice = np.random.default_rng(1961)
    strips = corridors(count, shapely.total_bounds(shapely.from_wkb(city["plots"])), dice)
    assert shapely.is_valid(strips).all()
    begin = dice.integers(0, 4, count) * 365 + dice.integers(60, 240, count) + 18_262
    more = {"jobs": shapely.to_wkb(strips), "body": dice.integers(0, BODIES, count), "starts": begin}
    more["ends"] = begin + dice.integers(15, 181, count)
    return {**city, **{name: np.r_[city[name], each] for name, each in more.items()}}


def measure(count: int, plots: int, many: int, times: int) -> None:
    city = generated(count, plots)
    longer = with_corridors(city, many)
    few = with_corridors(generated(6_000, 6_000), 3)
    in_memory(None, few)  # type: ignore[arg-type]  compiled loops are loaded
    seconds: dict[str, list[float]] = {"without": [], "with": []}
    same: list[Found] = []
    for _ in range(times):
        for name, asked in (("without", city), ("with", longer)):
            began = time.process_time()
            found = in_memory(None, asked)  # type: ignore[arg-type]
            seconds[name].append(time.process_time() - began)
            print(f"{name} corridors: {seconds[name][-1]:.2f} CPU s, {len(found[0].i)} pairs", flush=True)
            others = found[0].j < count
            same.append(Found(*(column[others] for column in found[0])))
            _check(found, longer, count)
            if not all(map(np.array_equal, same[0], same[-1])):
                raise SystemExit("with corridors other projects share something else")
    without, along = (median(each) for each in seconds.values())
    print(f"{many} corridors of {CORNERS} corners: {along:.2f} CPU s, {along / without:.2f} of without")


def _check(found: Answer, city: City, count: int) -> None:
    """Hold the shares of some corridors against GEOS."""
    pairs, _ = found
    mine = (pairs.j >= count) & (pairs.j < count + CHECKED)
    i, j, m2 = (each[mine] for each in pairs)
    own, other = (shapely.from_wkb(city["jobs"][each]) for each in (i, j))
    if not np.allclose(shapely.area(shapely.intersection(own, other)), m2, rtol=1e-6, atol=1e-6):
        raise SystemExit("GEOS gives other areas")
    if len(i) and not (m2 > LEAST).all():
        raise SystemExit("a share is too small")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    measure(*(numbers + [100_000, 200_000, 500, 5][len(numbers) :]))
