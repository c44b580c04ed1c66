"""One sheet of paper on the whole city for its heads: figures, map, worst conflicts, districts."""

from __future__ import annotations

from typing import Any

import geopandas as gpd

from layers.conflicts import Conflict
from layers.courtyard_needs import CourtyardNeed
from layers.district_needs import DistrictNeed
from maps import palette
from maps.basemap import base_layers
from maps.district import (
    DistrictFrames,
    classed_yards,
    headline,
    listed,
    neediest,
    places_of,
    share,
    sheet_layers,
    worst_conflicts,
)
from maps.extent import extent
from maps.index import money_at_risk
from maps.names import triples
from maps.page import Model, PageContext, map_page, page_model
from maps.shell import CityMap

WORST, NEEDIEST = 10, 5  # places with conflicts, and courtyards without money, that a head reads of
HEADLINE = (
    ("district_appeals", "number", "appeals"),
    ("district_money", "short", "amount_kzt"),
    ("city_appeals_on_map", "percent", "appeals_on_map"),
    ("city_money_on_map", "percent", "money_on_map"),
    ("district_worst", "number", "worst"),
    ("city_places", "number", "places"),
    ("district_conflicts", "number", "conflicts"),
    ("district_risk", "short", "money_at_risk_kzt"),
)


def city_sheet(context: PageContext, frames: DistrictFrames) -> str:
    """The sheet as one HTML text; of the conflicts the map shows the worst places alone."""
    now = frames.districts[frames.districts["valid_to"].isna()]
    yards, clashes = classed_yards(frames.courtyard_needs), frames.conflicts.sort_values("id")
    worst = worst_conflicts(clashes, WORST)
    places = places_of(clashes)
    shown = clashes[places.isin(places[clashes["id"].isin([row["id"] for row in worst])])]
    lists = {"by_district": _districts(frames), "needs": neediest(yards, NEEDIEST), "conflicts": worst}
    layers = [*base_layers(frames.base), *sheet_layers(now, yards, shown)]
    return map_page(
        _model(context, frames) | lists, CityMap(extent(yards, clashes, now)), layers, ["district"]
    )


def city_figures(context: PageContext, frames: DistrictFrames) -> dict[str, Any]:
    """What the sheet says in numbers, of the last year with needs."""
    city, clashes = _last_year(frames), frames.conflicts
    return {
        "year": int(city["year"].max()) if len(city) else None,
        "appeals": int(city["appeals"].sum()),
        "amount_kzt": int(city["amount_kzt"].sum()),
        "appeals_on_map": context.appeals_on_map,
        "money_on_map": context.money_on_map,
        "worst": int((classed_yards(frames.courtyard_needs)["cell"] == "6").sum()),
        "places": int(places_of(clashes).nunique()),
        "conflicts": len(clashes),
        "money_at_risk_kzt": money_at_risk(clashes),
    }


def _last_year(frames: DistrictFrames) -> gpd.GeoDataFrame:
    needs = frames.district_needs
    return needs[needs["year"] == needs["year"].max()]


def _districts(frames: DistrictFrames) -> list[dict[str, Any]]:
    """Districts of the last year, the least covered first."""
    city = _last_year(frames)
    rows = city.assign(
        need_share=[share(need, city["need"].sum()) for need in city["need"]],
        money_share=[share(money, city["funding"].sum()) for money in city["funding"]],
    )
    covered = rows["money_share"].astype(float) / rows["need_share"].astype(float).replace(0, float("nan"))
    rows = rows.assign(coverage=covered).sort_values(["coverage", "district_code"])
    return listed(rows, ["district_code", "appeals", "need_share", "money_share", "coverage"])


def _model(context: PageContext, frames: DistrictFrames) -> Model:
    return {
        **page_model("district", context, [CourtyardNeed, DistrictNeed, Conflict]),
        "title": list(context.city),
        "title_key": "title_city",
        "districts": triples(frames.districts.sort_values("id"), "code"),
        **headline(city_figures(context, frames), HEADLINE),
        "bodies": triples(frames.bodies, "code"),
        "cells": palette.NEED_BY_MONEY,
        "popup_width": 300,
    }
