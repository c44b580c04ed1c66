"""Four years of needs of an invented city, its courtyards and its districts, for the whole page of needs."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.invented import CITY, CRS, X0, Y0, courtyards
from maps.needs import NeedsFrames

YEARS = (2020, 2021, 2022, 2023)
ACROSS, DOWN = 3, 2  # districts are rectangles
CODES = [f"district-{n}" for n in range(ACROSS * DOWN)]
PARTS = ("appeals", "repeated", "open", "age", "condition", "works", "residents")
BREAKS = (1.0, 2.0)  # classes of need, in means of the city
AMOUNT_BREAKS = (1, 20_000_000)


def needs_frames(count: int) -> NeedsFrames:
    """So many courtyards in each year, and the districts that hold them."""
    yards = courtyards(count)[["id", "address", "condition", "residents", "geometry"]]
    yards = yards.rename(columns={"id": "courtyard_id"}).rename_geometry("geom")
    middles = yards.geom.representative_point()
    column = np.clip((middles.x - X0) // (CITY / ACROSS), 0, ACROSS - 1).astype(int)
    line = np.clip((middles.y - Y0) // (CITY / DOWN), 0, DOWN - 1).astype(int)
    yards["district_code"] = [CODES[at] for at in line * ACROSS + column]
    dice = np.random.default_rng(3)
    needs = pd.concat([_year(yards, year, dice) for year in YEARS], ignore_index=True)
    return NeedsFrames(needs, _of_districts(needs), _outlines())


def _year(yards: gpd.GeoDataFrame, year: int, dice: np.random.Generator) -> gpd.GeoDataFrame:
    count = len(yards)
    parts = dice.gamma(1, 1, (count, len(PARTS)))
    parts /= parts.sum()
    amount = np.where(dice.random(count) < 0.4, dice.integers(1, 60_000, count) * 1000, 0)
    need = parts.sum(axis=1)
    return yards.assign(
        year=year,
        appeals=dice.poisson(6, count),
        appeals_repeated=dice.poisson(1, count),
        appeals_open=dice.poisson(2, count),
        **{f"need_{name}": parts[:, n] for n, name in enumerate(PARTS)},
        need=need,
        confidence=dice.choice([0.8, 0.9, 1.0], count),
        missing=dice.choice(["condition", "residents", "condition, residents"], count),
        amount_kzt=amount,
        funding=amount / amount.sum(),
        gap=need - amount / amount.sum(),
        gap_kzt=((need - amount / amount.sum()) * amount.sum()).round(),
        need_class=np.searchsorted(BREAKS, need / need.mean(), side="right"),
        funding_class=np.searchsorted(AMOUNT_BREAKS, amount, side="right"),
    )


def _of_districts(needs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    sums = ["appeals", "appeals_open", "residents", "need", "amount_kzt", "funding", "gap"]
    rows = pd.DataFrame(needs).groupby(["district_code", "year"])[sums].sum().reset_index()
    rows["courtyards"] = needs.groupby(["district_code", "year"]).size().to_numpy()
    outlines = _outlines().rename(columns={"id": "district_id", "code": "district_code"})
    return outlines.merge(rows, on="district_code")


def _outlines() -> gpd.GeoDataFrame:
    wide, high = CITY / ACROSS, CITY / DOWN
    corners = [(X0 + n % ACROSS * wide, Y0 + n // ACROSS * high) for n in range(len(CODES))]
    shapes = [shapely.MultiPolygon([shapely.box(x, y, x + wide, y + high)]) for x, y in corners]
    names = {f"name_{lang}": CODES for lang in ("ru", "kk", "en")}
    return gpd.GeoDataFrame({"id": CODES, "code": CODES, **names}, geometry=shapes, crs=CRS).rename_geometry(
        "geom"
    )
