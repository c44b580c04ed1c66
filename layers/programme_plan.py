"""From a budget to a programme: the choice, what it is held against, and the rows with their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from gis_core.choosing import Choice, choose
from gis_core.errors import InputError
from gis_core.floors import Options
from gis_core.greedy import equal_shares, greedy
from layers.city import City
from layers.coverage import coverage
from layers.need_profile import FACTS
from layers.need_ranks import draws
from layers.programme_age import basis
from layers.programme_candidates import candidates, years_of_need
from layers.programme_options import as_options, barred, options, values, worth
from layers.programme_rows import programme_rows

DRAWS = 50
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Order:
    """What the user asks for. Floors are sums by district; `exclude` names places, districts or kinds.

    `beside`: on top of what the year's projects improve already. `joint`: dig once with planned projects.
    """

    budget: int
    year: int | None = None
    floors: Mapping[str, int] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    beside: bool = False
    joint: bool = True


@dataclass(frozen=True)
class Plan:
    """Rows of the layer `programme`, what is told of them as a whole, and the mark of what they rest on."""

    rows: pd.DataFrame
    facts: dict[str, Any]
    basis: str


def plan(connection: Connection, city: City, order: Order) -> Plan:
    """The programme of a year; InputError for names that are unknown and floors that cannot be met."""
    year, need_year = years_of_need(connection, order.year)
    if not city.programme.measures:
        raise InputError(f"the profile of {city.code} prices no works: add measures under [programme]")
    places = candidates(connection, city, year, need_year)
    reasons = barred(places, year, excluded=_excluded(places, order), beside=order.beside)
    share = worth(places, city)
    offers = options(places, city, joint=order.joint)
    offers = offers.assign(value=values(offers, places, share, city))
    open_to = offers[reasons.loc[offers["row"]].isna().to_numpy() & (offers["value"] > 0).to_numpy()]
    open_to = open_to[(open_to["cost"] <= order.budget).to_numpy()].reset_index(drop=True)
    limits = (order.budget, _known_floors(places, order.floors))
    problem = as_options(open_to, places, open_to["value"], limits)
    choice = choose(problem)
    marks = _marks(problem, open_to, places)
    marks["chosen_often"] = _often(open_to, places, city, limits)
    rows = programme_rows(
        city,
        places.assign(reason=reasons, share=share, year=year, **marks),
        offers,
        (open_to, choice, problem),
    )
    facts = {**_facts(rows, order, choice, need_year=need_year), "coverage": coverage(connection).shares}
    return Plan(rows, facts, basis(places, city))


def _excluded(places: pd.DataFrame, order: Order) -> pd.Series:
    """True for places named by themselves, by district or by kind; InputError for a name of none."""
    named = pd.Series(False, places.index)
    for name in order.exclude:
        held = (places[["place_kind", "district_code", "place_id"]] == name).any(axis=1)
        if not held.any():
            raise InputError(f"--exclude {name}: no place, district or kind of place has this name")
        named |= held
    return named


def _known_floors(places: pd.DataFrame, floors: Mapping[str, int]) -> Mapping[str, int]:
    codes = sorted(set(places["district_code"].dropna()))
    for name in floors:
        if name not in codes:
            raise InputError(
                f"--floors {name}: no district with places has this code; there are {', '.join(codes)}"
            )
    return floors


def _marks(problem: Options, offers: pd.DataFrame, places: pd.DataFrame) -> dict[str, Any]:
    """By place: what simple rules would take, as flags and as the need that they would take away."""
    made: dict[str, Any] = {}
    for name, rule in (("greedy", greedy), ("equal", equal_shares)):
        taken = offers[rule(problem)].set_index("row")
        made[f"in_{name}"] = places.index.isin(taken.index)
        for column in ("part", "cost"):
            made[f"{name}_{column}"] = taken[column].reindex(places.index).fillna(0).to_numpy()
    return made


def _often(
    offers: pd.DataFrame, places: pd.DataFrame, city: City, limits: tuple[int, Mapping[str, int]]
) -> npt.NDArray[np.float64]:
    """How often each place is taken when the weights of need move, by the simple rule, which is quick."""
    times = np.zeros(len(places))
    for factors in draws(len(FACTS), DRAWS):
        moved = values(offers, places, worth(places, city, factors), city)
        taken = offers["row"][greedy(as_options(offers, places, moved, limits))]
        times[taken.to_numpy(int)] += 1
    return np.round(times / DRAWS, 3)


def _facts(rows: pd.DataFrame, order: Order, choice: Choice, *, need_year: int) -> dict[str, Any]:
    """The programme as a whole, against what was given in fact and against simpler rules."""
    chosen = rows[rows["decision"] == "chosen"]
    given = rows[rows["funded_covered"] > 0]
    by_district = chosen.fillna({"district_code": ""}).groupby("district_code")
    return {
        "year": int(rows["year"].iloc[0]),
        "need_year": need_year,
        "budget_kzt": order.budget,
        "floors": dict(sorted(order.floors.items())),
        "exclude": list(order.exclude),
        "beside": order.beside,
        "joint": order.joint,
        "gap": round(choice.gap, 9),
        "margin_per_million": round(choice.price, 6),
        "reasons": {
            str(name): int(count) for name, count in rows["reason"].value_counts().sort_index().items()
        },
        "programme": _account(chosen, "cost_kzt", "covered"),
        "greedy": _account(rows[rows["in_greedy"]], "greedy_cost", "greedy_covered"),
        "equal_shares": _account(rows[rows["in_equal"]], "equal_cost", "equal_covered"),
        "funded": _account(given, "funded_kzt", "funded_covered"),
        "districts": {str(code): _account(part, "cost_kzt", "covered") for code, part in by_district},
    }


def _account(rows: pd.DataFrame, cost: str, covered: str) -> dict[str, Any]:
    """Places, money and the share of the city's need that is taken away, whole and by the billion."""
    money, share = int(rows[cost].sum()), float(rows[covered].sum())
    per = round(share / money * 1e9, 9) if money else None
    return {"places": len(rows), "cost_kzt": money, "covered": round(share, 9), "covered_per_billion": per}
