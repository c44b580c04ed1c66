"""The child that reads one foreign file: limits first, then the reader, then frames on the pipe.

Started as `python -m gis_core.reading.child`; imports only what the file's format needs.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from gis_core.errors import InputError
from gis_core.reading.model import Reading, Request
from gis_core.sending import Sender
from gis_core.spare import spare_pandas

MEMORY = 3 << 30  # address space, of which libraries reserve about a third
WRITTEN = 9 << 30  # bytes of an unpacked archive
AHEAD, AHEAD_BYTES = 4, 64 << 20  # chunks that may wait to be sent, if they are no larger together


def main() -> None:
    """Read the request on stdin, send the rows to stdout."""
    spare_pandas()
    told = json.loads(sys.stdin.buffer.readline())
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_FSIZE, WRITTEN)
    _limit(resource.RLIMIT_CORE, 0)
    tags = tuple((key, values) for key, values in told.pop("tags"))
    told |= {"path": Path(told["path"]), "scratch": Path(told["scratch"])}
    request = Request(**told, tags=tags)
    _answer(request, sys.stdout.buffer)


def _limit(kind: int, most: int) -> None:
    """Set a limit of this process, or keep the stricter one that it was started with."""
    _, held = resource.getrlimit(kind)
    least = most if held == resource.RLIM_INFINITY else min(most, held)
    resource.setrlimit(kind, (least, least))


def _answer(request: Request, out: BinaryIO) -> None:
    from gis_core.reading import pipe

    try:
        reading = read(request)
        pipe.send_json(out, pipe.HEADER, pipe.header_of(reading))
        _send_rows(reading, out)
        pipe.send_json(out, pipe.END, {"notes": reading.notes, "expected": reading.expected})
    except InputError as fault:
        pipe.send_json(out, pipe.REFUSED, {"why": str(fault)})
    except MemoryError:
        why = f"{request.path.name}: needs more memory than {MEMORY >> 30} GB to read; split the file, export it again"  # noqa: E501
        pipe.send_json(out, pipe.REFUSED, {"why": why})
    except RecursionError:
        pipe.send_json(out, pipe.REFUSED, {"why": f"{request.path.name}: nested too deep; export it again"})


def _send_rows(reading: Reading, out: BinaryIO) -> None:
    """All rows to the parent, who at first is still busy importing: meanwhile the next ones are read."""
    from gis_core.reading import pipe

    with Sender() as sender:
        for rows in reading.chunks:
            packed = pipe.packed(rows)
            sender.ahead = min(AHEAD, AHEAD_BYTES // len(packed))
            sender.do(pipe.send, out, pipe.CHUNK, packed)
        sender.finish()


def read(request: Request) -> Reading:
    """The reading of a file by its kind; an archive is unpacked first."""
    from gis_core.reading.formats import kind_of

    kind = kind_of(request.path)
    if kind in ("zip", "gzip"):
        return _unpacked(request, kind)
    if kind in ("xml", "gml", "kml", "gpx"):
        kind = _xml_kind(request, kind)
    return _reader(kind, request)


def _unpacked(request: Request, kind: str) -> Reading:
    from gis_core.reading.archives import unpack, unpack_gzip

    if kind == "gzip":
        return read(replace(request, path=unpack_gzip(request)))
    made, name = unpack(request)
    try:
        reading = read(replace(request, path=made, sublayer=None))
    except InputError as fault:
        told = str(fault).removeprefix(f"{made.name}: ")
        raise InputError(f"{request.path.name}: {name}: {told}") from None
    reading.notes.insert(0, f"layer {name} of the archive")
    reading.sublayer = name
    return reading


def _xml_kind(request: Request, kind: str) -> str:
    """The kind of an XML file by its outermost element."""
    from gis_core.reading.markup import root_of

    root = root_of(request.path)
    kinds = {
        "kml": "kml",
        "gpx": "gpx",
        "service_requests": "open311",
        "osm": "osm",
        "featurecollection": "gml",
    }
    found = kinds.get(root, "gml" if kind == "gml" else None)
    if found is None:
        raise InputError(
            f"{request.path.name}: XML of an unknown format (outermost element {root!r}); export it"
            f" as GeoJSON"
        )
    return found


def _reader(kind: str, request: Request) -> Reading:  # noqa: C901, PLR0911, PLR0912  one line a format
    """Hand over to the format's reader, imported only now."""
    if kind == "shapefile":
        from gis_core.reading.shapefile import read_shapefile

        return read_shapefile(request)
    if kind == "dbf":
        from gis_core.reading.dbf import read_dbf

        return read_dbf(request)
    if kind == "json":
        from gis_core.reading.geojson import read_json

        return read_json(request)
    if kind == "geopackage":
        from gis_core.reading.geopackage import read_geopackage

        return read_geopackage(request)
    if kind == "csv":
        from gis_core.reading.csvfile import read_csv

        return read_csv(request)
    if kind == "xlsx":
        from gis_core.reading.xlsx import read_xlsx

        return read_xlsx(request)
    if kind == "kml":
        from gis_core.reading.kml import read_kml

        return read_kml(request)
    if kind == "gpx":
        from gis_core.reading.gpx import read_gpx

        return read_gpx(request)
    if kind == "open311":
        from gis_core.reading.markup import read_open311

        return read_open311(request)
    if kind == "parquet":
        from gis_core.reading.parquet import read_parquet

        return read_parquet(request)
    from gis_core.reading.gdal import read_gdal

    return read_gdal(request, kind)


if __name__ == "__main__":
    main()
