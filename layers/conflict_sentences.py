"""Findings in words: why_ru, why_kk, why_en."""

from __future__ import annotations

import math
from functools import cache

import pandas as pd

from gis_core.layer import LANGUAGES, Language
from layers.conflict_days import date_of
from layers.conflict_inputs import Inputs
from layers.conflict_words import NOT_KNOWN, NOWHERE, SENTENCES, UNKNOWN_POWER


def sentences(inputs: Inputs, rows: pd.DataFrame) -> dict[str, list[str]]:
    """The sentence that explains each finding, by column."""
    return {f"why_{lang}": _said(inputs, rows, lang) for lang in LANGUAGES}


def _said(inputs: Inputs, rows: pd.DataFrame, lang: Language) -> list[str]:
    names = _body_names(inputs, lang)
    a, b = (_records(inputs, rows, side, lang) for side in "ab")
    columns = ("rule", "place_name", "m2", "days", "shift_days", "turned", "competent")
    facts = zip(*(rows[name].tolist() for name in columns), a, b, strict=True)
    return [
        SENTENCES[rule][lang].format(
            place=place if isinstance(place, str) else NOWHERE[lang],
            a=b if turned else a,
            b=a if turned else b,
            m2=f"{math.floor(m2 + 0.5):,}".replace(",", "\u00a0"),
            days=_number(days),
            shift=_number(shift),
            competent=names.get(competent, competent) if isinstance(competent, str) else UNKNOWN_POWER[lang],
        )
        for rule, place, m2, days, shift, turned, competent, a, b in facts
    ]


def _records(inputs: Inputs, rows: pd.DataFrame, side: str, lang: Language) -> list[str]:
    """«body (work, dates)» of one side of each finding."""
    names, works = _body_names(inputs, lang), _work_names(inputs, lang)
    columns = (rows[f"{name}_{side}"].tolist() for name in ("body", "project", "from", "to"))
    return [
        f"{names.get(body, body)} ({works[project]}, {_day(start)}–{_day(end)})"
        for body, project, start, end in zip(*columns, strict=True)
    ]


def _body_names(inputs: Inputs, lang: Language) -> dict[str, str]:
    rows = inputs.bodies
    names = rows[f"name_{lang}"].where(rows[f"name_{lang}"].notna(), rows["name_ru"])
    return dict(zip(rows["code"], names, strict=True))


def _work_names(inputs: Inputs, lang: Language) -> dict[str, str]:
    """What each project does; the code where the profile has no word for it."""
    terms = {code: getattr(term, lang) for code, term in inputs.city.work_types.items()}
    kinds = inputs.projects["work_type"]
    return dict(zip(inputs.projects["id"], kinds.map(terms).fillna(kinds), strict=True))


@cache
def _day(number: int) -> str:
    day = date_of(number)
    return f"{day:%d.%m.%Y}" if day else NOT_KNOWN


def _number(value: object) -> str:
    return NOT_KNOWN if value is None or value != value else str(int(value))  # type: ignore[call-overload]  # noqa: PLR0124
