"""Being a user of the cluster, being its only one, and having a watchdog that knows when the last is gone."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import gis_core
from gis_core.cluster.account import Account
from gis_core.cluster.folder import Folder, open_private
from gis_core.cluster.locks import holders, is_held, take_now, wait_for
from gis_core.cluster.programs import clean_environment
from gis_core.errors import StoreError

WATCHDOG = "gis_core.cluster.watchdog"
TICK = 0.05  # seconds


def join(folder: Folder, account: Account | None) -> int:
    """A descriptor which makes its holder a user until it is closed; waits while the server is stopped."""
    use = open_private(folder.use_lock, account)
    wait_for(use, shared=True)
    os.utime(use)  # tells the watchdog of a user who comes and goes between two of its looks
    return use


@contextmanager
def alone(folder: Folder, account: Account | None, patience: float) -> Iterator[None]:
    """Keep users out while the block runs; StoreError if those inside do not leave in time."""
    use = open_private(folder.use_lock, account)
    try:
        deadline = time.monotonic() + patience
        while not take_now(use):
            if time.monotonic() > deadline:
                raise StoreError(_in_use(folder))
            time.sleep(TICK)
        yield
    finally:
        os.close(use)


def post_watchdog(folder: Folder, linger: float, environ: Mapping[str, str]) -> None:
    """Put a watchdog on duty unless one is; be a user when you call this, else it goes home at once."""
    if is_held(folder.watch_lock):
        return
    code = Path(gis_core.__path__[0]).parent
    passed = {name: environ[name] for name in ("SUDO_USER",) if name in environ}
    done = subprocess.run(
        [sys.executable, "-P", "-m", WATCHDOG, str(folder.root), str(linger)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=clean_environment(environ) | passed | {"PYTHONPATH": str(code)},
    )
    if done.returncode != 0:
        raise StoreError(f"The watchdog of the database server could not be started:\n{done.stderr.strip()}")


def _in_use(folder: Folder) -> str:
    users = ", ".join(map(str, sorted(holders(folder.use_lock) or ())))
    named = f"the processes {users}" if users else "other processes"
    return (
        f"The database server of {folder.root} is in use by {named}. Wait until they end, or end them, and "
        "repeat; left alone, the server stops by itself after the last of them."
    )
