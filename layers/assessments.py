"""The register: verdicts of bodies on conflicts, kept through every re-run, and their history."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gis_core.layer import KZT, Choices, Field, Label, Layer, Style, field, geometry
from gis_core.personal import FreeJson, FreeText
from layers.conflicts import Facts

VERDICTS: Choices = {
    "not_assessed": Label("не рассмотрено", "қаралмаған", "not assessed"),
    "yes": Label("да, мешает", "иә, кедергі", "yes, a conflict"),
    "no": Label("нет, не мешает", "жоқ, кедергі емес", "no conflict"),
    "to_be_reassessed": Label("пересмотреть", "қайта қарау керек", "to be re-assessed"),
}
STATES: Choices = {
    "open": Label("есть", "бар", "there"),
    "gone": Label("исчезло", "жойылды", "gone"),
    "joint": Label("снято совместным проектом", "бірлескен жобамен шешілді", "closed by a joint project"),
}
DECIDED = ("verdict", "lead_body", "note", "savings_kzt")  # what people write; all else Abat writes
# What a verdict was about: when one of these changes beyond the profile's tolerance, it must be given anew
FIGURES = ("starts_a", "ends_a", "starts_b", "ends_b", "days_common", "shared_m2", "money_at_risk_kzt")


class Assessment(Facts, Layer):
    """One row a conflict and body: both bodies of a conflict, and every other that gave a verdict."""

    __tablename__ = "assessments"
    __table_args__ = (
        CheckConstraint("savings_kzt >= 0", name="savings"),
        *(Index(f"ix_assessments_{name}", name) for name in ("project_a", "project_b")),
        Index("ix_assessments_said", "conflict_id", postgresql_where=text("edition > 0")),
    )
    label = Label("Заключения о пересечениях", "Қиылысулар туралы қорытындылар", "Verdicts on conflicts")
    style = Style(
        fill="#c51b8a",
        line="#7a0f55",
        width=2.0,
        opacity=0.4,
        column="verdict",
        colours={
            "not_assessed": "#f2c14e",
            "yes": "#c51b8a",
            "no": "#8aa399",
            "to_be_reassessed": "#e8601c",
        },
    )
    edited = DECIDED

    conflict_id: Mapped[str] = field(
        Text, Label("Номер пересечения", "Қиылысу нөмірі", "Conflict id"), "conflict", key=True
    )
    body: Mapped[str] = field(
        Text,
        Label("Чьё заключение", "Кімнің қорытындысы", "Whose verdict"),
        "body",
        vocabulary="bodies",
        key=True,
    )
    verdict: Mapped[str] = field(
        Text,
        Label("Заключение", "Қорытынды", "Verdict"),
        "verdict",
        choices=VERDICTS,
        required=True,
        default="not_assessed",
    )
    lead_body: Mapped[str | None] = field(
        Text, Label("Ведущий орган", "Жетекші орган", "Lead body"), "lead_body", vocabulary="bodies"
    )
    note: Mapped[str | None] = field(FreeText, Label("Примечание", "Ескертпе", "Note"), "note")
    savings_kzt: Mapped[int | None] = field(
        BigInteger, Label("Экономия", "Үнемдеу", "Savings"), "savings", unit=KZT
    )
    state: Mapped[str] = field(
        Text, Label("Есть ли сейчас", "Қазір бар ма", "Is it there"), "state", choices=STATES, required=True
    )
    first_seen: Mapped[int] = field(
        BigInteger,
        Label("Впервые найдено (запуск)", "Алғаш табылды (іске қосу)", "First seen (run)"),
        "first_seen",
        required=True,
    )
    last_seen: Mapped[int | None] = field(  # null in the table while it is there: the newest derive saw it
        BigInteger,
        Label("Найдено в последний раз (запуск)", "Соңғы рет табылды (іске қосу)", "Last seen (run)"),
        "last_seen",
    )
    gone_in: Mapped[int | None] = field(
        BigInteger, Label("Исчезло (запуск)", "Жойылды (іске қосу)", "Gone (run)"), "gone_in"
    )
    back_in: Mapped[int | None] = field(
        BigInteger,
        Label("Появилось снова (запуск)", "Қайта пайда болды (іске қосу)", "Reappeared (run)"),
        "back_in",
    )
    changed_in: Mapped[int | None] = field(
        BigInteger, Label("Изменилось (запуск)", "Өзгерді (іске қосу)", "Changed (run)"), "changed_in"
    )
    edition: Mapped[int] = field(
        Integer,
        Label("Редакция", "Редакция", "Edition"),
        "edition",
        required=True,
        default="0",  # untouched
    )
    assessed_by: Mapped[str | None] = field(Text, Label("Кто внёс", "Кім енгізді", "Entered by"), "by_whom")
    assessed_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True),
        info={"field": Field(Label("Когда внесено", "Қашан енгізілді", "Entered at"), "at", hidden=True)},
    )
    judged: Mapped[dict[str, object] | None] = mapped_column(
        JSONB,
        info={
            "field": Field(
                Label("О чём заключение", "Қорытынды не туралы", "What was judged"), "judged", hidden=True
            )
        },
    )
    starts_a: Mapped[date | None] = field(Date, Label("Начало А", "А басталуы", "A starts"), "starts_a")
    ends_a: Mapped[date | None] = field(Date, Label("Конец А", "А аяқталуы", "A ends"), "ends_a")
    starts_b: Mapped[date | None] = field(Date, Label("Начало Б", "Ә басталуы", "B starts"), "starts_b")
    ends_b: Mapped[date | None] = field(Date, Label("Конец Б", "Ә аяқталуы", "B ends"), "ends_b")
    geom: Mapped[object] = geometry("MULTIPOLYGON")


class AssessmentChange(Layer):
    """One row a change of a verdict, written by the database itself whoever changes it; append-only."""

    __tablename__ = "assessment_changes"
    label = Label("История заключений", "Қорытындылар тарихы", "History of verdicts")

    conflict_id: Mapped[str] = mapped_column(Text, primary_key=True)
    body: Mapped[str] = mapped_column(Text, primary_key=True)
    edition: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    account: Mapped[str] = mapped_column(Text)
    how: Mapped[str] = mapped_column(Text)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    before: Mapped[dict[str, object]] = mapped_column(FreeJson)
    after: Mapped[dict[str, object]] = mapped_column(FreeJson)
    figures: Mapped[dict[str, object]] = mapped_column(JSONB)
