"""Findings in words: why_ru, why_kk, why_en."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis_core.layer import LANGUAGES, Language
from layers.conflict_days import date_of
from layers.conflict_inputs import Inputs
from layers.conflict_words import NOT_KNOWN, NOWHERE, SENTENCES, UNKNOWN_POWER

Records = tuple[list[tuple[str, str, int, int]], NDArray[np.intp]]
Facts = tuple[dict[str, list[str]], list[Records]]


def sentences(inputs: Inputs, rows: pd.DataFrame) -> dict[str, list[str]]:
    """The sentence that explains each finding, by column."""
    numbers = {
        "m2": [f"{math.floor(m2 + 0.5):,}".replace(",", "\u00a0") for m2 in rows["m2"].tolist()],
        "days": [_number(days) for days in rows["days"].tolist()],
        "shift": [_number(days) for days in rows["shift_days"].tolist()],
    }
    sides = [_distinct(rows, side) for side in "ab"]
    return {f"why_{lang}": _said(inputs, rows, (numbers, sides), lang) for lang in LANGUAGES}


def _said(inputs: Inputs, rows: pd.DataFrame, facts: Facts, lang: Language) -> list[str]:
    numbers, sides = facts
    names = _body_names(inputs, lang)
    a, b = (_records(inputs, names, side, lang) for side in sides)
    turned = rows["turned"].to_numpy(bool)
    said = {rule: text[lang].format for rule, text in SENTENCES.items()}
    words = (
        rows["rule"].to_numpy(object),
        _known(rows["place_name"], NOWHERE[lang]),
        [names.get(body, body) for body in _known(rows["competent"], UNKNOWN_POWER[lang])],
        np.where(turned, b, a),
        np.where(turned, a, b),
        *numbers.values(),
    )
    return [
        said[rule](place=place, competent=competent, a=first, b=second, m2=m2, days=days, shift=shift)
        for rule, place, competent, first, second, m2, days, shift in zip(*words, strict=True)
    ]


def _known(column: pd.Series[Any], otherwise: str) -> list[str]:
    return [value if isinstance(value, str) else otherwise for value in column.to_numpy(object)]


def _distinct(rows: pd.DataFrame, side: str) -> Records:
    """The different records of one side (body, project, first and last day), and which is whose."""
    columns = [rows[f"{name}_{side}"].to_numpy(object) for name in ("body", "project", "from", "to")]
    found: dict[tuple[str, str, int, int], int] = {}
    number = [found.setdefault(each, len(found)) for each in zip(*columns, strict=True)]
    return list(found), np.array(number, dtype=np.intp)


def _records(inputs: Inputs, names: dict[str, str], side: Records, lang: Language) -> NDArray[np.object_]:
    """«body (work, dates)» of one side of each finding, each said once; where the profile has no word for a
    kind of work, its code."""
    terms = {code: getattr(term, lang) for code, term in inputs.city.work_types.items()}
    works = [inputs.kinds[project] for _, project, _, _ in side[0]]
    said = [
        f"{names.get(body, body)} ({terms.get(work, work)}, {_day(start)}–{_day(end)})"
        for work, (body, _, start, end) in zip(works, side[0], strict=True)
    ]
    return np.array(said, dtype=object)[side[1]]


def _body_names(inputs: Inputs, lang: Language) -> dict[str, str]:
    rows = inputs.bodies
    names = rows[f"name_{lang}"].where(rows[f"name_{lang}"].notna(), rows["name_ru"])
    return dict(zip(rows["code"], names, strict=True))


@cache
def _day(number: int) -> str:
    day = date_of(number)
    return f"{day:%d.%m.%Y}" if day else NOT_KNOWN


def _number(value: object) -> str:
    return NOT_KNOWN if value is None or value != value else str(int(value))  # type: ignore[call-overload]  # noqa: PLR0124
