"""What a change of powers does, in numbers: conflicts by rule and district, what passes, how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, select

from gis_core.layer import Layer, fields, table_of
from layers.budgets import budgets
from layers.projects import Project
from layers.regime_conflicts import RegimeConflict
from layers.regime_scenarios import RegimeScenario
from layers.regime_transfers import RegimeTransfer
from layers.works import Work

CLAIM = "duplicate_function"  # what the proposal is said to reduce
NOWHERE = ""  # of what lies in no district


@dataclass(frozen=True)
class RegimeFrames:
    """Rows of the three layers of regimes without their shapes, and the projects that could not be judged."""

    conflicts: pd.DataFrame
    transfers: pd.DataFrame
    scenarios: pd.DataFrame
    unmapped: int
    unmapped_kzt: int


def read_regimes(connection: Connection) -> RegimeFrames:
    """What the store holds about regimes."""
    layers = (RegimeConflict, RegimeTransfer, RegimeScenario)
    conflicts, transfers, scenarios = (_plain(connection, layer) for layer in layers)
    return RegimeFrames(conflicts, transfers, scenarios, *_unmapped(connection))


def _plain(connection: Connection, layer: type[Layer]) -> pd.DataFrame:
    columns = [table_of(layer).c[name] for name in fields(layer)]
    rows = connection.execute(select(*columns).order_by(*table_of(layer).primary_key)).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=[column.name for column in columns])


def _unmapped(connection: Connection) -> tuple[int, int]:
    """Projects that are not cancelled and have no works on the map, and their tenge."""
    budget = budgets()
    query = (
        select(func.count(Project.id.distinct()), func.coalesce(func.sum(budget.c.amount_kzt), 0))
        .select_from(Project)
        .outerjoin(budget, budget.c.project_id == Project.id)
        .where(Project.status != "cancelled", Project.id.not_in(select(Work.project_id)))
    )
    count, amount = connection.execute(query).one()
    return count, int(amount)


def report(frames: RegimeFrames) -> dict[str, Any]:
    """The numbers, as they go into --json."""
    conflicts = frames.conflicts.assign(district_code=frames.conflicts["district_code"].fillna(NOWHERE))
    return {
        "claim": claim(frames),
        "rules": _counted(conflicts, ["rule"]),
        "districts": _counted(conflicts, ["district_code", "rule"]),
        "transfers": transfers(frames.transfers),
        "not_on_the_map": {"projects": frames.unmapped, "amount_kzt": frames.unmapped_kzt},
    }


def _counted(conflicts: pd.DataFrame, by: list[str]) -> list[dict[str, Any]]:
    """A row a group: conflicts, tenge, places and bodies that vanish, remain and appear."""
    rows = []
    for key, group in conflicts.groupby(by, sort=True):
        row: dict[str, Any] = dict(zip(by, key, strict=True))
        for outcome in ("vanishes", "remains", "appears"):
            part = group[group["outcome"] == outcome]
            row |= {
                outcome: len(part),
                f"{outcome}_kzt": int(part["money_at_risk_kzt"].sum()),
                f"{outcome}_places": len(part[["place_kind", "place_id"]].drop_duplicates()),
                f"{outcome}_bodies": _bodies(part, "proposed" if outcome == "appears" else "current"),
            }
        rows.append(row | _totals(row))
    return rows


def _totals(row: dict[str, Any]) -> dict[str, int]:
    return {
        "current": row["vanishes"] + row["remains"],
        "current_kzt": row["vanishes_kzt"] + row["remains_kzt"],
        "proposed": row["remains"] + row["appears"],
        "proposed_kzt": row["remains_kzt"] + row["appears_kzt"],
    }


def _bodies(conflicts: pd.DataFrame, regime: str) -> list[str]:
    return sorted({*conflicts[f"body_a_{regime}"], *conflicts[f"body_b_{regime}"]})


def claim(frames: RegimeFrames) -> dict[str, Any]:
    """By how much the proposal reduces duplicated functions, with bounds; None where there are none.

    `range`: under every tolerance, window and certainty of the scenarios. `range_without_a_district`: with
    the thresholds of the city, any one district left out.
    """
    rows = frames.scenarios[frames.scenarios["rule"] == CLAIM]
    usual, tried = rows[rows["usual"]], [_reduction(row) for _, row in rows.iterrows()]
    if usual.empty or usual["n_current"].item() == 0:
        return {"rule": CLAIM, "current": 0, "proposed": 0, "reduction": None}
    row = usual.iloc[0]
    return {
        "rule": CLAIM,
        "current": int(row["n_current"]),
        "proposed": int(row["n_current"] - row["n_vanish"] + row["n_appear"]),
        "reduction": _reduction(row),
        "range": _range(tried),
        "range_without_a_district": _range(_left_out(frames.conflicts)),
        "current_kzt": int(row["kzt_current"]),
        "proposed_kzt": int(row["kzt_current"] - row["kzt_vanish"] + row["kzt_appear"]),
        "scenarios": len(rows),
    }


def _reduction(row: Any) -> float | None:
    """Share of today's conflicts by which their number falls."""
    return (
        round(float((row["n_vanish"] - row["n_appear"]) / row["n_current"]), 4) if row["n_current"] else None
    )


def _range(shares: list[float | None]) -> list[float] | None:
    known = [share for share in shares if share is not None]
    return [min(known), max(known)] if known else None


def _left_out(conflicts: pd.DataFrame) -> list[float | None]:
    rows = conflicts[conflicts["rule"] == CLAIM]
    left = [rows[rows["district_code"] != code] for code in sorted(rows["district_code"].dropna().unique())]
    return [
        _reduction({
            "n_vanish": (part["outcome"] == "vanishes").sum(),
            "n_appear": (part["outcome"] == "appears").sum(),
            "n_current": (part["outcome"] != "appears").sum(),
        })
        for part in left
    ]  # fmt: skip


def transfers(rows: pd.DataFrame) -> dict[str, Any]:
    """Projects, tenge and places that change hands: in all, by district, and from whom to whom."""
    return {
        **_moved(rows),
        "districts": _moved_by(
            rows.assign(district_code=rows["district_code"].fillna(NOWHERE)), ["district_code"]
        ),
        "bodies": _moved_by(rows, ["payer_current", "payer_proposed"]),
    }


def _moved_by(rows: pd.DataFrame, by: list[str]) -> list[dict[str, Any]]:
    return [
        {**dict(zip(by, key, strict=True)), **_moved(group)} for key, group in rows.groupby(by, sort=True)
    ]


def _moved(rows: pd.DataFrame) -> dict[str, Any]:
    money = rows[rows["money_moves"].astype(bool)]
    return {
        "projects": len(rows),
        "works_move": int(rows["works_move"].sum()),
        "amount_kzt": int(money["amount_kzt"].sum()),
        "works_m2": float(round(rows["works_m2"].sum(), 1)),
    }
