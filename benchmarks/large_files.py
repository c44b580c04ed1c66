"""Files of a large invented city: appeals by the million as CSV, works, parcels and places as GeoPackages.

Everything is seeded; appeals are written chunk by chunk; the same numbers give the same rows. The city is a
coverage of parcels; works lie on any of them, as many as parcels; every tenth is a courtyard, every hundredth
a public space. Three appeals of five are about a courtyard, some courtyards far more than others; the rest
lie anywhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyogrio
import shapely

from benchmarks.conflicts import parcels

CHUNK = 250_000
CRS = "EPSG:32642"
FIRST_DAY, DAYS = np.datetime64("2020-01-01"), 1461
NEAR = 30.0  # metres of appeals about a courtyard from its middle, as a standard deviation
CATEGORIES = ("courtyard_improvement", "playground", "lighting", "roads_pavements", "greening", "cleaning",
              "utilities", "public_space", "other")  # fmt: skip
WORK_TYPES = ("courtyard_improvement", "current_repair", "playground", "lighting", "greening", "paving",
              "road_repair", "heat_network", "water_network", "storm_drain")  # fmt: skip
CONDITIONS = ("satisfactory", "needs_repair", "in_works", "unknown")
SUBJECTS = ("Не горит фонарь у подъезда", "Сломаны качели на площадке", "Аулада жарық жоқ", "Яма на проезде",
            "Не вывозят снег", "Балалар алаңын жөндеу керек", "Просим деревья", "Течёт труба")  # fmt: skip


class Ground(NamedTuple):
    """The shapes of a city: parcels, and which of them are courtyards and public spaces."""

    cells: Any
    yards: Any
    spaces: Any


def ground(projects: int) -> Ground:
    """As many parcels as projects."""
    cells = parcels(projects, np.random.default_rng(11))
    order = np.random.default_rng(12).permutation(projects)
    return Ground(cells, np.sort(order[: projects // 10]), np.sort(order[-max(projects // 100, 1) :]))


def write_appeals(path: Path, count: int, city: Ground) -> None:
    """A CSV of appeals with x and y in metres."""
    middles = shapely.get_coordinates(shapely.centroid(city.cells[city.yards]))
    weights = np.random.default_rng(13).pareto(1.3, len(middles)) + 0.5
    box = shapely.total_bounds(city.cells)
    sink = None
    for first in range(0, count, CHUNK):
        rows = _appeals(first, min(CHUNK, count - first), (middles, np.cumsum(weights / weights.sum()), box))
        if sink is None:
            sink = pc.CSVWriter(path, rows.schema)
        sink.write_table(rows)
    if sink:
        sink.close()


def _appeals(first: int, count: int, where: tuple[Any, Any, Any]) -> pa.Table:
    middles, shares, box = where
    dice = np.random.default_rng([14, first])
    of = np.minimum(np.searchsorted(shares, dice.random(count)), len(middles) - 1)
    places = np.where(
        (dice.random(count) < 0.6)[:, None],
        middles[of] + dice.normal(0, NEAR, (count, 2)),
        box[:2] + dice.random((count, 2)) * (box[2:] - box[:2]),
    )
    day = FIRST_DAY + dice.integers(0, DAYS, count).astype("timedelta64[D]")
    closed = pa.array(
        day + dice.integers(1, 90, count).astype("timedelta64[D]"), mask=dice.random(count) < 0.15
    )
    open_ = closed.is_null().to_numpy(zero_copy_only=False)
    return pa.table({
        "id": [f"A-{number:08d}" for number in range(first, first + count)],
        "requested_on": day,
        "closed_on": closed,
        "category": np.array(CATEGORIES)[dice.integers(0, len(CATEGORIES), count)],
        "status": np.where(open_, "open", "closed"),
        "channel": np.array(["phone", "app", "web"])[dice.integers(0, 3, count)],
        "address": [f"ул. Кенесары, {number}" for number in dice.integers(1, 3000, count)],
        "text": [f"{SUBJECTS[a]}, дом {b}" for a, b in dice.integers(0, [len(SUBJECTS), 900], (count, 2))],
        "x": places[:, 0].round(2),
        "y": places[:, 1].round(2),
    })  # fmt: skip


def write_places(folder: Path, city: Ground) -> dict[str, Path]:
    """GeoPackages of parcels, courtyards and public spaces, by layer."""
    dice = np.random.default_rng(15)
    made = {
        "parcels": ({}, city.cells),
        "courtyards": (
            {
                "address": [f"ул. Абая, двор {number}" for number in range(len(city.yards))],
                "condition": np.array(CONDITIONS)[dice.integers(0, 4, len(city.yards))],
                "inspected_on": FIRST_DAY + dice.integers(0, DAYS, len(city.yards)).astype("timedelta64[D]"),
                "residents": dice.integers(80, 900, len(city.yards)),
            },
            city.cells[city.yards],
        ),
        "public_spaces": (
            {"name": [f"сквер {number}" for number in range(len(city.spaces))]},
            city.cells[city.spaces],
        ),
    }
    return {name: _package(folder / f"{name}.gpkg", *each) for name, each in made.items()}


def write_projects(folder: Path, city: Ground, bodies: list[str]) -> dict[str, Path]:
    """A GeoPackage of works and a CSV of their money, by layer; as many as parcels."""
    count, dice = len(city.cells), np.random.default_rng(16)
    starts = FIRST_DAY + (dice.integers(0, 4, count) * 365 + dice.integers(60, 240, count)).astype(
        "timedelta64[D]"
    )
    of = np.array(bodies)
    columns = {
        "name": [f"Работы {number}" for number in range(count)],
        "executing_body": of[dice.integers(0, len(of), count)],
        "work_type": np.array(WORK_TYPES)[dice.integers(0, len(WORK_TYPES), count)],
        "starts": starts,
        "ends": starts + dice.integers(15, 181, count).astype("timedelta64[D]"),
        "status": np.array(["preparation", "completed"])[dice.integers(0, 2, count)],
    }
    path = _package(folder / "projects.gpkg", columns, _works(city.cells, dice))
    money = pa.table({
        "project_id": _ids(count), "year": starts.astype("datetime64[Y]").astype(int) + 1970,
        "source": ["local"] * count, "stage": ["adopted"] * count,
        "amount_kzt": dice.integers(1_000_000, 90_000_000, count),
    })  # fmt: skip
    pc.write_csv(money, folder / "project_funding.csv")
    return {"projects": path, "project_funding": folder / "project_funding.csv"}


def _works(cells: Any, dice: np.random.Generator) -> Any:
    """Works on any parcel, some parcels several times: a part of it, or a little more than it."""
    corners = shapely.get_coordinates(cells[dice.integers(0, len(cells), len(cells))]).reshape(-1, 5, 2)
    middles = corners[:, :4].mean(axis=1, keepdims=True)
    return shapely.polygons(middles + (corners - middles) * dice.uniform(0.3, 1.1, (len(cells), 1, 1)))


def _ids(count: int) -> list[str]:
    return [f"R-{number:07d}" for number in range(count)]


def _package(path: Path, columns: dict[str, Any], found: Any) -> Path:
    """One layer of polygons in the city's CRS."""
    rows = pa.table({"id": _ids(len(found)), **columns})
    whole = rows.append_column("geometry", pa.array(shapely.to_wkb(found), pa.binary()))
    pyogrio.write_arrow(whole, path, driver="GPKG", layer=path.stem, geometry_name="geometry",
                        geometry_type="Unknown", crs=CRS)  # fmt: skip
    return path
