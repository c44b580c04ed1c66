"""Loops over numbers as machine code: compiled by Numba at first use, kept on disk, run beside each other."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np

Loop = TypeVar("Loop", bound=Callable[..., Any])
HERE = Path(__file__).parent
THREADS = os.cpu_count() or 1
STRETCHES = 16  # of each thread, so that none waits long for the last


def compiled(loop: Loop) -> Loop:
    """The loop as machine code, without the interpreter's lock."""
    return _compiled(loop)


def summing(loop: Loop) -> Loop:
    """The same for a loop whose sums may be taken in any order, so that several are added at once."""
    return _compiled(loop, "reassoc", "contract", "nsz")


def in_order(step: Loop) -> Loop:
    """A step of such a sum whose own numbers are added as written: large ones that are alike go first."""
    return _compiled(step, "contract", "nsz")


def _compiled(loop: Loop, *free: str) -> Loop:
    made = numba.njit(nogil=True, cache=True, error_model="numpy", fastmath={*free})(loop)
    if made is not loop:  # NUMBA_DISABLE_JIT
        _forget_others(made.stats.cache_path)
    return cast("Loop", made)


@cache
def _forget_others(folder: str) -> None:
    """Forget machine code of other sources: Numba looks at the file of a loop alone, not at those whose steps
    it took over."""
    now = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(HERE.glob("*.py")))).hexdigest()
    told = Path(folder) / "sources.sha256"
    with suppress(OSError):  # who cannot write there keeps nothing there either
        if not told.exists() or told.read_text() != now:
            for kept in Path(folder).glob("*.nbi"):
                kept.unlink(missing_ok=True)
            told.write_text(now)


def in_stretches(work: Callable[[int, int], Any], count: int) -> list[Any]:
    """What `work` gives for each stretch of so many things, in order; the threads share them.

    The first stretch is done before the threads start, so that none of them waits for another to compile.
    """
    cuts = np.unique(np.linspace(0, count, STRETCHES * THREADS + 1).astype(np.int64)).tolist()
    done = [work(*cuts[:2])] if count else []
    with ThreadPoolExecutor(THREADS) as pool:
        return done + list(pool.map(work, cuts[1:-1], cuts[2:]))
