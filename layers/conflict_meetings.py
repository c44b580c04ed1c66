"""Where works of different projects meet: on common ground, or within reach of each other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from gis_core.overlap import Polygons, areas_of_pairs
from gis_core.pairs import Indices, Shapes, areas, near_pairs, polygons_only, shared_among
from layers.conflict_inputs import Inputs
from layers.conflict_pairs import Mask, Pairs
from layers.conflict_rules import CONDITIONS, conditions
from layers.powers import Roles

ON_GROUND = tuple(rule for rule in CONDITIONS if rule != "near_clash")


@dataclass(frozen=True)
class Meetings:
    """Row by row two works (by place in `inputs.works`), the ground, and whether it is shared or only
    near."""

    inputs: Inputs
    a: Indices
    b: Indices
    ground: Shapes
    near: NDArray[np.bool_]

    def pairs(self, roles: Roles | None) -> Pairs:
        return Pairs(self.inputs, self.a, self.b, roles)


def meetings(inputs: Inputs, only: Collection[str] | None = None, *, firsts: Mask | None = None) -> Meetings:
    """All meetings about which some rule may hold, whoever acts; with `only`, those of these projects, with
    `firsts`, those whose first work is one of these."""
    shapes, project = inputs.works["geom"].to_numpy(object), inputs.numbered[0]
    reach = reaches(inputs)
    a, b = near_pairs(shapes, reach, _chosen(inputs, only) if firsts is None else firsts)
    strangers = (project[a] != project[b]) & (firsts is None or firsts[a])
    a, b = a[strangers], b[strangers]
    could = conditions(Pairs(inputs, a, b, None))
    shared = np.logical_or.reduce([could[rule] for rule in ON_GROUND])
    tolerance = inputs.city.conflicts.min_shared_m2
    asked = shared | could["near_clash"]
    a, b, shared, nearly = a[asked], b[asked], shared[asked], could["near_clash"][asked]
    works = Polygons(shapes)
    m2 = areas_of_pairs(works, a, works, b, tolerance)
    ground = np.full(len(a), shapely.MultiPolygon(), dtype=object)
    at = np.flatnonzero(shared & (m2 > tolerance))
    ground[at] = shared_among(shapes, a[at], b[at])
    near = nearly & (m2 <= tolerance)
    at = np.flatnonzero(near)
    ground[at] = _within_reach(shapes, reach, a[at], b[at])
    m2[at] = areas(ground[at])
    found = (m2 > tolerance) & (near | shared)
    return Meetings(inputs, a[found], b[found], ground[found], near[found])


def tighter(met: Meetings, tolerance_m2: float) -> Meetings:
    """The meetings under a larger tolerance: what is shared up to it counts as near."""
    city = met.inputs.city
    rules = msgspec.structs.replace(city.conflicts, min_shared_m2=tolerance_m2)
    inputs = met.inputs.under(msgspec.structs.replace(city, conflicts=rules))
    ground, shapes = met.ground.copy(), inputs.works["geom"].to_numpy(object)
    small = np.flatnonzero(~met.near & (areas(ground) <= tolerance_m2))
    ground[small] = _within_reach(shapes, reaches(inputs), met.a[small], met.b[small])
    near = met.near.copy()
    near[small] = True
    found = areas(ground) > tolerance_m2
    return Meetings(inputs, met.a[found], met.b[found], ground[found], near[found])


def reaches(inputs: Inputs) -> NDArray[np.float64]:
    """Metres around the works of each row; more where they open the ground."""
    rules = inputs.city.conflicts
    opening = [code for code, term in inputs.city.work_types.items() if term.disruptive]
    opens = inputs.works["work_type"].isin(opening).to_numpy(bool)
    return np.where(opens, rules.near_disruptive_m, rules.near_m).astype(float)


def _chosen(inputs: Inputs, only: Collection[str] | None) -> Mask:
    if only is None:
        return np.ones(len(inputs.works), dtype=bool)
    (project, ids), chosen = inputs.numbered, {*only}
    return np.array([each in chosen for each in ids], dtype=bool)[project]


def _within_reach(shapes: Shapes, reach: NDArray[np.float64], a: Indices, b: Indices) -> Shapes:
    """What of each side lies within the reach of the other, together."""
    made = np.full(len(a), shapely.MultiPolygon(), dtype=object)
    close = np.flatnonzero(shapely.dwithin(shapes[a], shapes[b], np.maximum(reach[a], reach[b])))
    a, b = a[close], b[close]
    rings = np.full(len(shapes), None, dtype=object)
    used = np.union1d(a, b)
    rings[used] = shapely.buffer(shapes[used], reach[used])
    parts = [shapely.intersection(shapes[own], rings[other]) for own, other in ((a, b), (b, a))]
    made[close] = polygons_only(shapely.union(*parts))
    return made
