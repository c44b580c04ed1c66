"""The reading child started: it reads while its parent still imports what a load needs, and nothing here
takes long to import."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gis_core.reading.formats import local_file
from gis_core.spelling import Meant

PIPE = 1 << 20  # bytes
SCRATCH = "abat-read-"  # folders for what is unpacked
WEEK = 7 * 24 * 3600  # seconds
ROOT = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "PROJ_DATA")
ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system",
         "PYTHONIOENCODING": "utf-8", "CPL_DEBUG": "OFF",
         "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE", "GDAL_HTTP_MAX_RETRY": "0", "OSM_USE_CUSTOM_INDEXING": "YES"}  # fmt: skip  # noqa: E501


@dataclass(frozen=True)
class Begun:
    """A file that a child has begun to read."""

    path: Path
    child: subprocess.Popen[bytes]


@contextmanager
def begin(  # noqa: PLR0913  as many options as a user has
    name: str,
    *,
    sublayer: str | None = None,
    encoding: str | None = None,
    tags: tuple[tuple[str, str], ...] = (),
    meant: Meant = Meant(),  # noqa: B008  it does not change
) -> Iterator[Begun]:
    """Have a child begin to read a file's table, of several the `meant` one; it ends with the block."""
    path = local_file(name)
    _sweep()
    with tempfile.TemporaryDirectory(prefix=SCRATCH) as scratch, _child(scratch) as child:
        request = {
            "path": str(path.absolute()),
            "scratch": scratch,
            "sublayer": sublayer,
            "encoding": encoding,
            "tags": tags,
            **meant._asdict(),
        }
        assert child.stdin  # noqa: S101
        child.stdin.write((json.dumps(request) + "\n").encode())
        child.stdin.close()
        yield Begun(path, child)


def _sweep() -> None:
    """Remove what loads that were killed left behind, a week later."""
    for each in Path(tempfile.gettempdir()).glob(SCRATCH + "*"):
        with suppress(OSError):  # somebody else is doing the same
            about = each.lstat()
            if (
                stat.S_ISDIR(about.st_mode)
                and about.st_uid == os.getuid()
                and time.time() - about.st_mtime > WEEK
            ):
                shutil.rmtree(each)


@contextmanager
def _child(scratch: str) -> Iterator[subprocess.Popen[bytes]]:
    """The child process with a bare environment; killed when the block ends."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | ALONE
    environment["PYTHONPATH"] = str(ROOT)
    child = subprocess.Popen(
        [sys.executable, "-m", "gis_core.reading.child"], cwd=scratch, env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
    )  # fmt: skip
    assert child.stdout  # noqa: S101
    with suppress(AttributeError, OSError):  # Linux, unless the user has too many pipes
        fcntl.fcntl(child.stdout, fcntl.F_SETPIPE_SZ, PIPE)  # rows may wait there while the parent is busy
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        for pipe_end in (child.stdin, child.stdout, child.stderr):
            if pipe_end:
                pipe_end.close()
