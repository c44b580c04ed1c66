"""Everything that commands wrote, with what is packed in it unpacked, to be searched for a text."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import re
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from maps.payload import JOINT

PACKED = re.compile(rb"[A-Za-z0-9+/=]{64,}")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
UTF16 = "utf-16-le"


def parts(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file below a folder, and of each part of it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from _unpacked(str(path.relative_to(folder)), path.read_bytes())


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from _unpacked(f"{name}/{member}", archive.read(member))
    if name.endswith(".gz"):
        yield f"{name}/gunzip", gzip.decompress(content)
    if name.endswith(".html"):
        yield from ((f"{name}/data", part) for part in _of_page(content))
    if content.startswith(b"%PDF"):
        yield from (
            (f"{name}/stream", zlib.decompress(part)) for part in STREAM.findall(content) if part[:1] == b"x"
        )
        read = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True)
        yield f"{name}/text", read.stdout


def _of_page(content: bytes) -> Iterator[bytes]:
    for packed in PACKED.findall(content.replace(JOINT.encode(), b"")):
        try:
            yield gzip.decompress(base64.b64decode(packed))
        except (binascii.Error, gzip.BadGzipFile, zlib.error, EOFError):
            continue


def holding(folder: Path, text: str) -> set[str]:
    """Names of the files and their parts that hold a text, in UTF-8, UTF-16 or as JSON writes it."""
    looked = {text.encode(), text.encode(UTF16), text.encode("unicode_escape")}
    return {name for name, content in parts(folder) if any(each in content for each in looked)}
