"""Where the programs of a PostgreSQL server with PostGIS stand on this machine."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from gis_core.errors import StoreError

NEEDED = ("initdb", "postgres", "pg_ctl", "psql")
OLDEST_POSTGIS = (3, 3)
USUAL_PLACES = (  # below /
    "usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "usr/pgsql-*/bin",  # Red Hat
    "usr/local/pgsql*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)
INSTALL = """\
Install it:
  Debian, Ubuntu: sudo apt install postgresql-postgis
  conda: conda env update -f environment-server.yml
  macOS: brew install postgis
or set ABAT_PG_BIN to the folder of its programs,
or set ABAT_DATABASE_URL to a PostGIS database that is running already."""
INSTALL_MAJOR = """\
Install it (Debian, Ubuntu: sudo apt install postgresql-{major}-postgis-3), or set ABAT_PG_BIN to the folder
of its programs. To change to another version: with the old one, abat db backup FILE; then set ABAT_HOME to a
new folder, and there abat db restore FILE."""


def find_binaries(environ: Mapping[str, str], *, major: int | None = None) -> Path:
    """The folder of the server's programs: ABAT_PG_BIN, this environment, PATH, the usual places.

    A folder said in ABAT_PG_BIN is the only one tried. With `major`, only a server of that major version of
    PostgreSQL will do. Raises StoreError, which says what was found wanting and what to install.
    """
    said = environ.get("ABAT_PG_BIN")
    faults = []
    for folder in [Path(said)] if said else dict.fromkeys(_candidates(environ)):
        fault = _fault(folder, major)
        if fault is None:
            return folder
        faults.append(f"  {folder}: {fault}")
    raise StoreError(_refusal(said, major, faults))


def major_version(folder: Path) -> int | None:
    """The major version of the server whose programs stand in the folder; None if it does not say."""
    found = re.search(r"\(PostgreSQL\) (\d+)", _output(folder / "postgres", "--version"))
    return int(found[1]) if found else None


def _refusal(said: str | None, major: int | None, faults: list[str]) -> str:
    """What was looked for, what was found wanting, and the cure."""
    where = f"in {said}, which ABAT_PG_BIN names" if said else "on this machine"
    if major is None:
        headline, cure = f"No PostgreSQL server with PostGIS 3.3 or newer was found {where}.", INSTALL
    else:
        headline = f"The data are of PostgreSQL {major}, and no such server with PostGIS was found {where}."
        cure = INSTALL_MAJOR.format(major=major)
    return "\n".join([headline, *faults, cure])


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    """Folders which hold a server, the likeliest first."""
    own = [Path(prefix) / "bin" for prefix in (environ.get("CONDA_PREFIX"), sys.prefix) if prefix]
    on_path = [Path(folder) for folder in environ.get("PATH", os.defpath).split(os.pathsep)]
    usual = [
        found for place in USUAL_PLACES for found in sorted(Path("/").glob(place), key=_number, reverse=True)
    ]
    for folder in [*own, *on_path, *usual]:
        program = folder / "postgres"
        if folder.is_absolute() and os.access(program, os.X_OK):
            yield program.resolve().parent


def _number(path: Path) -> int:
    """The first number in a path, by which newer versions go first."""
    found = re.search(r"\d+", str(path))
    return int(found[0]) if found else 0


def _fault(folder: Path, major: int | None) -> str | None:
    """What the folder lacks to serve us; None if nothing."""
    missing = [name for name in NEEDED if not os.access(folder / name, os.X_OK)]
    if missing:
        return f"no program {', '.join(missing)}"
    if major is not None and (found := major_version(folder)) != major:
        return f"PostgreSQL {found}"
    version = _postgis_version(folder)
    if version is None:
        return "PostgreSQL without PostGIS"
    if version < OLDEST_POSTGIS:
        return f"PostGIS {'.'.join(map(str, version))}"
    return None


def _postgis_version(folder: Path) -> tuple[int, ...] | None:
    """(3, 5) for PostGIS 3.5.2, read from its control file; None without one."""
    for share in _share_folders(folder):
        try:
            text = (share / "extension" / "postgis.control").read_text(encoding="utf-8")
        except OSError:
            continue
        found = re.search(r"default_version\s*=\s*'(\d+)\.(\d+)", text)
        return (int(found[1]), int(found[2])) if found else None
    return None


def _share_folders(folder: Path) -> Iterator[Path]:
    said = _output(folder / "pg_config", "--sharedir").strip()
    if said:
        yield Path(said)
    yield from (folder.parent / "share", folder.parent / "share" / "postgresql")


def _output(program: Path, option: str) -> str:
    """What a program prints; nothing if it cannot be run."""
    try:
        return subprocess.run(
            [program, option], capture_output=True, text=True, timeout=60, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
