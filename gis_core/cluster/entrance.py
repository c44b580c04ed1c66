"""Opening the cluster's folder: making it, and saying in time that the server could not work in it."""

import os
from pathlib import Path

from gis_core.cluster.account import Account, can_enter, own_uid, owner_name
from gis_core.cluster.faults import RIGHTS
from gis_core.cluster.folder import Folder
from gis_core.errors import StoreError


def open_folder(folder: Folder, account: Account | None) -> None:
    """Make the folder if it is missing, and hand a new one to the server's user.

    StoreError if that user cannot enter it, or if the data belong to another user.
    """
    _check_way(
        folder.root.parent, account
    )  # not yet the folder itself: a killed start may have left it root's
    folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account is not None and folder.root.stat().st_uid == 0 and not any(folder.root.iterdir()):
        os.chown(folder.root, account.uid, account.gid)
    _check_way(folder.root, account)
    if folder.data.exists() and folder.data.stat().st_uid != own_uid(account):
        raise StoreError(
            f"The data in {folder.data} belong to the user '{owner_name(folder.data)}'. {RIGHTS}"
        )


def _check_way(folder: Path, account: Account | None) -> None:
    """Raise StoreError if the user as whom root runs the server cannot enter what there is of the folder."""
    if account is None:
        return
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not can_enter(account, there):
        raise StoreError(
            f"The user '{account.name}' cannot enter {there}. You are root, PostgreSQL refuses to run as "
            f"root, and so the server must run as '{account.name}'. Set ABAT_HOME to a folder open to that "
            "user (not below /root), for example /var/lib/abat, or run abat as an ordinary user."
        )
