"""How sure the effect of the proposed powers is: counts under other tolerances, windows and certainties."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pandas as pd
from sqlalchemy import BigInteger, Boolean, Connection, Float, Integer, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import DAYS, KZT, M2, Label, Layer, field
from layers.city import City
from layers.conflict_findings import CERTAINTY, Sightings, findings, tightened
from layers.conflict_frame import measured
from layers.conflict_inputs import Inputs, read_inputs
from layers.conflict_tiles import spread_sightings
from layers.conflict_words import CERTAINTIES, RULES
from layers.powers import Roles
from layers.regimes import has_both, regimes

TOLERANCES = (1, 10, 100)  # times the profile's, from slivers to a playground
WINDOWS = (0.5, 1, 2)  # times the profile's
RULES_OF_PAIRS = tuple(rule for rule in RULES if rule != "outside_powers")


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
    return tried(read_inputs(connection, city)) if has_both(city) else pd.DataFrame(columns=["rule"])


def tried(inputs: Inputs) -> pd.DataFrame:
    """Every rule about pairs under every set of thresholds."""
    held, seen = regimes(inputs), spread_sightings(inputs)
    rows = [row for changed in _variants(seen) for row in _counted(changed, held.today, held.proposed)]
    usual = inputs.city.conflicts.min_shared_m2, inputs.city.conflicts.window_days, CERTAINTY[-1]
    made = pd.DataFrame(rows)
    thresholds = zip(made["tolerance_m2"], made["window_days"], made["certainty"], strict=True)
    return made.assign(usual=[each == usual for each in thresholds])


def _variants(seen: Sightings) -> Iterator[Sightings]:
    """The sightings under each tolerance and window."""
    rules = seen.inputs.city.conflicts
    for times in TOLERANCES:
        tight = tightened(seen, rules.min_shared_m2 * times)
        for part in WINDOWS:
            window = round(rules.window_days * part)
            changed = msgspec.structs.replace(tight.inputs.city.conflicts, window_days=window)
            yield tight.under(msgspec.structs.replace(tight.inputs.city, conflicts=changed))


def _counted(seen: Sightings, today: Roles, proposed: Roles) -> Iterator[dict[str, object]]:
    """Numbers by rule and least certainty."""
    before, after = (measured(seen.inputs, findings(seen, roles)) for roles in (today, proposed))
    parts = {
        "current": before,
        "vanish": before[~before["id"].isin(after["id"])],
        "appear": after[~after["id"].isin(before["id"])],
    }
    sums = {part: _sums(rows) for part, rows in parts.items()}
    rules = seen.inputs.city.conflicts
    thresholds = {"tolerance_m2": rules.min_shared_m2, "window_days": rules.window_days}
    for rule in RULES_OF_PAIRS:
        for certainty in CERTAINTY:
            held = {part: found.get((rule, certainty), (0, 0)) for part, found in sums.items()}
            counts = {f"n_{part}": count for part, (count, _) in held.items()}
            money = {f"kzt_{part}": amount for part, (_, amount) in held.items()}
            yield {"rule": rule, "certainty": certainty, **thresholds, **counts, **money}


def _sums(rows: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    """Count and tenge by rule and least certainty."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    columns = (rows[name] for name in ("rule", "certainty", "money_at_risk_kzt"))
    for rule, certainty, amount in zip(*columns, strict=True):
        for least in CERTAINTY[list(CERTAINTY).index(certainty) :]:
            count, money = sums.get((rule, least), (0, 0))
            sums[rule, least] = count + 1, money + amount
    return sums
