"""An address as people write it, in Russian or Kazakh, taken apart into street, house and district.

Names are compared by keys: without case, street words, initials, endings and the letters by which Kazakh
spelling differs from Russian.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from gis_core.spelling import LOOKALIKES

KAZAKH = str.maketrans("әіңғүұқөһё", "аингуукохе")
KINDS = {
    "street": "ул улица улицы улице коше кошеси street st str",
    "avenue": "пр просп проспект проспекте дангыл дангылы avenue ave",
    "lane": "пер переулок туйык туйыгы lane",
    "highway": "ш шоссе трасса тасжолы highway",
    "boulevard": "бул бульвар бульвары boulevard",
    "square": "пл площадь аланы",
    "passage": "проезд откел откели",
    "embankment": "наб набережная жагалау жагалауы",
    "estate": "жм мкр микрорайон шагынауданы шагынаудан тургыналабы пос поселок",
}
KIND_OF = {word: kind for kind, words in KINDS.items() for word in words.split()}
# What is written in several words or with hyphens and points, as one word of KINDS
ABBREVIATED = tuple(
    (re.compile(rf"\b(?:{pattern})(?!\w)\.?"), word)
    for pattern, word in (
        (r"ж\s*[./]?\s*м|жил(?:ой)?\.?\s*массив", " жм "),
        (r"м\s*-\s*н|мкр\s*-?\s*н|мк?р\s*-\s*он", " мкр "),
        (r"шагын\s+аудан(?:ы)?", " шагынауданы "),
        (r"тургын\s+алабы", " тургыналабы "),
        (r"пр\s*-\s*к?т", " проспект "),
        (r"б\s*-\s*р", " бульвар "),
        (r"пр\s*-\s*д", " проезд "),
        (r"р\s*-\s*н", " район "),
        (r"тас\s+жолы", " тасжолы "),
        (r"к(?:оше)?\s*-\s*си", " кошеси "),
        (r"д\s*-\s*л(?:гы)?ы", " дангылы "),
    )
)
NOT_PLACED = re.compile(
    r"\b\d{6}\b"  # postal code
    r"|\b(?:кв|квартира|патер|офис|оф|каб|кабинет|подъезд|этаж|кабат|нп)\b\.?\s*№?\s*\d+[а-я]?"
    r"|\b\d+\s*-?\s*(?:патер|кабат|подъезд|этаж|офис)\b"
)
COUNTRY = frozenset(("казахстан", "республика казахстан", "казакстан", "казакстан республикасы", "рк", "кр"))
CITY = re.compile(r"^(?:г|гор|город)\b\.?\s*[^\W\d]+$|\bкаласы\b|^\w{3,} к$")
DISTRICT = re.compile(r"\b(?:район\w*|аудан\w*|district)\b\.?")
CORPUS = r"(?:корпус|корп|к|блок)\b\.?"
HOUSE = re.compile(
    r"(?:(?:^|\s)(?:дом|д|уй|здание|зд|гимарат|№)\.?)?(?:^|\s|(?<=[.№]))\s*№?\s*"
    r"(?P<number>\d+)\s*-?\s*(?P<letter>[а-яa-z](?![а-яa-z]))?"
    r"(?:\s*[/\\]\s*(?P<fraction>\d+)\s*(?P<second>[а-яa-z](?![а-яa-z]))?)?"
    rf"(?:\s*{CORPUS}\s*№?\s*(?P<corpus>\d+|[а-яa-z](?![а-яa-z])))?"
    r"\s*(?:-?\s*(?:уй|дом)\b)?\s*$"
)
LEAST_STEM = 4  # letters of a word that may lose its ending


@dataclass(frozen=True)
class Written:
    """The parts of an address: keys of names, None where there are none; `house` in one form, `12а/1`."""

    kind: str | None
    street: str
    house: str | None
    locality: str | None
    district: str | None


@lru_cache(maxsize=100_000)
def read_address(text: str, passed_over: frozenset[str] = frozenset()) -> Written:
    """An address taken apart; a street of "" where none is named; the city's own names are passed over.

    >>> read_address("г. Астана, ул. К. Сатпаева, д. 12, корпус 1, кв. 5")
    Written(kind='street', street='сатпаев', house='12/1', locality=None, district=None)
    >>> read_address("Есіл ауданы, Абылай хан даңғылы 60А үй")
    Written(kind='avenue', street='абыла хан', house='60а', locality=None, district='есил')
    >>> read_address("ж.м. Железнодорожный, ул. 187, 15").street
    '187'
    """
    parts = [_within(part, passed_over) for part in _parts(text)]
    parts = [part for part in parts if part and part not in COUNTRY and not CITY.search(part)]
    district = next((DISTRICT.sub(" ", part).strip() for part in parts if DISTRICT.search(part)), None)
    parts = [part for part in parts if not DISTRICT.search(part)]
    houses = [house for part in parts if (house := _whole_house(part))]
    named = [part for part in parts if not _whole_house(part)]
    locality = next((part for part in named if _kind(part) == "estate"), None)
    streets = [part for part in named if part is not locality]
    chosen = next((part for part in streets if _kind(part)), streets[0] if streets else locality or "")
    kind, name = _kind(chosen), _without_kinds(chosen)
    house = house_form(houses[0]) if houses else None
    if house is None and (found := HOUSE.search(name)) and name_key(name[: found.start()]):
        name, house = name[: found.start()], _form(found)
    held = name_key(_without_kinds(locality)) if locality and chosen is not locality else None
    return Written(kind, name_key(name), house, held, name_key(district) if district else None)


def house_form(text: str) -> str | None:
    """A house number in the one form that is compared: digits, letter, slash, fraction.

    >>> house_form("12 А"), house_form("№ 7 корп. 2"), house_form("12/1Б"), house_form("б/н")
    ('12а', '7/2', '12/1б', None)
    """
    found = HOUSE.fullmatch(_folded(text).strip(" ."))
    return _form(found) if found else None


def _within(part: str, city: frozenset[str]) -> str:
    """A part without the name of the city at its beginning: «г. Астана ул. Абая 5»."""
    words = part.split()
    while words and words[0].strip(".") in city | {"г", "гор", "город"} and len(words) != 2:  # noqa: PLR2004
        words.pop(0)
    return "" if " ".join(words) in city else " ".join(words)


def folded_name(text: str) -> str:
    """A name as `read_address` sees it."""
    return " ".join(_folded(text).split())


def _parts(text: str) -> list[str]:
    """Parts between commas, folded, without flats, offices and postal codes."""
    folded = _folded(text)
    folded = re.sub(rf"[,;]\s*(?={CORPUS})", " ", NOT_PLACED.sub(" ", folded))
    return [part for each in re.split(r"[,;:()]", folded) if (part := " ".join(each.split()).strip(" ."))]


def _folded(text: str) -> str:
    folded = re.sub(r"[«»\"'“”]", " ", text.casefold()).translate(KAZAKH)
    for pattern, word in ABBREVIATED:
        folded = pattern.sub(word, folded)
    return folded


def _whole_house(part: str) -> str | None:
    return part if HOUSE.fullmatch(part) else None


def _form(found: re.Match[str]) -> str:
    number, letter, fraction, second, corpus = (found[name] or "" for name in HOUSE.groupindex)
    end = f"/{fraction}{second}" if fraction else ""
    form = number + letter + end + (f"/{corpus}" if corpus else "")
    return form.translate(LOOKALIKES)


def _kind(part: str) -> str | None:
    return next((KIND_OF[word] for word in re.findall(r"\w+", part) if word in KIND_OF), None)


def _without_kinds(part: str) -> str:
    words = re.findall(r"\S+", part.replace(".", ". "))
    return " ".join(word for word in words if word.strip(".") not in KIND_OF)


def name_key(name: str) -> str:
    """Words of a name without initials and endings, in alphabetical order."""
    words = re.findall(r"[^\W_]+", name.translate(LOOKALIKES) if re.search("[а-я]", name) else name)
    if any(len(word) > 2 for word in words):  # noqa: PLR2004  a name, and single letters are initials
        words = [word for word in words if len(word) > 1 or word.isdigit()]
    return " ".join(sorted(_stem(word) for word in words))


def _stem(word: str) -> str:
    """A word without soft signs and without the vowel it ends with: «Абая» and «Абай» are one name."""
    bare = re.sub("[ьъ]", "", word)
    return re.sub("[аяыйиоеу]$", "", bare) if len(bare) >= LEAST_STEM and bare.isalpha() else bare
