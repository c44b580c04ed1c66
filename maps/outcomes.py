"""Pages whose shapes have one outcome each: conflicts under two regimes, places of the programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from gis_core.layer import Label, Layer
from layers.districts import District
from layers.programme import Programme
from layers.regime_conflicts import RegimeConflict
from layers.words import PLACE_KINDS
from maps import palette
from maps.basemap import base_layers
from maps.extent import extent
from maps.names import triples
from maps.packed import Packed, neighbours_together
from maps.page import Model, PageContext, map_page, page_model
from maps.shell import CityMap

SCRIPTS = ("outcomes_data", "outcomes")
OUTLINE = palette.look(District, fill=None, dash=[6, 4])
PASSING = ["payer_current", "payer_proposed"]


@dataclass(frozen=True)
class Outcome:
    """What a page tells: the column of outcomes, a second one to filter by, money, the order of its list.

    Places of a `quiet` outcome are many and say little: they are drawn small, so that none hides another.
    """

    page: str
    layer: type[Layer]
    by: str
    second: str
    money: str
    title: str
    sort: str
    quiet: tuple[str, ...] = ()


REGIMES = Outcome(
    "regimes", RegimeConflict, "outcome", "rule", "money_at_risk_kzt", "place_name", "money_at_risk_kzt"
)
PROGRAMME = Outcome("programme", Programme, "decision", "reason", "cost_kzt", "name", "covered", ("refused",))
MARK = {"opacity": 0.85, "mark": "circle", "least": 9}
QUIET_MARK = {"mark": "square", "least": 4, "width": 0.5}


@dataclass(frozen=True)
class OutcomeFrames:
    """Rows with outcomes in any CRS, what they refer to, and for regimes the projects that change hands."""

    rows: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    bodies: pd.DataFrame
    work_types: Mapping[str, Label]
    base: gpd.GeoDataFrame | None = None
    transfers: pd.DataFrame | None = None


def outcome_page(context: PageContext, plan: Outcome, frames: OutcomeFrames) -> str:
    """The page as one HTML text."""
    outlines = frames.districts[frames.districts["valid_to"].isna()].sort_values("id")
    districts = Packed("districts", outlines[["code", outlines.geometry.name]], {"style": OUTLINE})
    keys = [column.name for column in plan.layer.__table__.primary_key]
    rows = neighbours_together(frames.rows.sort_values(keys))
    look = palette.look(plan.layer, **MARK)
    more = {} if frames.transfers is None else {"transfers": passing(frames.transfers)}
    layers = [*base_layers(frames.base), districts, Packed(plan.page, rows, {"style": look}, **more)]
    city = CityMap(extent(frames.rows, frames.districts))
    return map_page(_model(context, plan, frames), city, layers, SCRIPTS)


def passing(transfers: pd.DataFrame) -> pd.DataFrame:
    """Projects and tenge that pass from the budget of one body to that of another, the largest sums first."""
    moved = transfers[transfers["money_moves"].astype(bool)]
    sums = moved.groupby(PASSING)["amount_kzt"].agg(["size", "sum"]).reset_index()
    named = sums.rename(columns={"size": "projects", "sum": "amount_kzt"})
    return named.sort_values(["amount_kzt", *PASSING], ascending=[False, True, True], ignore_index=True)


def _model(context: PageContext, plan: Outcome, frames: OutcomeFrames) -> Model:
    style = plan.layer.style
    if style is None or style.colours is None:
        raise LookupError(f"layer {plan.layer.__tablename__} declares no colours")
    model = page_model(plan.page, context, [plan.layer])
    # kinds of place that a layer does not declare are read by the words of those that do
    model["fields"][plan.layer.__tablename__]["place_kind"]["choices"] = {
        code: list(label) for code, label in PLACE_KINDS.items()
    }
    return {
        **model,
        "districts": triples(frames.districts.sort_values("id"), "code"),
        "bodies": triples(frames.bodies, "code"),
        "work_types": {code: list(label) for code, label in sorted(frames.work_types.items())},
        "outcomes": {
            "layer": plan.layer.__tablename__,
            "by": plan.by,
            "second": plan.second,
            "money": plan.money,
            "title": plan.title,
            "sort": plan.sort,
            "colours": dict(style.colours),
            "look": palette.look(plan.layer, **MARK),
            "quiet": {"values": plan.quiet, "look": QUIET_MARK},
        },
        "popup_width": 360,
    }
