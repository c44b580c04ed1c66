"""Sightings by workers: the same question asked of each tile of works, the answers put together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis_core.overlap import part_of
from gis_core.pairs import Indices
from gis_core.tiles import near, tiles
from gis_core.workers import Workers, at_hand
from layers.conflict_findings import Sightings, sightings
from layers.conflict_inputs import Inputs
from layers.conflict_meetings import Meetings, meetings, reaches
from layers.conflict_spots import spots


class Tile(NamedTuple):
    """Works of a tile and those near it: their numbers in all works, which of them are the tile's
    own, and how many works and places there are in all.

    Shapes in the inputs as WKB.
    """

    inputs: Inputs
    rows: Indices
    own: NDArray[np.bool_]
    whole: int


class Seen(NamedTuple):
    """The meetings whose first work is a tile's own, by the numbers of all works, and their spots; shapes as
    WKB, which travels faster than shapes do."""

    a: Indices
    b: Indices
    ground: NDArray[np.object_]
    near: NDArray[np.bool_]
    cut: pd.DataFrame


def spread_sightings(inputs: Inputs, only: Collection[str] | None = None) -> Sightings:
    """As `sightings`; by the workers of this command, if there are any, where all works are asked about."""
    workers = at_hand()
    if workers is None or only is not None:
        return sightings(inputs, only)
    return _together(inputs, _seen(inputs, workers))


def _seen(inputs: Inputs, workers: Workers) -> list[Seen]:
    works, places = (frame["geom"].to_numpy(object) for frame in (inputs.works, inputs.places))
    cut, tree, ground = tiles(works, workers.threads), shapely.STRtree(works), shapely.STRtree(places)
    reach, money = float(reaches(inputs).max(initial=0.0)), inputs.budgets.groupby("project_id").indices

    def parts() -> Iterator[Tile]:
        for own in cut:
            rows = near(tree, works[own], reach)
            part = _part(inputs, rows, near(ground, works[rows], 0.0), money)
            yield Tile(part, rows, np.isin(rows, own), len(works) + len(places))

    return workers.map(seen_in, parts(), len(cut))


def _part(inputs: Inputs, rows: Indices, places: Indices, money: Mapping[str, Indices]) -> Inputs:
    """What the rules ask about some of the works; `money`: where each project stands in the budgets."""
    works, met = (
        frame.take(kept).reset_index(drop=True)
        for frame, kept in ((inputs.works, rows), (inputs.places, places))
    )
    projects = works["project_id"].unique()
    held = np.concatenate([np.empty(0, np.intp), *(money[each] for each in projects if each in money)])
    return Inputs(
        inputs.city,
        works.assign(geom=shapely.to_wkb(works["geom"].to_numpy(object))),
        inputs.projects.loc[projects],
        inputs.budgets.take(held).reset_index(drop=True),
        met.assign(geom=shapely.to_wkb(met["geom"].to_numpy(object))),
        inputs.districts.iloc[:0],  # neither is asked where works meet
        inputs.bodies.iloc[:0],
    )


def seen_in(tile: Tile) -> Seen:
    """On a worker: what a tile answers for."""
    works, places = (
        frame.assign(geom=shapely.from_wkb(frame["geom"].to_numpy(object)))
        for frame in (tile.inputs.works, tile.inputs.places)
    )
    inputs = replace(tile.inputs, works=works, places=places)
    with part_of(tile.whole):
        met = meetings(inputs, firsts=tile.own)
        cut = spots(inputs, met.ground)
    cut = cut.assign(geom=shapely.to_wkb(cut["geom"].to_numpy(object)))
    return Seen(tile.rows[met.a], tile.rows[met.b], shapely.to_wkb(met.ground), met.near, cut)


def _together(inputs: Inputs, seen: list[Seen]) -> Sightings:
    """The meetings of all tiles in the order in which they are found at once."""
    seen = [each for each in seen if len(each.a)]
    if not seen:
        nothing = np.empty(0, np.intp)
        met = Meetings(inputs, nothing, nothing, np.empty(0, object), np.empty(0, bool))
        return Sightings(met, spots(inputs, met.ground))
    a, b, ground, close = (np.concatenate([each[at] for each in seen]) for at in range(4))
    before = np.cumsum([0, *(len(each.a) for each in seen)])
    cut = pd.concat(
        [each.cut.assign(ground=each.cut["ground"] + at) for each, at in zip(seen, before, strict=False)],
        ignore_index=True,
    )
    order = np.lexsort((b, a))
    cut = cut.assign(ground=np.argsort(order)[cut["ground"].to_numpy(np.intp)])
    cut = cut.sort_values("ground", kind="stable", ignore_index=True)
    cut = cut.assign(geom=shapely.from_wkb(cut["geom"].to_numpy(object)))
    shapes = shapely.from_wkb(ground[order])
    return Sightings(Meetings(inputs, a[order], b[order], shapes, close[order]), cut)
