"""Citizen appeals on the page of needs: points that know their places, off until a reader asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis_core.layer import Label
from maps.need_kinds import COURTYARDS, DISTRICTS, HEXAGONS, PUBLIC_SPACES, Kind
from maps.packed import Waiting, neighbours_together
from maps.payload import packed_texts

# With so many appeals and their texts, and 200,000 courtyards, a page has 45 MB: what can be sent by e-mail.
MOST = 1_000_000
TEXT_LETTERS = 20_000_000  # of texts as they are packed
LOOK = {"line": "#1d2125", "width": 1, "mark": "circle", "least": 6.5}
STYLES = {
    "open": {**LOOK, "fill": "#1d2125", "line": "#ffffff"},
    "closed": {**LOOK, "fill": "#ffffff"},
}
PLACE_KINDS = {"courtyard": COURTYARDS, "public_space": PUBLIC_SPACES}


@dataclass(frozen=True)
class Appeals:
    """Rows of the layer `appeals` with `place_kind`, `place_id` and `district_id`; `text` only if asked for.

    `categories` are their labels by code. `cut` and `texts_cut`: how many of the newest are kept, and how
    many of those keep their texts; None if all are.
    """

    rows: gpd.GeoDataFrame
    categories: Mapping[str, Label] = field(default_factory=dict)
    cut: int | None = None
    texts_cut: int | None = None

    def fitting(self, most: int = MOST, letters: int = TEXT_LETTERS) -> Appeals:
        """The newest of the appeals, and the texts of the newest, so many that a page can carry them."""
        newest = self.rows.sort_values(["requested_on", "id"], ascending=False, kind="stable").head(most)
        kept = replace(self, rows=newest, cut=most if len(self.rows) > most else self.cut)
        size = len(packed_texts(newest["text"])) if "text" in newest else 0
        if size <= letters:
            return kept
        count = int(len(newest) * letters / size)
        text = newest["text"].where(np.arange(len(newest)) < count, None)
        return replace(kept, rows=newest.assign(text=text), texts_cut=count)


def packed_appeals(appeals: Appeals, places: Mapping[Kind, gpd.GeoDataFrame]) -> Waiting:
    """The appeals as a layer, each with its row in every kind of place; `places` as those are packed."""
    rows = neighbours_together(appeals.rows)
    names = [
        name for name in ("id", "requested_on", "closed_on", "category", "status", "text") if name in rows
    ]
    at = {kind.name: _row_numbers(rows, kind, placed) for kind, placed in places.items()}
    frame = rows[[*names, rows.geometry.name]].assign(**at)
    texts = ["text"] if "text" in frame else []
    return Waiting("appeals", frame, {"by": "status", "styles": STYLES}, texts=texts)


def _row_numbers(rows: gpd.GeoDataFrame, kind: Kind, places: gpd.GeoDataFrame) -> pd.Series:
    """The row of each appeal's place of a kind, missing where it has none."""
    found = _hexagons_of(rows, places) if kind is HEXAGONS else _tied(rows, kind, places)
    return pd.Series(found, index=rows.index, dtype=float).where(found >= 0)


def _tied(rows: gpd.GeoDataFrame, kind: Kind, places: gpd.GeoDataFrame) -> NDArray[np.int64]:
    ids = rows["district_id"]
    if kind is not DISTRICTS:
        ids = rows["place_id"].where(rows["place_kind"].map(PLACE_KINDS) == kind)
    return np.asarray(pd.Index(places[kind.key]).get_indexer(ids))


def _hexagons_of(rows: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """The hexagon each point lies in; on a common edge the first by its index."""
    order = np.argsort(places[HEXAGONS.key].to_numpy(), kind="stable")
    cells = shapely.STRtree(places.geometry.to_numpy()[order])
    points = rows.geometry.to_crs(places.crs).to_numpy()
    point, cell = cells.query(points, predicate="intersects")
    found = np.full(len(rows), len(order))
    np.minimum.at(found, point, cell)
    return np.asarray(np.append(order, -1)[found])
