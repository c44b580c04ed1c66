"""Libraries that print on standard output, where a program puts its result, print on standard error."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

OUT, ERR = 1, 2  # the numbers of the streams


@contextmanager
def printing_on_stderr() -> Iterator[None]:
    """What compiled code prints meanwhile goes to standard error; POSIX, elsewhere nothing changes."""
    if os.name != "posix":
        yield
        return
    sys.stdout.flush()
    kept = os.dup(OUT)
    os.dup2(ERR, OUT)
    try:
        yield
    finally:
        ctypes.CDLL(None).fflush(None)  # what the C library still holds belongs there too
        os.dup2(kept, OUT)
        os.close(kept)
