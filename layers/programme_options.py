"""What can be done at each place, what it costs, and how much of the city's need it takes away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis_core.floors import Options
from layers.city import City
from layers.need_profile import FACTS

MILLIONTHS = 1e6  # of the city's need: the unit of value, in the range solvers like
DIGITS = 9  # of a value: far below one appeal in a million
NO_DISTRICT = ""


def worth(places: pd.DataFrame, city: City, factors: npt.NDArray[np.float64] | None = None) -> pd.Series:
    """Each place's share of the city's need: kinds weighed by the profile, all kinds together one.

    With factors the parts of need weigh so much more or less.
    """
    parts = np.ones(len(FACTS)) if factors is None else factors
    need = (places[[f"need_{fact}" for fact in FACTS]] * parts).sum(axis=1)
    total = need.groupby(places["place_kind"]).transform("sum")
    weights = {str(kind): weight for kind, weight in city.programme.kind_weights.items()}
    held = {kind: weights[kind] for kind in sorted(set(places["place_kind"][total > 0]))}
    weight = places["place_kind"].map(weights).astype(float) / (sum(held.values()) or 1.0)
    return pd.Series((need / total.where(total > 0, 1.0) * weight), places.index)


def options(places: pd.DataFrame, city: City, *, joint: bool) -> pd.DataFrame:
    """A row a place and measure, by place: row of the place, work_type, works_m2, cost, saving, part covered.

    Joint works save a share of the cost where a project nearby digs in the same year.
    """
    rules = city.programme
    found = []
    for each in rules.measures:
        here = places[places["place_kind"] == each.place_kind]
        m2 = np.minimum(here["m2"].to_numpy(float), each.most_m2 or np.inf)
        full = each.fixed + np.floor(each.per_m2 * m2 + 0.5)
        shared = here["joint_with"].notna().to_numpy() if joint else np.zeros(len(here), dtype=bool)
        saving = np.floor(np.where(shared, full * rules.joint_saving, 0.0))
        found.append(
            pd.DataFrame(
                {
                    "row": here.index,
                    "work_type": each.work_type,
                    "works_m2": np.round(m2, 1),
                    "cost": np.maximum(full - saving, 1).astype(np.int64),
                    "saving": saving.astype(np.int64),
                    "part": each.covers * m2 / here["m2"].to_numpy(float),
                }
            )
        )
    columns = ["row", "work_type", "works_m2", "cost", "saving", "part"]
    made = pd.concat(found) if found else pd.DataFrame(columns=columns)
    return pd.DataFrame(made.sort_values("row", kind="stable", ignore_index=True))


def barred(places: pd.DataFrame, year: int, *, excluded: pd.Series, beside: bool) -> pd.Series:
    """Why a place cannot be in the programme of a year whatever it is worth; None where it can."""
    closed = [
        day >= date(year, 12, 31) if isinstance(day, date) else False for day in places["guarantee_until"]
    ]
    reasons = pd.Series(None, places.index, dtype=object)
    for name, held in (
        ("guarantee", pd.Series(closed, places.index, dtype=bool)),
        ("funded", (places["funded_kzt"] > 0) & beside),
        ("excluded", excluded),
    ):
        reasons = reasons.mask(held, name)
    return reasons


def as_options(
    offers: pd.DataFrame, places: pd.DataFrame, values: pd.Series, limits: tuple[int, Mapping[str, int]]
) -> Options:
    """Offers as numbers for the solver; `values` by offer, limits are the budget and the floors."""
    budget, floors = limits
    groups = places["district_code"].fillna(NO_DISTRICT)
    names = tuple(sorted(set(groups) | set(floors)))
    number = {name: at for at, name in enumerate(names)}
    return Options(
        place=np.unique(offers["row"], return_inverse=True)[1].astype(np.int64),
        group=groups.loc[offers["row"]].map(number).to_numpy(np.int64),
        cost=offers["cost"].to_numpy(np.int64),
        value=values.round(DIGITS).to_numpy(float),
        budget=budget,
        floors=np.array([floors.get(name, 0) for name in names], dtype=np.int64),
        names=names,
    )


def values(offers: pd.DataFrame, places: pd.DataFrame, share: pd.Series, city: City) -> pd.Series:
    """Value of each offer in millionths of the city's need, less the penalty where conflicts are open."""
    meets = places["open_conflicts"].loc[offers["row"]].to_numpy() > 0
    kept = np.where(meets, 1 - city.programme.conflict_penalty, 1.0)
    return pd.Series(
        share.loc[offers["row"]].to_numpy() * offers["part"].to_numpy(float) * kept * MILLIONTHS, offers.index
    )
