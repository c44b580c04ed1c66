"""Conflicts that vanish, remain or appear when the proposed division of powers takes the place of today's."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import BigInteger, Boolean, Connection, Float, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import KZT, M2, Label, Layer, Style, field, geometry
from gis_core.personal import FreeText
from layers.city import City
from layers.conflict_findings import findings
from layers.conflict_frame import measured, placed
from layers.conflict_survey import Survey, survey_of
from layers.conflict_words import CERTAINTIES, RULES, SEVERITIES
from layers.regimes import OUTCOMES, has_both
from layers.words import DISTRICT


class RegimeConflict(Layer):
    """The same ids as in `conflicts`; without `outside_powers`, which nobody is who keeps to his powers."""

    __tablename__ = "regime_conflicts"
    label = Label("Пересечения при двух режимах", "Екі режимдегі қиылысулар", "Conflicts under two regimes")
    style = Style(
        fill="#9e9e9e",
        line="#4d4d4d",
        width=1.5,
        opacity=0.45,
        column="outcome",
        colours={"vanishes": "#1b9e77", "remains": "#9e9e9e", "appears": "#d95f02"},
    )
    derived = True

    id: Mapped[str] = field(Text, Label("Номер", "Нөмірі", "Id"), "id", key=True)
    outcome: Mapped[str] = field(
        Text,
        Label("При новых полномочиях", "Жаңа өкілеттікте", "Under the proposal"),
        "outcome",
        choices=OUTCOMES,
        required=True,
    )
    rule: Mapped[str] = field(Text, Label("Правило", "Ереже", "Rule"), "rule", choices=RULES, required=True)
    recorded: Mapped[bool] = field(
        Boolean,
        Label("Есть и сегодня на деле", "Бүгін де бар", "Found as recorded, too"),
        "recorded",
        required=True,
    )
    place_kind: Mapped[str | None] = field(Text, Label("Вид места", "Орын түрі", "Place kind"), "place_kind")
    place_id: Mapped[str | None] = field(Text, Label("Номер места", "Орын нөмірі", "Place id"), "place_id")
    place_name: Mapped[str | None] = field(
        FreeText, Label("Адрес или название", "Мекенжайы немесе атауы", "Address or name"), "place_name"
    )
    district_code: Mapped[str | None] = field(Text, DISTRICT, "distr_code")
    project_a: Mapped[str] = field(
        Text, Label("Проект А", "А жобасы", "Project A"), "project_a", required=True
    )
    project_b: Mapped[str] = field(
        Text, Label("Проект Б", "Ә жобасы", "Project B"), "project_b", required=True
    )
    body_a_current: Mapped[str] = field(
        Text,
        Label("Исполнитель А сейчас", "А орындаушысы қазір", "Body A today"),
        "body_a_cur",
        vocabulary="bodies",
        required=True,
    )
    body_b_current: Mapped[str] = field(
        Text,
        Label("Исполнитель Б сейчас", "Ә орындаушысы қазір", "Body B today"),
        "body_b_cur",
        vocabulary="bodies",
        required=True,
    )
    body_a_proposed: Mapped[str] = field(
        Text,
        Label("Исполнитель А по предложению", "А орындаушысы ұсыныста", "Body A as proposed"),
        "body_a_pro",
        vocabulary="bodies",
        required=True,
    )
    body_b_proposed: Mapped[str] = field(
        Text,
        Label("Исполнитель Б по предложению", "Ә орындаушысы ұсыныста", "Body B as proposed"),
        "body_b_pro",
        vocabulary="bodies",
        required=True,
    )
    severity: Mapped[str] = field(
        Text, Label("Тяжесть", "Ауырлығы", "Severity"), "severity", choices=SEVERITIES, required=True
    )
    certainty: Mapped[str] = field(
        Text, Label("Достоверность", "Анықтығы", "Certainty"), "certainty", choices=CERTAINTIES, required=True
    )
    shared_m2: Mapped[float] = field(
        Float, Label("Общая площадь", "Ортақ аудан", "Shared area"), "shared_m2", unit=M2, required=True
    )
    money_at_risk_kzt: Mapped[int] = field(
        BigInteger,
        Label("Деньги под риском", "Тәуекелдегі қаржы", "Money at risk"),
        "risk_kzt",
        unit=KZT,
        required=True,
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def frame(connection: Connection, city: City) -> pd.DataFrame:
    """The rows of the layer; none where the profile lacks a division of powers."""
    return compared(survey_of(connection, city)) if has_both(city) else pd.DataFrame(columns=["id"])


def compared(survey: Survey) -> pd.DataFrame:
    """All conflicts of either division of powers, by id."""
    held, seen = survey.regimes, survey.sightings
    inputs = seen.inputs
    now, today, proposed = (
        measured(inputs, findings(seen, roles)) for roles in (held.recorded, held.today, held.proposed)
    )
    rows = pd.concat([today, proposed]).drop_duplicates("id").sort_values("id", ignore_index=True)
    rows = placed(inputs, rows)
    before, after = rows["id"].isin(today["id"]), rows["id"].isin(proposed["id"])
    outcome = after.map({True: "remains", False: "vanishes"}).where(before, "appears")
    hands = {"current": held.today.body, "proposed": held.proposed.body}
    bodies = {
        f"body_{side}_{regime}": rows[f"project_{side}"].map(body)
        for side in "ab"
        for regime, body in hands.items()
    }
    return rows.assign(outcome=outcome, recorded=rows["id"].isin(now["id"]), **bodies)
