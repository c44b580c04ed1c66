"""The page of needs against funding: places in nine classes, districts by coverage, year by year."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

from gis_core.layer import fields
from layers.appeals import Appeal
from layers.district_needs import DistrictNeed
from maps import palette
from maps.appeals import Appeals, packed_appeals
from maps.basemap import base_layers
from maps.extent import extent
from maps.names import triples
from maps.need_kinds import (
    COURTYARDS,
    DISTRICTS,
    HEXAGONS,
    PLACES,
    PUBLIC_SPACES,
    Kind,
    class_ranges,
    packed_kind,
    per_resident,
    placed,
)
from maps.packed import Packed
from maps.page import Model, PageContext, map_page, page_model
from maps.shell import CityMap
from maps.texts import texts_of

SCRIPTS = ("yearly", "search", "swipe", "needs_data", "needs_legend", "needs_popup", "ranking", "needs")
APPEAL_SCRIPTS = ("pager", "appeals")


@dataclass(frozen=True)
class NeedsFrames:
    """Rows of the layers of the same names, all years, in any CRS; `base` with `kind`."""

    courtyard_needs: gpd.GeoDataFrame
    district_needs: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    base: gpd.GeoDataFrame | None = None
    public_space_needs: gpd.GeoDataFrame | None = None
    grid_needs: gpd.GeoDataFrame | None = None
    appeals: Appeals | None = None

    def by_kind(self) -> dict[Kind, gpd.GeoDataFrame]:
        """The rows of each kind of place that has any, as the kinds lie over each other; districts always."""
        found = {
            COURTYARDS.name: self.courtyard_needs,
            PUBLIC_SPACES.name: self.public_space_needs,
            HEXAGONS.name: self.grid_needs,
            DISTRICTS.name: per_resident(self.district_needs),
        }
        there = {kind: found[kind.name] for kind in PLACES}
        return {
            kind: rows
            for kind, rows in there.items()
            if kind is DISTRICTS or (rows is not None and not rows.empty)
        }


def needs_page(context: PageContext, frames: NeedsFrames) -> str:
    """The page as one HTML text."""
    kinds = frames.by_kind()
    years = sorted({int(year) for rows in kinds.values() for year in rows["year"]})
    drawn = {**kinds, DISTRICTS: _with_outlines(kinds[DISTRICTS], frames.districts)}
    places = {kind: placed(kind, rows) for kind, rows in drawn.items()}
    layers: list[Packed] = [packed_kind(kind, places[kind], rows, years) for kind, rows in drawn.items()]
    appeals = _fitting(frames.appeals) if years else None
    if appeals:
        layers.append(packed_appeals(appeals, places))
    city = CityMap(extent(frames.courtyard_needs, frames.districts, frames.district_needs))
    model = {**_model(context, frames, years), **_appeals_model(appeals)}
    scripts = (*(APPEAL_SCRIPTS if appeals else ()), *SCRIPTS)
    return map_page(model, city, [*base_layers(frames.base), *layers], scripts)


def _fitting(appeals: Appeals | None) -> Appeals | None:
    return None if appeals is None or appeals.rows.empty else appeals.fitting()


def _appeals_model(appeals: Appeals | None) -> Model:
    if appeals is None:
        return {"appeals": None}
    return {
        "appeals": {"cut": appeals.cut, "texts_cut": appeals.texts_cut},
        "texts": texts_of("needs", "appeals"),
        "appeal_categories": {code: list(label) for code, label in sorted(appeals.categories.items())},
    }


def _with_outlines(needs: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Each boundary version with its figures by year; without any figures the outlines alone."""
    if not needs.empty:
        return needs
    known = districts.rename(columns={"id": "district_id", "code": "district_code"})
    return known.reindex(columns=[*fields(DistrictNeed), districts.geometry.name])


def _model(context: PageContext, frames: NeedsFrames, years: list[int]) -> Model:
    kinds = frames.by_kind()
    return {
        **page_model(
            "needs", context, [*(kind.layer for kind in PLACES), *([Appeal] if frames.appeals else [])]
        ),
        "years": years,
        "districts": triples(frames.districts.sort_values("id"), "code"),
        "cells": palette.NEED_BY_MONEY,
        "halves": {"needs": palette.NEED_BY_MONEY[::3], "money": palette.NEED_BY_MONEY[:3]},
        "coverage": {"breaks": palette.COVERAGE_BREAKS, "colours": palette.COVERAGE},
        "kinds": [
            {
                "name": kind.name,
                "layer": kind.layer.__tablename__,
                "key": kind.key,
                "title": kind.title,
                "look": kind.look,
                "ranges": class_ranges(kind, rows),
            }
            for kind, rows in kinds.items()
        ],
        "popup_width": 330,
        "accent": palette.ACCENT,
        "second": palette.SECOND,
    }
