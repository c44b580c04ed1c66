"""Findings in words: why_ru, why_kk, why_en."""

from __future__ import annotations

import numpy as np
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
    works = _work_names(inputs, lang)
    a, b = (
        [
            f"{names.get(body, body)} ({works[project]}, {_day(start)}–{_day(end)})"
            for body, project, start, end in zip(
                *(rows[f"{name}_{side}"] for name in ("body", "project", "from", "to")), strict=True
            )
        ]
        for side in "ab"
    )
    facts = zip(
        *(rows[name] for name in ("rule", "place_name", "m2", "days", "shift_days", "turned", "competent")),
        *(a, b),
        strict=True,
    )
    return [
        SENTENCES[rule][lang].format(
            place=place if isinstance(place, str) else NOWHERE[lang],
            a=b if turned else a,
            b=a if turned else b,
            m2=f"{np.floor(m2 + 0.5):,.0f}".replace(",", "\u00a0"),
            days=_number(days),
            shift=_number(shift),
            competent=names.get(competent, competent) if isinstance(competent, str) else UNKNOWN_POWER[lang],
        )
        for rule, place, m2, days, shift, turned, competent, a, b in facts
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


def _day(number: int) -> str:
    day = date_of(number)
    return f"{day:%d.%m.%Y}" if day else NOT_KNOWN


def _number(value: object) -> str:
    return NOT_KNOWN if pd.isna(value) else str(int(value))  # type: ignore[call-overload]
