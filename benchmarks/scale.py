"""python -m benchmarks.scale [PROJECTS] [PARCELS] [WORKERS...]: what tiles and workers cost and bring.

Where works of a generated city meet, with the ground they share cut by places: found here at once, then by so
many worker processes of one thread each on this machine (Dask), tile by tile. Answers are compared row by
row. Wall and CPU seconds of all processes, and the largest memory of a worker, which a tile bounds.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import shapely
from distributed import Client, LocalCluster

from benchmarks.conflicts import put_city
from benchmarks.server import database
from gis_core.workers import given
from layers.catalogue import DERIVED
from layers.city import read_city
from layers.computed import fill
from layers.conflict_findings import Sightings
from layers.conflict_inputs import Inputs, read_inputs
from layers.conflict_tiles import spread_sightings
from layers.schema import prepare
from layers.works import Work


def read(count: int, plots: int) -> Inputs:
    """The inputs of the rules for a generated city."""
    city = msgspec.structs.replace(read_city(Path("astana")), code="bench", powers={})
    with database() as connection:
        prepare(connection, city)
        put_city(connection, city, count, plots)
        fill(connection, Work, DERIVED[Work], city)
        return read_inputs(connection, city)


@dataclass(frozen=True)
class Spent:
    """CPU seconds of this process and of the workers, and wall time."""

    own: float
    workers: float
    wall: float

    @staticmethod
    def now(workers: list[int]) -> Spent:
        ticks = [Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()[11:13] for each in workers]
        there = sum(int(user) + int(system) for user, system in ticks) / os.sysconf("SC_CLK_TCK")
        return Spent(time.process_time(), there, time.perf_counter())

    def since(self, then: Spent) -> Spent:
        return Spent(self.own - then.own, self.workers - then.workers, self.wall - then.wall)


def timed(inputs: Inputs, address: str | None, workers: list[int]) -> tuple[Sightings, Spent]:
    with given(address, lambda _: None):
        began = Spent.now(workers)
        seen = spread_sightings(inputs)
        return seen, Spent.now(workers).since(began)


def same(one: Sightings, other: Sightings) -> bool:
    """Equal in every row and every corner."""
    pairs = [(getattr(each.met, name) for name in ("a", "b", "near")) for each in (one, other)]
    shapes = [
        shapely.to_wkb(np.r_[each.met.ground, each.cut["geom"].to_numpy(object)]) for each in (one, other)
    ]
    rows = one.cut.drop(columns="geom").equals(other.cut.drop(columns="geom"))
    return rows and all(map(np.array_equal, *pairs)) and np.array_equal(*shapes)


def largest(workers: list[int]) -> int:
    """Megabytes of the largest worker at its largest."""
    peaks = [Path(f"/proc/{each}/status").read_text().split("VmHWM:")[1].split()[0] for each in workers]
    return max(map(int, peaks)) // 1024


def measure(count: int, plots: int, many: list[int]) -> None:
    inputs = read(count, plots)
    timed(inputs, None, [])  # compiled loops are loaded
    here, alone = timed(inputs, None, [])
    print(
        f"here: {len(here.met.a)} meetings, {alone.own:.1f} CPU s, {alone.wall:.1f} s, {own()} MB", flush=True
    )
    for number in many:
        with LocalCluster(n_workers=number, threads_per_worker=1, dashboard_address=None) as cluster:
            pids = _pids(cluster)
            empty = largest(pids)
            timed(inputs, cluster.scheduler_address.replace("tcp", "dask"), pids)
            seen, used = timed(inputs, cluster.scheduler_address.replace("tcp", "dask"), pids)
            assert same(seen, here), "workers give another answer"
            print(
                f"{number} workers: {used.workers:.1f} CPU s there, {used.own:.1f} here, together "
                f"{(used.workers + used.own) / alone.own:.2f} of alone; {used.wall:.1f} s, "
                f"{used.wall / alone.wall:.2f} of alone; largest worker {largest(pids)} MB, {empty} before",
                flush=True,
            )


def own() -> int:
    """Megabytes of this process at its largest."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _pids(cluster: Any) -> list[int]:
    with Client(cluster) as client:
        return list(client.run(os.getpid).values())


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    measure(*(words[:2] + [10_000, 20_000][len(words[:2]) :]), words[2:] or [1, 2])
