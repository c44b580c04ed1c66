"""Archives: one layer is unpacked under a name of ours; what is unsafe is refused as a whole."""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from gis_core.errors import InputError
from gis_core.reading.formats import ENDINGS
from gis_core.reading.model import Request

BLOCK = 1 << 20
BIGGEST = 8 << 30  # bytes unpacked
SUSPECT = 32 << 20  # only above this does the ratio count: small files of zeros are harmless
RATIO = 100
MOST_MEMBERS = 10_000
NESTED = (".zip", ".kmz", ".7z", ".rar", ".gz", ".tar")
PARTS = (
    ".shp",
    ".shx",
    ".dbf",
    ".prj",
    ".cpg",
    ".tab",
    ".dat",
    ".map",
    ".id",
    ".ind",
    ".mif",
    ".mid",
    ".gpkg-wal",
)
MINOR = {".xml", ".txt", ".dbf", ".json"}  # read only where nothing better is inside
NAMES_UTF8 = 0x800
CURE = "export it again, or unpack it yourself and give the layer's file"


def check_archive(path: Path) -> list[zipfile.ZipInfo]:
    """Members of a zip. Raises InputError for a bomb, an unsafe path, a link, a password, or a cut file."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise InputError(
            f"{path.name}: the zip archive is truncated or damaged ({fault}); copy it again"
        ) from None
    if len(members) > MOST_MEMBERS:
        raise InputError(f"{path.name}: the archive holds {len(members)} files, over the size limit; {CURE}")
    for member in members:
        _check_member(path, member)
    total = sum(member.file_size for member in members)
    if total > BIGGEST:
        raise InputError(f"{path.name}: the archive unpacks to {total >> 20} MB, over the size limit; {CURE}")
    return [member for member in members if not member.is_dir()]


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
        raise InputError(f"{path.name}: the archive holds an unsafe path ({name[:80]!r}); {CURE}")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise InputError(f"{path.name}: the archive holds a symbolic link ({name[:80]!r}); {CURE}")
    if member.flag_bits & 1:
        raise InputError(
            f"{path.name}: the archive is encrypted with a password; unpack it, give the file itself"
        )
    if member.file_size > SUSPECT and member.file_size > RATIO * max(1, member.compress_size):
        raise InputError(
            f"{path.name}: the archive unpacks {member.file_size >> 20} MB from"
            f" {member.compress_size >> 10} kB:"
            f" a ratio over the limit, as of a zip bomb; {CURE}"
        )


def unpack(request: Request) -> tuple[Path, str]:
    """The one layer of a zip, unpacked into the scratch folder, and its name inside."""
    members = {_name(member): member for member in check_archive(request.path)}
    layers = _layers(request, list(members))
    chosen = _chosen(request, layers)
    stem, suffix = chosen.rpartition(".")[0].casefold(), PurePosixPath(chosen).suffix.lower()
    made = request.scratch / f"layer{suffix}"
    beside = [name for name in members if name.rpartition(".")[0].casefold() == stem]
    for name in beside if suffix in PARTS else [chosen]:
        ending = PurePosixPath(name).suffix.lower()
        if ending in PARTS or name == chosen:
            _extract(request, members[name], request.scratch / f"layer{ending}")
    return made, chosen


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; names without the UTF-8 mark are taken for cp866, as Windows writes them here."""
    name = member.filename
    if member.flag_bits & NAMES_UTF8 or name.isascii():
        return name
    return name.encode("cp437", "replace").decode("cp866", "replace")


def _layers(request: Request, names: list[str]) -> list[str]:
    """Members that are layers. Raises InputError for a nested archive."""
    own = [
        name
        for name in names
        if not name.startswith("__MACOSX/") and not PurePosixPath(name).name.startswith(".")
    ]
    found = [name for name in own if PurePosixPath(name).suffix.lower() in ENDINGS]
    nested = [name for name in own if name.lower().endswith(NESTED)]
    if nested:
        raise InputError(
            f"{request.path.name}: an archive inside the archive (nested zip: {nested[0]}); {CURE}"
        )
    better = [name for name in found if PurePosixPath(name).suffix.lower() not in MINOR]
    if not found:
        raise InputError(f"{request.path.name}: no layer in the zip archive; it holds: {', '.join(own[:10]) or 'nothing'}; export it again")  # fmt: skip  # noqa: E501
    return better or found


def _chosen(request: Request, layers: list[str]) -> str:
    if request.sublayer:
        fitting = [
            name
            for name in layers
            if request.sublayer in (name, PurePosixPath(name).name, PurePosixPath(name).stem)
        ]
        if fitting:
            return fitting[0]
        if len(layers) > 1:
            raise InputError(
                f"{request.path.name}: no layer {request.sublayer!r} inside; it has: {', '.join(layers)}"
            )
    if len(layers) > 1:
        if request.path.suffix.lower() == ".kmz" and "doc.kml" in layers:
            return "doc.kml"
        raise InputError(
            f"{request.path.name}: several layers inside; choose one with --sublayer: {', '.join(layers)}"
        )
    return layers[0]


def _extract(request: Request, member: zipfile.ZipInfo, made: Path) -> None:
    try:
        with (
            zipfile.ZipFile(request.path) as archive,
            archive.open(member) as source,
            made.open("wb") as target,
        ):
            while block := source.read(BLOCK):
                target.write(block)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as fault:
        raise InputError(f"{request.path.name}: the archive is damaged ({fault}); copy it again") from None


def unpack_gzip(request: Request) -> Path:
    """A gzipped file, unpacked under its inner ending."""
    inner = PurePosixPath(request.path.name[: -len(request.path.suffix)]).suffix.lower()
    if inner not in ENDINGS or inner in NESTED:
        raise InputError(
            f"{request.path.name}: gzip of a format that is not known; unpack it, give the file itself"
        )
    made, size = request.scratch / f"layer{inner}", 0
    allowed = max(SUSPECT, RATIO * request.path.stat().st_size)
    try:
        with gzip.open(request.path) as source, made.open("wb") as target:
            while block := source.read(BLOCK):
                size += len(block)
                if size > min(allowed, BIGGEST):
                    raise InputError(
                        f"{request.path.name}: unpacks to over {size >> 20} MB: a ratio over the"
                        f" limit; {CURE}"
                    )
                target.write(block)
    except (OSError, EOFError, zlib.error) as fault:
        raise InputError(
            f"{request.path.name}: the gzip is truncated or damaged ({fault}); copy it again"
        ) from None
    return made
