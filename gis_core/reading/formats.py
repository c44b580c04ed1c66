"""Which reader a file needs, by its ending and its first bytes; what is no local file is refused."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from gis_core.errors import InputError
from gis_core.reading.encodings import wide_codec

ENDINGS = {
    ".shp": "shapefile", ".dbf": "dbf", ".gpkg": "geopackage",
    ".geojson": "json", ".json": "json", ".geojsonl": "json", ".geojsons": "json", ".ndjson": "json",
    ".kml": "kml", ".kmz": "zip", ".gpx": "gpx", ".xml": "xml", ".gml": "gml",
    ".tab": "tab", ".mif": "mif", ".dxf": "dxf", ".fgb": "fgb",
    ".parquet": "parquet", ".geoparquet": "parquet",
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".zip": "zip", ".gz": "gzip", ".pbf": "osm", ".osm": "osm",
}  # fmt: skip
SIGNATURES = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"SQLite format 3\x00", "sqlite"), (b"PAR1", "parquet"),
    (b"fgb\x03", "fgb"), (b"\x00\x00\x27\x0a", "shapefile"), (b"\x1f\x8b", "gzip"), (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "old Excel or encrypted Office file"), (b"Rar!", "rar"), (b"7z\xbc\xaf", "7z"),
    (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpeg"), (b"\x7fELF", "program"), (b"MZ\x90", "program"),
)  # fmt: skip
# What the first bytes of each kind may be; kinds that are not named here are judged by their reader.
ADMITTED = {
    "geopackage": {"sqlite"}, "parquet": {"parquet"}, "fgb": {"fgb"}, "shapefile": {"shapefile"},
    "zip": {"zip"}, "xlsx": {"zip"}, "gzip": {"gzip"}, "json": {"json", "text"}, "csv": {"text", "json"},
    "kml": {"xml"}, "gpx": {"xml"}, "xml": {"xml"}, "gml": {"xml"}, "dxf": {"text"}, "mif": {"text"},
    "tab": {"text"},
}  # fmt: skip
SNIFFED = {
    "json": "json",
    "sqlite": "geopackage",
    "parquet": "parquet",
    "fgb": "fgb",
    "shapefile": "shapefile",
}
HEAD = 4096
CURE = "save it as one of " + ", ".join(sorted(ENDINGS))


def local_file(name: str) -> Path:
    """The path of an existing regular file that may be read. Raises InputError for all else."""
    if re.match(r"/vsi|[A-Za-z][A-Za-z0-9+.-]+:", name) and not os.path.lexists(name):
        scheme = re.split(r"[:/]", name.lstrip("/"), maxsplit=1)[0]
        shown = name if re.match(r"https?://[^@]*$", name) else f"{scheme}:…"
        raise InputError(
            f"{shown}: a URL or connection, not a local file; save the file here and give its path"
        )
    path = Path(name)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InputError(
                f"{path}: a folder (directory), not a file; give the file inside, check the name"
            )
        if not stat.S_ISREG(mode):
            raise InputError(f"{path}: not a regular file but a device or pipe; check the name")
        with path.open("rb"):
            return path
    except FileNotFoundError:
        raise InputError(f"{path}: no such file (not found); check the name") from None
    except ValueError:
        raise InputError(f"{name!r}: no path of a file; check the name") from None
    except OSError as fault:
        raise InputError(f"{path}: cannot be opened ({fault.strerror}); check the permission") from None


def kind_of(path: Path) -> str:
    """The kind of a file. Raises InputError where ending and content disagree or neither is known."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as fault:
        raise InputError(f"{path.name}: cannot be read ({fault.strerror}); copy it again") from None
    if not head:
        raise InputError(f"{path.name}: the file is empty (0 bytes); copy it again from the source")
    looks = look_of(head)
    kind = ENDINGS.get(path.suffix.lower()) or SNIFFED.get(looks)
    if kind is None:
        raise InputError(
            f"{path.name}: format not recognised (ending {path.suffix!r}, content {looks}); {CURE}"
        )
    if kind in ADMITTED and looks not in ADMITTED[kind]:
        raise InputError(
            f"{path.name}: not a valid {kind} file: the format of the content is {looks}"
            " (damaged or renamed); export it again, or give the ending that fits"
        )
    return kind


def look_of(head: bytes) -> str:
    """What the first bytes look like: a known signature, html, xml, json, text or binary."""
    for start, name in SIGNATURES:
        if head.startswith(start):
            return name
    wide = wide_codec(head)
    head = head.decode(wide, "ignore").lstrip("\ufeff").encode() if wide else head
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html")) or b"<html" in text[:1024]:
        return "html"
    if text.startswith(b"<ogrvrt"):
        return "vrt"
    if text.startswith(b"<"):
        return "xml"
    if text.startswith((b"{", b"[")):
        return "json"
    return "binary" if b"\x00" in head else "text"
