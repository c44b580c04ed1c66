"""Rows of the programme: each place with its decision, the reason, and the sentence in three languages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from gis_core.choosing import Choice
from gis_core.floors import Options
from gis_core.layer import LANGUAGES, Language
from layers.city import City
from layers.programme_words import JOINT, MEETING, NOT_BEFORE, SENTENCES

MILLION = 1_000_000


def programme_rows(
    city: City, places: pd.DataFrame, offers: pd.DataFrame, solved: tuple[pd.DataFrame, Choice, Options]
) -> pd.DataFrame:
    """All places with the offer that was taken, else the best that was not, and why."""
    open_to, choice, problem = solved
    relief = dict(zip(problem.names, choice.relief, strict=True))
    margin = choice.price - places["district_code"].fillna("").map(relief).fillna(0.0)
    shown = _shown(offers, open_to[choice.taken], margin)
    rows = places.join(shown.set_index("row")).assign(
        chosen=places.index.isin(open_to["row"][choice.taken]), margin=margin, price=choice.price
    )
    rows = rows.assign(left=problem.budget - int(open_to["cost"][choice.taken].sum()))
    rows["reason"] = [_reason(row, problem.budget) for row in rows.to_dict("records")]
    return _columns(rows.assign(**_sentences(rows, city)))


def _shown(offers: pd.DataFrame, taken: pd.DataFrame, margin: pd.Series) -> pd.DataFrame:
    """One offer a place: the taken one, else that which comes nearest to the margin."""
    short = offers["value"] - margin.loc[offers["row"]].to_numpy() * offers["cost"]
    rest = offers.assign(short=-short)[~offers["row"].isin(taken["row"])]
    best = rest.sort_values(["row", "short"], kind="stable").drop_duplicates("row")
    columns = ["row", "work_type", "works_m2", "cost", "saving", "part", "value"]
    return pd.concat([taken[columns], best[columns]])


def _reason(row: dict[str, Any], budget: int) -> str:
    """The first that holds."""
    if isinstance(row["reason"], str):
        return row["reason"]
    if pd.isna(row["cost"]):
        return "no_measure"
    return _worth(row) if row["chosen"] else _lack(row, budget)


def _worth(row: dict[str, Any]) -> str:
    return "worth" if row["value"] >= row["price"] * row["cost"] or row["margin"] >= row["price"] else "floor"


def _lack(row: dict[str, Any], budget: int) -> str:
    if row["value"] <= 0:
        return "no_need"
    if row["cost"] > budget:
        return "too_dear"
    return "margin" if row["value"] < row["margin"] * row["cost"] else "remainder"


def _columns(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns that the layer declares, with what the account of the whole needs beside them."""
    refused = ~rows["chosen"]
    covered = rows["share"] * rows["part"].fillna(0.0).astype(float)
    return rows.assign(
        decision=np.where(refused, "refused", "chosen"),
        cost_kzt=rows["cost"].astype("Int64"),
        saving_kzt=rows["saving"].astype("Int64"),
        covered=covered.where(~refused, 0.0).round(12),
        funded_covered=(rows["share"] * rows["funded_part"]).round(12),
        greedy_covered=rows["share"] * rows["greedy_part"],
        equal_covered=rows["share"] * rows["equal_part"],
    )


def _sentences(rows: pd.DataFrame, city: City) -> dict[str, list[str]]:
    facts = rows.to_dict("records")
    return {f"why_{lang}": [_sentence(row, city, lang) for row in facts] for lang in LANGUAGES}


def _sentence(row: dict[str, Any], city: City, lang: Language) -> str:
    """Why the place is in, or not. Millionths of the need per tenge are shares of the need per million."""
    until = row["guarantee_until"]
    work = city.work_types[row["work_type"]].label.of(lang) if isinstance(row["work_type"], str) else ""
    margin = row["price"] if row["reason"] == "floor" else row["margin"]
    words = {
        "name": row["name"] if isinstance(row["name"], str) else row["place_id"],
        "work": work,
        "cost": _millions(row["cost"], lang),
        "left": _millions(row["left"], lang),
        "funded": _millions(row["funded_kzt"], lang),
        "covered": _percent(row["share"] * row["part"], lang),
        "per": _percent(row["value"] / row["cost"], lang),
        "margin": _percent(margin, lang),
        "until": until.isoformat() if isinstance(until, date) else "",
        "project": row["guaranteed_by"],
        "and_more": _more(row, lang),
    }
    return SENTENCES[row["reason"]][lang].format(**words)


def _more(row: dict[str, Any], lang: Language) -> str:
    """Joint works, open conflicts, and the end of a guarantee, where there are any."""
    said = ""
    if row["saving"] > 0:
        said += JOINT[lang].format(joint=row["joint_with"], saving=_millions(row["saving"], lang))
    if row["open_conflicts"]:
        said += MEETING[lang].format(conflicts=row["open_conflicts"])
    if isinstance(row["guarantee_until"], date):
        said += NOT_BEFORE[lang].format(until=(row["guarantee_until"] + timedelta(days=1)).isoformat())
    return said


def _millions(amount: float, lang: Language) -> str:
    """Millions with one digit: 1 960,0."""
    if pd.isna(amount):
        return "0"
    text = f"{amount / MILLION:,.1f}"
    return text if lang == "en" else text.replace(",", "\u00a0").replace(".", ",")


def _percent(share: float, lang: Language) -> str:
    """A share as per cent with three figures that count."""
    if pd.isna(share):
        return "0"
    text = f"{share * 100:#.3g}" if abs(share) >= 1e-7 else "0"  # noqa: PLR2004  0.00001 per cent
    return f"{text}%" if lang == "en" else f"{text.replace('.', ',')}\u00a0%"
