"""Locks on files, which the kernel gives back when their holder dies."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gis_core.cluster.account import Account
from gis_core.cluster.folder import open_private

if sys.platform != "win32":
    import fcntl


def wait_for(lock: int, *, shared: bool = False) -> None:
    """Take the lock of an open file, waiting until the others let it go."""
    fcntl.flock(lock, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)


def take_now(lock: int, *, shared: bool = False) -> bool:
    """Take the lock of an open file if nobody holds it against us; whether we have it."""
    try:
        fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def let_go(lock: int) -> None:
    """Give the lock of an open file back, keeping the file open."""
    fcntl.flock(lock, fcntl.LOCK_UN)


@contextmanager
def held(path: Path, account: Account | None) -> Iterator[int]:
    """Hold a file's lock alone while the block runs, and whoever inherits the descriptor after it."""
    lock = open_private(path, account)
    try:
        wait_for(lock)
        yield lock
    finally:
        os.close(lock)


def is_held(path: Path) -> bool:
    """Whether somebody holds the file's lock alone; no if there is no file."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not take_now(lock, shared=True)
    finally:
        os.close(lock)


def holders(path: Path) -> frozenset[int] | None:
    """Processes that share the file's lock; None where the system does not tell (only Linux does)."""
    try:
        inode = path.stat().st_ino
        lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    rows = [line.split() for line in lines if " FLOCK " in line and " READ " in line and "->" not in line]
    return frozenset(int(row[4]) for row in rows if int(row[5].split(":")[2]) == inode)
