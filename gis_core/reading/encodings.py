"""How the bytes of a text are read: declared, else detected with a sample to look at, else refused."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import NamedTuple

from gis_core.errors import InputError

CYRILLIC = ("cp1251", "kz1048", "cp866", "koi8-r")
LETTERS = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъ"
KAZAKH = "әіңғүұқөһ"
# letters of other Slavic alphabets: in a Kazakh or Russian text they betray KZ-1048 read as cp1251
STRANGE = frozenset("ЂЃЉЊЌЋЏђѓљњќћџЎўЄєЇїЅѕ")
LEAST_LETTERS = 8
MARGIN = 1.2
SAMPLE = 60
NAMES = {
    "65001": "utf-8", "utf8": "utf-8", "1251": "cp1251", "ansi1251": "cp1251", "windows1251": "cp1251",
    "win1251": "cp1251", "866": "cp866", "oem866": "cp866", "ibm866": "cp866", "oem": "", "system": "",
    "88591": "iso8859-1", "iso88591": "iso8859-1", "1252": "cp1252", "ansi1252": "cp1252",
    "kz1048": "kz1048", "strk1048": "kz1048", "rk1048": "kz1048", "1200": "utf-16-le",
    "utf16": "utf-16-le", "utf16le": "utf-16-le",
}  # fmt: skip


class Decision(NamedTuple):
    """An encoding, how it was found, and a piece of text in it where it was not declared."""

    encoding: str
    how: str
    sample: str | None = None


def head_of(path: Path, size: int) -> bytes:
    """The first bytes of a file, up to the end of a line where the file goes on."""
    with path.open("rb") as file:
        data = file.read(size)
    if len(data) < size:
        return data
    line = data.rfind(b"\n")
    if line > 0:
        return data[: line + 1]
    # one long line: leave out a letter that the cut may have split
    return data[: max(at for at in range(len(data) - 4, len(data)) if data[at] & 0xC0 != 0x80)]  # noqa: PLR2004


def codec_of(name: str) -> str | None:
    """The Python codec of an encoding's name as files and people write it; None if there is none."""
    plain = re.sub(r"[^0-9a-z]", "", name.casefold())
    known = NAMES.get(plain, name.strip())
    try:
        return codecs.lookup(known).name if known else None
    except LookupError:
        return None


def stated_codec(name: str) -> str:
    """The codec the user named. Raises InputError for an unknown one."""
    found = codec_of(name)
    if found is None:
        raise InputError(f"--encoding {name}: not known; specify utf-8, cp1251, cp866, koi8-r or kz1048")
    return found


def decide(data: bytes, name: str, declared: str | None, stated: str | None) -> Decision:
    """The encoding of a file called `name`. Raises InputError when it is unsure or the declaration is
    wrong."""
    if stated:
        codec = stated_codec(stated)
        if not _reads(data, codec):
            raise InputError(
                f"{name}: the text is not {stated}; check --encoding (encoding: {_candidate(data)})"
            )
        return Decision(codec, "stated", _sample(data, codec))
    codec = codec_of(declared) if declared else None  # type: ignore[assignment]
    if codec is None:
        return detect(data, name)
    if data.isascii() or (_reads(data, codec) and not _doubtful(data, codec)):
        return Decision(codec, "declared")
    raise InputError(
        f"{name}: the file declares the encoding {declared}, its text is not ({_candidate(data)});"
        " correct the declaration (.cpg) or give --encoding"
    )


def detect(data: bytes, name: str) -> Decision:
    """The encoding of undeclared text. Raises InputError when two are about as likely."""
    if data.isascii():
        return Decision("utf-8", "plain ASCII")
    if _reads(data, "utf-8"):
        return Decision("utf-8", "detected", _sample(data, "utf-8"))
    best, second = sorted(((score(data, codec), codec) for codec in CYRILLIC), reverse=True)[:2]
    same = _reads(data, best[1]) and _decoded(data, best[1]) == _decoded(data, second[1])
    letters = sum(byte > 127 for byte in data)  # noqa: PLR2004  the half that encodings differ in
    if letters < LEAST_LETTERS or best[0] <= 0 or (not same and best[0] < second[0] * MARGIN):
        raise InputError(
            f"{name}: the encoding is not said and unsure; specify it with --encoding, such as cp1251"
        )
    codec = "cp1251" if same and "cp1251" in (best[1], second[1]) else best[1]
    return Decision(codec, "detected", _sample(data, codec))


def score(data: bytes, codec: str) -> float:
    """How much a text reads like Russian or Kazakh: common letters, capitals only where words begin."""
    text = _decoded(data, codec)
    total, before = 0.0, " "
    for letter in text:
        low = letter.lower()
        if low in LETTERS:
            total += 1.5 - LETTERS.index(low) / 24
            total -= 2.0 * (letter != low and before.isalpha() and before.islower())
        elif low in KAZAKH:
            total += 1.0
        elif ord(letter) > 127:  # noqa: PLR2004
            total -= 2.0 if letter not in "№«»—–“”ё°…" else 0
        before = letter
    return total


def _doubtful(data: bytes, codec: str) -> bool:
    """Whether bytes that the declared codec takes without a fault are more likely another encoding."""
    if codec == "utf-8" or codec.startswith("utf-16"):
        return False
    if _reads(data, "utf-8"):
        return True
    return codec in CYRILLIC and bool(STRANGE & set(_decoded(data, codec)))


def _candidate(data: bytes) -> str:
    if _reads(data, "utf-8"):
        return "it looks like utf-8"
    likely = max(CYRILLIC, key=lambda codec: score(data, codec))
    return f"perhaps {likely}: {_sample(data, likely)!r}"


def _reads(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: bytes, codec: str) -> str:
    return data.decode(codec, errors="replace")


def _sample(data: bytes, codec: str) -> str:
    """The first words that are not plain ASCII."""
    text = _decoded(data, codec).lstrip("\ufeff")
    found = re.search(r"[^\x00-\x7f][^\x00\r\n;\"]*", text)
    return found.group()[:SAMPLE].strip() if found else text[:SAMPLE]
