"""Parcels, courtyards and public spaces on which projects of two or more bodies act."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    Float,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    cast,
    extract,
    func,
    select,
    true,
    union,
)
from sqlalchemy.orm import Mapped

from gis_core.joins import listed, rounded
from gis_core.layer import KZT, M2, Label, Layer, Style, field, geometry
from gis_core.overlap import AREA_DIGITS
from gis_core.personal import FreeText
from layers.budgets import budgets
from layers.city import City
from layers.funding_by_place import FundingByPlace
from layers.places import district_at, places
from layers.project_areas import ProjectArea
from layers.project_places import ProjectPlace
from layers.projects import Project
from layers.words import DISTRICT, PLACE_KINDS
from layers.works import Work


class ContestedParcel(Layer):
    __tablename__ = "contested_parcels"
    label = Label("Спорные участки", "Даулы телімдер", "Contested parcels")
    style = Style(fill="#c51b8a", line="#c51b8a", width=2.5, opacity=0.15)
    derived = True

    place_kind: Mapped[str] = field(
        Text, Label("Вид места", "Орын түрі", "Place kind"), "place_kind", choices=PLACE_KINDS, key=True
    )
    place_id: Mapped[str] = field(Text, Label("Номер места", "Орын нөмірі", "Place id"), "place_id", key=True)
    place_name: Mapped[str | None] = field(
        FreeText, Label("Адрес или название", "Мекенжайы немесе атауы", "Address or name"), "place_name"
    )
    district_code: Mapped[str | None] = field(Text, DISTRICT, "distr_code")
    body_count: Mapped[int] = field(
        Integer, Label("Органов", "Органдар саны", "Bodies"), "n_bodies", required=True
    )
    bodies: Mapped[list[str]] = field(
        ARRAY(Text), Label("Органы", "Органдар", "Which bodies"), "bodies", required=True
    )
    project_count: Mapped[int] = field(
        Integer, Label("Проектов", "Жобалар саны", "Projects"), "n_projects", required=True
    )
    projects: Mapped[list[str]] = field(
        ARRAY(Text), Label("Проекты", "Жобалар", "Which projects"), "projects", required=True
    )
    first_start: Mapped[date | None] = field(
        Date, Label("Первое начало", "Алғашқы басталуы", "First start"), "first_st"
    )
    last_end: Mapped[date | None] = field(
        Date, Label("Последний конец", "Соңғы аяқталуы", "Last end"), "last_end"
    )
    years: Mapped[list[str] | None] = field(ARRAY(Text), Label("Годы", "Жылдар", "Years"), "years")
    amount_kzt: Mapped[int] = field(
        BigInteger,
        Label(
            "Деньги проектов на этом месте",
            "Осы жердегі жобалар қаржысы",
            "Money of the projects on this place",
        ),
        "amount_kzt",
        unit=KZT,
        required=True,
    )
    area_m2: Mapped[float] = field(
        Float, Label("Площадь места", "Орын ауданы", "Area of the place"), "area_m2", unit=M2, required=True
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def rows(_city: City) -> Select[tuple[object, ...]]:
    """Places met by projects of two or more bodies; a declared joint project counts as one body."""
    place, acting, money = places(), _acting(), _money()
    here = and_(acting.c.place_kind == place.c.kind, acting.c.place_id == place.c.id)
    paid = and_(money.c.place_kind == place.c.kind, money.c.place_id == place.c.id)
    home = district_at(func.ST_PointOnSurface(place.c.geom), acting.c.last_end)
    return (
        select(
            *(place.c.kind, place.c.id, place.c.name, home.c.code),
            *(func.cardinality(acting.c.bodies), acting.c.bodies),
            *(func.cardinality(acting.c.projects), acting.c.projects),
            *(acting.c.first_start, acting.c.last_end, acting.c.years, func.coalesce(money.c.amount, 0)),
            *(rounded(func.ST_Area(place.c.geom), AREA_DIGITS), place.c.geom),
        )
        .select_from(place)
        .join(acting, here)
        .outerjoin(money, paid)
        .outerjoin(home, true())
    )


def _acting() -> Subquery:
    """Bodies and projects by place, where there are two bodies that have not declared a joint project."""
    side, year = func.coalesce("joint " + Project.joint_group, Project.executing_body), _years()
    area = ProjectArea.__table__.c
    return (
        select(
            *(ProjectPlace.place_kind, ProjectPlace.place_id),
            listed(Project.executing_body).label("bodies"),
            listed(Project.id).label("projects"),
            func.min(func.coalesce(area.starts, Project.starts)).label("first_start"),
            func.max(func.coalesce(area.ends, Project.ends)).label("last_end"),
            listed(year.c.year).filter(year.c.year.is_not(None)).label("years"),
        )
        .join(Project, Project.id == ProjectPlace.project_id)
        .outerjoin(ProjectArea, area.project_id == Project.id)
        .outerjoin(year, year.c.project_id == Project.id)
        .where(ProjectPlace.place_kind.in_(PLACE_KINDS))
        .group_by(ProjectPlace.place_kind, ProjectPlace.place_id)
        .having(func.count(side.distinct()) > 1, func.count(Project.executing_body.distinct()) > 1)
        .subquery("acting")
    )


def _years() -> Subquery:
    """Budget years of each project, as texts; of one without a budget the years of its works."""
    budget = budgets()
    first, last = (extract("year", day) for day in (Work.starts, Work.ends))
    series = func.generate_series(cast(first, Integer), cast(last, Integer))
    silent = select(Work.project_id, cast(series, Text)).where(
        Work.project_id.not_in(select(budget.c.project_id))
    )
    return union(select(budget.c.project_id, cast(budget.c.year, Text).label("year")), silent).subquery(
        "year"
    )


def _money() -> Subquery:
    """Budgets laid on places."""
    laid, budget = FundingByPlace.__table__.c, budgets()
    same = and_(*(laid[name] == budget.c[name] for name in ("project_id", "year", "source", "stage")))
    return (
        select(laid.place_kind, laid.place_id, func.sum(laid.amount_kzt).label("amount"))
        .join(budget, same)
        .group_by(laid.place_kind, laid.place_id)
        .subquery("money")
    )
