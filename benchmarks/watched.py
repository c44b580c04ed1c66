"""A command of Abat under watch: seconds, CPU seconds and memory of it and of its server, step by step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.load import server_seconds
from gis_core.cluster import Cluster

LOOK = 0.25  # seconds between looks, or ten times as long as a look takes: the system counts page by page
ABAT = "from scripts.app import main; main()"
WHOSE = {"client": 11, "server": 11, "both": 9}  # columns of memory and their widths
HEAD = f"{'step':34}{'s':>8}{'client CPU':>12}{'server CPU':>12}" + "".join(
    f"{name + ' MB':>{width}}" for name, width in WHOSE.items()
)
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Watch:
    """What processes hold, looked at again and again; `peaks` since they were last taken, in MB."""

    cluster: Cluster
    client: int = 0
    peaks: dict[str, float] = field(default_factory=lambda: dict.fromkeys(WHOSE, 0.0))

    def look(self) -> None:
        """Take what is held now."""
        leader = (self.cluster.folder.data / "postmaster.pid").read_text().split()[0]
        client, server = (sum(map(held, family(each))) for each in (self.client, int(leader)))
        for name, now in (("client", client), ("server", server), ("both", client + server)):
            self.peaks[name] = max(self.peaks[name], now)

    def taken(self) -> dict[str, float]:
        """The peaks, which begin anew."""
        found, self.peaks = self.peaks, dict.fromkeys(self.peaks, 0.0)
        return found

    def spent(self) -> tuple[float, float, float]:
        """Wall time, CPU seconds of the client and its children, and of the server."""
        return time.monotonic(), sum(map(seconds, family(self.client))), server_seconds(self.cluster)


def family(leader: int) -> list[int]:
    """A process and all that come from it."""
    found, waiting = [], [leader]
    while waiting:
        each = waiting.pop()
        found.append(each)
        try:
            waiting += map(int, Path(f"/proc/{each}/task/{each}/children").read_text().split())
        except OSError:
            continue
    return found


def held(process: int) -> float:
    """MB of a process, what it shares with others by its part; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def seconds(process: int) -> float:
    """CPU seconds of a process and of its children that have ended; 0 where it is gone."""
    try:
        words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, words[11:15])) / TICK


def run(watch: Watch, words: list[str], url: str) -> Iterator[str]:
    """A line for each thing the command says it does, and one for the whole."""
    command = [sys.executable, "-c", ABAT, "--database", url, "--log-json", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        watch.client = process.pid
        done = threading.Event()
        looking = threading.Thread(target=_look, args=(watch, done))
        looking.start()
        began, most = watch.spent(), watch.taken()
        before, name = began, "start"
        for line in process.stderr or ():
            if not line.startswith("{"):
                sys.stderr.write(line)
                continue
            now, peaks = watch.spent(), watch.taken()
            yield _line(f"  {name}", before, now, peaks)
            most = {each: max(most[each], peaks[each]) for each in most}
            before, name = now, json.loads(line)["message"][:30]
        now = watch.spent()
        done.set()
        looking.join()
        peaks = watch.taken()
        yield _line(f"  {name}", before, now, peaks)
        most = {each: max(most[each], peaks[each]) for each in most}
        yield _line(" ".join(words[:2]), began, now, most)
        if process.wait() not in (0, 3):
            raise SystemExit(f"{words[0]} failed")


def _look(watch: Watch, done: threading.Event) -> None:
    pause = LOOK
    while not done.wait(pause):
        began = time.monotonic()
        watch.look()
        pause = max(LOOK, 10 * (time.monotonic() - began))


def _line(name: str, before: tuple[float, ...], now: tuple[float, ...], most: dict[str, float]) -> str:
    wall, client, server = (b - a for a, b in zip(before, now, strict=True))
    memory = "".join(f"{most[each]:{width}.0f}" for each, width in WHOSE.items())
    return f"{name:34}{wall:8.1f}{client:12.1f}{server:12.1f}{memory}"
