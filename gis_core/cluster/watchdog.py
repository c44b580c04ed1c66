"""The process that stops the server when nobody needs it: `python -m gis_core.cluster.watchdog ROOT LINGER`.

It goes into the background and comes back to its caller as soon as it is on duty, or another one is. It
waits for the use lock, which it gets when the last user is gone, gives newcomers `linger` seconds, and stops
the server while it holds the lock, so that nobody can join half way. It ends without stopping anything if the
file `keep` stands or no server runs.
"""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from gis_core.cluster.account import Account, server_account
from gis_core.cluster.folder import Folder, open_private
from gis_core.cluster.locks import let_go, take_now, wait_for
from gis_core.cluster.server import is_alive, stop_server

TICK = 1.0  # seconds between two looks whether somebody came


def main(root: Path, linger: float, environ: Mapping[str, str] = os.environ) -> None:
    """Take up duty in the background, unless one is on duty."""
    folder = Folder(root)
    account = server_account(root, environ)
    duty = open_private(folder.watch_lock, account)
    if not take_now(duty) or os.fork():
        return
    _detach(folder, account)
    use = open_private(folder.use_lock, account)
    watch(folder, use, linger)
    os.close(duty)  # before the use lock: who comes next must see that nobody is on duty
    os.close(use)


def watch(folder: Folder, use: int, linger: float) -> None:
    """Stop the server when its users are gone; comes back holding the use lock."""
    while True:
        wait_for(use)
        if folder.keep.exists() or not is_alive(folder):
            return
        if _stays_alone(folder, use, linger):
            stop_server(folder)
            return


def _stays_alone(folder: Folder, use: int, linger: float) -> bool:
    """Whether nobody comes within `linger` seconds; if so, we hold the use lock."""
    left = time.monotonic()
    last_joined = os.fstat(use).st_mtime_ns
    while (rest := left + linger - time.monotonic()) > 0:
        let_go(use)
        time.sleep(min(TICK, rest))
        if not take_now(use) or os.fstat(use).st_mtime_ns != last_joined:
            return False
        if folder.keep.exists() or not is_alive(folder):
            return False
    return True


def _detach(folder: Folder, account: Account | None) -> None:
    """Leave the terminal and the caller's pipes; complaints go to the server's log."""
    os.setsid()
    os.chdir("/")
    nothing = os.open(os.devnull, os.O_RDWR)
    log = open_private(folder.log, account, os.O_APPEND)
    for stream, target in enumerate((nothing, nothing, log)):
        os.dup2(target, stream)
    os.close(nothing)
    os.close(log)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
