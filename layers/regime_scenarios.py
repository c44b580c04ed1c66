"""How sure the effect of the proposed powers is: counts under other tolerances, windows and certainties."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import msgspec
import pandas as pd
from sqlalchemy import BigInteger, Boolean, Connection, Float, Integer, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import DAYS, KZT, M2, Label, Layer, field
from layers.city import City
from layers.conflict_findings import CERTAINTY, Sightings, findings, tightened
from layers.conflict_frame import measured
from layers.conflict_rules import WINDOWED
from layers.conflict_survey import WIDEST, Survey, survey_of
from layers.conflict_words import CERTAINTIES, RULES
from layers.regimes import Regimes, has_both

TOLERANCES = (1, 10, 100)  # times the profile's, from slivers to a playground
WINDOWS = (0.5, 1, WIDEST)  # times the profile's
RULES_OF_PAIRS = tuple(rule for rule in RULES if rule != "outside_powers")
WINDOWLESS = tuple(rule for rule in RULES_OF_PAIRS if rule not in WINDOWED)
PARTS = ("current", "vanish", "appear")
Cell = tuple[str, str, str]  # part, rule, least certainty
Sum = tuple[int, int]  # findings, tenge


class RegimeScenario(Layer):
    """A row a rule and set of thresholds; `usual` marks those of the profile with every certainty."""

    __tablename__ = "regime_scenarios"
    label = Label(
        "Два режима при других порогах", "Басқа шектердегі екі режим", "Two regimes under other thresholds"
    )
    derived = True

    rule: Mapped[str] = field(Text, Label("Правило", "Ереже", "Rule"), "rule", choices=RULES, key=True)
    tolerance_m2: Mapped[float] = field(
        Float,
        Label("Порог общей площади", "Ортақ аудан шегі", "Tolerance"),
        "tolerance",
        unit=M2,
        key=True,
    )
    window_days: Mapped[int] = field(
        Integer, Label("Окно совмещения", "Біріктіру терезесі", "Window"), "window", unit=DAYS, key=True
    )
    certainty: Mapped[str] = field(
        Text,
        Label("Достоверность не ниже", "Анықтығы кемінде", "At least so certain"),
        "certainty",
        choices=CERTAINTIES,
        key=True,
    )
    usual: Mapped[bool] = field(
        Boolean, Label("Пороги города", "Қала шектері", "Thresholds of the city"), "usual", required=True
    )
    n_current: Mapped[int] = field(
        Integer,
        Label("Пересечений сейчас", "Қазіргі қиылысулар", "Conflicts today"),
        "n_current",
        required=True,
    )
    n_vanish: Mapped[int] = field(Integer, Label("Исчезает", "Жойылады", "Vanish"), "n_vanish", required=True)
    n_appear: Mapped[int] = field(
        Integer, Label("Появляется", "Пайда болады", "Appear"), "n_appear", required=True
    )
    kzt_current: Mapped[int] = field(
        BigInteger,
        Label("Деньги под риском сейчас", "Қазір тәуекелдегі қаржы", "Money at risk today"),
        "kzt_cur",
        unit=KZT,
        required=True,
    )
    kzt_vanish: Mapped[int] = field(
        BigInteger,
        Label("Риск исчезает", "Жойылатын тәуекел", "Money no more at risk"),
        "kzt_vanish",
        unit=KZT,
        required=True,
    )
    kzt_appear: Mapped[int] = field(
        BigInteger,
        Label("Риск появляется", "Пайда болатын тәуекел", "Money newly at risk"),
        "kzt_appear",
        unit=KZT,
        required=True,
    )


def frame(connection: Connection, city: City) -> pd.DataFrame:
    """The rows of the layer; none where the profile lacks a division of powers."""
    return tried(survey_of(connection, city)) if has_both(city) else pd.DataFrame(columns=["rule"])


def tried(survey: Survey) -> pd.DataFrame:
    """Every rule about pairs under every set of thresholds."""
    rules = survey.city.conflicts
    rows: list[dict[str, object]] = []
    for times in TOLERANCES:
        tight = tightened(survey.sightings, rules.min_shared_m2 * times)
        always = _sums(tight, survey.regimes, WINDOWLESS)
        for part in WINDOWS:
            changed = _within(tight, round(rules.window_days * part))
            rows += _told(changed.inputs.city, always | _sums(changed, survey.regimes, WINDOWED))
    usual = rules.min_shared_m2, rules.window_days, CERTAINTY[-1]
    made = pd.DataFrame(rows)
    thresholds = zip(made["tolerance_m2"], made["window_days"], made["certainty"], strict=True)
    return made.assign(usual=[each == usual for each in thresholds])


def _within(seen: Sightings, window: int) -> Sightings:
    """The sightings under another window."""
    city = seen.inputs.city
    rules = msgspec.structs.replace(city.conflicts, window_days=window)
    return seen.under(msgspec.structs.replace(city, conflicts=rules))


def _told(city: City, sums: Mapping[Cell, Sum]) -> Iterator[dict[str, object]]:
    """A row a rule and least certainty, under the thresholds of a profile."""
    thresholds = {"tolerance_m2": city.conflicts.min_shared_m2, "window_days": city.conflicts.window_days}
    for rule in RULES_OF_PAIRS:
        for certainty in CERTAINTY:
            held = {part: sums.get((part, rule, certainty), (0, 0)) for part in PARTS}
            counts = {f"n_{part}": count for part, (count, _) in held.items()}
            money = {f"kzt_{part}": amount for part, (_, amount) in held.items()}
            yield {"rule": rule, "certainty": certainty, **thresholds, **counts, **money}


def _sums(seen: Sightings, held: Regimes, rules: Collection[str]) -> dict[Cell, Sum]:
    """Count and tenge of what stands today, vanishes and appears, by rule and least certainty."""
    hands = held.today, held.proposed
    before, after = (measured(seen.inputs, findings(seen, roles, rules)) for roles in hands)
    parts = before, before[~before["id"].isin(after["id"])], after[~after["id"].isin(before["id"])]
    sums: dict[Cell, Sum] = {}
    for part, rows in zip(PARTS, parts, strict=True):
        columns = (rows[name].tolist() for name in ("rule", "certainty", "money_at_risk_kzt"))
        for rule, certainty, amount in zip(*columns, strict=True):
            for least in CERTAINTY[list(CERTAINTY).index(certainty) :]:
                count, money = sums.get((part, rule, least), (0, 0))
                sums[part, rule, least] = count + 1, money + amount
    return sums
