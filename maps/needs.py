"""The page of needs against funding: courtyards in nine classes, districts by coverage, year by year."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from gis_core.layer import SHARE, fields
from layers.courtyard_needs import CourtyardNeed
from layers.district_needs import DistrictNeed
from maps import palette
from maps.basemap import base_layers
from maps.columns import rounded
from maps.extent import extent
from maps.names import NAME_COLUMNS, triples
from maps.packed import Packed, neighbours_together
from maps.page import Model, PageContext, map_page, page_model
from maps.shell import CityMap
from maps.texts import NEEDS

SCRIPTS = ("yearly", "search", "needs_data", "needs_legend", "needs_popup", "ranking", "needs")
OUTLINE = palette.look(DistrictNeed, fill=None, dash=[6, 4])
# Opaque: the colours are read off against the legend.
COURTYARD = palette.look(CourtyardNeed, opacity=1, mark="square", least=4)


@dataclass(frozen=True)
class NeedsFrames:
    """Rows of the layers of the same names, all years, in any CRS; `base` with `kind`."""

    courtyard_needs: gpd.GeoDataFrame
    district_needs: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    base: gpd.GeoDataFrame | None = None


def needs_page(context: PageContext, frames: NeedsFrames) -> str:
    """The page as one HTML text."""
    years = sorted(
        {int(year) for rows in (frames.courtyard_needs, frames.district_needs) for year in rows["year"]}
    )
    city = CityMap(extent(frames.courtyard_needs, frames.districts, frames.district_needs))
    layers = [
        *base_layers(frames.base),
        _districts(frames, years),
        _courtyards(frames.courtyard_needs, years),
    ]
    return map_page(_model(context, frames, years), city, layers, SCRIPTS)


def _courtyards(rows: gpd.GeoDataFrame, years: list[int]) -> Packed:
    """Each courtyard once, as its last year shows it, with what was true of it in each year."""
    geom = rows.geometry.name
    latest = rows.sort_values(["courtyard_id", "year"]).drop_duplicates("courtyard_id", keep="last")
    places = neighbours_together(latest[["courtyard_id", "address", "district_code", geom]])
    facts = _by_year(rows.drop(columns=["address", "district_code", geom]), places["courtyard_id"], years)
    return Packed("courtyards", places, {"style": COURTYARD}, by_year=facts)


def _districts(frames: NeedsFrames, years: list[int]) -> Packed:
    """Each boundary version with its figures by year; without any figures the outlines alone."""
    rows = _outlines(frames.districts) if frames.district_needs.empty else frames.district_needs
    geom = rows.geometry.name
    versions = rows.sort_values(["district_id", "year"]).drop_duplicates("district_id", keep="last")
    places = versions[["district_id", "district_code", geom]]
    facts = _by_year(rows.drop(columns=["district_code", *NAME_COLUMNS, geom]), places["district_id"], years)
    return Packed("districts", places, {"style": OUTLINE}, by_year=facts)


def _outlines(districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Districts as rows of district needs in which every figure is missing."""
    known = districts.rename(columns={"id": "district_id", "code": "district_code"})
    return known.reindex(columns=[*fields(DistrictNeed), districts.geometry.name])


def _by_year(rows: pd.DataFrame, ids: pd.Series, years: list[int]) -> pd.DataFrame:
    """The rows of each year for each id, year after year, in the order of `ids`; some may be missing."""
    key = str(ids.name)
    wanted = pd.MultiIndex.from_product([years, ids], names=["year", key])
    facts = pd.DataFrame(rows).set_index(["year", key]).reindex(wanted).reset_index(drop=True)
    shares = [name for name, field in fields(CourtyardNeed).items() if field.unit == SHARE and name in facts]
    return facts.assign(**{name: rounded(facts[name]) for name in shares})


def _model(context: PageContext, frames: NeedsFrames, years: list[int]) -> Model:
    return {
        **page_model("needs", context, NEEDS, [CourtyardNeed, DistrictNeed]),
        "years": years,
        "districts": triples(frames.districts.sort_values("id"), "code"),
        "cells": palette.NEED_BY_MONEY,
        "coverage": {"breaks": palette.COVERAGE_BREAKS, "colours": palette.COVERAGE},
        "courtyard": COURTYARD,
        "outline": OUTLINE,
        "popup_width": 330,
        "accent": palette.ACCENT,
        "second": palette.SECOND,
        "ranges": {
            "need": _ranges(_in_means(frames.courtyard_needs), frames.courtyard_needs["need_class"]),
            "amount_kzt": _ranges(
                frames.courtyard_needs["amount_kzt"], frames.courtyard_needs["funding_class"]
            ),
        },
    }


def _in_means(rows: pd.DataFrame) -> pd.Series:
    """Need of each row in means of the city in its year, to two decimals: what the classes are cut by."""
    return (rows["need"] / rows.groupby("year")["need"].transform("mean")).round(2)


def _ranges(values: pd.Series, classes: pd.Series) -> list[list[float] | None] | None:
    """Least and greatest value of each class 0 to 2 over all years; None if the classes overlap."""
    found = values.groupby(classes).agg(["min", "max"]).reindex(range(3))
    there = found.dropna()
    if there.empty or (there["min"].to_numpy()[1:] < there["max"].to_numpy()[:-1]).any():
        return None
    return [
        None if pd.isna(low) else [float(low), float(high)] for low, high in found.itertuples(index=False)
    ]
