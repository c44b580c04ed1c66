"""What a full disk, a lost server or a missing right means for the user: the cause in words, and the cure."""

from __future__ import annotations

import errno
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError

UNDONE = "what was not finished is undone"
# By the beginning of the code that PostgreSQL gives a fault (its documentation, appendix A)
SERVER_CURES = {
    "08": f"see that the server runs (abat db status) and can be reached, then run it again; {UNDONE}",
    "28": "see the account and its password in the address of the database",
    "3D": "let an administrator make the database: CREATE DATABASE … and in it CREATE EXTENSION postgis",
    "57P": f"see that the server runs (abat db status), then run the command again; {UNDONE}",
    "57014": f"the administrator or a time limit stopped it; {UNDONE}",
    "53100": f"free space on the disk of the server, then run the command again; {UNDONE}",
    "53200": f"the server has too little memory; close other programs, then run the command again; {UNDONE}",
    "53300": "close other programs that use the database, or let its administrator raise max_connections",
    "25006": "it takes no changes (read-only, or a copy): give --database for one that does",
    "42501": "let the owner of the database run the command, or give you the right (abat db grant)",
    "40": f"another command was in the way; run the command again; {UNDONE}",
    "55P03": f"another program holds the table; run the command again when it is done; {UNDONE}",
    "58": f"the server cannot read or write its files: see its log and its disk; {UNDONE}",
    "XX": "the server found its files damaged: see its log, and restore a backup (abat db restore)",
}
DISK_CURES = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "your quota on the disk is used up; free some space",
    errno.EFBIG: "files may not grow that large here; raise the limit (ulimit -f), or choose another disk",
    errno.EACCES: "you may not do that there; choose another place, or have the right given",
    errno.EPERM: "you may not do that there; choose another place, or have the right given",
    errno.EROFS: "the disk takes no changes; choose another place",
    errno.EEXIST: "a file stands there, where a folder is asked for; choose another place",
    errno.ENOTDIR: "a file stands where a folder should; choose another place",
    errno.EISDIR: "a folder stands there, where a file is asked for; choose another name",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EMFILE: "too many files are open; raise the limit (ulimit -n)",
    errno.ENFILE: "too many files are open on this machine; close other programs",
    errno.EIO: "the disk cannot be read or written; see the log of the system",
    errno.ENOMEM: "too little memory; close other programs",
}


def server_fault(fault: DBAPIError | psycopg.Error) -> str:
    """What the server refused and what to do, in one line, without the statement and its values."""
    original: Any = fault.orig if isinstance(fault, DBAPIError) else fault
    said, code = plain_fault(original), getattr(original, "sqlstate", None) or ""
    if not code and isinstance(original, psycopg.OperationalError):
        code = code_of(said)
    cures = [SERVER_CURES[code[:length]] for length in (5, 3, 2) if code[:length] in SERVER_CURES]
    return f"the database refused: {said}" + (f"; {cures[0]}" if cures else "")


def plain_fault(fault: Any) -> str:
    """What the server said in an error of psycopg, in one line, without the statement and its parameters."""
    diagnosis: Any = getattr(fault, "diag", None)
    words = [getattr(diagnosis, part, None) for part in ("message_primary", "message_detail", "message_hint")]
    said = "; ".join(word for word in words if word)
    return said or " ".join(str(fault).split())


def code_of(words: str) -> str:
    """The code of a fault that comes without one, as those of a connection do."""
    if "too many clients" in words or "connection slots" in words:
        return "53300"
    if "authentication" in words or "pg_hba" in words:
        return "28"
    return "3D" if "does not exist" in words else "08"


def disk_fault(fault: OSError) -> str | None:
    """What a disk or the system refused and what to do; None for a fault of another kind."""
    cure = DISK_CURES.get(fault.errno or 0)
    if cure is None:
        return None
    place = f"{fault.filename}: " if fault.filename else ""
    return f"{place}{fault.strerror or fault}: {cure}; nothing was changed"
