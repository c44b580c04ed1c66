"""Running the server's programs: as the right user, in a clean environment."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gis_core.cluster.account import Account, identity
from gis_core.cluster.settings import PORT
from gis_core.errors import StoreError

ROLE = "abat"
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
UTF8 = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
Done = subprocess.CompletedProcess[str]
PATIENCE = 600.0  # seconds; a slow disk is not a broken one


@dataclass(frozen=True)
class Programs:
    """The programs of one server, and who runs them."""

    folder: Path
    account: Account | None
    environ: Mapping[str, str]

    def run(self, name: str, *options: str | Path, text: str = "", lock: int | None = None) -> Done:
        """What came of a program that reads `text` and holds `lock`; its errors stand in its output.

        StoreError if it cannot be run.
        """
        command = [str(self.folder / name), *map(str, options)]
        try:
            return subprocess.run(
                command,
                input=text,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                timeout=PATIENCE,
                check=False,
                pass_fds=[] if lock is None else [lock],
                cwd="/",
                env=clean_environment(self.environ),
                **identity(self.account),
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise StoreError(self._cannot_run(name, error)) from error

    def sql(self, socket: Path, database: str, query: str, **values: str) -> Done:
        """What came of SQL given to psql, in which :'name' and :"name" stand for the values."""
        given = [f"--set={name}={value}" for name, value in {"ON_ERROR_STOP": "1", **values}.items()]
        where: list[str | Path] = ["-h", socket, "-p", str(PORT), "-U", ROLE, "-d", database]
        return self.run("psql", "-X", "-q", "-A", "-t", *given, *where, text=query)

    def launch(self, data: Path, log: int, lock: int) -> None:
        """Start the server on its own: it outlives us, writes to `log` and holds `lock` while it lives.

        A shell between us puts it into the background (so that it is nobody's child); it gets the path as an
        argument and never reads it as code, which pg_ctl would.
        """
        server = [str(self.folder / "postgres"), "-D", str(data)]
        try:
            subprocess.run(
                ["/bin/sh", "-c", '"$@" &', "sh", *server],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock],
                start_new_session=True,
                cwd="/",
                env=clean_environment(self.environ),
                check=True,
                **identity(self.account),
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise StoreError(self._cannot_run("postgres", error)) from error

    def _cannot_run(self, name: str, error: Exception) -> str:
        program = f"{self.folder / name} cannot be run"
        if self.account is None:
            return f"{program}: {error}"
        return (
            f"{program} as the user '{self.account.name}' ({error}). You are root, and PostgreSQL refuses "
            "to run as root: set ABAT_PG_BIN to a server's programs which that user can reach, or run "
            "abat as an ordinary user."
        )


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The few variables a server needs: PGPORT, PROJ_DATA, TZ or a password of ours must not change it."""
    return {name: environ[name] for name in PASSED_ON if name in environ} | {"LC_ALL": UTF8}
