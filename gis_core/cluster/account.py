"""The ordinary user as whom root runs the server: PostgreSQL refuses to be root."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from gis_core.errors import StoreError

if sys.platform != "win32":
    import pwd


class Identity(TypedDict, total=False):
    """Arguments by which `subprocess` runs a child as another user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int


def server_account(root: Path, environ: Mapping[str, str]) -> Account | None:
    """Who runs the server when we are root; None when we are not, and run it ourselves.

    The owner of the data folder or of the cluster's folder, else the user who called sudo, else `postgres`,
    else `nobody`.
    """
    if os.geteuid() != 0:
        return None
    named = (_named(name) for name in (environ.get("SUDO_USER"), "postgres", "nobody") if name)
    for account in (_owner(root / "data"), _owner(root), *named):
        if account is not None and account.uid != 0:
            return account
    raise StoreError(
        "You are root, PostgreSQL refuses to run as root, and this machine has neither a user 'postgres' nor "
        "'nobody' to run it as. Run abat as an ordinary user."
    )


def identity(account: Account | None) -> Identity:
    """How `subprocess` becomes the account; nothing for our own user."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def owner_name(path: Path) -> str:
    """The name of the user to whom a file belongs, or the number if it has no name."""
    return _of_uid(path.stat().st_uid, 0).name


def own_uid(account: Account | None) -> int:
    """The number of the user as whom the server runs."""
    return os.geteuid() if account is None else account.uid


def can_enter(account: Account | None, folder: Path) -> bool:
    """Whether the server's user can go into the folder; asked of the kernel, by going there."""
    going = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
    done = subprocess.run(
        going, cwd="/", stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, **identity(account)
    )
    return done.returncode == 0


def _owner(path: Path) -> Account | None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return _of_uid(stat.st_uid, stat.st_gid)


def _of_uid(uid: int, gid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:  # a container run with --user
        return Account(str(uid), uid, gid)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
