"""Findings about pairs of projects at a place; the rules stand in `conflict_rules`."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Float, Index, Integer, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import DAYS, KZT, M2, SHARE, Label, Layer, Style, field, geometry
from gis_core.personal import FreeText
from layers.conflict_words import CERTAINTIES, RULES, SEVERITIES
from layers.words import DISTRICT


class Facts:
    """What a finding says: the rule, the place, the two projects and bodies, how much, and the sentence.

    The pair is unordered: project A is the one whose id comes first by bytes. A finding `outside_powers` is
    about one project, which stands on both sides; body B is the competent one.
    """

    rule: Mapped[str] = field(Text, Label("Правило", "Ереже", "Rule"), "rule", choices=RULES, required=True)
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
    body_a: Mapped[str] = field(
        Text, Label("Исполнитель А", "А орындаушысы", "Body A"), "body_a", vocabulary="bodies", required=True
    )
    body_b: Mapped[str] = field(
        Text, Label("Исполнитель Б", "Ә орындаушысы", "Body B"), "body_b", vocabulary="bodies", required=True
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
    share_a: Mapped[float] = field(
        Float,
        Label("Часть площади А", "А ауданының бөлігі", "Part of A's area"),
        "share_a",
        unit=SHARE,
        required=True,
    )
    share_b: Mapped[float] = field(
        Float,
        Label("Часть площади Б", "Ә ауданының бөлігі", "Part of B's area"),
        "share_b",
        unit=SHARE,
        required=True,
    )
    days_common: Mapped[int | None] = field(
        Integer, Label("Общих дней", "Ортақ күндер", "Days in common"), "days", unit=DAYS
    )
    shift_days: Mapped[int | None] = field(
        Integer,
        Label("Наименьший сдвиг сроков", "Мерзімді ең аз жылжыту", "Smallest shift of dates"),
        "shift_days",
        unit=DAYS,
    )
    money_at_risk_kzt: Mapped[int] = field(
        BigInteger,
        Label("Деньги под риском", "Тәуекелдегі қаржы", "Money at risk"),
        "risk_kzt",
        unit=KZT,
        required=True,
    )
    why_ru: Mapped[str] = field(
        FreeText,
        Label("Объяснение по-русски", "Орысша түсіндірме", "Explanation in Russian"),
        "why_ru",
        required=True,
    )
    why_kk: Mapped[str] = field(
        FreeText,
        Label("Объяснение по-казахски", "Қазақша түсіндірме", "Explanation in Kazakh"),
        "why_kk",
        required=True,
    )
    why_en: Mapped[str] = field(
        FreeText,
        Label("Объяснение по-английски", "Ағылшынша түсіндірме", "Explanation in English"),
        "why_en",
        required=True,
    )


class Conflict(Facts, Layer):
    __tablename__ = "conflicts"
    __table_args__ = (
        CheckConstraint(
            """project_a COLLATE "C" < project_b COLLATE "C" OR rule = 'outside_powers'""", name="pair"
        ),
        *(Index(f"ix_conflicts_{name}", name) for name in ("project_a", "project_b")),
    )
    label = Label("Пересечения", "Қиылысулар", "Conflicts")
    style = Style(fill="#c51b8a", line="#c51b8a", width=2.5, opacity=0.25)
    derived = True

    id: Mapped[str] = field(Text, Label("Номер", "Нөмірі", "Id"), "id", key=True)
    geom: Mapped[object] = geometry("MULTIPOLYGON")
