"""A long and large city through every step, with the memory and the CPU seconds of each.

python -m benchmarks.large --appeals 1000000 --projects 20000 [--keep FOLDER] [--only STEP...]

An invented city is written into files, chunk by chunk, then goes through the commands of Abat: each file is
loaded, everything derived, a programme planned, all pages drawn, a digest written for each body, the appeals
exported as CSV and all layers as one GeoPackage.
Every command is a process of its own on a durable private server. Memory is looked at four times a second:
`client` is what the command and its children hold (PSS: what several hold together is counted once),
`server` the same of all processes of PostgreSQL with their shared buffers, `both` the largest sum at one
moment. What a derive takes is told by layer.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.large_files import ground, write_appeals, write_places, write_projects
from benchmarks.load import server
from benchmarks.watched import HEAD, Watch, run

HERE = Path(__file__).resolve().parents[1]
SAMPLE, OUTLINES = HERE / "data" / "sample", HERE / "data" / "boundaries" / "astana_districts.geojson"
LAYERS = ("bodies", "districts", "district_population", "parcels", "courtyards", "public_spaces", "projects",
          "project_funding", "appeals")  # fmt: skip
METRES = ("appeals",)  # files that do not say their CRS
STEPS = ("load", "derive", "plan", "map", "digest", "csv", "gpkg")
BUDGET = 50_000_000_000  # tenge of a year


def make(folder: Path, appeals: int, projects: int) -> dict[str, Path]:
    """The files of the city by layer."""
    city = ground(projects)
    found = {name: SAMPLE / f"{name}.csv" for name in ("bodies", "district_population")} | {
        "districts": OUTLINES
    }
    codes = [line.split(",")[0] for line in found["bodies"].read_text("utf-8").splitlines()[1:]]
    found |= write_places(folder, city) | write_projects(folder, city, codes)
    write_appeals(folder / "appeals.csv", appeals, city)
    return found | {"appeals": folder / "appeals.csv"}


def commands(files: dict[str, Path], out: Path) -> Iterator[tuple[str, list[str]]]:
    """Step and words of each command, in order."""
    for layer in LAYERS:
        crs = ["--crs", "EPSG:32642"] if layer in METRES else []
        yield "load", ["load", layer, str(files[layer]), *crs]
    yield "derive", ["derive"]
    yield "plan", ["plan", "--budget", str(BUDGET)]
    yield "map", ["map", "--out", str(out / "maps")]
    yield "digest", ["conflicts", "--digest", str(out / "digest")]
    yield "csv", ["export", "appeals", "--format", "csv", "--to", str(out / "csv")]
    yield "gpkg", ["export", "--format", "gpkg", "--to", str(out / "gpkg")]


def measure(root: Path, told: argparse.Namespace) -> None:
    began, files = time.monotonic(), root / "files"
    kept = files.exists()
    files.mkdir(exist_ok=True)
    listed = files / "files.json"
    if not kept:
        made = make(files, told.appeals, told.projects)
        listed.write_text(json.dumps({name: str(path) for name, path in made.items()}))
    found = {name: Path(path) for name, path in json.loads(listed.read_text()).items()}
    print(f"files: {time.monotonic() - began:.0f} s", flush=True)
    with server(root) as cluster:
        cluster.ensure_database("large")
        watch = Watch(cluster)
        print(HEAD, flush=True)
        for step, words in commands(found, root / "out"):
            if step in told.only:
                for line in run(watch, words, cluster.url("large")):
                    print(line, flush=True)


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--appeals", type=int, default=1_000_000)
    parser.add_argument("--projects", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="folder of files and server, used again and not deleted")
    parser.add_argument("--only", nargs="+", choices=STEPS, default=list(STEPS))
    told = parser.parse_args()
    root = told.keep or Path(tempfile.mkdtemp(prefix="abat-large-"))
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(0o755)
    try:
        measure(root, told)
    finally:
        if not told.keep:
            shutil.rmtree(root, ignore_errors=True)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
