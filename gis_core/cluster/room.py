"""Whether the disk of the server has room to work."""

from __future__ import annotations

import shutil
from contextlib import suppress

from gis_core.cluster.folder import Folder

SEGMENT = 16 << 20  # bytes of the next file of the server's journal, without which it stops itself


def lack_of_room(folder: Folder) -> str:
    """What to do about a full disk; nothing where there is room for the next step of the server."""
    with suppress(OSError):
        if shutil.disk_usage(folder.root).free < SEGMENT:
            return f"the disk of {folder.root} is full: free some space on it"
    return ""
