"""Courtyards and appeals of an invented city, as many as asked for."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

CRS = 32642
X0, Y0 = 660_000, 5_660_000
CITY = 25_000  # metres from side to side
STREETS = ["Абай", "Кенесары", "Сарыарқа", "Мәңгілік Ел", "Қабанбай батыр", "Республика", "Тәуелсіздік"]
WORDS = (
    "не работает освещение во дворе нужен ремонт детской площадки яма на дороге не вывозят мусор просим",
    "заменить скамейки прорвало трубу аулада жарық жоқ балалар алаңын жөндеу керек",
)
WORDS_OF_APPEALS = [word for line in WORDS for word in line.split()]


def courtyards(count: int) -> gpd.GeoDataFrame:
    """Courtyards of twenty-two corners in random places, with twelve fields."""
    dice = np.random.default_rng(1)
    turns = np.linspace(0, 2 * np.pi, 22, endpoint=False)
    middles = dice.uniform(0, CITY, (count, 1, 2)) + np.array([X0, Y0])
    corners = middles + dice.uniform(25, 50, (count, 22, 1)) * np.stack([np.cos(turns), np.sin(turns)], 1)
    rows = pd.DataFrame(
        {
            "id": [f"109-{n:06d}" for n in range(count)],
            "address": [f"улица {STREETS[n % 7]} {n // 7 % 99}, дом {n * 13 % 97}" for n in range(count)],
            "district": dice.choice(["almaty", "baikonyr", "yesil", "nura", "saryarka"], count),
            "condition": dice.choice(["satisfactory", "needs_repair", "in_works"], count),
            "residents": dice.integers(80, 900, count),
            "appeals": dice.poisson(6, count),
            "open": dice.poisson(2, count),
            "need": dice.gamma(2, 1, count).round(3),
            "amount": np.where(dice.random(count) < 0.4, dice.integers(1, 60_000, count) * 1000, 0),
            "need_class": dice.integers(0, 3, count),
            "money_class": dice.integers(0, 3, count),
            "project": [f"P-{n}" if n % 3 == 0 else None for n in dice.integers(0, 2000, count)],
        }
    )
    return gpd.GeoDataFrame(rows, geometry=shapely.polygons(corners), crs=CRS)


def appeals(count: int) -> gpd.GeoDataFrame:
    """Appeals with eight fields, one of them a text of some sixty characters."""
    dice = np.random.default_rng(2)
    places = dice.normal(CITY / 2, CITY / 7, (count, 2)) + np.array([X0, Y0])
    sentences = [" ".join(dice.choice(WORDS_OF_APPEALS, 9))[:60] for _ in range(5000)]
    text = [f"{sentences[a]} {b}" for a, b in dice.integers(0, [5000, 200], (count, 2))]
    rows = pd.DataFrame(
        {
            "number": np.arange(count),
            "category": dice.choice(["roads", "lighting", "rubbish", "playground", "water"], count),
            "status": dice.choice(["open", "closed"], count),
            "channel": dice.choice(["phone", "app", "web"], count),
            "day": dice.integers(18_262, 19_723, count),
            "address": np.array([f"улица {STREETS[n % 7]}, {n // 7}" for n in range(3000)])[
                dice.integers(0, 3000, count)
            ],
            "repeated": dice.random(count) < 0.1,
            "text": text,
        }
    )
    return gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(*places.T), crs=CRS)
