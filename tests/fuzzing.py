"""python -m tests.fuzzing [--mutations N] [--seed N] [--seeds FOLDER] [--workers N]: damaged files, as many as asked.

Each mutation is read and accepted as `abat load` does it, without a process of its own: a worker goes from one to
the next, and is followed by another where it dies. A file may be refused, with a message, or taken with every
row accounted for: read = accepted + rejected. What is broken: an error other than a refusal outside the reading
child, a row that is neither, more than five seconds. Prints counts; exit code 1 where anything was broken.
"""  # noqa: E501

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyogrio
from sqlalchemy import Connection, create_engine

from gis_core.accept import LoadRules, accept
from gis_core.cluster import Cluster
from gis_core.errors import InputError
from gis_core.layer import Layer
from gis_core.placing import plan
from gis_core.reading import child
from gis_core.reading.formats import local_file
from gis_core.reading.model import Request
from layers.catalogue import LAYERS as KNOWN
from layers.city import read_city
from layers.loading import Wishes, load_rules
from layers.schema import prepare
from tests.bad_input import files
from tests.bad_input.answer import HERE
from tests.reading import _source

SECONDS = 5.0  # of the processor, for one file
GRACE = 20.0  # without a sign of a worker
MEMORY = 4 << 30
EXTREMES = (
    *(
        b"\x00",
        b"\xff",
        b"\x7f",
        b"\x80",
        b"-1",
        b"1e999",
        b"NaN",
        b"\xef\xbb\xbf",
        b"\r\n",
        b'"',
        b";",
        b"<",
    ),
    *(b"{", b"99999999999999999999", b"\xd0", b"]]>", b"\xff\xfe", b"%s", b"../", b"=1+1"),
)
PLACED = {"placed": True}
WORLD = {"numbered": True, **PLACED, "constants": {"requested_on": "2022-01-01"}}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {  # layer and wishes; files of others may lie anywhere
    "courtyards": ("courtyards", {}), "appeals": ("appeals", PLACED), "projects": ("projects", PLACED),
    "shapes": ("parcels", WORLD), "points": ("appeals", WORLD), "rows": ("bodies", WORLD),
}  # fmt: skip
MARKS = {b"dvor_id": "courtyards", b"appeal_id": "appeals", b"project_id": "projects"}
RARE = {".shp": 1, ".zip": 1}  # a damaged CRS is looked for among all there are, which takes long
SHAPES = (".shx", ".dbf", ".prj", ".cpg")  # parts of a shapefile
LARGE = 1 << 20  # bytes of a part that is left as it is
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
    IndexError,
)
ZIPPED = (".xlsx", ".zip", ".kmz", ".ods")
Seed = tuple[str, dict[str, bytes], str]  # name of the file to load, its parts, of what kind it is
Ways = dict[str, tuple[type[Layer], LoadRules]]  # by kind


@dataclass
class Outcome:
    """How many ended how, and what was broken."""

    ended: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def own_seeds(folder: Path) -> list[Seed]:
    """The sample of tests/bad_input in each format."""
    yards, told = files.courtyards(4326), files.as_csv()
    made: list[tuple[Path, str]] = [
        (files.save(folder / "appeals.csv", told), "appeals"),
        (files.save(folder / "sheet.csv", files.as_csv(";").encode("cp1251", "replace")), "appeals"),
        (files.save(folder / "yards.geojson", files.as_geojson()), "courtyards"),
        (files.geopackage(folder), "courtyards"),
        (files.workbook(folder), "courtyards"),
        (files.shapefile(folder), "courtyards"),
    ]
    for name, driver in (("yards.kml", "KML"), ("yards.geojsonl", "GeoJSONSeq"), ("yards.fgb", "FlatGeobuf")):
        pyogrio.write_dataframe(yards, folder / name, driver=driver)
        made.append((folder / name, "courtyards"))
    seeds = [(path.name, parts_of(path), kind) for path, kind in made]
    parts = seeds[5][1]
    seeds.append(("yards.zip", {"yards.zip": zipped(parts)}, "courtyards"))
    return seeds


def parts_of(path: Path) -> dict[str, bytes]:
    """A file, and what lies beside a shapefile."""
    beside = [each for each in path.parent.glob(f"{path.stem}.*") if path.suffix == ".shp" and each != path]
    return {each.name: each.read_bytes() for each in (path, *beside) if each == path or each.suffix in SHAPES}


def seeds_in(folder: Path) -> list[Seed]:
    """Every file of a folder that is below a megabyte and is not a part of another."""
    found = []
    for path in sorted(folder.rglob("*")):
        part = path.suffix in SHAPES and path.with_suffix(".shp").exists()
        if path.is_file() and path.suffix and not part and path.stat().st_size < LARGE:
            parts = parts_of(path)
            found.append((path.name, parts, kind_of(path.suffix, parts)))
    return found


def kind_of(suffix: str, parts: dict[str, bytes]) -> str:
    """By the name of the key that stands in a file, else by its format."""
    content = b"".join(
        [*parts.values(), *(member for part in parts.values() for member in _members(part).values())]
    )
    others = "rows" if suffix in (".csv", ".xlsx") else "points" if b"Point" in content else "shapes"
    return next((kind for mark, kind in MARKS.items() if mark in content.lower()), others)


def _members(content: bytes) -> dict[str, bytes]:
    """What stands in an archive and is not large; nothing where it is none."""
    with suppress(*UNREADABLE), zipfile.ZipFile(io.BytesIO(content)) as archive:
        small = [each.filename for each in archive.infolist() if each.file_size < LARGE]
        return {each: archive.read(each) for each in small}
    return {}


def zipped(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def mutated(seed: Seed, dice: random.Random) -> Seed:
    """A seed with one part damaged in one to four places; of an archive often a member, packed again."""
    name, parts, kind = seed
    chosen = dice.choice(sorted(parts))
    content = parts[chosen]
    inner = _members(content) if Path(name).suffix in ZIPPED and dice.random() < 0.7 else {}
    if inner:
        member = dice.choice(sorted(inner))
        content = zipped(inner | {member: damaged(inner[member], dice)})
    else:
        content = damaged(content, dice)
    return name, parts | {chosen: content}, kind


def damaged(content: bytes, dice: random.Random) -> bytes:
    """Bytes with one to four places changed, cut, doubled or put in."""
    made = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        at, much = dice.randrange(len(made) + 1), dice.choice((1, 2, 4, 16, 64, 512))
        way = dice.randrange(6)
        if way == 0 and made:
            made[min(at, len(made) - 1)] ^= 1 << dice.randrange(8)
        elif way == 1:
            made[at : at + much] = dice.randbytes(much)
        elif way == 2:
            del made[at : at + much]
        elif way == 3:
            made[at:at] = made[max(0, at - much) : at]
        elif way == 4:
            extreme = dice.choice(EXTREMES)
            made[at : at + dice.choice((0, len(extreme)))] = extreme
        elif dice.random() < 0.2:
            del made[at:]
    return bytes(made)


class HungError(Exception):
    """A file took too long."""


def tried(seed: Seed, folder: Path, ways: Ways) -> str:
    """How a file ended: "taken", "refused", "reader failed" (told as a refusal), or what was broken."""
    name, parts, kind = seed
    (folder / "scratch").mkdir(exist_ok=True)
    for part, content in parts.items():
        (folder / part).write_bytes(content)
    try:
        return judged(folder / name, *ways[kind])
    except InputError as fault:
        return "refused" if Path(name).stem in str(fault) else f"BROKEN: refusal without the file: {fault}"
    except HungError:
        return f"BROKEN: more than {SECONDS:.0f} s"
    except Exception as fault:  # noqa: BLE001  what the fuzzing looks for
        return f"BROKEN: {type(fault).__name__}: {fault}"


def judged(path: Path, layer: type[Layer], rules: LoadRules) -> str:
    """The rows of a file accepted or rejected; InputError where the file is refused."""
    local_file(str(path))
    try:
        source = _source(path, child.read(Request(path, path.parent / "scratch", None, None, ())))
        chunks = list(source.chunks)
    except (InputError, HungError):
        raise
    except Exception as fault:  # noqa: BLE001  the child would have died of it, which is told as a refusal
        return f"reader failed: {type(fault).__name__}"
    accepted = rejected = 0
    for chunk in chunks:
        made = accept(layer, plan(layer, source, chunk, rules, None), chunk, rules)
        accepted, rejected = accepted + len(made.rows), rejected + len(made.rejected)
    if accepted + rejected != source.read:
        return f"BROKEN: read {source.read}, accepted {accepted}, rejected {rejected}"
    return "taken, some rejected" if rejected else "taken"


def work(seeds: list[Seed], todo: Iterator[int], asked: Asked, report: Path) -> None:
    """One worker: a line before and after each mutation, by which the parent knows where it died."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    signal.signal(signal.SIGPROF, _hung)
    folder = Path(tempfile.mkdtemp(prefix="abat-fuzz-"))
    weights = [RARE.get(Path(name).suffix, 6) for name, _, _ in seeds]
    with report.open("a", encoding="utf-8", buffering=1) as told:
        for number in todo:
            told.write(f"{number}\t")
            dice = random.Random(f"{asked.seed} {number}")
            seed = mutated(dice.choices(seeds, weights)[0], dice)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            end = tried(seed, folder, asked.ways)
            signal.setitimer(signal.ITIMER_PROF, 0)
            empty(folder)
            told.write(json.dumps(f"{seed[0]}: {end}" if "BROKEN" in end else end, ensure_ascii=False) + "\n")
    shutil.rmtree(folder, ignore_errors=True)


def empty(folder: Path) -> None:
    """Take out of a folder, and of `scratch` in it, what is in them: to make folders anew takes longer."""
    for path in folder.iterdir():
        if path.name == "scratch":
            empty(path)
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _hung(*_: object) -> None:
    raise HungError


@dataclass(frozen=True)
class Asked:
    """How many mutations, from which seed, by how many workers, in which ways."""

    mutations: int
    seed: int
    workers: int
    ways: Ways


def fuzz(seeds: list[Seed], asked: Asked) -> Outcome:
    """All mutations, shared by workers."""
    found = Outcome()
    with tempfile.TemporaryDirectory(prefix="abat-fuzzing-") as place:
        reports = [Path(place) / str(number) for number in range(asked.workers)]
        running = {number: _start(seeds, asked, report, number) for number, report in enumerate(reports)}
        while running:
            time.sleep(0.05)
            for number in list(running):
                _look(running, number, (seeds, asked, reports[number]), found)
        for report in reports:
            _count(report, found)
    return found


def _start(seeds: list[Seed], asked: Asked, report: Path, first: int) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work(seeds, iter(range(first, asked.mutations, asked.workers)), asked, report)
            code = 0
        finally:
            os._exit(code)
    return pid


def _look(running: dict[int, int], number: int, job: tuple[list[Seed], Asked, Path], found: Outcome) -> None:
    """Start another worker in the place of one that died, behind the file it died of."""
    seeds, asked, report = job
    done, status = os.waitpid(running[number], os.WNOHANG)
    if not done:
        if report.exists() and time.time() - report.stat().st_mtime > GRACE:
            os.kill(running[number], signal.SIGKILL)
        return
    del running[number]
    last = report.read_text("utf-8").rpartition("\n")[2] if report.exists() else ""
    if status and not os.WIFSIGNALED(status):
        raise RuntimeError(f"the fuzzing itself failed at mutation {last}")
    if os.WIFSIGNALED(status) and last:
        at, killed = int(last.split("\t")[0]), os.WTERMSIG(status)
        hung = killed == signal.SIGKILL
        with report.open("a", encoding="utf-8") as told:
            told.write(
                json.dumps(f"BROKEN: hung, number {at}" if hung else f"reader killed: {killed}") + "\n"
            )
        running[number] = _start(seeds, asked, report, at + asked.workers)


def _count(report: Path, found: Outcome) -> None:
    for line in report.read_text("utf-8").splitlines():
        number, _, told = line.partition("\t")
        end = json.loads(told)
        found.ended[end if "BROKEN" not in end else "BROKEN"] += 1
        if "BROKEN" in end:
            found.broken.append(f"{number}: {end}")


@contextmanager
def ways_of() -> Iterator[Ways]:
    """What the loader knows of each layer in an empty store."""
    root = Path(tempfile.mkdtemp(prefix="abat-fuzz-pg-"))
    root.chmod(0o755)
    cluster = Cluster(root / "postgres", durable=False, linger=0)
    city = read_city(Path("astana"))
    try:
        cluster.start().ensure_database("fuzz")
        engine = create_engine(cluster.url("fuzz"))
        with engine.begin() as connection:
            prepare(connection, city)
            yield ways_in(connection)
        engine.dispose()
    finally:
        cluster.stop()
        shutil.rmtree(root, ignore_errors=True)


def ways_in(connection: Connection) -> Ways:
    found = {}
    for kind, (layer, wishes) in KINDS.items():
        city = read_city(HERE / "world.toml" if wishes is WORLD else Path("astana"))
        given = {**wishes, "constants": wishes.get("constants", {}) if layer == "appeals" else {}}
        rules = load_rules(connection, KNOWN[layer], city, Wishes(**given))
        found[kind] = KNOWN[layer], replace(rules, addressing=None)
    return found


def main() -> int:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--mutations", type=int, default=10_000)
    said.add_argument("--seed", type=int, default=1)
    said.add_argument("--workers", type=int, default=2)
    said.add_argument("--seeds", type=Path)
    given = said.parse_args()
    with tempfile.TemporaryDirectory(prefix="abat-seeds-") as folder, ways_of() as ways:
        seeds = seeds_in(given.seeds) if given.seeds else own_seeds(Path(folder))
        found = fuzz(seeds, Asked(given.mutations, given.seed, given.workers, ways))
    for end, count in found.ended.most_common(30):
        sys.stdout.write(f"{count:8} {end[:150]}\n")
    sys.stdout.writelines(f"{each[:400]}\n" for each in found.broken[:50])
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
