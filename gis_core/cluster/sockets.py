"""The folder of the server's socket: short, plain, and closed to all but the server's user."""

import hashlib
import os
import re
import socket
import stat
import struct
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from gis_core.cluster.account import Account, can_enter, own_uid
from gis_core.cluster.settings import PORT
from gis_core.errors import StoreError

SOCKET = f".s.PGSQL.{PORT}"
LONGEST = 103  # bytes of a socket's path: the least of the systems (macOS), less the closing zero
WILL_YOU_ENCRYPT = struct.pack("!ii", 8, 80877103)  # the one question answered without a login
PATIENCE = 5.0  # seconds for that answer
TEMPORARY = ("/tmp", "/var/tmp")  # nosec B108  # noqa: S108 - a name taken by another user is not used
PLAIN = re.compile(r"[A-Za-z0-9._/+~-]+")  # a comma would split libpq's list of hosts


def claim_socket_folder(root: Path, account: Account | None) -> Path:
    """A folder, made when missing, where the server's user can open its socket and no other user can enter.

    `run` in the cluster's folder, so that the address stays the same; a temporary folder if that path is too
    long, not plain, or on a disk without sockets. StoreError if there is none.
    """
    tried = list(dict.fromkeys(_candidates(root, account)))
    for folder in tried:
        if _fits(folder) and _claim(folder, account) and _works(folder):
            return folder
    raise StoreError(
        f"No folder for the server's socket: tried {', '.join(map(str, tried))}. Set TMPDIR to a folder with "
        "a short path in Latin letters, which the user who runs the server can enter and write to."
    )


def clear_sockets(folder: Path) -> None:
    """Remove what a dead server left in its socket folder."""
    for name in (SOCKET, f"{SOCKET}.lock"):
        (folder / name).unlink(missing_ok=True)


def remove_socket_folder(folder: Path) -> None:
    """Remove the socket folder of a stopped server."""
    with suppress(OSError):  # gone already, or something else stands in it
        clear_sockets(folder)
        folder.rmdir()


def answers(folder: Path) -> bool:
    """Whether a server answers at the folder's socket, and not merely its backlog of a server just killed."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.settimeout(PATIENCE)
        try:
            door.connect(str(folder / SOCKET))
            door.sendall(WILL_YOU_ENCRYPT)
            return door.recv(1) in (b"N", b"S")
        except OSError:
            return False


def _candidates(root: Path, account: Account | None) -> Iterator[Path]:
    yield root / "run"
    digest = hashlib.sha256(os.fsencode(root)).hexdigest()[:10]
    for base in (*TEMPORARY, tempfile.gettempdir()):
        yield Path(base) / f"abat-{own_uid(account)}-{digest}"


def _fits(folder: Path) -> bool:
    return bool(PLAIN.fullmatch(str(folder))) and len(str(folder / f"{SOCKET}.lock")) <= LONGEST


def _claim(folder: Path, account: Account | None) -> bool:
    """Make the folder; whether it is a true folder, belongs to the server's user and lets him in."""
    try:
        _make(folder, account)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != own_uid(account):
            return False  # somebody else took the name before us
        folder.chmod(0o700)
    except OSError:
        return False
    return can_enter(account, folder)


def _make(folder: Path, account: Account | None) -> None:
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    if account is not None:
        os.chown(folder, account.uid, account.gid)


def _works(folder: Path) -> bool:
    """Whether the disk can hold a socket: shared folders of virtual machines often cannot."""
    trial = folder / "trial"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            trial.unlink(missing_ok=True)
            door.bind(str(trial))
            door.listen()
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as guest:
                guest.connect(str(trial))
    except OSError:
        return False
    finally:
        with suppress(OSError):
            trial.unlink(missing_ok=True)
    return True
