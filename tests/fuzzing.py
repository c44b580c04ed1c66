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
from layers.appeals import Appeal
from layers.catalogue import LAYERS as KNOWN
from layers.city import read_city
from layers.courtyards import Courtyard
from layers.loading import Wishes, load_rules
from layers.schema import prepare
from tests.bad_input import files
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
LAYERS = {name: KNOWN[name] for name in ("courtyards", "appeals", "projects")}
RARE = {".shp": 1, ".zip": 1}  # a damaged CRS is looked for among all there are, which takes long
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
Seed = tuple[str, dict[str, bytes], type[Layer]]  # name of the file to load, its parts, where it goes


@dataclass
class Outcome:
    """How many ended how, and what was broken."""

    ended: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def own_seeds(folder: Path) -> list[Seed]:
    """The sample of tests/bad_input in each format."""
    yards, told = files.courtyards(4326), files.as_csv()
    made: list[tuple[Path, type[Layer]]] = [
        (files.save(folder / "appeals.csv", told), Appeal),
        (files.save(folder / "sheet.csv", files.as_csv(";").encode("cp1251", "replace")), Appeal),
        (files.save(folder / "yards.geojson", files.as_geojson()), Courtyard),
        (files.geopackage(folder), Courtyard),
        (files.workbook(folder), Courtyard),
        (files.shapefile(folder), Courtyard),
    ]
    for name, driver in (("yards.kml", "KML"), ("yards.geojsonl", "GeoJSONSeq"), ("yards.fgb", "FlatGeobuf")):
        pyogrio.write_dataframe(yards, folder / name, driver=driver)
        made.append((folder / name, Courtyard))
    seeds = [(path.name, parts_of(path), layer) for path, layer in made]
    parts = seeds[5][1]
    seeds.append(("yards.zip", {"yards.zip": zipped(parts)}, Courtyard))
    return seeds


def parts_of(path: Path) -> dict[str, bytes]:
    """A file, and what lies beside a shapefile."""
    beside = [each for each in path.parent.glob(f"{path.stem}.*") if path.suffix == ".shp" and each != path]
    shapes = (".shx", ".dbf", ".prj", ".cpg")
    return {each.name: each.read_bytes() for each in (path, *beside) if each == path or each.suffix in shapes}


def seeds_in(folder: Path) -> list[Seed]:
    """Every file of a folder that is below a megabyte; the layer by the first word that its name has."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix and path.stat().st_size < 1 << 20:
            layer = next((LAYERS[name] for name in LAYERS if name[:4] in path.name.lower()), Courtyard)
            found.append((path.name, parts_of(path), layer))
    return found


def zipped(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def mutated(seed: Seed, dice: random.Random) -> Seed:
    """A seed with one part damaged in one to four places; of an archive often a member, packed again."""
    name, parts, layer = seed
    chosen = dice.choice(sorted(parts))
    content = parts[chosen]
    if Path(name).suffix in ZIPPED and dice.random() < 0.7:
        with suppress(*UNREADABLE), zipfile.ZipFile(io.BytesIO(content)) as archive:
            small = [each.filename for each in archive.infolist() if each.file_size < LARGE]
            inner = {each: archive.read(each) for each in small}
            member = dice.choice(sorted(inner))
            return name, parts | {chosen: zipped(inner | {member: damaged(inner[member], dice)})}, layer
    return name, parts | {chosen: damaged(content, dice)}, layer


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


def tried(seed: Seed, folder: Path, rules: LoadRules) -> str:
    """How a file ended: "taken", "refused", "reader failed" (told as a refusal), or what was broken."""
    name, parts, layer = seed
    (folder / "scratch").mkdir(exist_ok=True)
    for part, content in parts.items():
        (folder / part).write_bytes(content)
    try:
        return judged(folder / name, layer, rules)
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
    with report.open("a", encoding="utf-8", buffering=1) as told:
        for number in todo:
            told.write(f"{number}\t")
            dice = random.Random(f"{asked.seed} {number}")
            weights = [RARE.get(Path(name).suffix, 6) for name, _, _ in seeds]
            seed = mutated(dice.choices(seeds, weights)[0], dice)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            end = tried(seed, folder, asked.rules[seed[2].__tablename__])
            signal.setitimer(signal.ITIMER_PROF, 0)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(exist_ok=True)
            told.write(json.dumps(f"{seed[0]}: {end}" if "BROKEN" in end else end, ensure_ascii=False) + "\n")
    shutil.rmtree(folder, ignore_errors=True)


def _hung(*_: object) -> None:
    raise HungError


@dataclass(frozen=True)
class Asked:
    """How many mutations, from which seed, by how many workers, with the rules of each layer."""

    mutations: int
    seed: int
    workers: int
    rules: dict[str, LoadRules]


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
def rules_of() -> Iterator[dict[str, LoadRules]]:
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
            yield rules_in(connection)
        engine.dispose()
    finally:
        cluster.stop()
        shutil.rmtree(root, ignore_errors=True)


def rules_in(connection: Connection) -> dict[str, LoadRules]:
    city = read_city(Path("astana"))
    found = {name: load_rules(connection, layer, city, Wishes()) for name, layer in LAYERS.items()}
    return {name: replace(rules, addressing=None) for name, rules in found.items()}


def main() -> int:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--mutations", type=int, default=10_000)
    said.add_argument("--seed", type=int, default=1)
    said.add_argument("--workers", type=int, default=2)
    said.add_argument("--seeds", type=Path)
    given = said.parse_args()
    with tempfile.TemporaryDirectory(prefix="abat-seeds-") as folder, rules_of() as rules:
        seeds = seeds_in(given.seeds) if given.seeds else own_seeds(Path(folder))
        found = fuzz(seeds, Asked(given.mutations, given.seed, given.workers, rules))
    for end, count in found.ended.most_common(30):
        sys.stdout.write(f"{count:8} {end[:150]}\n")
    sys.stdout.writelines(f"{each[:400]}\n" for each in found.broken[:50])
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
