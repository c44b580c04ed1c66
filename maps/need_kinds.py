"""The kinds of place that the page of needs shows: each a packed layer with its figures by year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gis_core.layer import SHARE, Layer, fields
from layers.courtyard_needs import CourtyardNeed
from layers.district_needs import DistrictNeed
from layers.grid_needs import GridNeed
from layers.public_space_needs import PublicSpaceNeed
from maps import palette
from maps.columns import rounded
from maps.names import NAME_COLUMNS
from maps.packed import Packed, neighbours_together

# A district's share of need by its share of residents: within a fifth of one it is middling.
PER_RESIDENT = (0.8, 1.25)
Range = list[float] | None


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of place: its layer, the columns that name it, and how a shape without a class looks."""

    name: str
    layer: type[Layer]
    key: str
    title: str | None
    look: dict[str, Any]


# Opaque: the colours are read off against the legend. Hexagons cover all and let the city through.
COURTYARDS = Kind(
    "courtyards",
    CourtyardNeed,
    "courtyard_id",
    "address",
    palette.look(CourtyardNeed, opacity=1, mark="square", least=4),
)
PUBLIC_SPACES = Kind(
    "public_spaces",
    PublicSpaceNeed,
    "public_space_id",
    "name",
    palette.look(PublicSpaceNeed, opacity=1, line="#8a8375", mark="square", least=7),
)
HEXAGONS = Kind("hexagons", GridNeed, "cell_id", None, palette.look(GridNeed, opacity=0.8))
DISTRICTS = Kind(
    "districts", DistrictNeed, "district_id", None, palette.look(DistrictNeed, fill=None, dash=[6, 4])
)
PLACES = (HEXAGONS, DISTRICTS, PUBLIC_SPACES, COURTYARDS)  # as they lie over each other


def placed(kind: Kind, rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Each place once, as its last year shows it, in the order in which places are packed."""
    once = [name for name in (kind.title, "district_code") if name]
    latest = rows.sort_values([kind.key, "year"]).drop_duplicates(kind.key, keep="last")
    return neighbours_together(latest[[kind.key, *once, rows.geometry.name]])


def packed_kind(kind: Kind, places: gpd.GeoDataFrame, rows: gpd.GeoDataFrame, years: list[int]) -> Packed:
    """The places as `placed` gives them, with what was true of each in each year."""
    names = [name for name in NAME_COLUMNS if name in rows]
    said = [name for name in places if name != kind.key]
    facts = _by_year(rows.drop(columns=[*said, *names]), places[kind.key], years)
    return Packed(kind.name, places, {"style": kind.look}, by_year=facts)


def _by_year(rows: pd.DataFrame, ids: pd.Series, years: list[int]) -> pd.DataFrame:
    """The rows of each year for each id, year after year, in the order of `ids`; some may be missing."""
    key = str(ids.name)
    wanted = pd.MultiIndex.from_product([years, ids], names=["year", key])
    facts = pd.DataFrame(rows).set_index(["year", key]).reindex(wanted).reset_index(drop=True)
    shares = [name for name, field in fields(CourtyardNeed).items() if field.unit == SHARE and name in facts]
    return facts.assign(**{name: rounded(facts[name]) for name in shares})


def per_resident(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """District needs with their classes and what they are cut by: need and money to a resident.

    Sums by district are never classed: large districts would always look worst. Where residents are not
    known in a year, courtyards stand for them; a district with neither has no class.
    """
    year = rows.groupby("year")
    known = rows["residents"].notna().groupby(rows["year"]).transform("all")
    people = rows["residents"].where(known, rows["courtyards"]).astype(float).replace(0, np.nan)
    share = people / people.groupby(rows["year"]).transform("sum")
    ratios = {name: rows[name] / year[name].transform("sum") / share for name in ("need", "funding")}
    classes = {f"{name}_class": _step(ratio) for name, ratio in ratios.items()}
    return rows.assign(**classes, **{f"{name}_ratio": ratio.round(2) for name, ratio in ratios.items()})


def _step(ratio: pd.Series) -> pd.Series:
    found = np.searchsorted(PER_RESIDENT, ratio.to_numpy(float), side="right")
    return pd.Series(np.where(ratio.isna(), np.nan, found), index=ratio.index)


def class_ranges(kind: Kind, rows: gpd.GeoDataFrame) -> dict[str, list[Range] | None]:
    """Least and greatest need (in means of the city) and money of each class, over all years."""
    if kind is DISTRICTS:
        return {name: _ranges(rows[f"{name}_ratio"], rows[f"{name}_class"]) for name in ("need", "funding")}
    means = (rows["need"] / rows.groupby("year")["need"].transform("mean")).round(2)
    return {
        "need": _ranges(means, rows["need_class"]),
        "funding": _ranges(rows["amount_kzt"], rows["funding_class"]),
    }


def _ranges(values: pd.Series, classes: pd.Series) -> list[Range] | None:
    """Least and greatest value of each class 0 to 2; None if the classes overlap."""
    found = values.groupby(classes).agg(["min", "max"]).reindex(range(3))
    there = found.dropna()
    if there.empty or (there["min"].to_numpy()[1:] < there["max"].to_numpy()[:-1]).any():
        return None
    return [
        None if pd.isna(low) else [float(low), float(high)] for low, high in found.itertuples(index=False)
    ]
