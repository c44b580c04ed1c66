"""How often each place was dug up in the last years, and by whom: the history of its disturbance."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    Float,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    cast,
    func,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import INTERVAL
from sqlalchemy.orm import Mapped

from gis_core.joins import rounded, shared_shape
from gis_core.layer import M2, Label, Layer, Style, field, geometry
from gis_core.overlap import AREA_DIGITS
from gis_core.personal import FreeText
from layers.city import City
from layers.places import district_at, places
from layers.reading import newest_day
from layers.words import DISTRICT, PLACE_KINDS
from layers.works import Work


class Opening(Layer):
    """One row a place and body; works of one project that begin on one day are one opening."""

    __tablename__ = "openings"
    label = Label("Вскрытия мест", "Орындардың қазылуы", "Openings of places")
    style = Style(fill="#a65628", line="#6b3410", width=1.2, opacity=0.35)
    derived = True

    place_kind: Mapped[str] = field(
        Text, Label("Вид места", "Орын түрі", "Place kind"), "place_kind", choices=PLACE_KINDS, key=True
    )
    place_id: Mapped[str] = field(Text, Label("Номер места", "Орын нөмірі", "Place id"), "place_id", key=True)
    body: Mapped[str] = field(
        Text, Label("Исполнитель", "Орындаушы", "Executing body"), "body", vocabulary="bodies", key=True
    )
    place_name: Mapped[str | None] = field(
        FreeText, Label("Адрес или название", "Мекенжайы немесе атауы", "Address or name"), "place_name"
    )
    district_code: Mapped[str | None] = field(Text, DISTRICT, "distr_code")
    times: Mapped[int] = field(
        Integer, Label("Сколько раз вскрывал", "Неше рет қазды", "Times opened"), "times", required=True
    )
    times_all: Mapped[int] = field(
        Integer,
        Label("Сколько раз вскрывали все", "Барлығы неше рет қазды", "Times opened by all"),
        "times_all",
        required=True,
    )
    first_on: Mapped[date] = field(
        Date, Label("Первое вскрытие", "Алғашқы қазу", "First opening"), "first_on", required=True
    )
    last_on: Mapped[date] = field(
        Date, Label("Последнее вскрытие", "Соңғы қазу", "Last opening"), "last_on", required=True
    )
    opened_m2: Mapped[float] = field(
        Float,
        Label("Вскрыто за всё время, сумма", "Барлығы қазылды, қосындысы", "Opened, all together"),
        "opened_m2",
        unit=M2,
        required=True,
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def rows(city: City) -> Select[tuple[object, ...]]:
    """Places opened in the last years of the profile before the newest day in the data."""
    opened, place = _opened(city), places()
    times = func.count(tuple_(opened.c.project_id, opened.c.starts).distinct()).label("n")
    everybody = (
        select(opened.c.kind, opened.c.id, times).group_by(opened.c.kind, opened.c.id).subquery("everybody")
    )
    by_body = (
        select(
            *(opened.c.kind, opened.c.id, opened.c.body),
            times,
            *(func.min(opened.c.starts).label("first_on"), func.max(opened.c.starts).label("last_on")),
            rounded(func.sum(opened.c.m2), AREA_DIGITS).label("m2"),
        )
        .group_by(opened.c.kind, opened.c.id, opened.c.body)
        .subquery("by_body")
    )
    home = district_at(func.ST_PointOnSurface(place.c.geom), by_body.c.last_on)
    here = and_(by_body.c.kind == place.c.kind, by_body.c.id == place.c.id)
    return (
        select(
            *(place.c.kind, place.c.id, by_body.c.body, place.c.name, home.c.code, by_body.c.n),
            *(everybody.c.n, by_body.c.first_on, by_body.c.last_on, by_body.c.m2, place.c.geom),
        )
        .select_from(place)
        .join(by_body, here)
        .join(everybody, and_(everybody.c.kind == place.c.kind, everybody.c.id == place.c.id))
        .outerjoin(home, true())
    )


def _opened(city: City) -> Subquery:
    """Works that open the ground, on each place they lie on by more than the tolerance."""
    types = [code for code, term in city.work_types.items() if term.disruptive]
    day, place = newest_day(), places()
    since = cast(day - func.make_interval(city.conflicts.opening_years, type_=INTERVAL), Date)
    m2 = rounded(func.ST_Area(shared_shape(Work.geom, place.c.geom)), AREA_DIGITS)
    met = (
        select(place.c.kind, place.c.id, Work.body, Work.project_id, Work.starts, m2.label("m2"))
        .join(place, func.ST_Intersects(Work.geom, place.c.geom))
        .where(Work.work_type.in_(types), Work.starts <= day, Work.starts > since)
        .cte("met")  # asked twice, and measured once
    )
    return select(met).where(met.c.m2 > city.conflicts.min_shared_m2).subquery("opened")


def openings_at(connection: Connection, body: str | None, district: str | None) -> list[dict[str, Any]]:
    """Rows without shapes, the places opened most often first; of one body or district if named."""
    c = Opening.__table__.c
    shown = [column for column in c if column.name != "geom"]
    asked = [column == code for column, code in ((c.body, body), (c.district_code, district)) if code]
    order = (c.times_all.desc(), c.place_kind, c.place_id, c.times.desc(), c.body)
    rows = connection.execute(select(*shown).where(*asked).order_by(*order)).mappings()
    return [dict(row) for row in rows]
