"""Failures of disks and rights, told to the user as what they mean for the database."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gis_core.errors import StoreError

RIGHTS = "Set ABAT_HOME to a folder of the user who runs the server, or give him this one with chown -R."
ELSEWHERE = "Set ABAT_HOME to another folder."
CURES = {
    errno.EACCES: RIGHTS,
    errno.EPERM: RIGHTS,
    errno.ENOSPC: "Free some space on that disk.",
    errno.EDQUOT: "Your quota on that disk is used up: free some space.",
}


@contextmanager
def told_as_store_errors(root: Path) -> Iterator[None]:
    """Turn an OSError of the block into a StoreError which names the file, the cause and the cure."""
    try:
        yield
    except OSError as error:
        path, cause = error.filename or root, error.strerror or error
        raise StoreError(f"{path}: {cause}. {CURES.get(error.errno or 0, ELSEWHERE)}") from error
