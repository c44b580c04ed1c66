"""The index page: headline figures, the years at a glance, links to the maps and to the exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from layers.conflicts import Conflict
from layers.contested_parcels import ContestedParcel
from layers.courtyard_needs import CourtyardNeed
from layers.district_needs import DistrictNeed
from layers.projects import Project
from maps import palette
from maps.district_names import district_codes, district_file
from maps.names import triples
from maps.page import Model, PageContext, page_model, text_page

GREAT_NEED, NO_MONEY = 2, 0  # classes of need and of money


@dataclass(frozen=True)
class IndexFrames:
    """Rows of the layers of the same names; shapes are not looked at."""

    courtyard_needs: pd.DataFrame
    district_needs: pd.DataFrame
    contested_parcels: pd.DataFrame
    conflicts: pd.DataFrame
    projects: pd.DataFrame
    districts: pd.DataFrame


def index_page(context: PageContext, frames: IndexFrames) -> str:
    """The page as one HTML text."""
    for path in context.downloads:
        if ":" in path or path.startswith(("/", "\\")):
            raise ValueError(f"a download must be a relative path, not {path!r}")
    layers = [Conflict, ContestedParcel, CourtyardNeed, DistrictNeed, Project]
    model = {
        **page_model("index", context, layers),
        **figures(frames),
        "labels": {layer.__tablename__: list(layer.label) for layer in layers},
        "districts": sheet_links(context, frames.districts),
        "accent": palette.ACCENT,
        "second": palette.SECOND,
        "cells": palette.NEED_BY_MONEY,
    }
    return text_page(model, ["index"])


def sheet_links(context: PageContext, districts: pd.DataFrame) -> list[list[Any]]:
    """File and names of the city and of each district that has a page."""
    codes = district_codes(districts)
    names = triples(districts.sort_values("id"), "code") if len(districts) else {}
    city = [["summary", list(context.city)]] if codes else []
    return [*city, *([district_file(code), names[code]] for code in codes)]


def figures(frames: IndexFrames) -> Model:
    """What the page says in numbers: totals of the last year, of conflicts, and the series of the years."""
    courtyards = frames.courtyard_needs
    worst = courtyards[(courtyards["need_class"] == GREAT_NEED) & (courtyards["funding_class"] == NO_MONEY)]
    years = sorted({int(year) for rows in (courtyards, frames.district_needs) for year in rows["year"]})
    totals = frames.district_needs if len(frames.district_needs) else courtyards
    return {
        "years": years,
        "appeals": _series(totals.groupby("year")["appeals"].sum(), years),
        "amount_kzt": _series(totals.groupby("year")["amount_kzt"].sum(), years),
        "worst": _series(worst.groupby("year").size(), years),
        "courtyards": int(courtyards["courtyard_id"].nunique()),
        "projects": len(frames.projects),
        "contested": len(frames.contested_parcels),
        "conflicts": len(frames.conflicts),
        "money_at_risk_kzt": money_at_risk(frames.conflicts),
    }


def money_at_risk(conflicts: pd.DataFrame) -> int:
    """The sum over pairs of projects at a place, each by its greatest risk, however many rules it breaks."""
    pair = ["place_kind", "place_id", "project_a", "project_b"]
    return int(conflicts.groupby(pair, dropna=False)["money_at_risk_kzt"].max().sum())


def _series(values: pd.Series, years: list[int]) -> list[int]:
    return [int(values.get(year, 0)) for year in years]
