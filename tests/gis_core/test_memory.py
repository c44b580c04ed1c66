"""Memory of shapes that are gone is the system's again."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis_core.memory import give_back


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="glibc only"
)
def test_memory_of_shapes_that_are_gone_is_given_back() -> None:
    before = held()
    shapes = shapely.buffer(shapely.points(np.random.default_rng(1).random((100_000, 2))), 1, quad_segs=4)
    kept = shapely.points(np.random.default_rng(2).random((1000, 2)))
    made = held() - before
    del shapes
    give_back()
    assert made > 50
    assert held() - before < made / 4
    assert len(kept) == 1000


def held() -> float:
    """MB of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
