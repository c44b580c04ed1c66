"""Money that fell on each district by year: who spends it, on what, from which source, at which stage."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Integer, Select, Text, and_, func, select
from sqlalchemy.orm import Mapped

from gis_core.layer import KZT, Label, Layer, field
from layers.bodies import Body
from layers.city import City
from layers.districts import District
from layers.funding_by_place import FundingByPlace
from layers.projects import Project
from layers.words import FUNDING_SOURCES, FUNDING_STAGES, PLACE_KINDS, YEAR

NOWHERE = ""


class DistrictMoney(Layer):
    __tablename__ = "district_money"
    label = Label("Деньги районов", "Аудандар қаржысы", "Money of districts")
    derived = True

    district_code: Mapped[str] = field(
        Text,
        Label("Район; пусто: вне карты", "Аудан; бос: картадан тыс", "District; empty: not on the map"),
        "distr_code",
        key=True,
    )
    year: Mapped[int] = field(Integer, YEAR, "year", key=True)
    own: Mapped[bool] = field(
        Boolean,
        Label("Аппарат акима этого района", "Осы аудан әкімінің аппараты", "Akimat of this district"),
        "own",
        key=True,
    )
    place_kind: Mapped[str] = field(
        Text,
        Label("Вид места; пусто: не указан", "Орын түрі; бос: көрсетілмеген", "Place kind; empty: not told"),
        "place_kind",
        choices={**PLACE_KINDS, "": Label("не указан", "көрсетілмеген", "not told")},
        key=True,
    )
    work_type: Mapped[str] = field(
        Text, Label("Вид работ", "Жұмыс түрі", "Work type"), "work_type", vocabulary="work_types", key=True
    )
    source: Mapped[str] = field(
        Text,
        Label("Источник средств", "Қаражат көзі", "Source of funds"),
        "source",
        choices=FUNDING_SOURCES,
        key=True,
    )
    stage: Mapped[str] = field(
        Text, Label("Стадия", "Кезеңі", "Stage"), "stage", choices=FUNDING_STAGES, key=True
    )
    projects: Mapped[int] = field(
        Integer, Label("Проектов", "Жобалар", "Projects"), "projects", required=True
    )
    amount_kzt: Mapped[int] = field(
        BigInteger, Label("Сумма", "Сомасы", "Amount"), "amount_kzt", unit=KZT, required=True
    )


def rows(_city: City) -> Select[tuple[object, ...]]:
    """Sums of the money laid on districts; what lies in none keeps an empty code, so that all adds up."""
    laid = FundingByPlace.__table__.c
    code = func.coalesce(District.code, NOWHERE)
    own = func.coalesce(and_(Body.kind == "district_akimat", Body.district_code == District.code), False)
    kind = func.coalesce(Project.place_kind, NOWHERE)
    key = (code, laid.year, own, kind, Project.work_type, laid.source, laid.stage)
    return (
        select(*key, func.count(laid.project_id.distinct()), func.sum(laid.amount_kzt))
        .select_from(FundingByPlace)
        .join(Project, Project.id == laid.project_id)
        .join(Body, Body.code == Project.executing_body)
        .outerjoin(District, District.id == laid.place_id)
        .where(laid.place_kind == "district")
        .group_by(*key)
    )
