"""How the bytes of a text are read: declared, else detected with a sample to look at, else refused."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from gis_core.errors import InputError

# in the order in which they are preferred where a text reads the same in several
CYRILLIC = ("cp1251", "kz1048", "cp866", "koi8-r", "mac-cyrillic", "iso8859-5")
LATIN = ("cp1252", "iso8859-1", "iso8859-15", "cp437", "cp850")
LETTERS = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъ"
CAPITALS = re.compile(f"[{LETTERS.upper()}]")
ASCII = re.compile("[\x00-\x7f]+")
KAZAKH = "әіңғүұқөһ"
# letters of other Slavic alphabets: in a Kazakh or Russian text they betray KZ-1048 read as cp1251
STRANGE = frozenset("ЂЃЉЊЌЋЏђѓљњќћџЎўЄєЇїЅѕЈј")
SIGNS = frozenset("№«»—–“”„‘’…°§©®™•·×±²³½€₸\u00a0\ufeff")
LEAST_LETTERS = 8
MARGIN = 1.2
ODD = 0.01  # of the letters that a text in the right encoding may hold and no alphabet here has
DAMAGED = 0.02  # of the letters of a utf-8 text that may be broken
SAMPLE = 60
SHOWING = 400  # bytes that show whether every letter has a zero half
NAMES = {
    "65001": "utf-8", "utf8": "utf-8", "1251": "cp1251", "ansi1251": "cp1251", "windows1251": "cp1251",
    "win1251": "cp1251", "866": "cp866", "oem866": "cp866", "ibm866": "cp866", "oem": "", "system": "",
    "88591": "iso8859-1", "iso88591": "iso8859-1", "1252": "cp1252", "ansi1252": "cp1252",
    "kz1048": "kz1048", "strk1048": "kz1048", "rk1048": "kz1048", "1200": "utf-16-le",
    "utf16": "utf-16-le", "utf16le": "utf-16-le",
}  # fmt: skip


class Decision(NamedTuple):
    """An encoding, how it was found, a piece of text in it where it was not declared, what is doubtful."""

    encoding: str
    how: str
    sample: str | None = None
    doubt: str = ""

    def tell(self, notes: list[str]) -> None:
        """Put the doubt among the notes of a file."""
        notes.extend([self.doubt] if self.doubt else [])


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
    except (LookupError, ValueError):  # a name with a zero byte
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
        if not _reads(data, codec) and not (codec == "utf-8" and _nearly_utf8(data)):
            raise InputError(
                f"{name}: the text is not {stated}; check --encoding (encoding: {_candidate(data)})"
            )
        return Decision(codec, "stated", _sample(data, codec), _unusual(data, codec))
    codec = codec_of(declared) if declared else None  # type: ignore[assignment]
    if codec is None:
        return detect(data, name)
    if codec.startswith("utf-16"):
        return Decision(codec, "marked", _sample(data[: len(data) // 2 * 2], codec))
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
    if _nearly_utf8(data):
        return Decision(
            "utf-8", "detected", _sample(data, "utf-8"), "some letters of the utf-8 text are damaged"
        )
    readings = {codec: _decoded(data, codec) for codec in CYRILLIC}
    scores = {codec: score(text) for codec, text in readings.items()}
    ranked = sorted(CYRILLIC, key=lambda codec: -scores[codec])
    best, points = ranked[0], scores[ranked[0]]
    same = [codec for codec in CYRILLIC if readings[codec] == readings[best]]
    rivals = [codec for codec in ranked if codec not in same and _clean(readings[codec])]
    letters = sum(byte > 127 for byte in data)  # noqa: PLR2004  the half that encodings differ in
    close = any(points < scores[codec] * MARGIN for codec in rivals)
    if letters < LEAST_LETTERS or points <= 0 or close or not _clean(readings[best]):
        raise InputError(
            f"{name}: the encoding is not said and unsure; specify it with --encoding, such as cp1251"
        )
    return Decision(same[0], "detected", _sample(data, same[0]))


def _clean(text: str) -> bool:
    """Whether a text holds next to nothing but letters of the alphabets here and the usual signs."""
    letters = Counter(_beyond_ascii(text))
    odd = sum(count for each, count in letters.items() if _worth(each) < 0 and each.lower() != "ё")
    return odd <= ODD * letters.total() and not STRANGE & set(letters)


def _beyond_ascii(text: str) -> str:
    """The letters of a text that encodings differ in."""
    return ASCII.sub("", text)


def _nearly_utf8(data: bytes) -> bool:
    """Whether bytes are utf-8 but for a few broken letters."""
    text = _decoded(data, "utf-8")
    broken = text.count("\ufffd")
    return 0 < broken <= max(1, DAMAGED * len(_beyond_ascii(text))) and len(text) < len(data) - 10


def _unusual(data: bytes, codec: str) -> str:
    """A doubt about letters that a text in the stated encoding should not hold."""
    found = STRANGE & set(_decoded(data, codec)) if codec in CYRILLIC else set()
    if not found:
        return ""
    return f"the letters {' '.join(sorted(found))} are unusual here: perhaps the encoding is kz1048"


def wide_codec(head: bytes) -> str | None:
    """UTF-16 by its mark, or by the zero half of each letter; None for anything else."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16-le" if head[0] == 0xFF else "utf-16-be"  # noqa: PLR2004
    even, odd = head[0:SHOWING:2], head[1:SHOWING:2]
    for codec, zero, other in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zero.count(0) > len(zero) / 4 and len(zero) > LEAST_LETTERS and not other.count(0):
            return codec
    return None


def opening_codec(codec: str) -> str:
    """The codec to open a file with: one that passes over the mark of utf-8."""
    return "utf-8-sig" if codec == "utf-8" else codec


def score(text: str) -> int:
    """How much a text reads like Russian or Kazakh: common letters, capitals only where words begin.

    In whole numbers, so that readings that are as good as each other are equal.
    """
    total = sum(count * _worth(letter) for letter, count in Counter(text).items())
    inside = (text[each.start() - 1] for each in CAPITALS.finditer(text, 1))
    return total - 48 * sum(before.isalpha() and before.islower() for before in inside)


def _worth(letter: str) -> int:
    low = letter.lower()
    if low in LETTERS:
        return 36 - LETTERS.index(low)
    if low in KAZAKH:
        return 24
    return 0 if ord(letter) <= 127 or letter in SIGNS or letter == "ё" else -48  # noqa: PLR2004


def _doubtful(data: bytes, codec: str) -> bool:
    """Whether bytes that the declared codec takes without a fault are more likely another encoding."""
    if codec == "utf-8" or codec.startswith("utf-16"):
        return False
    if _reads(data, "utf-8"):
        return True
    text = _decoded(data, codec)
    return bool(STRANGE & set(text)) if codec in CYRILLIC else codec in LATIN and _accented(text)


def garbled(text: str) -> bool:
    """Whether a text looks like another that was read in the wrong encoding: utf-8 as cp1251, or kz1048."""
    if STRANGE & set(text):
        return True
    try:
        return not text.isascii() and not text.encode("cp1251").decode("utf-8").isascii()
    except UnicodeError:
        return False


def _accented(text: str) -> bool:
    """Whether whole words are of accented letters: Cyrillic that was read as Latin."""
    words = [word for word in re.findall(r"[^\W\d_]{3,}", text) if not word.isascii()]
    whole = sum(all(letter > "\x7f" for letter in word) for word in words)
    return whole > 2 and whole > len(words) / 2  # noqa: PLR2004


def _candidate(data: bytes) -> str:
    if _reads(data, "utf-8"):
        return "it looks like utf-8"
    if _nearly_utf8(data):
        at = _decoded(data, "utf-8").index("\ufffd")
        return (
            f"utf-8 with damaged letters, the first after {_decoded(data, 'utf-8')[max(0, at - 20) : at]!r}"
        )
    likely = max(CYRILLIC, key=lambda codec: score(_decoded(data, codec)))
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
