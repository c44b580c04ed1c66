"""Loops over numbers as machine code: compiled by Numba at first use, kept on disk, run beside each other."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import numba
import numpy as np

Loop = TypeVar("Loop", bound=Callable[..., Any])
THREADS = os.cpu_count() or 1
STRETCHES = 16  # of each thread, so that none waits long for the last


def compiled(loop: Loop) -> Loop:
    """The loop as machine code, without the interpreter's lock."""
    return cast("Loop", numba.njit(nogil=True, cache=True, error_model="numpy")(loop))


def summing(loop: Loop) -> Loop:
    """The same for a loop whose sums may be taken in any order, so that several are added at once."""
    free = {"reassoc", "contract", "nsz"}
    return cast("Loop", numba.njit(nogil=True, cache=True, error_model="numpy", fastmath=free)(loop))


def in_order(step: Loop) -> Loop:
    """A step of such a sum whose own numbers are added as written: large ones that are alike go first."""
    free = {"contract", "nsz"}
    return cast("Loop", numba.njit(nogil=True, cache=True, error_model="numpy", fastmath=free)(step))


def in_stretches(work: Callable[[int, int], Any], count: int) -> list[Any]:
    """What `work` gives for each stretch of so many things, in order; the threads share them.

    The first stretch is done before the threads start, so that none of them waits for another to compile.
    """
    cuts = np.unique(np.linspace(0, count, STRETCHES * THREADS + 1).astype(np.int64)).tolist()
    done = [work(*cuts[:2])] if count else []
    with ThreadPoolExecutor(THREADS) as pool:
        return done + list(pool.map(work, cuts[1:-1], cuts[2:]))
