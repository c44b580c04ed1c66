"""The page of contested places and conflicts: where bodies meet, why, and how much money is at risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gis_core.layer import Label
from layers.assessments import Assessment
from layers.conflicts import Conflict
from layers.contested_parcels import ContestedParcel
from layers.districts import District
from layers.projects import Project
from maps import palette
from maps.basemap import base_layers
from maps.extent import extent
from maps.names import Triple, triples
from maps.packed import Packed, neighbours_together
from maps.page import Model, PageContext, map_page, page_model
from maps.shell import CityMap

SCRIPTS = (
    "sketch",
    "conflicts_data",
    "conflicts_filters",
    "matrix",
    "conflicts_list",
    "pager",
    "conflicts_popup",
    "conflicts",
)
OF_PROJECT = ["id", "name", "executing_body", "work_type", "starts", "ends", "status", "budget_kzt"]

OF_VERDICT = ["conflict_id", "body", "verdict", "lead_body", "note"]
# With so many conflicts, their sentences and 200,000 works a page has 27 MB, and answers at once.
MOST = 100_000
SENTENCES = ["why_ru", "why_kk", "why_en"]  # long, and read one by one
PLACE_KEY = ["place_kind", "place_id"]
Span = tuple[int, int] | None
PRESSING = ["to_be_reassessed", "yes", "not_assessed", "no"]

# A channel of its own: magenta with a white casing, which no class of need or money uses.
DRAWN = palette.look(Conflict, casing="#ffffff", mark="circle", least=14)
LOOKS = {
    "major": {**DRAWN, "opacity": 0.6},
    "minor": {**DRAWN, "fill": "#fdf0f8", "opacity": 0.8},
    "unsure": {"dash": [4, 3]},
}
# A contested place too small to see is left to the circle of its conflict, or is a square if it has none.
PLACE = palette.look(ContestedParcel, width=1.2, mark="none", least=8)
OUTLINE = palette.look(District, fill=None, dash=[6, 4])


@dataclass(frozen=True)
class ConflictFrames:
    """Rows of the layers of the same names, in any CRS; projects with `budget_kzt`; `base` with `kind`."""

    conflicts: gpd.GeoDataFrame
    contested_parcels: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    projects: pd.DataFrame
    bodies: pd.DataFrame
    work_types: Mapping[str, Label]
    base: gpd.GeoDataFrame | None = None
    assessments: pd.DataFrame | None = None
    works: gpd.GeoDataFrame | None = None


@dataclass(frozen=True)
class Part:
    """How many conflicts a page carries at most, the pages of districts (file and names), and the names of
    the district it is about, None for the city."""

    most: int = MOST
    links: tuple[tuple[str, Triple], ...] = ()
    title: Triple | None = None


def conflicts_page(context: PageContext, frames: ConflictFrames, part: Part = Part()) -> str:
    """The page as one HTML text; of too many conflicts it carries the major ones first, then
    those with most money at risk."""
    city = CityMap(extent(frames.contested_parcels, frames.conflicts, frames.districts))
    kept = replace(frames, conflicts=_fitting(frames.conflicts, part.most))
    layers = [
        *base_layers(frames.base),
        _works(kept),
        _districts(frames.districts),
        _contested(frames),
        _conflicts(kept),
    ]
    return map_page({**_model(context, frames), **_said_of(part, frames)}, city, layers, SCRIPTS)


def _fitting(conflicts: gpd.GeoDataFrame, most: int) -> gpd.GeoDataFrame:
    """The major ones first, of either those with most money at risk, of equal ones the first by id."""
    ranked = conflicts.assign(minor=conflicts["severity"] != "major")
    order = ranked.sort_values(["minor", "money_at_risk_kzt", "id"], ascending=[True, False, True]).index
    return conflicts.loc[order[:most]]


def _said_of(part: Part, frames: ConflictFrames) -> Model:
    """What the model says of a page that is a part; `whole` is the number of conflicts before it was cut."""
    whole = len(frames.conflicts)
    title = {"title": part.title, "title_key": "title_conflicts_of"} if part.title else {}
    return {"whole": whole if whole > part.most else None, "links": part.links, **title}


def years_of(conflicts: pd.DataFrame, projects: pd.DataFrame) -> pd.Series:
    """The years of each conflict: those in which both projects run, else either; [] if not known."""
    columns = (projects[name].tolist() for name in ("id", "starts", "ends"))
    runs = {project: _span(starts, ends) for project, starts, ends in zip(*columns, strict=True)}
    pairs = zip(conflicts["project_a"], conflicts["project_b"], strict=True)
    years = [_in_common(runs.get(a), runs.get(b)) for a, b in pairs]
    return pd.Series(years, index=conflicts.index, dtype=object)


def verdicts_of(conflicts: pd.DataFrame, assessments: pd.DataFrame) -> pd.Series:
    """Where each conflict stands: at the most pressing verdict of its bodies; `no` only if all say so.

    `assessments` are those of bodies that are in the conflict now, see `_said`.
    """
    rank = assessments["verdict"].map(PRESSING.index).groupby(assessments["conflict_id"]).min()
    found = conflicts["id"].map(rank).fillna(PRESSING.index("not_assessed")).astype(int)
    return found.map(dict(enumerate(PRESSING)))


def _span(starts: Any, ends: Any) -> Span:
    """First and last year of a project; None where neither day is known."""
    known = [day.year for day in (starts, ends) if not pd.isna(day)]
    return (min(known), max(known)) if known else None


@cache
def _in_common(a: Span, b: Span) -> list[int]:
    """The years of two spans, each list made once."""
    first, second = ({*range(each[0], each[1] + 1)} if each else set() for each in (a, b))
    return sorted(first & second or first | second)


def _conflicts(frames: ConflictFrames) -> Packed:
    dated = frames.conflicts.assign(years=years_of(frames.conflicts, frames.projects))
    said = _said(frames.assessments)
    said = said[said["conflict_id"].isin(dated["id"])].sort_values(OF_VERDICT[:2])
    dated = dated.assign(verdict=verdicts_of(dated, said))
    rows = neighbours_together(dated.sort_values("id"))
    named = {*rows["project_a"], *rows["project_b"]}.union(*frames.contested_parcels["projects"])
    projects = pd.DataFrame(frames.projects[OF_PROJECT])
    projects = projects[projects["id"].isin(named)].sort_values("id")
    return Packed(
        "conflicts",
        rows,
        {"style": DRAWN},
        texts=SENTENCES,
        projects=projects,
        verdicts=said[said["verdict"] != "not_assessed"],
    )


def _said(assessments: pd.DataFrame | None) -> pd.DataFrame:
    """Verdicts, and those still missing, of the bodies that are in a conflict now: who left has no say."""
    if assessments is None:
        return pd.DataFrame(columns=OF_VERDICT)
    return assessments.loc[assessments["state"] == "open", OF_VERDICT]


def _works(frames: ConflictFrames) -> Packed:
    """The areas of the projects that meet: for the drawing in a card, not for the map."""
    works = frames.conflicts[:0].assign(project_id=None) if frames.works is None else frames.works
    meets = works["project_id"].isin({*frames.conflicts["project_a"], *frames.conflicts["project_b"]})
    rows = works.loc[meets, ["project_id", works.geometry.name]]
    # in an order of their own before that of neighbours: several areas may lie on one spot
    rows = rows.iloc[np.lexsort((rows.geometry.to_wkb(hex=True), rows["project_id"].astype(str)))]
    return Packed("works", neighbours_together(rows), {"by": "project_id", "styles": {}})


def _contested(frames: ConflictFrames) -> Packed:
    """The contested places; `met`: whether a conflict was found there, be it on the page or not."""
    rows = frames.contested_parcels.sort_values(PLACE_KEY)
    found = pd.MultiIndex.from_frame(frames.conflicts[PLACE_KEY])
    rows = rows.assign(met=pd.MultiIndex.from_frame(rows[PLACE_KEY]).isin(found))
    return Packed("contested", neighbours_together(rows), {"style": PLACE})


def _districts(districts: gpd.GeoDataFrame) -> Packed:
    """The boundary versions that hold today: those without an end."""
    rows = districts[districts["valid_to"].isna()].sort_values("id")
    return Packed("districts", rows[["code", rows.geometry.name]], {"style": OUTLINE})


def _model(context: PageContext, frames: ConflictFrames) -> Model:
    return {
        **page_model("conflicts", context, [Conflict, ContestedParcel, Project, Assessment]),
        "districts": triples(frames.districts.sort_values("id"), "code"),
        "bodies": triples(frames.bodies, "code"),
        "work_types": {code: list(label) for code, label in sorted(frames.work_types.items())},
        "looks": {**LOOKS, "place": PLACE, "lonely": {**PLACE, "mark": "square"}},
        "popup_width": 440,
    }
