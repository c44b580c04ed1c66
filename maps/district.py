"""The page of one district: a sheet of paper with its map, figures, first needs and first conflicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from layers.conflict_words import RULES
from layers.conflicts import Conflict
from layers.courtyard_needs import CourtyardNeed
from layers.district_needs import DistrictNeed
from maps import palette
from maps.basemap import base_layers
from maps.conflicts import DRAWN
from maps.extent import DEGREES, extent
from maps.index import money_at_risk
from maps.names import triples
from maps.need_kinds import COURTYARDS, DISTRICTS
from maps.packed import Packed, neighbours_together
from maps.page import Model, PageContext, map_page, page_model
from maps.shell import CityMap

FIRST = 20  # needs and conflicts that a sheet has room for
HEADLINE = (
    ("district_appeals", "number", "appeals"),
    ("district_money", "short", "amount_kzt"),
    ("district_need", "percent", "need"),
    ("district_share", "percent", "funding"),
    ("district_coverage", "percent", "coverage"),
    ("district_worst", "number", "worst"),
    ("district_conflicts", "number", "conflicts"),
    ("district_risk", "short", "money_at_risk_kzt"),
)
BESIDE = 1500  # metres of the city that are drawn round the district


@dataclass(frozen=True)
class DistrictFrames:
    """Rows of the layers of the same names, of the whole city and all years; bodies by code."""

    courtyard_needs: gpd.GeoDataFrame
    district_needs: gpd.GeoDataFrame
    conflicts: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    bodies: pd.DataFrame
    base: gpd.GeoDataFrame | None = None


def district_page(context: PageContext, frames: DistrictFrames, code: str) -> str:
    """The page of a district as one HTML text."""
    now = frames.districts[(frames.districts["code"] == code) & frames.districts["valid_to"].isna()]
    yards = _yards(frames.courtyard_needs, code)
    clashes = frames.conflicts[frames.conflicts["district_code"] == code].sort_values("id")
    layers = [
        *base_layers(_near(frames.base, now)),
        *sheet_layers(now, yards, clashes),
    ]
    model = _model(context, frames, code) | {"needs": neediest(yards), "conflicts": worst_conflicts(clashes)}
    return map_page(model, CityMap(extent(yards, clashes, now)), layers, ["district"])


def sheet_layers(now: gpd.GeoDataFrame, yards: gpd.GeoDataFrame, clashes: gpd.GeoDataFrame) -> list[Packed]:
    """Outlines, courtyards by class and conflicts, as they lie over each other on a sheet."""
    drawn = neighbours_together(_with_shapes(clashes, ["id"]))
    return [
        Packed("outline", _with_shapes(now, ["code"]), {"style": {**DISTRICTS.look, "width": 2}}),
        Packed("courtyards", neighbours_together(_with_shapes(yards, ["courtyard_id", "cell"])), _cells()),
        Packed("conflicts", drawn, {"style": {**DRAWN, "least": 9}}),
    ]


def _with_shapes(frame: gpd.GeoDataFrame, columns: list[str]) -> gpd.GeoDataFrame:
    return frame[[*columns, frame.geometry.name]]


def headline(figures: dict[str, Any], wanted: Iterable[tuple[str, str, str]]) -> Model:
    """The year of a sheet and its figures: what each is called, how it is written, how much it is."""
    return {"year": figures["year"], "headline": [(key, form, figures[name]) for key, form, name in wanted]}


def district_figures(frames: DistrictFrames, code: str) -> dict[str, Any]:
    """What the sheet says in numbers, of the last year with needs."""
    year = int(frames.district_needs["year"].max()) if len(frames.district_needs) else None
    city = frames.district_needs[frames.district_needs["year"] == year]
    here = city[city["district_code"] == code]
    need, money = (share(here[name].sum(), city[name].sum()) for name in ("need", "funding"))
    yards = _yards(frames.courtyard_needs, code)
    clashes = frames.conflicts[frames.conflicts["district_code"] == code]
    return {
        "year": year,
        "appeals": int(here["appeals"].sum()),
        "amount_kzt": int(here["amount_kzt"].sum()),
        "need": need,
        "funding": money,
        "coverage": money / need if need and money is not None else None,
        "courtyards": len(yards),
        "worst": int((yards["cell"] == "6").sum()),
        "conflicts": len(clashes),
        "money_at_risk_kzt": money_at_risk(clashes),
    }


def share(part: float, whole: float) -> float | None:
    """A part of a whole, None of nothing."""
    return round(float(part / whole), 6) if whole else None


def _yards(rows: gpd.GeoDataFrame, code: str) -> gpd.GeoDataFrame:
    """Those of a district."""
    classed = classed_yards(rows)
    return classed[classed["district_code"] == code]


def classed_yards(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Courtyards in the last year, with their class and their need in means of the city."""
    last = rows[rows["year"] == rows["year"].max()]
    means = last["need"] / last["need"].mean()
    cell = (3 * last["need_class"] + last["funding_class"]).astype(int).astype(str)
    return last.assign(means=means.round(3), cell=cell).sort_values("courtyard_id")


def neediest(yards: gpd.GeoDataFrame, most: int = FIRST) -> list[dict[str, Any]]:
    """The neediest courtyards without money."""
    poor = yards[yards["funding_class"] == 0]
    first = poor.sort_values(["means", "courtyard_id"], ascending=[False, True])[:most]
    columns = ["courtyard_id", "address", "means", "cell", "appeals", "condition"]
    return listed(first, columns)


def worst_conflicts(clashes: gpd.GeoDataFrame, most: int = FIRST) -> list[dict[str, Any]]:
    """The places with most money at risk, each once with the rules and bodies of all its conflicts.

    `id` is the conflict with most money there. A pair that meets on no recorded place is a place of its own.
    """
    ordered = clashes.sort_values(["money_at_risk_kzt", "id"], ascending=[False, True])
    places = places_of(ordered)
    pair = [places, ordered["project_a"], ordered["project_b"]]
    money = ordered["money_at_risk_kzt"].groupby(pair).max().groupby(level=0).sum()
    first = ordered.assign(place=places, money=places.map(money)).drop_duplicates("place")
    first = first.sort_values(["money", "id"], ascending=[False, True])[:most]
    there = dict(iter(ordered[places.isin(first["place"])].groupby(places)))
    shown = listed(first, ["id", "place_name"])
    return [{**line, **_met(there[place])} for line, place in zip(shown, first["place"], strict=True)]


def places_of(conflicts: pd.DataFrame) -> pd.Series:
    """The place of each conflict as one text; that of a pair on no recorded place is the pair."""
    pair = conflicts["project_a"].astype(str) + "\n" + conflicts["project_b"].astype(str)
    place = conflicts["place_kind"].astype(str) + "\n" + conflicts["place_id"].astype(str)
    return place.where(conflicts["place_id"].notna(), pair)


def _met(rows: pd.DataFrame) -> dict[str, Any]:
    """Rules, bodies and money of the conflicts of one place, rules in their declared order."""
    return {
        "rules": sorted(set(rows["rule"]), key=list(RULES).index),
        "bodies": sorted({*rows["body_a"], *rows["body_b"]}),
        "money_at_risk_kzt": money_at_risk(rows),
    }


def listed(rows: gpd.GeoDataFrame, columns: list[str]) -> list[dict[str, Any]]:
    """Rows as JSON has them, each with a point on it in degrees."""
    points = rows.geometry.representative_point().to_crs(DEGREES)
    plain = pd.DataFrame(rows[columns]).astype(object)
    records = plain.where(plain.notna(), None).to_dict("records")
    at = [
        None if point is None or point.is_empty else [round(point.y, 6), round(point.x, 6)]
        for point in points
    ]
    return [{**record, "at": place} for record, place in zip(records, at, strict=True)]


def _cells() -> dict[str, Any]:
    """The nine colours by class."""
    styles = {str(n): {**COURTYARDS.look, "fill": fill} for n, fill in enumerate(palette.NEED_BY_MONEY)}
    return {"by": "cell", "styles": styles}


def _near(base: gpd.GeoDataFrame | None, district: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """What of the base map lies near the district."""
    if base is None or base.empty or district.empty:
        return base
    west, south, east, north = district.to_crs(base.crs).total_bounds
    window = shapely.box(west - BESIDE, south - BESIDE, east + BESIDE, north + BESIDE)
    return base[base.intersects(window)]


def _model(context: PageContext, frames: DistrictFrames, code: str) -> Model:
    names = triples(frames.districts.sort_values("id"), "code")
    return {
        **page_model("district", context, [CourtyardNeed, DistrictNeed, Conflict]),
        "title": names[code],
        **headline(district_figures(frames, code), HEADLINE),
        "bodies": triples(frames.bodies, "code"),
        "cells": palette.NEED_BY_MONEY,
        "popup_width": 300,
    }
