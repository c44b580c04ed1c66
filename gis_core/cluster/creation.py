"""Making the data folder of a new cluster: aside, then renamed, so that a kill leaves no half of one."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from gis_core.cluster.account import Account
from gis_core.cluster.binaries import major_version
from gis_core.cluster.folder import Folder
from gis_core.cluster.locks import held
from gis_core.cluster.programs import ROLE, Programs
from gis_core.errors import StoreError

SETTINGS = "abat.conf"
ASIDE = "data.new-"
COMPLAINT = re.compile(r"FATAL|PANIC|ERROR|HINT|error:|detail:|hint:")  # among the lines of progress
HAS_ICU, HAS_BUILTIN = 15, 17  # versions of PostgreSQL whose initdb knows these ways to sort


def create_data(folder: Folder, programs: Programs, *, durable: bool) -> None:
    """Make the data folder; nobody else may be at it (hold the start lock)."""
    with held(
        folder.server_lock, programs.account
    ) as lock:  # waits for the initdb of a starter who was killed
        _clear_leftovers(folder)
        new = Path(tempfile.mkdtemp(prefix=ASIDE, dir=folder.root))
        try:
            _give(new, programs.account)
            _initdb(new, programs, lock, durable=durable)
            with (new / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.write(f"\ninclude_if_exists = '{SETTINGS}'\n")
            new.rename(folder.data)
        finally:
            shutil.rmtree(new, ignore_errors=True)


def _clear_leftovers(folder: Folder) -> None:
    """Remove what killed starts left; StoreError if `data` holds something that is not ours."""
    for left in folder.root.glob(f"{ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True)
    try:
        folder.data.rmdir()
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(
            f"{folder.data} is not a PostgreSQL data folder (it has no file PG_VERSION) and is not empty. "
            "Move it away, or set ABAT_HOME to another folder."
        ) from error


def _give(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _initdb(data: Path, programs: Programs, lock: int, *, durable: bool) -> None:
    options: list[str | Path] = ["-D", data, "-U", ROLE, "-A", "trust", "-E", "UTF8"]
    safety = [] if durable else ["--no-sync"]
    said = ""
    for locale in _locales(major_version(programs.folder) or 0):
        done = programs.run("initdb", *options, *safety, *locale, lock=lock)
        if done.returncode == 0:
            return
        said = done.stdout.strip()
    complaints = [line for line in said.splitlines() if COMPLAINT.search(line)]
    told = "\n".join(complaints) or said
    raise StoreError(f"The database could not be created in {data.parent}: initdb says\n{told}")


def _locales(major: int) -> list[list[str]]:
    """Ways to tell initdb the order and case of letters, the best first.

    ICU knows Cyrillic and Kazakh. Never the bare C locale: it cannot tell Ә from ә.
    """
    icu = ["--locale-provider=icu", "--icu-locale=und"]
    tries = [icu, [*icu, "--locale=C"]] if major >= HAS_ICU else []
    if major >= HAS_BUILTIN:
        tries.append(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"])
    return [*tries, ["--locale=C.UTF-8"], []]
