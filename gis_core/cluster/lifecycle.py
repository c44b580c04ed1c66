"""The cluster as its users see it: start, use, let go, stop."""

import os
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import quote

from gis_core.cluster.account import Account, server_account
from gis_core.cluster.binaries import find_binaries
from gis_core.cluster.creation import create_data
from gis_core.cluster.database import check_name, complete, is_complete
from gis_core.cluster.entrance import open_folder
from gis_core.cluster.faults import told_as_store_errors
from gis_core.cluster.folder import Folder, open_private
from gis_core.cluster.launch import find_running, start_server
from gis_core.cluster.locks import held
from gis_core.cluster.programs import ROLE, Programs
from gis_core.cluster.room import lack_of_room
from gis_core.cluster.server import is_alive, read_postmaster, stop_server
from gis_core.cluster.settings import PORT
from gis_core.cluster.status import Status, read_status
from gis_core.cluster.users import alone, join, post_watchdog
from gis_core.errors import StoreError

STOP_WAIT = 10.0  # seconds that stop() gives other users to finish
NO_WINDOWS = (
    "Abat cannot run a database server of its own on Windows. Set ABAT_DATABASE_URL to a PostGIS database "
    "(the EDB installer with StackBuilder makes one), or run abat in WSL."
)
Say = Callable[[str], None]


def _silent(_: str) -> None:
    """Tell nobody."""


class Cluster:
    """A private PostGIS server in the folder `root`, shared by all processes that name this folder.

    `durable=False` is for tests: quick, but a failing machine loses commits. The server stops `linger`
    seconds after its last user is gone. Who starts the server decides `durable`; who finds no watchdog
    decides `linger`.
    """

    def __init__(
        self,
        root: Path,
        *,
        durable: bool = True,
        linger: float = 600.0,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        if sys.platform == "win32":
            raise StoreError(NO_WINDOWS)
        self.folder = Folder(Path(root).expanduser().resolve())
        self._durable = durable
        self._linger = linger
        self._environ = environ
        self._use: int | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.release()

    def start(self, say: Say | None = None) -> Self:
        """Become a user: create and start the server if need be, and keep it until release() or our end.

        `say` is told what takes time. StoreError, with the end of the server's log, if it cannot be had.
        """
        with told_as_store_errors(self.folder.root):
            open_folder(self.folder, self._account)
            with held(self.folder.start_lock, self._account):
                try:
                    if self._use is None:
                        self._use = join(self.folder, self._account)
                    post_watchdog(self.folder, self._linger, self._environ)
                    self._bring_up(say or _silent)
                except BaseException:
                    self.release()
                    raise
        return self

    def release(self) -> None:
        """Say that this process is done; the watchdog stops the server when nobody is left."""
        if self._use is not None:
            os.close(self._use)
            self._use = None

    def keep(self) -> None:
        """Leave the server running without users, until stop()."""
        with told_as_store_errors(self.folder.root):
            os.close(open_private(self.folder.keep, self._account))

    def stop(self) -> None:
        """Stop the server now, no longer keep it, and wait until it is gone; nothing if none runs.

        StoreError if other processes still use it after ten seconds.
        """
        self.release()
        with told_as_store_errors(self.folder.root):
            if not self.folder.root.is_dir():
                return
            self.folder.keep.unlink(missing_ok=True)
            with held(self.folder.start_lock, self._account), alone(self.folder, self._account, STOP_WAIT):
                stop_server(self.folder)

    def status(self) -> Status:
        """What is known of the cluster now; starts and creates nothing."""
        with told_as_store_errors(self.folder.root):
            return read_status(self.folder)

    def lack_of_room(self) -> str:
        """What to do about a full disk of the server; nothing where it has room."""
        return lack_of_room(self.folder)

    def url(self, database: str) -> str:
        """The address of a database for SQLAlchemy; StoreError if the server does not run.

        It names the port (though none is open), so that a PGPORT in the user's environment changes nothing.
        """
        host = quote(str(self._socket()))
        return f"postgresql+psycopg://{ROLE}@/{check_name(database)}?host={host}&port={PORT}"

    def ensure_database(self, name: str) -> None:
        """Create the database and its extensions postgis and btree_gist if missing; the server is started."""
        check_name(name)
        if self._use is None:
            self.start()
        with told_as_store_errors(self.folder.root):
            if is_complete(self._programs, self._socket(), name):
                return
            with held(self.folder.start_lock, self._account):
                complete(self._programs, self._socket(), name)

    @cached_property
    def binaries(self) -> Path:
        """The folder of the server's programs (psql, pg_dump ...), of the version that made the data."""
        return find_binaries(self._environ, major=self.folder.major())

    @property
    def _programs(self) -> Programs:
        return Programs(self.binaries, self._account, self._environ)

    @cached_property
    def _account(self) -> Account | None:
        return server_account(self.folder.root, self._environ)

    def _bring_up(self, say: Say) -> None:
        if self.folder.major() is None:
            programs = self._programs
            say(f"creating the database server in {self.folder.root} ...")
            create_data(self.folder, programs, durable=self._durable)
        if not find_running(self.folder, say):
            say("starting the database server ...")
            start_server(self.folder, self._programs, durable=self._durable)

    def _socket(self) -> Path:
        """The socket folder in use, which the environment of whoever started the server decided."""
        postmaster = read_postmaster(self.folder) if is_alive(self.folder) else None
        if postmaster is None or postmaster.socket is None:
            cure = self.lack_of_room() or "start it: abat db up"
            raise StoreError(f"The database server of {self.folder.root} does not run; {cure}")
        return postmaster.socket
