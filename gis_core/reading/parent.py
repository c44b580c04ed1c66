"""The reading child seen from outside: started with limits, listened to, ended; its crash is a refusal."""

from __future__ import annotations

import hashlib
import json
import selectors
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Event
from typing import IO, Any

import pyarrow as pa

from gis_core.dates import EXCEL_EPOCH
from gis_core.errors import EmptyInputError, InputError
from gis_core.reading import pipe
from gis_core.reading.start import Begun, begin

DIGESTED = 1 << 20  # bytes at once
SILENT = 60.0  # seconds without a word from the child


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
    """One table of a file that is being read. `notes`, `read` and `sha256` are whole after the last
    chunk."""

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
def opened(begun: Begun) -> Iterator[Source]:
    """A file's table as its child reads it. Raises InputError for what cannot be read."""
    path, child, given_up = begun.path, begun.child, Event()
    frames = _frames(child, path)
    kind, payload = next(frames)
    if kind != pipe.HEADER:
        raise _crash(path, child)
    source = Source(path=path, sha256="", chunks=iter(()), **head_of(json.loads(payload)))
    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(_digest, path, given_up)
        source.chunks = _chunks(source, child, frames, digest)
        try:
            yield source
        finally:
            given_up.set()


@contextmanager
def open_source(name: str, **how: Any) -> Iterator[Source]:
    """A file's table, read by a child that ends with the block; `how` as `begin` takes it."""
    with begin(name, **how) as begun, opened(begun) as source:
        yield source


def head_of(told: dict[str, Any]) -> dict[str, Any]:
    """What the child says before the rows, as a source has it."""
    return {**told, "epoch": date.fromisoformat(told["epoch"])}


def _frames(child: subprocess.Popen[bytes], path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Frames of the child until it ends; a refusal of the child is raised here."""
    assert child.stdout  # noqa: S101
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
    source: Source,
    child: subprocess.Popen[bytes],
    frames: Iterator[tuple[bytes, bytes]],
    digest: Future[str],
) -> Iterator[Chunk]:
    """Chunks until the child's last word; the rows must be as many as the file's own header says."""
    for kind, payload in frames:
        if kind == pipe.END:
            told: dict[str, Any] = json.loads(payload)
            source.notes.extend(told["notes"])
            _check_count(source)
            source.sha256 = digest.result()
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


def _digest(path: Path, given_up: Event) -> str:
    """SHA-256 of a file; what was read of it so far once it is given up."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while not given_up.is_set() and (part := file.read(DIGESTED)):
            digest.update(part)
    return digest.hexdigest()
