"""GeoJSON and other JSON, read feature by feature however long the file is."""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gis_core.errors import InputError
from gis_core.reading.encodings import decide, head_of, opening_codec, wide_codec

BLOCK = 1 << 22
LONGEST = 1 << 28  # one feature longer than this is no feature
SPACE = " \t\r\n\ufeff\x1e"  # the last stands before each text of a GeoJSON text sequence
SAMPLE = 1 << 16


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        made["\x00doubled"] = next(name for name in names if names.count(name) > 1)
    return made


class Constant(str):
    """NaN or Infinity: written by some programs, but not JSON."""


DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=Constant)


class Text:
    """The text of a file behind a moving place; keeps no more than it must."""

    def __init__(self, path: Path, encoding: str | None) -> None:
        head = head_of(path, SAMPLE)
        self.name = path.name
        wide = wide_codec(head)
        self.decision = decide(head, self.name, wide or (None if encoding else "utf-8"), encoding)
        self.file = path.open(encoding=opening_codec(self.decision.encoding), errors="strict")
        weakref.finalize(self, self.file.close)  # also where a reader gives up in the middle
        self.buffer, self.place, self.line = "", 0, 1

    def more(self) -> bool:
        """Read on; False at the end of the file."""
        try:
            block = self.file.read(BLOCK)
        except UnicodeDecodeError as fault:
            raise InputError(
                f"{self.name}: the encoding is not {self.decision.encoding} ({fault.reason}); give --encoding"
            ) from None
        self.line += self.buffer.count("\n", 0, self.place)
        self.buffer, self.place = self.buffer[self.place :] + block, 0
        return bool(block)

    def peek(self) -> str:
        """The next letter that is no space; "" at the end."""
        while True:
            while self.place < len(self.buffer) and self.buffer[self.place] in SPACE:
                self.place += 1
            if self.place < len(self.buffer):
                return self.buffer[self.place]
            if not self.more():
                return ""

    def take(self, wanted: str) -> None:
        """Step over a letter that must come next."""
        if self.peek() != wanted:
            self.refuse(f"expected {wanted!r}, found {self.peek()[:1] or 'the end of the file'!r}")
        self.place += 1

    def value(self) -> Any:
        """The next JSON value."""
        self.peek()
        while True:
            try:
                found, end = DECODER.raw_decode(self.buffer, self.place)
            except RecursionError:
                self.refuse("nested too deep")
            except json.JSONDecodeError as fault:
                if len(self.buffer) - self.place > LONGEST or not self.more():
                    self.refuse(f"{fault.msg} at line {self.line_at(fault.pos)}")
                continue
            if end < len(self.buffer) or not self.more():  # type: ignore[possibly-undefined]
                self.place = end if end <= len(self.buffer) else len(self.buffer)
                return found  # type: ignore[possibly-undefined]

    def line_at(self, place: int) -> int:
        return self.line + self.buffer.count("\n", 0, place)

    def refuse(self, why: str) -> None:
        """Raises InputError with the line where the text breaks."""
        raise InputError(
            f"{self.name}: not valid JSON at line {self.line_at(self.place)}: {why};"
            " the file is truncated or damaged: export it again"
        )


def items(text: Text) -> Iterator[Any]:
    """The values of the array that begins here."""
    text.take("[")
    if text.peek() == "]":
        text.place += 1
        return
    while True:
        yield text.value()
        if text.peek() == "]":
            text.place += 1
            return
        text.take(",")


def members(text: Text, streamed: str) -> Iterator[tuple[str, Any]]:
    """Members of the object that begins here; of the one named `streamed` an iterator if it is an array."""
    text.take("{")
    if text.peek() == "}":
        text.place += 1
        return
    while True:
        name = text.value()
        if not isinstance(name, str):
            text.refuse("a member name must be text")
        text.take(":")
        yield name, items(text) if name == streamed and text.peek() == "[" else text.value()
        if text.peek() == "}":
            text.place += 1
            return
        text.take(",")
