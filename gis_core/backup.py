"""A whole database into one file and back: pg_dump's custom format, read into one transaction."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection

from gis_core.cluster.binaries import USUAL_PLACES
from gis_core.errors import InputError, StoreError
from gis_core.export.aside import file_aside

MAGIC = b"PGDMP"
# Entries of a dump that the database it is read into has already, or that only its owner may make
KEPT = re.compile(
    r"^\d+; \d+ \d+ (?:EXTENSION|COMMENT - EXTENSION|SCHEMA - public|COMMENT - SCHEMA public|DATABASE)\b"
)
NOT_FOUND = """\
no {name} of PostgreSQL {major} or newer was found. Install it (Debian, Ubuntu: sudo apt install
postgresql-client), or set ABAT_PG_BIN to the folder of the server's programs."""


@dataclass(frozen=True)
class Reach:
    """How the programs of PostgreSQL get at a database: their folder, its address, the password apart."""

    folder: Path
    address: str
    environ: Mapping[str, str]

    def run(self, name: str, *options: str | Path, **how: Any) -> subprocess.CompletedProcess[bytes]:
        """What came of a program. StoreError in its own words where it fails."""
        command = [str(self.folder / name), *map(str, options)]
        how.setdefault("stdout", subprocess.PIPE)
        done = subprocess.run(command, stderr=subprocess.PIPE, env=self.environ, check=False, **how)
        if done.returncode:
            raise StoreError(f"{name} says: {_first_words(done.stderr)}; nothing was changed")
        return done


def reach(connection: Connection, folder: Path | None = None) -> Reach:
    """The way to the database of a connection, with the programs in a folder or with the first that fit."""
    _, parts = connection.engine.dialect.create_connect_args(connection.engine.url)
    password = parts.pop("password", None)
    driver: Any = connection.connection.driver_connection
    wanted = {"host", "port", "dbname", "user", "sslmode", "sslrootcert", "sslcert", "sslkey", "service"}
    address = make_conninfo(**{name: value for name, value in parts.items() if name in wanted})
    environ = dict(os.environ) | {"LC_ALL": "C.UTF-8", "PGAPPNAME": "abat"}
    if password:
        environ["PGPASSWORD"] = str(password)  # never on a command line, which everybody may list
    return Reach(folder or _programs(driver.info.server_version // 10_000), address, environ)


def dump(way: Reach, path: Path) -> None:
    """Write the database as it is at one moment, whole or not at all."""
    with file_aside(path) as made:
        options = ("--format=custom", "--no-owner", "--no-privileges", f"--dbname={way.address}")
        way.run("pg_dump", *options, f"--file={made}")
        way.run("pg_restore", "--list", made)


def values_of(way: Reach, path: Path, table: str) -> list[dict[str, str]]:
    """The rows of a small table in a dump, as texts by column."""
    said = way.run("pg_restore", "--data-only", f"--table={table}", "--file=-", path).stdout.decode()
    found = re.search(r"^COPY \S+ \(([^)]*)\) FROM stdin;\n(.*?)^\\\.$", said, re.DOTALL | re.MULTILINE)
    if found is None:
        return []
    names = found[1].split(", ")
    return [dict(zip(names, row.split("\t"), strict=True)) for row in found[2].splitlines()]


def read_back(way: Reach, path: Path, before: Iterable[str]) -> None:
    """Bring a dump into a database that has its extensions, after some statements, in one transaction."""
    listed = way.run("pg_restore", "--list", path).stdout.decode().splitlines()
    wanted = "\n".join(line for line in listed if not KEPT.match(line)) + "\n"
    with tempfile.NamedTemporaryFile("w", prefix="abat-list-", encoding="utf-8") as chosen:
        chosen.write(wanted)
        chosen.flush()
        _pour(way, path, before, Path(chosen.name))


def _pour(way: Reach, path: Path, before: Iterable[str], listed: Path) -> None:
    """pg_restore into psql, which commits only when told so at the end: whoever is killed undoes all."""
    options = ("--no-owner", "--no-privileges", f"--use-list={listed}", "--file=-", str(path))
    psql = [str(way.folder / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", way.address, "-f", "-"]
    with subprocess.Popen(
        psql, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=way.environ
    ) as into:
        assert into.stdin  # noqa: S101  it was asked for
        fault = None
        try:
            into.stdin.write("".join(f"{each};\n" for each in ("BEGIN", *before)).encode())
            into.stdin.flush()
            way.run("pg_restore", *options, stdout=into.stdin)
            into.stdin.write(b"\nCOMMIT;\n")
            into.stdin.flush()
        except (StoreError, BrokenPipeError) as reason:
            fault = reason
        with suppress(BrokenPipeError):
            into.stdin.close()
        said = into.stderr.read() if into.stderr else b""
    if fault or into.returncode:
        words = _first_words(said) or str(fault)
        raise StoreError(f"{path} could not be restored: {words}; nothing was changed")


def check_dump(path: Path) -> None:
    """Raises InputError for a file that is no backup."""
    try:
        with path.open("rb") as file:
            head = file.read(len(MAGIC))
    except OSError as reason:
        raise InputError(f"{path}: {reason.strerror}; give the file that abat db backup wrote") from None
    if head != MAGIC:
        raise InputError(f"{path} is no backup; give the file that abat db backup wrote")


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _programs(major: int) -> Path:
    """The first folder whose pg_dump is as new as the server, or newer."""
    said = os.environ.get("ABAT_PG_BIN")
    on_path = [Path(folder) for folder in os.environ.get("PATH", os.defpath).split(os.pathsep)]
    usual = sorted((found for place in USUAL_PLACES for found in Path("/").glob(place)), reverse=True)
    for folder in [Path(said)] if said else [*usual, *on_path]:
        if (folder / "pg_dump").exists() and (folder / "psql").exists() and _major(folder) >= major:
            return folder
    raise StoreError(NOT_FOUND.format(name="pg_dump", major=major))


def _major(folder: Path) -> int:
    try:
        told = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
    return int(found[1]) if found else 0


def _first_words(said: bytes) -> str:
    """The first error of a program's words, in one line."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    errors = [line for line in lines if re.search(r"error|fatal", line, re.IGNORECASE)]
    return " ".join((errors or lines or [""])[0].split())
