"""A PostGIS of a benchmark's own, and the processor seconds that it and this process took."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from gis_core.cluster import Cluster


@contextmanager
def database() -> Iterator[Connection]:
    """A connection to an empty database, whose server goes away with the block."""
    with tempfile.TemporaryDirectory(prefix="abat-bench-") as folder:
        Path(folder).chmod(0o755)
        server = Cluster(Path(folder) / "postgres", durable=False, linger=0).start()
        server.ensure_database("bench")
        engine = create_engine(server.url("bench"))
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
            server.stop()


def cpu(connection: Connection) -> float:
    """CPU seconds of this process and of all processes of its server, those that have ended included."""
    backend = connection.scalar(text("SELECT pg_backend_pid()"))
    master, ticks = _stat(Path(f"/proc/{backend}/stat"))[1], 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = _stat(path)
        except OSError:
            continue  # it has ended
        if path.parent.name == master or words[1] == master:
            ticks += sum(map(int, words[11:15]))
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _stat(path: Path) -> list[str]:
    """The fields of a process behind its name, from its state on."""
    return path.read_text(encoding="utf-8").rpartition(") ")[2].split()
