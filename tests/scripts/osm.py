"""A tiny OpenStreetMap extract, as XML and as .pbf written by the rules of the format."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

# id, longitude, latitude of the corners of a square
NODES = ((1, 71.400, 51.120), (2, 71.401, 51.120), (3, 71.401, 51.121), (4, 71.400, 51.121))
WAYS: tuple[tuple[int, tuple[int, ...], dict[str, str]], ...] = (
    (11, (1, 2, 3, 4, 1), {"leisure": "park", "name": "Жерұйық"}),
    (12, (1, 2, 3, 4, 1), {"place": "square", "name": "Площадь"}),
    (13, (1, 3), {"highway": "residential", "name": "Сарайшық"}),
    (14, (1, 2, 3, 4, 1), {"landuse": "residential"}),
    (15, (2, 4), {"highway": "footway"}),
    (16, (1, 2, 3, 4, 1), {"building": "apartments", "name": "Дом"}),
)


def as_xml() -> str:
    """The extract as .osm."""
    nodes = "".join(f'<node id="{number}" lon="{lon}" lat="{lat}"/>' for number, lon, lat in NODES)
    ways = "".join(_xml_way(*each) for each in WAYS)
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{nodes}{ways}</osm>'


def _xml_way(number: int, refs: tuple[int, ...], tags: dict[str, str]) -> str:
    corners = "".join(f'<nd ref="{each}"/>' for each in refs)
    told = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{number}">{corners}{told}</way>'


def as_pbf() -> bytes:
    """The extract as .osm.pbf: a header block and one block of data."""
    header = _bytes(4, b"OsmSchema-V0.6")
    words = ["", *sorted({word for _, _, tags in WAYS for pair in tags.items() for word in pair})]
    strings = _bytes(1, b"".join(_bytes(1, word.encode()) for word in words))
    nodes = b"".join(_bytes(1, _node(*each)) for each in NODES)
    ways = b"".join(_bytes(3, _way(*each, words)) for each in WAYS)
    data = strings + _bytes(2, nodes) + _bytes(2, ways)
    return _block("OSMHeader", header) + _block("OSMData", data)


def _node(number: int, lon: float, lat: float) -> bytes:
    at = b"".join(_field(place, 0) + _signed(round(value * 1e7)) for place, value in ((8, lat), (9, lon)))
    return _field(1, 0) + _signed(number) + at


def _way(number: int, refs: tuple[int, ...], tags: dict[str, str], words: list[str]) -> bytes:
    steps = [after - before for before, after in zip((0, *refs[:-1]), refs, strict=True)]
    keys, values = (_packed(_varint(words.index(word)) for word in some) for some in (tags, tags.values()))
    return (
        _field(1, 0)
        + _varint(number)
        + _bytes(2, keys)
        + _bytes(3, values)
        + _bytes(8, _packed(map(_signed, steps)))
    )


def _block(kind: str, data: bytes) -> bytes:
    blob = _field(2, 0) + _varint(len(data)) + _bytes(3, zlib.compress(data))
    header = _bytes(1, kind.encode()) + _field(3, 0) + _varint(len(blob))
    return struct.pack(">I", len(header)) + header + blob


def _packed(parts: Iterable[bytes]) -> bytes:
    return b"".join(parts)


def _field(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _bytes(number: int, data: bytes) -> bytes:
    return _field(number, 2) + _varint(len(data)) + data


def _signed(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes([*made, value])
