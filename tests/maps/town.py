"""A town of squares: two districts side by side, six courtyards in a row, four projects, three conflicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely import MultiPolygon, Point, box
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from gis_core.layer import Label
from maps.appeals import Appeals
from maps.conflicts import ConflictFrames
from maps.district import DistrictFrames
from maps.index import IndexFrames
from maps.needs import NeedsFrames
from maps.outcomes import OutcomeFrames
from maps.page import PageContext

X0, Y0, CRS = 660_000, 5_660_000, 32642
Speak = Callable[[str], str]

# Of the whole town in 2023: the mean is one sixth, so the classes of need are 2 1 1 0 0 0.
NEEDS = (0.40, 0.20, 0.20, 0.10, 0.05, 0.05)
MONEY = (0, 0, 5_000_000, 30_000_000, 0, 5_000_000)
NEED_CLASSES = (2, 1, 1, 0, 0, 0)
MONEY_CLASSES = (0, 0, 1, 2, 0, 1)


def plain(text: str) -> str:
    return text


def square(x: float, y: float, side: float, height: float | None = None) -> MultiPolygon:
    west, south = X0 + x, Y0 + y
    return MultiPolygon([box(west, south, west + side, south + (height or side))])


def frame(rows: list[dict[str, Any]], shapes: list[BaseGeometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS).rename_geometry("geom")


def context(speak: Speak = plain, **more: Any) -> PageContext:
    made = PageContext(
        city=Label(*(speak(name) for name in ("Город", "Қала", "Town"))),
        currency=Label("тенге", "теңге", "KZT"),
        date="2023-12-31",
        sources=(speak("squares on paper"),),
        money_on_map=0.9,
        appeals_on_map=0.75,
        sample=True,
        schematic=True,
        lang="en",
    )
    return replace(made, **more)


def courtyard_needs(speak: Speak = plain) -> gpd.GeoDataFrame:
    rows, shapes = [], []
    for year in (2022, 2023):
        for n in range(6):
            need = NEEDS[n] if year == 2023 else 1 / 6
            money = MONEY[n] if year == 2023 else 0
            rows.append(
                {
                    "courtyard_id": speak(f"D-{n + 1}"),
                    "year": year,
                    "address": speak(f"Abay street, {n + 1}") if n < 5 else None,
                    "district_code": speak("west" if n < 3 else "east"),
                    "condition": "needs_repair" if n == 0 else "satisfactory",
                    "residents": 100 * (n + 1) if n else None,
                    "appeals": 10 - n,
                    "appeals_open": 2,
                    "need_appeals": need / 2,
                    "need_open": need / 4,
                    "need_condition": need / 4,
                    "need": need,
                    "amount_kzt": money,
                    "funding": money / 40_000_000,
                    "gap": need - money / 40_000_000,
                    "need_class": NEED_CLASSES[n] if year == 2023 else 1,
                    "funding_class": MONEY_CLASSES[n] if year == 2023 else 0,
                }
            )
            shapes.append(square(100 + 300 * n, 400, 100))
    return frame(rows, shapes)


def public_space_needs(speak: Speak = plain) -> gpd.GeoDataFrame:
    """A park that needs much and got nothing, and a square that needs little and got much."""
    given = (("S-1", "Park", "park", 0.9, 0, 2, 0), ("S-2", "Square", "square", 0.1, 40_000_000, 0, 2))
    rows = [
        {
            "public_space_id": speak(key),
            "year": year,
            "name": speak(name),
            "kind": kind,
            "district_code": speak("west" if key == "S-1" else "east"),
            "condition": "needs_repair",
            "residents": 500,
            "appeals": 8,
            "need_appeals": need,
            "need": need,
            "amount_kzt": money,
            "funding": money / 40_000_000,
            "gap": need - money / 40_000_000,
            "need_class": need_class,
            "funding_class": money_class,
        }
        for year in (2022, 2023)
        for key, name, kind, need, money, need_class, money_class in given
    ]
    return frame(rows, [square(300, 600, 150), square(1500, 150, 150)] * 2)


def grid_needs(speak: Speak = plain) -> gpd.GeoDataFrame:
    """Two cells side by side; nothing was asked or paid in the second."""
    rows = [
        {
            "cell_id": speak(key),
            "year": 2023,
            "district_code": speak("west"),
            "courtyards": 3 * (key == "88a"),
            "residents": None,
            "appeals": 27,
            "need_appeals": need,
            "need": need,
            "amount_kzt": money,
            "funding": need,
            "gap": 0.0,
            "need_class": 2 if need else 0,
            "funding_class": 1 if money else 0,
        }
        for key, need, money in (("88a", 1.0, 5_000_000), ("88b", 0.0, 0))
    ]
    return frame(rows, [square(0, 0, 950, 900), square(950, 0, 950, 900)])


def appeals(speak: Speak = plain) -> Appeals:
    """Two about the neediest courtyard in 2023 and one in 2022, one about a park, one of the east alone."""
    given = (
        ("A-1", date(2023, 3, 1), None, "open", "courtyard", "D-1", "west", (150, 450)),
        ("A-2", date(2023, 1, 1), date(2023, 2, 1), "closed", "courtyard", "D-1", "west", (150, 450)),
        ("A-3", date(2022, 12, 31), None, "open", "courtyard", "D-1", "west", (120, 450)),
        ("A-4", date(2023, 5, 1), None, "open", "public_space", "S-1", "west", (375, 675)),
        ("A-5", date(2023, 12, 31), None, "open", None, None, "east", (1750, 850)),
    )
    rows = [
        {
            "id": speak(key),
            "requested_on": asked,
            "closed_on": closed,
            "category": speak("lighting" if key != "A-5" else "odd"),
            "status": status,
            "text": speak(f"Dark yard {key}"),
            "place_kind": kind,
            "place_id": place and speak(place),
            "district_id": speak(f"{district}-1"),
        }
        for key, asked, closed, status, kind, place, district, _ in given
    ]
    points = [Point(X0 + x, Y0 + y) for *_, (x, y) in given]
    names = Label(*(speak(name) for name in ("Свет", "Жарық", "Lighting")))
    return Appeals(frame(rows, points), {speak("lighting"): names})


def districts(speak: Speak = plain) -> gpd.GeoDataFrame:
    rows = [
        {
            "id": speak(f"{code}-1"),
            "code": speak(code),
            "name_ru": speak(ru),
            "name_kk": speak(kk),
            "name_en": speak(en),
            "valid_to": None,
        }
        for code, ru, kk, en in (("west", "Запад", "Батыс", "West"), ("east", "Восток", "Шығыс", "East"))
    ]
    return frame(rows, [square(0, 0, 950, 900), square(950, 0, 950, 900)])


def district_needs(speak: Speak = plain) -> gpd.GeoDataFrame:
    rows, shapes = [], []
    known = districts(speak)
    for year in (2022, 2023):
        for n, district in enumerate(known.itertuples()):
            need, funding = ((0.8, 0.125), (0.2, 0.875))[n] if year == 2023 else (0.5, 0.5)
            rows.append(
                {
                    "district_id": district.id,
                    "year": year,
                    "district_code": district.code,
                    "name_ru": district.name_ru,
                    "name_kk": district.name_kk,
                    "name_en": district.name_en,
                    "residents": 1000,
                    "courtyards": 3,
                    "courtyards_repair": 1 - n,
                    "appeals": (27, 18)[n],
                    "appeals_open": 6,
                    "need_appeals": need / 2,
                    "need_open": need / 4,
                    "need_condition": need / 4,
                    "need": need,
                    "amount_kzt": (5_000_000, 35_000_000)[n],
                    "funding": funding,
                    "gap": need - funding,
                }
            )
            shapes.append(district.geom)
    return frame(rows, shapes)


def projects(speak: Speak = plain) -> pd.DataFrame:
    given = (
        ("P-1", "Yard repair", "env", "paving", date(2022, 5, 1), date(2022, 8, 31), 40_000_000),
        ("P-2", "Playground", "akimat", "play", date(2022, 7, 1), date(2023, 2, 1), 10_000_000),
        ("P-3", "Pipes", "water", "pipes", date(2023, 3, 1), date(2023, 6, 1), 60_000_000),
        ("P-4", None, "env", "odd", None, None, None),
    )
    return pd.DataFrame(
        {
            "id": [speak(row[0]) for row in given],
            "name": [speak(row[1]) if row[1] else None for row in given],
            "executing_body": [speak(row[2]) for row in given],
            "work_type": [speak(row[3]) for row in given],
            "starts": [row[4] for row in given],
            "ends": [row[5] for row in given],
            "status": "implementation",
            "budget_kzt": [row[6] for row in given],
        }
    )


def bodies(speak: Speak = plain) -> pd.DataFrame:
    names = {
        "env": ("Природа", "Табиғат", "Environment"),
        "akimat": ("Акимат", "Әкімдік", "West akimat"),
        "water": ("Водоканал", "Су арнасы", "Water works"),
    }
    rows = [[speak(code), *(speak(name) for name in triple)] for code, triple in names.items()]
    return pd.DataFrame(rows, columns=["code", "name_ru", "name_kk", "name_en"])


def work_types(speak: Speak = plain) -> dict[str, Label]:
    words = {"paving": "paving", "play": "playground works", "pipes": "pipes"}
    return {speak(code): Label(*(speak(word) for _ in range(3))) for code, word in words.items()}


def conflicts(speak: Speak = plain) -> gpd.GeoDataFrame:
    given = (
        ("C-1", "clash", "D-1", "P-1", "P-2", "env", "akimat", "major", "certain", 62, 10_000_000),
        ("C-2", "double_funding", "D-1", "P-1", "P-2", "env", "akimat", "minor", "certain", None, 8_000_000),
        ("C-3", "clash", "D-4", "P-3", "P-4", "water", "env", "minor", "possible", None, 5_000_000),
    )
    rows = [
        {
            "id": speak(key),
            "rule": rule,
            "place_kind": "courtyard",
            "place_id": speak(place),
            "place_name": speak(f"Abay street, {place[-1]}"),
            "district_code": speak("west" if place == "D-1" else "east"),
            "project_a": speak(a),
            "project_b": speak(b),
            "body_a": speak(body_a),
            "body_b": speak(body_b),
            "severity": severity,
            "certainty": certainty,
            "shared_m2": 2500.0,
            "share_a": 0.25,
            "share_b": 0.5,
            "days_common": days,
            "money_at_risk_kzt": risk,
            "why_ru": speak(f"Почему {key}."),
            "why_kk": speak(f"Неге {key}."),
            "why_en": speak(f"Why {key}."),
        }
        for key, rule, place, a, b, body_a, body_b, severity, certainty, days, risk in given
    ]
    return frame(rows, [square(100, 400, 50), square(100, 400, 50), square(1000, 400, 50)])


def contested_parcels(speak: Speak = plain) -> gpd.GeoDataFrame:
    given = (("D-1", 0, ["P-1", "P-2"]), ("D-4", 3, ["P-3", "P-4"]), ("D-6", 5, ["P-2", "P-3"]))
    rows = [
        {
            "place_kind": "courtyard",
            "place_id": speak(place),
            "place_name": speak(f"Abay street, {place[-1]}"),
            "district_code": speak("west" if place == "D-1" else "east"),
            "body_count": 2,
            "bodies": [speak("env"), speak("akimat")],
            "project_count": 2,
            "projects": [speak(project) for project in there],
            "first_start": date(2022, 5, 1),
            "last_end": date(2023, 2, 1),
            "amount_kzt": 50_000_000,
            "area_m2": 10_000.0,
        }
        for place, _, there in given
    ]
    return frame(rows, [square(100 + 300 * n, 400, 100) for _, n, _ in given])


def assessments(speak: Speak = plain) -> pd.DataFrame:
    """Two bodies said something of C-1, one of them no; nobody of the others."""
    given = (
        ("C-1", "env", "yes", "env", "Dig once.", "open"),
        ("C-1", "akimat", "no", None, None, "open"),
        ("C-2", "env", "not_assessed", None, None, "open"),
    )
    columns = ["conflict_id", "body", "verdict", "lead_body", "note", "state"]
    said = [
        [*map(speak, pair), verdict, *(text and speak(text) for text in (lead, note)), state]
        for *pair, verdict, lead, note, state in given
    ]
    return pd.DataFrame(said, columns=columns)


def works(speak: Speak = plain) -> gpd.GeoDataFrame:
    rows = [{"project_id": speak(key)} for key in ("P-1", "P-2", "P-9")]
    return frame(rows, [square(100, 400, 100), square(100, 400, 71), square(0, 0, 5)])


def regime_conflicts(speak: Speak = plain) -> gpd.GeoDataFrame:
    """One vanishes and one remains in the west, one appears in the east."""
    given = (
        ("R-1", "vanishes", "duplicate_function", "west", 10_000_000),
        ("R-2", "remains", "clash", "west", 4_000_000),
        ("R-3", "appears", "duplicate_function", "east", 1_000_000),
    )
    rows = [
        {
            "id": speak(key),
            "outcome": outcome,
            "rule": rule,
            "recorded": True,
            "place_kind": "courtyard",
            "place_id": speak(f"D-{n + 1}"),
            "place_name": speak(f"Abay street, {n + 1}"),
            "district_code": speak(district),
            "project_a": speak("P-1"),
            "project_b": speak("P-2"),
            **{f"body_{side}_{when}": speak("env") for side in "ab" for when in ("current", "proposed")},
            "severity": "minor",
            "certainty": "certain",
            "shared_m2": 2500.0,
            "money_at_risk_kzt": money,
        }
        for n, (key, outcome, rule, district, money) in enumerate(given)
    ]
    return frame(rows, [square(100, 400, 50), square(400, 400, 50), square(1300, 400, 50)])


def regime_transfers(speak: Speak = plain) -> pd.DataFrame:
    """Two projects whose money passes from the environment to an akimat, one whose money stays."""
    given = (
        ("P-1", "env", "akimat", True, 40),
        ("P-2", "env", "akimat", True, 2),
        ("P-3", "env", "env", False, 5),
    )
    return pd.DataFrame(
        [[speak(p), speak(a), speak(b), moves, 1_000_000 * money] for p, a, b, moves, money in given],
        columns=["project_id", "payer_current", "payer_proposed", "money_moves", "amount_kzt"],
    )


def programme(speak: Speak = plain) -> gpd.GeoDataFrame:
    given = (("D-1", "chosen", "worth", "west", 9, 0.3), ("D-4", "refused", "margin", "east", 3, 0.1))
    rows = [
        {
            "place_kind": "courtyard",
            "place_id": speak(key),
            "year": 2024,
            "name": speak(f"Abay street, {key[-1]}"),
            "district_code": speak(district),
            "decision": decision,
            "reason": reason,
            "work_type": speak("paving"),
            "cost_kzt": 1_000_000 * cost,
            "need": covered,
            "covered": covered,
            "in_greedy": True,
            "why_ru": speak(f"Почему {key}."),
            "why_kk": speak(f"Неге {key}."),
            "why_en": speak(f"Why {key}."),
        }
        for key, decision, reason, district, cost, covered in given
    ]
    return frame(rows, [square(100, 400, 100), square(1000, 400, 100)])


def base(speak: Speak = plain) -> gpd.GeoDataFrame:
    rows = [{"kind": kind, "name": speak(kind)} for kind in ("water", "street", "rail", "unheard of")]
    street = LineString([(X0, Y0 + 300), (X0 + 1900, Y0 + 300)])
    rail = LineString([(X0, Y0 + 800), (X0 + 1900, Y0 + 800)])
    return frame(rows, [square(0, 0, 1900, 100), street, rail, square(0, 0, 10)])


def needs_frames(speak: Speak = plain) -> NeedsFrames:
    return NeedsFrames(
        courtyard_needs(speak),
        district_needs(speak),
        districts(speak),
        base(speak),
        public_space_needs(speak),
        grid_needs(speak),
        appeals(speak),
    )


def conflict_frames(speak: Speak = plain) -> ConflictFrames:
    return ConflictFrames(
        conflicts(speak),
        contested_parcels(speak),
        districts(speak),
        projects(speak),
        bodies(speak),
        work_types(speak),
        base(speak),
        assessments(speak),
        works(speak),
    )


def outcome_frames(
    rows: gpd.GeoDataFrame, speak: Speak = plain, transfers: pd.DataFrame | None = None
) -> OutcomeFrames:
    return OutcomeFrames(rows, districts(speak), bodies(speak), work_types(speak), base(speak), transfers)


def district_frames(speak: Speak = plain) -> DistrictFrames:
    return DistrictFrames(
        courtyard_needs(speak),
        district_needs(speak),
        conflicts(speak),
        districts(speak),
        bodies(speak),
        base(speak),
    )


def index_frames(speak: Speak = plain) -> IndexFrames:
    return IndexFrames(
        courtyard_needs(speak),
        district_needs(speak),
        contested_parcels(speak),
        conflicts(speak),
        projects(speak),
        districts(speak),
    )
