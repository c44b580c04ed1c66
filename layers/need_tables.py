"""Tables of needs for the command line: rows of a year, and what they say of the city as a whole."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select

from gis_core.inequality import concentration, curve, gini
from gis_core.layer import Layer, table_of
from gis_core.store import read_frame
from layers.city import City
from layers.courtyard_needs import CourtyardNeed
from layers.coverage import coverage
from layers.district_needs import DistrictNeed
from layers.district_years import DistrictYear
from layers.effects import Effect, Interval, interval
from layers.grid_needs import GridNeed
from layers.hot_spots import HotSpot
from layers.need_ranks import NeedRank
from layers.public_space_needs import PublicSpaceNeed

By = Literal["district", "courtyard", "public_space", "grid"]
LAYERS_BY: dict[By, type[Layer]] = {
    "district": DistrictNeed,
    "courtyard": CourtyardNeed,
    "public_space": PublicSpaceNeed,
    "grid": GridNeed,
}
RANKED = ("courtyard", "public_space")


def years_of(connection: Connection, by: By) -> list[int]:
    """Years of which there are rows."""
    year = table_of(LAYERS_BY[by]).c.year
    return list(connection.scalars(select(year).distinct().order_by(year)))


def need_rows(connection: Connection, city: City, by: By, year: int) -> pd.DataFrame:
    """Rows of a year without shapes, most need first; places with how sure their rank is."""
    columns = [column for column in table_of(LAYERS_BY[by]).columns if column.name != "geom"]
    key = next(column for column in table_of(LAYERS_BY[by]).primary_key if column.name != "year")
    query = select(*columns).where(table_of(LAYERS_BY[by]).c.year == year)
    rows = read_frame(connection, query, city.crs)
    if by in RANKED:
        rank = table_of(NeedRank).c
        ranked = select(rank.place_id, rank.rank, rank.rank_low, rank.rank_high, rank.in_first).where(
            rank.place_kind == by, rank.year == year
        )
        ranks = read_frame(connection, ranked, city.crs)
        rows = rows.merge(ranks, left_on=key.name, right_on="place_id", how="left").drop(columns="place_id")
    return pd.DataFrame(rows.sort_values(["need", key.name], ascending=[False, True], ignore_index=True))


def head_rows(connection: Connection, city: City, year: int) -> pd.DataFrame:
    """The lines for the heads of the districts in a year, by code."""
    table = table_of(DistrictYear)
    query = select(table).where(table.c.year == year).order_by(table.c.district_code)
    return read_frame(connection, query, city.crs)


def city_facts(connection: Connection, rows: pd.DataFrame, by: By, year: int) -> dict[str, Any]:
    """Sums, inequality of the money, classes, spots and coverage of a year."""
    money, need = rows["amount_kzt"].to_numpy(float), rows["need"].to_numpy(float)
    classes = rows.groupby(["need_class", "funding_class"]).size()
    return {
        "by": by,
        "year": year,
        "rows": len(rows),
        "appeals": int(rows["appeals"].sum()),
        "amount_kzt": int(rows["amount_kzt"].sum()),
        "gini_of_money": gini(money),
        "gini_of_need": gini(need),
        # above 0: money goes to those in need
        "concentration_of_money_by_need": concentration(money, np.round(need, 12)),
        "concentration_curve": curve(money, -np.round(need, 12)),
        "classes": {f"need {a}, money {b}": int(n) for (a, b), n in classes.items()},
        **({"spots": _spots(connection, year)} if by == "courtyard" else {}),
        "coverage": coverage(connection).shares,
    }


def _spots(connection: Connection, year: int) -> dict[str, int]:
    spot = table_of(HotSpot).c
    found = connection.execute(select(spot.spot, func.count()).where(spot.year == year).group_by(spot.spot))
    return {row.spot: row[1] for row in sorted(found)}


def effects(connection: Connection) -> dict[str, Interval]:
    """What works did to appeals, by work type, and of all together."""
    effect = table_of(Effect).c
    order = (effect.work_type, effect.place_id, effect.project_id)
    rows = connection.execute(select(effect.work_type, effect.difference).order_by(*order)).all()
    by_type: dict[str, list[float]] = {}
    for work_type, difference in rows:
        by_type.setdefault(work_type, []).append(difference)
        by_type.setdefault("", []).append(difference)
    found = {name: interval(values) for name, values in sorted(by_type.items())}
    return {name: each for name, each in found.items() if each is not None}
