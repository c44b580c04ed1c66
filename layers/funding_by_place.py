"""Money of projects laid on places and districts by share of area; every sum preserved to the tenge."""

from __future__ import annotations

from sqlalchemy import (
    CTE,
    BigInteger,
    Integer,
    Select,
    String,
    Text,
    and_,
    case,
    column,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
    values,
)
from sqlalchemy.orm import Mapped

from gis_core.joins import shared_out
from gis_core.layer import KZT, Label, Layer, field
from layers.city import City
from layers.districts import District
from layers.places import district_of_year
from layers.project_funding import ProjectFunding
from layers.project_places import FUNDED_KINDS, ProjectPlace
from layers.projects import Project
from layers.words import FUNDING_SOURCES, FUNDING_STAGES, YEAR

AMOUNT = ("project_id", "place_kind", "year", "source", "stage", "amount_kzt")


class FundingByPlace(Layer):
    __tablename__ = "funding_by_place"
    label = Label("Деньги по местам", "Орындар бойынша қаржы", "Funding by place")
    derived = True

    project_id: Mapped[str] = field(
        Text, Label("Номер проекта", "Жоба нөмірі", "Project id"), "project_id", key=True
    )
    place_kind: Mapped[str] = field(
        Text, Label("Вид места", "Орын түрі", "Place kind"), "place_kind", choices=FUNDED_KINDS, key=True
    )
    place_id: Mapped[str] = field(
        Text,
        Label(
            "Номер места; пусто: вне мест этого вида",
            "Орын нөмірі; бос: бұл түрдегі орындардан тыс",
            "Place id; empty: on no place of this kind",
        ),
        "place_id",
        key=True,
    )
    year: Mapped[int] = field(Integer, YEAR, "year", key=True)
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
    amount_kzt: Mapped[int] = field(
        BigInteger, Label("Сумма", "Сомасы", "Amount"), "amount_kzt", unit=KZT, required=True
    )


def rows(city: City) -> Select[tuple[str, str, str, int, str, str, int]]:
    """Every amount of a project that is not cancelled, shared out once for each kind of place."""
    amounts = _amounts()
    on_places = _on_places(amounts)
    outside = _outside(amounts, on_places, city.conflicts.min_shared_m2)
    parts = union_all(select(on_places), outside).subquery("parts")
    among = [parts.c[name] for name in AMOUNT]
    whole = func.sum(parts.c.part).over(partition_by=among)
    sized = select(*parts.c, whole.label("whole")).subquery("sized")
    among = [sized.c[name] for name in AMOUNT]
    share = shared_out(sized.c.amount_kzt, sized.c.part, sized.c.whole, among=among, order=[sized.c.place_id])
    shared = select(*sized.c, share.label("share")).subquery("shared").c
    return select(
        shared.project_id,
        shared.place_kind,
        shared.place_id,
        shared.year,
        shared.source,
        shared.stage,
        shared.share,
    ).where(shared.share > 0)


def _amounts() -> CTE:
    money = ProjectFunding.__table__.c
    kinds = values(column("place_kind", String), name="kinds").data([(kind,) for kind in FUNDED_KINDS])
    return (
        select(money.project_id, kinds.c.place_kind, money.year, money.source, money.stage, money.amount_kzt)
        .join(Project, Project.id == money.project_id)
        .join(kinds, true())
        .where(Project.status != "cancelled")
        .cte("amounts")
    )


def _on_places(amounts: CTE) -> CTE:
    """Each amount with the places its project lies on; districts in the version of the amount's year."""
    on = ProjectPlace.__table__.c
    return (
        select(*(amounts.c[name] for name in AMOUNT), on.place_id, on.shared_m2.label("part"), on.works_m2)
        .join(
            ProjectPlace, and_(on.project_id == amounts.c.project_id, on.place_kind == amounts.c.place_kind)
        )
        .outerjoin(District, and_(on.place_kind == "district", District.id == on.place_id))
        .where(or_(District.id.is_(None), district_of_year(amounts.c.year)))
        .cte("on_places")
    )


def _outside(amounts: CTE, on_places: CTE, tolerance_m2: float) -> Select[tuple[object, ...]]:
    """What lies on no place of the kind; a project that meets none, or has no shape, lies there whole."""
    among = [on_places.c[name] for name in AMOUNT]
    covered = (
        select(
            *among, func.max(on_places.c.works_m2).label("works"), func.sum(on_places.c.part).label("part")
        )
        .group_by(*among)
        .subquery("covered")
    )
    rest = covered.c.works - covered.c.part
    part = case((covered.c.works.is_(None), 1.0), (rest > tolerance_m2, rest), else_=0.0)
    same = and_(*(covered.c[name] == amounts.c[name] for name in AMOUNT))
    return select(*amounts.c, literal(""), part, literal(1.0)).outerjoin(covered, same)
