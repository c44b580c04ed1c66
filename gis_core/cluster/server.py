"""The server that runs on a data folder: whether it lives, where it listens, how it is stopped.

All its processes inherit the server lock from the one who started it. So "does it live" is asked of the
kernel: a stale pid file, a pid that a stranger has now, a zombie or another container cannot deceive us.
"""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from gis_core.cluster.account import Account
from gis_core.cluster.folder import Folder, write_private
from gis_core.cluster.locks import is_held
from gis_core.cluster.sockets import SOCKET, answers, remove_socket_folder
from gis_core.errors import StoreError

STOP_PATIENCE = 120.0  # seconds: a last checkpoint on a slow disk
SOCKET_LINE, STATE_LINE = 4, 7  # of the pid file, from 0
DEAD_PID = 2**30  # above the highest pid of every system
TICK = 0.02  # seconds


class Postmaster(NamedTuple):
    """What the server says of itself in its pid file."""

    pid: int
    socket: Path | None
    ready: bool

    @property
    def reachable(self) -> bool:
        """Whether a client can connect now."""
        return self.ready and self.socket is not None and answers(self.socket)

    @property
    def walled_in(self) -> bool:
        """Whether the socket was deleted under the living server (by a cleaner of temporary files)."""
        return self.ready and self.socket is not None and not (self.socket / SOCKET).exists()


def read_postmaster(folder: Folder) -> Postmaster | None:
    """The server of the pid file, dead or alive; None without a pid file that can be read."""
    try:
        lines = folder.pid_file.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    socket, state = (lines[line] if len(lines) > line else "" for line in (SOCKET_LINE, STATE_LINE))
    return Postmaster(pid, Path(socket) if socket else None, state.strip() == "ready")


def is_alive(folder: Folder) -> bool:
    """Whether any process of a server is at the data, even one started by hand."""
    if is_held(folder.server_lock):
        return True
    postmaster = read_postmaster(folder)
    return postmaster is not None and _is_ours(postmaster.pid, folder)


def disown_pid_file(folder: Folder, account: Account | None) -> None:
    """Make the pid file of a dead server harmless: PostgreSQL will not start while a process has that pid.

    Only the pid is replaced. The rest names the shared memory by which PostgreSQL itself makes sure that no
    other server is at the data.
    """
    if read_postmaster(folder) is None:
        folder.pid_file.unlink(missing_ok=True)
        return
    text = folder.pid_file.read_text(encoding="utf-8", errors="surrogateescape")
    _, _, rest = text.partition("\n")
    write_private(folder.pid_file, f"{DEAD_PID}\n{rest}", account)


def stop_server(folder: Folder, patience: float = STOP_PATIENCE) -> None:
    """Stop the server, ending its connections, and wait until its last process is gone.

    Nothing happens if none runs. StoreError if it does not go.
    """
    deadline = time.monotonic() + patience
    asked, socket = None, None
    while is_alive(folder):
        postmaster = read_postmaster(folder)  # again and again: a server just launched has not written it yet
        if postmaster is not None:
            socket = postmaster.socket or socket
            if postmaster.pid != asked and _ask_to_stop(postmaster, folder):
                asked = postmaster.pid
        if time.monotonic() > deadline:
            raise StoreError(
                f"The database server of {folder.root} does not stop: its processes are still at work after "
                f"{patience:.0f} seconds. Wait and repeat, or end them: fuser -k -TERM '{folder.server_lock}'"
            )
        time.sleep(TICK)
    if socket is not None:
        remove_socket_folder(socket)


def _ask_to_stop(postmaster: Postmaster, folder: Folder) -> bool:
    """Tell the server to end all connections and stop; whether there was one to tell."""
    if _is_ours(postmaster.pid, folder):
        with suppress(ProcessLookupError):
            os.kill(postmaster.pid, signal.SIGINT)
        return True
    if postmaster.reachable:
        raise StoreError(
            f"The database server of {folder.root} was started in another container, or its folder was moved "
            f"while it ran; it cannot be stopped from here. Stop it there (process {postmaster.pid})."
        )
    return False


def _is_ours(pid: int, folder: Folder) -> bool:
    """Whether the process is a server that works in this data folder, under whatever name it was started."""
    if not Path("/proc/self/cwd").exists():
        return f"-D {folder.data} " in f"{_command_line(pid)} "
    process = Path("/proc") / str(pid)
    try:
        return (process / "cwd").samefile(folder.data) and "postgres" in (process / "comm").read_text()
    except OSError:  # gone, a zombie, or out of sight
        return False


def _command_line(pid: int) -> str:
    """The command line of a process where there is no /proc (macOS); empty if it is gone."""
    asked = ["ps", "-ww", "-p", str(pid), "-o", "command="]
    return subprocess.run(asked, capture_output=True, text=True, errors="replace", check=False).stdout.strip()
