"""The cluster's folder: what stands where in it, and files that only the server's user may read."""

import os
from dataclasses import dataclass
from pathlib import Path

from gis_core.cluster.account import Account
from gis_core.errors import StoreError


@dataclass(frozen=True)
class Folder:
    """Names in the cluster's folder."""

    root: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.root / "server.log"

    @property
    def keep(self) -> Path:
        """While this file stands, the watchdog leaves the server running."""
        return self.root / "keep"

    @property
    def start_lock(self) -> Path:
        """Held by the one who creates, starts or stops."""
        return self.root / "start.lock"

    @property
    def use_lock(self) -> Path:
        """Shared by the users; held alone by the one who stops the server."""
        return self.root / "use.lock"

    @property
    def watch_lock(self) -> Path:
        """Held by the watchdog on duty."""
        return self.root / "watch.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the processes of the server, and of initdb before it, from the first to the last."""
        return self.root / "server.lock"

    @property
    def pid_file(self) -> Path:
        """Where the server writes who it is and where it listens."""
        return self.data / "postmaster.pid"

    def major(self) -> int | None:
        """The major version of PostgreSQL that made the data; None before there are any."""
        file = self.data / "PG_VERSION"
        try:
            return int(file.read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise StoreError(
                f"{file} is damaged: the data cannot be used. Restore them from a backup."
            ) from error


def open_private(path: Path, account: Account | None, flags: int = 0) -> int:
    """A descriptor of a file for the server's user alone, made when missing.

    Never follows a link: root may be working in a folder that another user can write to.
    """
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | flags, 0o600)
    stat = os.fstat(opened)
    if account is not None and stat.st_uid == 0 and stat.st_nlink == 1:
        os.fchown(opened, account.uid, account.gid)
    return opened


def write_private(path: Path, text: str, account: Account | None) -> None:
    """Put a whole file in its place; a kill leaves the old one."""
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    with open(open_private(aside, account), "w", encoding="utf-8") as file:
        file.write(text)
    aside.replace(path)
