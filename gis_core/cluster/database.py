"""A database with PostGIS in a running server."""

import re
import subprocess
from pathlib import Path

from gis_core.cluster.programs import Programs
from gis_core.errors import InputError, StoreError

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
RESERVED = ("postgres", "template0", "template1")
EXTENSIONS = "select count(*) from pg_extension where extname in ('postgis', 'btree_gist')"
CREATE_EXTENSIONS = "create extension if not exists postgis; create extension if not exists btree_gist;"


def check_name(name: str) -> str:
    """The name of a database, if it is one that needs no quotes anywhere; InputError otherwise."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise InputError(
            f"{name!r} cannot be the name of a database: give 1 to 63 small Latin letters, digits and "
            f"underscores, a letter first, and none of {', '.join(RESERVED)}."
        )
    return name


def is_complete(programs: Programs, socket: Path, name: str) -> bool:
    """Whether the database exists and has its extensions."""
    done = programs.sql(socket, name, EXTENSIONS)
    return done.returncode == 0 and done.stdout.strip() == "2"


def complete(programs: Programs, socket: Path, name: str) -> None:
    """Create the database and its extensions, as far as they are missing; one process at a time."""
    there = "select 1 from pg_database where datname = :'name'"
    if not _result(programs.sql(socket, "postgres", there, name=name), name):
        # template0, because a guest in template1 would forbid to copy it
        _result(
            programs.sql(socket, "postgres", 'create database :"name" template template0', name=name), name
        )
    _result(programs.sql(socket, name, CREATE_EXTENSIONS), name)


def _result(done: subprocess.CompletedProcess[str], name: str) -> str:
    if done.returncode != 0:
        raise StoreError(
            f"The database {name!r} could not be created: the server says\n{done.stdout.strip()}"
        )
    return done.stdout.strip()
