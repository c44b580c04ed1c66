"""Where courtyards with need and no money, or with money and no need, stand together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Float, Integer, Text, select
from sqlalchemy.orm import Mapped

from gis_core.layer import SHARE, Choices, Label, Layer, Style, field, geometry, table_of
from gis_core.personal import FreeText
from gis_core.spots import spots
from gis_core.store import read_frame
from layers.city import City
from layers.courtyard_needs import CourtyardNeed
from layers.words import ADDRESS, DISTRICT, YEAR

SPOT_KINDS: Choices = {
    "hot": Label("нужда без денег", "қаржысыз қажеттілік", "need without money"),
    "cold": Label("деньги без нужды", "қажеттіліксіз қаржы", "money without need"),
    "none": Label("не выделяется", "ерекшеленбейді", "nothing unusual"),
}


class HotSpot(Layer):
    __tablename__ = "hot_spots"
    label = Label("Скопления разрывов", "Алшақтық шоғырлары", "Hot and cold spots of the gap")
    style = Style(
        fill="#e8e4da",
        line="#8a8375",
        width=0.6,
        opacity=0.85,
        column="spot",
        colours={"hot": "#d9731a", "cold": "#1f5fae", "none": "#e8e4da"},
    )
    derived = True

    courtyard_id: Mapped[str] = field(
        Text, Label("Номер двора", "Аула нөмірі", "Courtyard id"), "yard_id", key=True
    )
    year: Mapped[int] = field(Integer, YEAR, "year", key=True)
    address: Mapped[str | None] = field(FreeText, ADDRESS, "address")
    district_code: Mapped[str | None] = field(Text, DISTRICT, "distr_code")
    gap: Mapped[float] = field(Float, Label("Разрыв", "Алшақтық", "Gap"), "gap", unit=SHARE, required=True)
    score: Mapped[float] = field(
        Float, Label("Оценка Gi*", "Gi* бағасы", "Gi* score"), "gi_score", required=True
    )
    chance: Mapped[float] = field(
        Float,
        Label("Вероятность случайности", "Кездейсоқтық ықтималдығы", "Chance of it by accident"),
        "chance",
        required=True,
    )
    spot: Mapped[str] = field(
        Text, Label("Скопление", "Шоғыр", "Spot"), "spot", choices=SPOT_KINDS, required=True
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def frame(connection: Connection, city: City) -> pd.DataFrame:
    """Every courtyard in every year, with what its neighbourhood is."""
    shown = ["courtyard_id", "year", "address", "district_code", "gap", "geom"]
    query = select(*(table_of(CourtyardNeed).c[name] for name in shown)).order_by("year", "courtyard_id")
    rows = read_frame(connection, query, city.crs)
    if rows.empty:
        return pd.DataFrame(columns=[column.name for column in table_of(HotSpot).columns])
    return pd.concat([_of_year(group, city) for _, group in rows.groupby("year", sort=True)])


def _of_year(rows: pd.DataFrame, city: City) -> pd.DataFrame:
    middle = rows["geom"].centroid
    places = np.column_stack([middle.x, middle.y])
    found = spots(places, rows["gap"], city.needs.neighbours)
    return rows.assign(score=found.score, chance=found.chance, spot=found.kind)
