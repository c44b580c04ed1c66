"""What is known of a cluster without starting it."""

from dataclasses import dataclass
from pathlib import Path

from gis_core.cluster.folder import Folder
from gis_core.cluster.locks import holders
from gis_core.cluster.server import is_alive, read_postmaster


@dataclass(frozen=True)
class Status:
    """A cluster as it is now."""

    running: bool
    """Whether clients can connect."""
    pid: int | None
    """The server's process; None if it does not run."""
    socket: Path | None
    """The folder of its socket, which is also QGIS's "Host"; None if it does not run."""
    version: str | None
    """The major version of PostgreSQL that made the data; None before there are any."""
    data: Path
    log: Path
    users: int | None
    """Processes that use the cluster through Abat (QGIS is none); None where the system does not tell."""
    kept: bool
    """Whether the server stays up without users."""


def read_status(folder: Folder) -> Status:
    """The state of the cluster in a folder, which need not exist."""
    postmaster = read_postmaster(folder) if is_alive(folder) else None
    if postmaster is not None and not postmaster.reachable:
        postmaster = None
    major, users = folder.major(), holders(folder.use_lock)
    return Status(
        running=postmaster is not None,
        pid=postmaster.pid if postmaster else None,
        socket=postmaster.socket if postmaster else None,
        version=str(major) if major else None,
        data=folder.data,
        log=folder.log,
        users=None if users is None else len(users),
        kept=folder.keep.exists(),
    )
