"""Coordinates in degrees, minutes and seconds, with the letters of three languages."""

from __future__ import annotations

import re
from typing import NamedTuple

from gis_core.numbers import as_number

LONGITUDE, LATITUDE = 0, 1
# letters and words behind or before a coordinate: axis and sign
SIDES = {
    "n": (LATITUDE, 1), "с.ш.": (LATITUDE, 1), "с": (LATITUDE, 1), "с.е.": (LATITUDE, 1),
    "s": (LATITUDE, -1), "ю.ш.": (LATITUDE, -1), "ю": (LATITUDE, -1), "о.е.": (LATITUDE, -1),
    "e": (LONGITUDE, 1), "в.д.": (LONGITUDE, 1), "в": (LONGITUDE, 1), "ш.б.": (LONGITUDE, 1),
    "w": (LONGITUDE, -1), "з.д.": (LONGITUDE, -1), "з": (LONGITUDE, -1), "б.б.": (LONGITUDE, -1),
}  # fmt: skip
AXES = ("longitude", "latitude")
MOST = (180, 90)
SIDE = r"(?:[nsewсювз]|[сю]\.? ?ш\.?|[вз]\.? ?д\.?|[со]\.? ?е\.?|[шб]\.? ?б\.?)"
NUMBER = r"\d+(?:[.,]\d+)?"
PARTS = re.compile(
    rf"(?P<before>{SIDE})?\s*(?P<sign>-)?(?P<degrees>{NUMBER})\s*[°º˚]\s*"
    rf"(?:(?P<minutes>{NUMBER})\s*['′’]\s*)?(?:(?P<seconds>{NUMBER})\s*(?:[\"″”]|''|′′|’’)\s*)?(?P<after>{SIDE})?"
)


class Degrees(NamedTuple):
    """A coordinate and a remark on how it was read, as columns want them."""

    value: float
    remark: str = ""


def as_coordinate(cell: object, axis: int) -> Degrees:
    """A coordinate: a number, or degrees with minutes and seconds. Raises ValueError for what is none.

    >>> as_coordinate("51°30'00″ с.ш.", LATITUDE).value, as_coordinate("71° 25.5′ W", LONGITUDE).value
    (51.5, -71.425)
    """
    text = " ".join(str(cell).strip().replace("\u2212", "-").casefold().split())
    found = PARTS.fullmatch(text)
    if found is None:
        number = as_number(cell)
        return Degrees(float(number.value), number.remark)
    side = _side(found["before"] or found["after"])
    if (side and side[0] != axis) or (found["before"] and found["after"]):
        raise ValueError(f"{str(cell)!r} is no {AXES[axis]}")
    whole, minutes, seconds = (_part(found[name]) for name in ("degrees", "minutes", "seconds"))
    value = whole + minutes / 60 + seconds / 3600
    if minutes >= 60 or seconds >= 60 or value > MOST[axis]:  # noqa: PLR2004  to a degree, to a minute
        raise ValueError(f"{str(cell)!r} is no {AXES[axis]}: degrees, minutes or seconds are too large")
    return Degrees(-value if found["sign"] or (side and side[1] < 0) else value)


def _side(words: str | None) -> tuple[int, int] | None:
    """Axis and sign of a letter or an abbreviation."""
    letters = re.sub(r"[. ]", "", words or "")
    return SIDES[letters if len(letters) == 1 else ".".join(letters) + "."] if letters else None


def _part(words: str | None) -> float:
    return float(words.replace(",", ".")) if words else 0.0
