"""Bringing the server of a data folder up."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from gis_core.cluster.account import Account
from gis_core.cluster.creation import SETTINGS
from gis_core.cluster.folder import Folder, open_private, write_private
from gis_core.cluster.locks import held, is_held
from gis_core.cluster.programs import Programs
from gis_core.cluster.room import lack_of_room
from gis_core.cluster.server import TICK, disown_pid_file, is_alive, read_postmaster, stop_server
from gis_core.cluster.settings import settings_text
from gis_core.cluster.sockets import claim_socket_folder, clear_sockets
from gis_core.errors import StoreError

START_PATIENCE = 300.0  # seconds: recovery after a power cut reads up to 4 GB of log
LOG_LIMIT = 2**20  # bytes, over which the log is set aside as server.log.old
QUIET = 2.0  # seconds of waiting without a word
TAIL = 15  # lines of the log that an error quotes


def find_running(folder: Folder, say: Callable[[str], None], patience: float = START_PATIENCE) -> bool:
    """Whether a server runs and can be reached; waits for one that is starting or stopping.

    A server whose socket was deleted under it is stopped. StoreError if it neither answers nor goes.
    """
    begin, told = time.monotonic(), False
    while is_alive(folder):
        postmaster = read_postmaster(folder)
        if postmaster is not None and postmaster.reachable:
            return True
        if postmaster is not None and postmaster.walled_in:
            stop_server(folder)
        waited = time.monotonic() - begin
        if waited > patience:
            raise StoreError(_unreachable(folder, patience))
        if waited > QUIET and not told:
            say("waiting for a database server that is starting or stopping ...")
            told = True
        time.sleep(TICK)
    return False


def start_server(folder: Folder, programs: Programs, *, durable: bool) -> None:
    """Start the server and wait until it answers. Nobody may be at the data (hold the start lock)."""
    socket = claim_socket_folder(folder.root, programs.account)
    clear_sockets(socket)
    disown_pid_file(folder, programs.account)
    write_private(folder.data / SETTINGS, settings_text(socket, durable=durable), programs.account)
    log = _open_log(folder, programs.account)
    try:
        begin = os.lseek(log, 0, os.SEEK_END)
        with held(folder.server_lock, programs.account) as lock:
            programs.launch(folder.data, log, lock)
    finally:
        os.close(log)
    _await_answer(folder, begin)


def _await_answer(folder: Folder, begin: int, patience: float = START_PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while is_held(folder.server_lock):
        postmaster = read_postmaster(folder)
        if postmaster is not None and postmaster.reachable:
            return
        if time.monotonic() > deadline:
            raise StoreError(_unreachable(folder, patience))
        time.sleep(TICK)
    full = lack_of_room(folder)
    cause = f": {full}." if full else "."
    raise StoreError(f"The database server of {folder.root} did not start{cause}{_said(folder.log, begin)}")


def _unreachable(folder: Folder, patience: float) -> str:
    return (
        f"The database server of {folder.root} lives but does not answer after {patience:.0f} seconds. If it "
        "is recovering from a power cut, wait and repeat. If processes of a killed server are still at work, "
        f"end them: fuser -k -TERM '{folder.server_lock}'.{_said(folder.log)}"
    )


def _open_log(folder: Folder, account: Account | None) -> int:
    if folder.log.exists() and folder.log.stat().st_size > LOG_LIMIT:
        folder.log.replace(folder.log.with_suffix(".log.old"))
    return open_private(folder.log, account, os.O_APPEND)


def _said(log: Path, begin: int = 0) -> str:
    """The end of what the server wrote after the byte `begin`."""
    try:
        with log.open(encoding="utf-8", errors="replace") as file:
            file.seek(begin)
            lines = file.read().splitlines()[-TAIL:]
    except FileNotFoundError:
        return ""
    return "\n".join([f" It says (in {log}):", *lines]) if lines else f" Its log {log} says nothing."
