"""Money of projects: a row a year, budget source and stage; whole tenge."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Integer, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import KZT, Label, Layer, Sourced, field
from layers.words import FUNDING_SOURCES, FUNDING_STAGES, YEAR


class ProjectFunding(Sourced, Layer):
    __tablename__ = "project_funding"
    __table_args__ = (CheckConstraint("amount_kzt >= 0", name="amount"),)
    label = Label("Финансирование проектов", "Жобаларды қаржыландыру", "Project funding")

    project_id: Mapped[str] = field(
        Text,
        Label("Номер проекта", "Жоба нөмірі", "Project id"),
        "project_id",
        references="projects.id",
        key=True,
    )
    year: Mapped[int] = field(Integer, YEAR, "year", key=True)
    source: Mapped[str] = field(
        Text,
        Label("Источник средств", "Қаражат көзі", "Source of funds"),
        "source",
        choices=FUNDING_SOURCES,
        key=True,
        default="local",
    )
    stage: Mapped[str] = field(
        Text,
        Label("Стадия", "Кезеңі", "Stage"),
        "stage",
        choices=FUNDING_STAGES,
        key=True,
        default="adopted",
    )
    amount_kzt: Mapped[int] = field(
        BigInteger, Label("Сумма", "Сомасы", "Amount"), "amount_kzt", unit=KZT, required=True
    )
