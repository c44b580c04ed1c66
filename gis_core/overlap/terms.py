"""What is asked of pairs, and what is found."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_core.overlap.flat import Counts, Numbers


class Found(NamedTuple):
    """Row by row the number of a shape in each list, and the square metres that both share."""

    i: Counts
    j: Counts
    m2: Numbers


class Terms(NamedTuple):
    """Of each shape a code, and its first and last day: pairs of one code are left out, and those that lie
    more than `window` days apart; what is None leaves nothing out."""

    code: NDArray[np.int64] | None = None
    first_day: NDArray[np.int64] | None = None
    last_day: NDArray[np.int64] | None = None
    window: int = 0
