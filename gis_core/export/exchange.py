"""What the standard library lacks: two folders exchanged in one step, and a folder held by a live process."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

AT_FDCWD = -100
RENAME_EXCHANGE = 2
# what a kernel, a C library or a file system without the call answers
UNKNOWN = {errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.ENOTSUP, errno.EPERM}


def exchange(one: Path, other: Path) -> bool:
    """Let two paths change names in one step; False where the system cannot, and nothing has happened."""
    if sys.platform != "linux":
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0:
        return True
    fault = ctypes.get_errno()
    if fault in UNKNOWN:
        return False
    raise OSError(fault, os.strerror(fault), str(one))


def hold(folder: Path) -> int | None:
    """Wait for and take the lock on a folder until `release` or the end of the process; None if unheld."""
    if sys.platform == "win32":
        return None
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
    except OSError:
        os.close(number)
        return None
    return number


def release(number: int | None) -> None:
    """Give back what `hold` took."""
    if number is not None:
        os.close(number)


def is_dead(folder: Path) -> bool:
    """Whether surely no live process holds the folder."""
    if sys.platform == "win32":
        return False
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(number)
    return True
