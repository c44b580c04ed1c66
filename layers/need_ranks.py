"""How sure a place's rank is: what becomes of it when the weights of need move."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, Float, Integer, Text, select
from sqlalchemy.orm import Mapped

from gis_core.layer import SHARE, Label, Layer, field, table_of
from layers.city import City
from layers.courtyard_needs import CourtyardNeed
from layers.need_profile import FACTS
from layers.public_space_needs import PublicSpaceNeed
from layers.words import PLACE_KINDS, YEAR

DRAWS = 1000
SEED = 20_230_831
SPREAD = 0.5  # each weight moves up or down by up to a half of itself
BOUNDS = (5, 95)  # percentiles of the rank
DIGITS = 12  # what differs by less is level
RANKED: tuple[type[Layer], ...] = (CourtyardNeed, PublicSpaceNeed)


class NeedRank(Layer):
    __tablename__ = "need_ranks"
    label = Label("Устойчивость мест в очереди", "Кезектегі орындардың тұрақтылығы", "Ranks by need")
    derived = True

    place_kind: Mapped[str] = field(
        Text, Label("Вид места", "Орын түрі", "Place kind"), "place_kind", choices=PLACE_KINDS, key=True
    )
    place_id: Mapped[str] = field(Text, Label("Номер места", "Орын нөмірі", "Place id"), "place_id", key=True)
    year: Mapped[int] = field(Integer, YEAR, "year", key=True)
    rank: Mapped[int] = field(
        Integer, Label("Место в очереди", "Кезектегі орны", "Rank by need"), "rank", required=True
    )
    rank_low: Mapped[int] = field(
        Integer,
        Label("Место, 5-й процентиль", "Орны, 5-процентиль", "Rank, 5th percentile"),
        "rank_low",
        required=True,
    )
    rank_high: Mapped[int] = field(
        Integer,
        Label("Место, 95-й процентиль", "Орны, 95-процентиль", "Rank, 95th percentile"),
        "rank_high",
        required=True,
    )
    in_first: Mapped[float] = field(
        Float,
        Label(
            "Как часто среди первых при других весах",
            "Басқа салмақтарда алғашқылар қатарында болу жиілігі",
            "How often among the first under other weights",
        ),
        "in_first",
        unit=SHARE,
        required=True,
    )


def frame(connection: Connection, city: City) -> pd.DataFrame:
    """Ranks of all places of each kind and year; the first in need has rank 1."""
    found = [
        _ranked(rows, city, layer)
        for layer in RANKED
        for _, rows in _parts(connection, layer).groupby("year", sort=True)
    ]
    columns = [column.name for column in table_of(NeedRank).columns]
    return pd.concat(found)[columns] if found else pd.DataFrame(columns=columns)


def _parts(connection: Connection, layer: type[Layer]) -> pd.DataFrame:
    """Places of a layer of need with the parts of their need, by id."""
    table = table_of(layer)
    place = next(column for column in table.primary_key if column.name != "year")
    parts = [table.c[f"need_{fact}"] for fact in FACTS]
    rows = connection.execute(select(place.label("place_id"), table.c.year, *parts)).mappings().all()
    names = ["place_id", "year", *(part.name for part in parts)]
    return pd.DataFrame([dict(row) for row in rows], columns=names).sort_values("place_id")


def _ranked(rows: pd.DataFrame, city: City, layer: type[Layer]) -> pd.DataFrame:
    parts = rows[[f"need_{fact}" for fact in FACTS]].to_numpy(dtype=float).T
    ranks = ranks_under(parts, draws(len(FACTS)))
    low, high = np.percentile(ranks, BOUNDS, axis=0, method="nearest")
    return rows[["place_id", "year"]].assign(
        place_kind="courtyard" if layer is CourtyardNeed else "public_space",
        rank=ranks_under(parts, np.ones((1, len(FACTS))))[0],
        rank_low=low,
        rank_high=high,
        in_first=np.round((ranks <= city.needs.first).mean(axis=0), 3),
    )


def draws(parts: int, count: int = DRAWS) -> npt.NDArray[np.float64]:
    """Factors by which the weights move, a row a draw; the same at every call."""
    dice = np.random.Generator(np.random.PCG64(SEED))
    return dice.uniform(1 - SPREAD, 1 + SPREAD, size=(count, parts))


def ranks_under(parts: npt.NDArray[np.float64], factors: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Rank of each place (column of `parts`) under each row of factors; of level places the first comes
    first.

    >>> ranks_under(np.array([[0.3, 0.1, 0.2], [0.0, 0.1, 0.3]]), np.array([[1.0, 1.0], [1.0, 0.0]]))
    array([[2, 3, 1],
           [1, 3, 2]])
    """
    # added up in one order on every machine, which a product of matrices does not promise
    needs = sum(factors[:, number, None] * part for number, part in enumerate(parts))
    order = np.argsort(-np.round(needs, DIGITS), axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, order.shape[1] + 1)[None, :], axis=1)
    return ranks
