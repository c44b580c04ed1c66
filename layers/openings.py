"""How often each place was dug up in the last years, and by whom: the history of its disturbance."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, Date, Float, Integer, Select, Text, cast, func, select
from sqlalchemy.dialects.postgresql import INTERVAL
from sqlalchemy.orm import Mapped

from gis_core.dates import EPOCH
from gis_core.joins import in_bytes
from gis_core.layer import M2, Label, Layer, Style, field, geometry, table_of
from gis_core.overlap import AREA_DIGITS
from gis_core.pairs import Shapes
from gis_core.personal import FreeText
from gis_core.store import read_frame
from gis_core.tiles import spread_overlaps
from layers.city import City
from layers.places import boundaries, homes, places
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


def frame(connection: Connection, city: City) -> pd.DataFrame:
    """Places opened in the last years of the profile before the newest day in the data."""
    place = read_frame(connection, _ground(), city.crs)
    rows = _counted(_met(connection, city, place["geom"].to_numpy(object)))
    at = place.take(rows.pop("place")).reset_index(drop=True)
    first, last = rows["first_on"].to_numpy(), rows["last_on"].to_numpy()
    district = read_frame(connection, boundaries(), city.crs)
    middles = shapely.get_coordinates(shapely.point_on_surface(at["geom"].to_numpy(object)))
    codes = np.array([*district["code"], None], dtype=object)
    return rows.assign(
        place_kind=at["kind"],
        place_id=at["id"],
        place_name=at["name"],
        district_code=codes[homes(district, middles, last)],
        first_on=first.astype("datetime64[D]"),
        last_on=last.astype("datetime64[D]"),
        geom=at["geom"],
    )


def _counted(met: pd.DataFrame) -> pd.DataFrame:
    """A row a place and body: how often they met, first and last on which days, on how many square metres."""
    by_body = met.groupby(["place", "body"])
    rows = by_body.agg(
        times=("opening", "nunique"), first_on=("day", "min"), last_on=("day", "max"), opened_m2=("m2", "sum")
    ).reset_index()
    everybody = met.groupby("place")["opening"].nunique()
    return rows.assign(times_all=rows["place"].map(everybody), opened_m2=rows["opened_m2"].round(AREA_DIGITS))


def _met(connection: Connection, city: City, ground: Shapes) -> pd.DataFrame:
    """Each of the works that open the ground with each place on which it lies by more than the tolerance.

    Columns: place (its number), body, opening (one a project and day), day since 1970, m2.
    """
    works = read_frame(connection, _works(city), city.crs)
    opening = works.groupby(["project_id", "day"]).ngroup().to_numpy()
    found = spread_overlaps(works["geom"].to_numpy(object), ground, city.conflicts.min_shared_m2)
    own = works[["body", "day"]].take(found.i).reset_index(drop=True)
    return own.assign(place=found.j, opening=opening[found.i], m2=found.m2)


def _works(city: City) -> Select[Any]:
    """Works that open the ground and began within the years."""
    types = [code for code, term in city.work_types.items() if term.disruptive]
    work, day = table_of(Work).c, newest_day()
    since = cast(day - func.make_interval(city.conflicts.opening_years, type_=INTERVAL), Date)
    return (
        select(work.project_id, work.body, (work.starts - EPOCH).label("day"), work.geom)
        .where(work.work_type.in_(types), work.starts <= day, work.starts > since)
        .order_by(work.project_id, work.area_no)
    )


def _ground() -> Select[Any]:
    place = places()
    return select(place).order_by(place.c.kind, in_bytes(place.c.id))


def openings_at(connection: Connection, body: str | None, district: str | None) -> list[dict[str, Any]]:
    """Rows without shapes, the places opened most often first; of one body or district if named."""
    c = Opening.__table__.c
    shown = [column for column in c if column.name != "geom"]
    asked = [column == code for column, code in ((c.body, body), (c.district_code, district)) if code]
    order = (c.times_all.desc(), c.place_kind, c.place_id, c.times.desc(), c.body)
    rows = connection.execute(select(*shown).where(*asked).order_by(*order)).mappings()
    return [dict(row) for row in rows]
