"""Peak memory of `abat load`, of its own process and of the reading child, by the size of the file.

python -m benchmarks.memory --megabytes 100 500 [--kinds points polygons]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.load import abat, server
from benchmarks.load_files import KINDS, write_text

LOOK = 0.1  # seconds


def peaks(command: list[str]) -> dict[str, float]:
    """Seconds and the largest resident memory, in MB, of a command and of its children."""
    began, most = time.monotonic(), {"parent": 0.0, "child": 0.0}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while process.poll() is None:
            most["parent"] = max(most["parent"], _peak(process.pid))
            most["child"] = max([most["child"], *(_peak(child) for child in _children(process.pid))])
            time.sleep(LOOK)
        if process.returncode:
            raise SystemExit(process.stderr.read().decode() if process.stderr else "failed")
    return {"seconds": round(time.monotonic() - began, 1), **{name: round(mb) for name, mb in most.items()}}


def _peak(process: int) -> float:
    """VmHWM of a process in MB; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def _children(process: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[20, 100])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="abat-memory-") as folder, server() as cluster:
        for kind in told.kinds:
            for size in told.megabytes:
                path = Path(folder) / f"{kind}.{'csv' if kind == 'points' else 'geojsonl'}"
                rows = write_text(kind, size << 20, path)
                name = f"memory_{kind}_{size}"
                cluster.ensure_database(name)
                found = peaks(abat(path, cluster.url(name), kind))
                print(json.dumps({"kind": kind, "megabytes": size, "rows": rows, **found}), flush=True)


if __name__ == "__main__":
    main()
