"""XML without entities: KML placemarks, GPX points and lines, Open311 requests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, iterparse

import numpy as np
import shapely
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse as careful

from gis_core.errors import InputError
from gis_core.reading.encodings import wide_codec
from gis_core.reading.model import CHUNK_ROWS, Reading, Request, Rows, remark

Record = tuple[dict[str, str | None], Any, str, str]  # cells, shape, fault, remark
WGS84 = "OGC:CRS84"
HEAD = 1024


def tag(element: Element) -> str:
    """An element's name without its namespace."""
    return _local(str(element.tag))


@lru_cache(maxsize=10_000)
def _local(name: str) -> str:
    return name.rpartition("}")[2]


def text(element: Element | None) -> str | None:
    """All text below an element."""
    return None if element is None else "".join(element.itertext()).strip()


def child(element: Element, name: str) -> Element | None:
    """The first child of a name in any namespace."""
    return next((each for each in element if tag(each) == name), None)


def events(path: Path) -> Iterator[tuple[str, Element]]:
    """Starts and ends of elements. Raises InputError for broken XML and for any DOCTYPE or entity.

    A DOCTYPE can only stand before the first element: the careful parser goes so far, then the quick one.
    """
    try:
        next(careful(path, events=("start",), forbid_dtd=True))
        yield from iterparse(path, events=("start", "end"))  # nosec B314  # noqa: S314
    except DefusedXmlException:
        raise InputError(
            f"{path.name}: the XML has a DOCTYPE or entity declarations, which are not read; export"
            f" it without"
        ) from None
    except ParseError as fault:
        raise InputError(
            f"{path.name}: invalid XML, line {fault.position[0]}: {fault.msg}; truncated or damaged:"
            f" export it again"
        ) from None
    except (LookupError, ValueError) as fault:
        raise InputError(
            f"{path.name}: the XML's encoding cannot be read ({fault}); export it as utf-8"
        ) from None


def declared(path: Path) -> str:
    """The encoding that an XML file declares; UTF-8 where it declares none."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    wide = wide_codec(head)
    found = re.match(
        r"\s*<\?xml[^>]*encoding=[\"']([\w.:-]+)",
        head.decode(wide or "latin-1", "ignore").lstrip("\ufeffï»¿"),
    )
    return wide or (found.group(1).lower() if found else "utf-8")


def counted(path: Path, parents: frozenset[str]) -> int:
    """How many elements stand right below elements of these names; the whole file is read, and must be whole
    XML."""
    inside: list[bool] = []
    count = 0
    for event, element in events(path):
        if event == "start":
            count += bool(inside) and inside[-1]
            inside.append(tag(element).casefold() in parents)
        else:
            inside.pop()
            element.clear()
    return count


def root_of(path: Path) -> str:
    """The name of the outermost element, lower case."""
    return next(tag(element).casefold() for _, element in events(path))


def reading(path: Path, records: Iterator[Record], notes: list[str], sublayer: str | None = None) -> Reading:
    """Records as a reading; columns are those of the first chunk."""
    some = list(islice(records, CHUNK_ROWS))
    if not some:
        raise InputError(
            f"{path.name}: no features in the XML: nothing to load; check that the right layer was exported"
        )
    names = list(dict.fromkeys(name for cells, *_ in some for name in cells))
    shaped = any(shape is not None or fault for _, shape, fault, _ in some)
    chunks = _chunks(chain(some, records), names, shaped=shaped)
    return Reading(names, chunks, shaped=shaped, crs=WGS84 if shaped else None, encoding=declared(path),
                   sublayer=sublayer, notes=notes)  # fmt: skip


def _chunks(records: Iterator[Record], names: list[str], *, shaped: bool) -> Iterator[Rows]:
    row, known = 0, set(names)
    while some := list(islice(records, CHUNK_ROWS)):
        found = Rows(range(row + 1, row + len(some) + 1), [])
        for place, (cells, _, fault, told) in enumerate(some, start=row + 1):
            if told:
                remark(found.remarks, place, told)
            if fault:
                found.faults[place] = fault
            further = [name for name in cells if name not in known]
            if further:
                words = f"elements that no earlier record has were not read: {', '.join(further)}"
                remark(found.remarks, place, words)
        found.columns = [[cells.get(name) for cells, *_ in some] for name in names]
        if shaped:
            found.shapes = list(shapely.to_wkb(np.array([shape for _, shape, *_ in some], dtype=object)))
        row += len(some)
        yield found


def tried(make: Callable[[], Any]) -> tuple[Any, str]:
    """A shape, or a fault where its coordinates are wrong."""
    try:
        return make(), ""
    except (ValueError, IndexError, shapely.GEOSException) as fault:
        return None, f"invalid geometry: coordinates {str(fault)[:80]}"


def read_open311(request: Request) -> Reading:
    """Requests of a GeoReport v2 answer; coordinates stay columns."""

    def records() -> Iterator[Record]:
        for event, element in events(request.path):
            if event == "end" and tag(element) == "request":
                yield {tag(each): text(each) for each in element}, None, "", ""
                element.clear()

    return reading(request.path, records(), [])
