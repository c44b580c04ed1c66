"""Findings about one project: its body has no power for such works at such a place."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
import shapely

from gis_core.pairs import Shapes, united
from layers.conflict_days import AFTER, BEFORE, days_covered
from layers.conflict_findings import CERTAINTY, nothing
from layers.conflict_inputs import Inputs
from layers.conflict_spots import homes, spots
from layers.powers import Powers, Roles, powers_of


def outside_powers(inputs: Inputs, roles: Roles, only: Collection[str] | None = None) -> pd.DataFrame:
    """A row a place and project of a body without the power, under the regime of the profile.

    Columns as of `findings`, and `competent`: the body that has the power, None where none is known.
    """
    if not inputs.city.powers.get(inputs.city.conflicts.regime):
        return nothing().assign(competent=None)
    lifting = inputs.city.conflicts.lifting("outside_powers")
    projects = judged(inputs, only)
    projects = projects[~projects["exception"].isin(lifting)]
    acting = projects.assign(executing_body=projects["id"].map(roles.body))
    found = powers_under(inputs, inputs.city.conflicts.regime).outside(acting)
    if not found:
        return nothing().assign(competent=None)
    rows = spots(inputs, grounds(inputs, list(found)))
    at = pd.DataFrame(_facts(inputs, list(found))).take(rows["ground"]).reset_index(drop=True)
    own = {"own_a": rows["m2"], "own_b": rows["m2"]}
    made = pd.concat([rows.drop(columns="ground"), at], axis=1).assign(**own)
    return made.assign(rule="outside_powers", turned=False, severity="minor", shift_days=np.nan,
                       competent=made["project_a"].map(found))  # fmt: skip


def judged(inputs: Inputs, only: Collection[str] | None = None) -> pd.DataFrame:
    """Projects with works, by id; `place_kind` as recorded, else that on which most of the works lie."""
    projects = inputs.projects
    projects = projects[projects["id"].isin(inputs.works["project_id"].unique())]
    if only is not None:
        projects = projects[projects["id"].isin(list(only))]
    silent = projects.loc[projects["place_kind"].isna(), "id"].tolist()
    kinds = _kinds(inputs, silent)
    return projects.assign(place_kind=projects["place_kind"].fillna(projects["id"].map(kinds)))


def powers_under(inputs: Inputs, regime: str) -> Powers:
    """The powers of a regime of the profile, with the districts in which the projects lie."""
    return powers_of(inputs.city, regime, inputs.bodies, homes(inputs))


def _kinds(inputs: Inputs, ids: list[str]) -> dict[str, str]:
    """The kind of place on which most of the works of each project lies; none that lie on no place."""
    rows = spots(inputs, grounds(inputs, ids))
    sums = rows.groupby(["ground", rows["kind"].fillna("")])["m2"].sum().reset_index()
    most = sums.sort_values(["ground", "m2", "kind"], ascending=[True, False, True]).drop_duplicates("ground")
    return {ids[at]: kind for at, kind in zip(most["ground"], most["kind"], strict=True) if kind}


def grounds(inputs: Inputs, ids: list[str]) -> Shapes:
    """The ground of all works of each project."""
    shapes, spans = inputs.works["geom"].to_numpy(object), inputs.spans
    made = np.full(len(ids), shapely.MultiPolygon(), dtype=object)
    for at, project in enumerate(ids):
        made[at] = united(shapes[spans[project]])
    return made


def _facts(inputs: Inputs, ids: list[str]) -> list[dict[str, object]]:
    """Of each project: days, certainty, first and last day, on both sides of the finding."""
    made: list[dict[str, object]] = []
    for project in ids:
        own = inputs.spans[project]
        starts, ends = inputs.starts[own].tolist(), inputs.ends[own].tolist()
        begin = min((day for day in starts if day > BEFORE), default=BEFORE)
        end = max((day for day in ends if day < AFTER), default=AFTER)
        made.append({
            "project_a": project, "project_b": project, "days": days_covered(zip(starts, ends, strict=True)),
            "certainty": CERTAINTY[inputs.doubts[own].max()],
            "from_a": begin, "to_a": end, "from_b": begin, "to_b": end,
        })  # fmt: skip
    return made
