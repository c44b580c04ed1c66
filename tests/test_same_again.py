"""Two runs of everything give the same bytes, whatever the order of files, locale, time zone and cores."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from gis_core.cluster import Cluster
from tests.killing import parcels, tables
from tests.scripts.conftest import SQUARES
from tests.scripts.test_backup import another
from tests.scripts.test_needs import PRICES

ROOT = Path(__file__).parents[1]
RUN = """
import json, os, sys
told = json.loads(sys.argv[1])
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: told["cores"]])
from scripts.app import main
for words in told["commands"]:
    try:
        main(words)
    except SystemExit as end:
        if end.code:
            sys.exit(f"{words}: {end.code}")
"""
ORDER = ("bodies", "districts", "courtyards", "parcels", "projects", "project_funding", "appeals")
CHOSEN = ("projects", "conflicts", "courtyard_needs", "appeals", "programme", "regime_conflicts")
KINDS = ("qgz", "csv", "shp", "xlsx", "geojson")
OTHER = ("bodies", "projects", "appeals", "project_funding", "parcels", "courtyards", "districts")


@dataclass(frozen=True)
class Surroundings:
    """What must not change a result: the order of loads and of their files, the environment, the cores."""

    order: tuple[str, ...]
    turned: bool
    environ: dict[str, str]
    cores: int


def pipeline(url: str, files: Path, out: Path, around: Surroundings) -> dict[str, str]:
    """Load, derive, plan, draw and export in a process of its own; a hash of each file written."""
    told = ("LC_", "LANG", "TZ")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(told)}
    environ |= {"ABAT_DATABASE_URL": url, "ABAT_CITY": str(files / "city.toml"), **around.environ}
    metres = ("--crs", "EPSG:32642")
    loads = [("load", name, *parts_of(files, name, turned=around.turned), *metres) for name in around.order]
    exports = [("export", *CHOSEN, "--format", kind, "--to", out / kind) for kind in KINDS]
    pages = [("map", "--out", out / "maps"), ("conflicts", "--digest", out / "digest")]
    planned = [("plan", "--budget", "9000"), ("needs", "--csv", out / "needs.csv")]
    commands = [["-q", *map(str, words)] for words in (*loads, ("derive",), *planned, *exports, *pages)]
    words = json.dumps({"cores": around.cores, "commands": commands})
    program = [sys.executable, "-W", "ignore", "-c", RUN, words]
    done = subprocess.run(program, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    paths = [path for path in sorted(out.rglob("*")) if path.is_file()]
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def parts_of(files: Path, name: str, *, turned: bool) -> list[Path]:
    found = sorted(files.glob(f"{name}-*.csv"))
    return found[::-1] if turned else found


def test_two_runs_of_everything_are_equal(cluster: Cluster, database_url: str, tmp_path: Path) -> None:
    for name, rows in {**tables(), "parcels": parcels("lot", 0)}.items():
        head, *lines = rows.splitlines()
        half = len(lines) if name in ("bodies", "districts") else len(lines) // 2
        for number, part in enumerate((lines[:half], lines[half:])):
            if part:
                words = "\n".join((head, *part)) + "\n"
                (tmp_path / f"{name}-{number}.csv").write_text(words, "utf-8")
    (tmp_path / "city.toml").write_text(Path(SQUARES).read_text("utf-8") + PRICES, "utf-8")
    calm = Surroundings(ORDER, False, {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "1"}, 1)
    far = {"LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "77"}
    one = pipeline(database_url, tmp_path, tmp_path / "one", calm)
    with another(cluster) as (url, _):
        two = pipeline(url, tmp_path, tmp_path / "two", Surroundings(OTHER, True, far, 64))
    assert len(one) > 30
    assert {name for name in {*one, *two} if one.get(name) != two.get(name)} == set()
