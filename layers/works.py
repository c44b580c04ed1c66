"""Shapes of works with their periods: a row an area of a project that is not cancelled and has a place."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    and_,
    case,
    func,
    select,
)
from sqlalchemy.orm import Mapped

from gis_core.joins import year_end
from gis_core.layer import DAYS, GEOM_SOURCES, Label, Layer, Style, field, geometry
from layers.budgets import funding_years
from layers.city import City
from layers.project_areas import ProjectArea
from layers.projects import EXCEPTIONS, Project
from layers.words import SHAPE_FROM

# A stand-in point or no shape says nothing about which ground is dug up
UNPLACED = ("centroid", "none")


class Work(Layer):
    __tablename__ = "works"
    label = Label("Работы", "Жұмыстар", "Works")
    style = Style(fill="#4f8fb8", line="#1f4e79", width=1.2, opacity=0.45)
    derived = True

    project_id: Mapped[str] = field(
        Text, Label("Номер проекта", "Жоба нөмірі", "Project id"), "project_id", key=True
    )
    area_no: Mapped[int] = field(
        Integer, Label("Номер участка работ", "Жұмыс телімінің нөмірі", "Area number"), "area_no", key=True
    )
    body: Mapped[str] = field(
        Text, Label("Исполнитель", "Орындаушы", "Executing body"), "body", vocabulary="bodies", required=True
    )
    work_type: Mapped[str] = field(
        Text,
        Label("Вид работ", "Жұмыс түрі", "Work type"),
        "work_type",
        vocabulary="work_types",
        required=True,
    )
    joint_group: Mapped[str | None] = field(
        Text, Label("Совместный проект", "Бірлескен жоба", "Joint project"), "joint_grp"
    )
    exception: Mapped[str | None] = field(
        Text,
        Label("Исключение из правил", "Ережелерден тыс", "Exception from the rules"),
        "exception",
        choices=EXCEPTIONS,
    )
    starts: Mapped[date | None] = field(Date, Label("Начало", "Басталуы", "Starts"), "starts")
    ends: Mapped[date | None] = field(Date, Label("Конец", "Аяқталуы", "Ends"), "ends")
    dates_firm: Mapped[bool] = field(
        Boolean,
        Label("Обе даты даны и тверды", "Екі күні де берілген әрі нақты", "Both dates are given and firm"),
        "dates_firm",
        required=True,
    )
    earlier_days: Mapped[int] = field(
        Integer,
        Label("Можно начать раньше на", "Ертерек бастауға болады", "May start earlier by"),
        "earlier",
        unit=DAYS,
        required=True,
    )
    later_days: Mapped[int] = field(
        Integer,
        Label("Можно начать позже на", "Кешірек бастауға болады", "May start later by"),
        "later",
        unit=DAYS,
        required=True,
    )
    geom_source: Mapped[str] = field(Text, SHAPE_FROM, "geom_src", choices=GEOM_SOURCES, required=True)
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def rows(_city: City) -> Select[Any]:
    """The areas of a project, or its own shape where it has none; missing dates come from its budget years.

    A stand-in from a budget year may lie behind the date that was given: then the two change places.
    """
    area, years = ProjectArea.__table__.c, funding_years()
    first, last = func.coalesce(area.starts, Project.starts), func.coalesce(area.ends, Project.ends)
    starts = func.coalesce(first, func.make_date(years.c.first_year, 1, 1))
    ends = func.coalesce(last, year_end(years.c.last_year))
    firm = and_(Project.dates_firm, first.is_not(None), last.is_not(None))
    source, shape = (
        func.coalesce(area.geom_source, Project.geom_source),
        func.coalesce(area.geom, Project.geom),
    )
    return (
        select(
            *(
                Project.id,
                func.coalesce(area.area_no, 0),
                Project.executing_body,
                Project.work_type,
                Project.joint_group,
                Project.exception,
            ),
            *(case((starts > ends, ends), else_=starts), case((starts > ends, starts), else_=ends)),
            firm,
            _leeway(Project.starts - Project.earliest_start),
            _leeway(Project.latest_start - Project.starts),
            *(source, shape),
        )
        .select_from(Project)
        .outerjoin(ProjectArea, area.project_id == Project.id)
        .outerjoin(years, years.c.project_id == Project.id)
        .where(Project.status != "cancelled", shape.is_not(None), source.not_in(UNPLACED))
    )


def _leeway(days: ColumnElement[Any]) -> ColumnElement[int]:
    """Days by which all dates of a project may move one way; none where it does not say."""
    return func.greatest(func.coalesce(days, 0), 0)
