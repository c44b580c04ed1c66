"""Memory that is free, back to the system."""

from __future__ import annotations

import ctypes
import gc
import sys


def give_back() -> None:
    """Give what this process holds and does not need back to the system, where its C library can be asked to.

    After hundreds of thousands of small shapes are gone glibc keeps nearly all of their memory to itself.
    """
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim:
            trim(0)
