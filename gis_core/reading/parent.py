"""The reading child seen from outside: started with limits, listened to, ended; its crash is a refusal."""

from __future__ import annotations

import hashlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from gis_core.dates import EXCEL_EPOCH
from gis_core.errors import EmptyInputError, InputError
from gis_core.reading import pipe
from gis_core.reading.formats import local_file
from gis_core.spelling import Meant

SILENT = 60.0  # seconds without a word from the child
ROOT = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "PROJ_DATA")
ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system",
         "PYTHONIOENCODING": "utf-8", "CPL_DEBUG": "OFF",
         "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE", "GDAL_HTTP_MAX_RETRY": "0", "OSM_USE_CUSTOM_INDEXING": "YES"}  # fmt: skip  # noqa: E501


@dataclass(frozen=True)
class Chunk:
    """Rows of a file: `table` holds the file's columns, `row` their numbers from 1, shapes are WKB or
    absent."""

    table: pa.Table
    row: pa.Array
    fault: pa.Array
    remark: pa.Array
    shape: pa.Array | None


@dataclass
class Source:
    """One table of a file that is being read. `notes` and `read` are whole after the last chunk."""

    path: Path
    sha256: str
    columns: list[str]
    shaped: bool
    outlines: bool
    crs: str | None
    encoding: str | None
    sample: str | None
    sublayer: str | None
    expected: int | None
    chunks: Iterator[Chunk] = field(repr=False)
    notes: list[str] = field(default_factory=list)
    read: int = 0
    epoch: date = EXCEL_EPOCH


@contextmanager
def open_source(  # noqa: PLR0913  as many options as a user has
    name: str,
    *,
    sublayer: str | None = None,
    encoding: str | None = None,
    tags: tuple[tuple[str, str], ...] = (),
    meant: Meant = Meant(),  # noqa: B008  it does not change
) -> Iterator[Source]:
    """A file's table, read by a child that ends with the block; of several the one that is `meant`.

    Raises InputError for what cannot be read.
    """
    path = local_file(name)
    with tempfile.TemporaryDirectory(prefix="abat-read-") as scratch, _child(scratch) as child:
        request = {
            "path": str(path.absolute()),
            "scratch": scratch,
            "sublayer": sublayer,
            "encoding": encoding,
            "tags": tags,
            **meant._asdict(),
        }
        frames = _frames(child, path, (json.dumps(request) + "\n").encode())
        kind, payload = next(frames)
        if kind != pipe.HEADER:
            raise _crash(path, child)
        source = Source(path=path, sha256="", chunks=iter(()), **head_of(json.loads(payload)))
        source.chunks = _chunks(source, child, frames)
        source.sha256 = _digest(path)
        yield source


def head_of(told: dict[str, Any]) -> dict[str, Any]:
    """What the child says before the rows, as a source has it."""
    return {**told, "epoch": date.fromisoformat(told["epoch"])}


@contextmanager
def _child(scratch: str) -> Iterator[subprocess.Popen[bytes]]:
    """The child process with a bare environment; killed when the block ends."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | ALONE
    environment["PYTHONPATH"] = str(ROOT)
    child = subprocess.Popen(
        [sys.executable, "-m", "gis_core.reading.child"], cwd=scratch, env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
    )  # fmt: skip
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        for pipe_end in (child.stdin, child.stdout, child.stderr):
            if pipe_end:
                pipe_end.close()


def _frames(child: subprocess.Popen[bytes], path: Path, request: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Frames of the child until it ends; a refusal of the child is raised here."""
    assert child.stdin and child.stdout  # noqa: PT018, S101
    child.stdin.write(request)
    child.stdin.close()
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while prefix := _exactly(child.stdout, selector, pipe.PREFIX.size, path):
            kind, size = pipe.PREFIX.unpack(prefix)
            payload = _exactly(child.stdout, selector, size, path)
            if len(payload) < size:
                break
            if kind == pipe.REFUSED:
                raise InputError(_named(path, json.loads(payload)["why"]))
            yield kind, payload
    raise _crash(path, child)


def _exactly(stream: IO[bytes], selector: selectors.BaseSelector, size: int, path: Path) -> bytes:
    """So many bytes, fewer at the end of the stream. Raises InputError when the child stays silent too
    long."""
    parts, got, deadline = [], 0, time.monotonic() + SILENT
    while got < size:
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise InputError(
                f"{path.name}: reading was stopped after {SILENT:.0f} s without a row (time limit);"
                f" export it again"
            )
        part = stream.read(min(size - got, 1 << 20))
        if not part:
            break
        parts.append(part)
        got += len(part)
    return b"".join(parts)


def _named(path: Path, why: str) -> str:
    """A refusal that begins with the path the user gave."""
    inner, _, rest = why.partition(": ")
    return f"{path}: {rest}" if inner == path.name else f"{path}: {why}"


def _crash(path: Path, child: subprocess.Popen[bytes]) -> InputError:
    """What to say of a child that ended without a word: its signal, or its last line."""
    child.wait()
    last = (child.stderr.read() if child.stderr else b"").decode("utf-8", "replace").strip().splitlines()[-1:]
    code = child.returncode
    how = f"stopped by signal {-code}" if code < 0 else "failed"
    told = f": {last[0][:200]}" if last and code >= 0 else ""
    return InputError(f"{path}: cannot be read: damaged or invalid (the reader {how}{told}); export it again")


def _chunks(
    source: Source, child: subprocess.Popen[bytes], frames: Iterator[tuple[bytes, bytes]]
) -> Iterator[Chunk]:
    """Chunks until the child's last word; the rows must be as many as the file's own header says."""
    for kind, payload in frames:
        if kind == pipe.END:
            told: dict[str, Any] = json.loads(payload)
            source.notes.extend(told["notes"])
            _check_count(source)
            return
        chunk = _chunk(source, payload)
        source.read += len(chunk.row)
        yield chunk
    raise _crash(source.path, child)


def _chunk(source: Source, payload: bytes) -> Chunk:
    with pa.ipc.open_stream(pa.py_buffer(payload)) as stream:
        table = stream.read_all().combine_chunks()
    parts = {name: _flat(table[name]) for name in ("row", "fault", "remark")}
    shape = _flat(table["shape"]) if source.shaped and "shape" in table.column_names else None
    own = table.select([f"c{place}" for place in range(len(source.columns))])
    return Chunk(own.rename_columns(source.columns), shape=shape, **parts)


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _check_count(source: Source) -> None:
    if source.expected is not None and source.expected != source.read:
        raise InputError(
            f"{source.path}: the file says it holds {source.expected} rows, {source.read} could be read:"
            " truncated or damaged; copy it again"
        )
    if source.read == 0:
        raise EmptyInputError(
            f"{source.path}: no rows (0 features, empty); check that the right file was exported"
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
