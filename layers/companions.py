"""Columns that come with many files and that no field takes: their cells are checked all the same."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gis_core.accept import spelled
from gis_core.spelling import plain
from gis_core.values import Parser, Read, as_float, as_integer, as_money, as_text
from layers.city import City

AREAS = ("area_m2", "area", "площадь", "площадь м2", "площадь, м²", "аумағы")
AMOUNTS = ("budget_kzt", "budget", "amount", "amount_kzt", "бюджет", "сумма", "стоимость", "сома")
YEARS = ("year", "год", "жыл")
DISTRICTS = ("district", "район", "аудан")
DISTRICT_WORDS = re.compile(r"\b(район\w*|р н|аудан\w*|district)\b")
USUAL_YEARS = range(1990, 2061)


def companions(city: City) -> Mapping[str, Parser]:
    """Plain column name to the parser that its cells are checked with."""
    checks = {AREAS: as_float, AMOUNTS: as_money, YEARS: as_year}
    if city.districts:
        checks[DISTRICTS] = district_of(city)  # type: ignore[assignment]
    return {plain(name): parse for names, parse in checks.items() for name in names}


def as_year(cell: object) -> Read:
    """A year; one far from now is doubtful."""
    value, remark = as_integer(cell)
    return Read(value, remark or ("" if value in USUAL_YEARS else f"the year {value} is unusual"))


def district_fold(text: str) -> str:
    """A district's name without «район» and the like.

    >>> district_fold("р-н Есиль"), district_fold("Есіл ауданы")
    ('есиль', 'есіл')
    """
    return " ".join(DISTRICT_WORDS.sub(" ", plain(text)).split())


def district_of(city: City) -> Parser:
    """The code of a district by any spelling of the profile."""
    labels = {code: term.label for code, term in city.districts.items()}
    known = spelled(labels, {code: term.spellings for code, term in city.districts.items()})
    accepted = {district_fold(spelling): code for spelling, code in known.items()}

    def parse(cell: object) -> Read:
        text = as_text(cell).value
        code = accepted.get(district_fold(text))
        if code is None:
            raise ValueError(f"district {text!r} is not known")
        return Read(code)

    return parse
