"""Appeals at places before and after finished works, beside similar places where nothing was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Date, Float, Integer, Text, func, literal_column, select, true
from sqlalchemy.orm import Mapped

from gis_core.dates import EPOCH
from gis_core.layer import Label, Layer, field, table_of
from gis_core.store import read_frame
from layers.appeal_places import AppealPlace
from layers.appeals import Appeal
from layers.city import City
from layers.needs import last_day
from layers.places import district_at, places
from layers.renewals import renewals
from layers.words import DISTRICT, PLACE_KINDS

WINDOW = 365  # days on each side: a whole year, so that seasons weigh the same
SIMILAR = 5  # places to compare with
CONFIDENCE = 0.95
Whole = npt.NDArray[np.int64]


class Effect(Layer):
    __tablename__ = "effects"
    label = Label(
        "Помогло ли: до и после работ", "Көмектесті ме: жұмысқа дейін және кейін", "Before and after"
    )
    derived = True

    place_kind: Mapped[str] = field(
        Text, Label("Вид места", "Орын түрі", "Place kind"), "place_kind", choices=PLACE_KINDS, key=True
    )
    place_id: Mapped[str] = field(Text, Label("Номер места", "Орын нөмірі", "Place id"), "place_id", key=True)
    project_id: Mapped[str] = field(
        Text, Label("Номер проекта", "Жоба нөмірі", "Project id"), "project_id", key=True
    )
    district_code: Mapped[str | None] = field(Text, DISTRICT, "distr_code")
    work_type: Mapped[str] = field(
        Text,
        Label("Вид работ", "Жұмыс түрі", "Work type"),
        "work_type",
        vocabulary="work_types",
        required=True,
    )
    begun_on: Mapped[date] = field(
        Date, Label("Начало работ", "Жұмыстың басы", "Works begin"), "begun_on", required=True
    )
    ended_on: Mapped[date] = field(
        Date, Label("Конец работ", "Жұмыстың соңы", "Works end"), "ended_on", required=True
    )
    before: Mapped[int] = field(
        Integer,
        Label("Обращений за год до", "Бір жыл бұрынғы өтініштер", "Appeals in the year before"),
        "before",
        required=True,
    )
    after: Mapped[int] = field(
        Integer,
        Label("Обращений за год после", "Бір жыл кейінгі өтініштер", "Appeals in the year after"),
        "after",
        required=True,
    )
    similar: Mapped[int] = field(
        Integer, Label("Похожих мест", "Ұқсас орындар", "Similar places"), "similar", required=True
    )
    similar_before: Mapped[float] = field(
        Float,
        Label("У похожих до", "Ұқсастарда бұрын", "At similar places before"),
        "sim_before",
        required=True,
    )
    similar_after: Mapped[float] = field(
        Float,
        Label("У похожих после", "Ұқсастарда кейін", "At similar places after"),
        "sim_after",
        required=True,
    )
    difference: Mapped[float] = field(
        Float,
        Label("Разность разностей", "Айырмалар айырмасы", "Difference in differences"),
        "did",
        required=True,
    )


class Interval(NamedTuple):
    """Mean difference of so many works, and between what it lies with 95 % confidence."""

    works: int
    mean: float
    low: float | None
    high: float | None


def interval(differences: npt.ArrayLike) -> Interval | None:
    """The effect of works of a kind, with Student's interval of the mean; None without works.

    >>> found = interval([-3.0, -1.0, -2.0])
    >>> found.works, found.mean, round(found.low, 3), round(found.high, 3)
    (3, -2.0, -4.484, 0.484)
    """
    from scipy.special import stdtrit  # noqa: PLC0415  takes half a second that a derive may not need

    values = np.asarray(differences, dtype=float)
    if not len(values):
        return None
    mean = float(values.mean())
    if len(values) == 1:
        return Interval(1, mean, None, None)
    error = values.std(ddof=1) / np.sqrt(len(values)) if np.ptp(values) else 0.0
    reach = float(stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2) * error)  # Student's quantile
    return Interval(len(values), mean, mean - reach, mean + reach)


class Register(NamedTuple):
    """Days of appeals (since 1970) in order, each with the number of its place; the first and last of all."""

    place: NDArray[np.int32]
    day: NDArray[np.int32]
    first: int
    last: int


def frame(connection: Connection, city: City) -> pd.DataFrame:
    """A row a finished project and place of which the register knows a year before and a year after.

    Compared are places of the kind without such works from a year before to a year after: in the district,
    if there are any, those whose appeals before were nearest in number, the first by id.
    """
    grounds = _grounds(connection, city)
    done = read_frame(connection, select(renewals(city)), city.crs)
    columns = [column.name for column in table_of(Effect).columns]
    number = {pair: at for at, pair in enumerate(zip(grounds["kind"], grounds["id"], strict=True))}
    register = _register(connection, number)
    if register is None or done.empty:
        return pd.DataFrame(columns=columns)
    works = done.dropna(subset=["begun_on"]).assign(
        at=[number[pair] for pair in zip(done["kind"], done["place"], strict=True)],
        begins=_days(done["begun_on"]),
        ends=_days(done["ended_on"]),
    )
    known = (works["begins"] - WINDOW >= register.first) & (works["ends"] + WINDOW <= register.last)
    found = [_compared(row, works, grounds, register) for _, row in works[known].iterrows()]
    rows = pd.DataFrame([row for row in found if row is not None], columns=columns)
    return rows.sort_values(["place_kind", "place_id", "project_id"], ignore_index=True)


def _grounds(connection: Connection, city: City) -> pd.DataFrame:
    """Courtyards and public spaces with their districts of today, by kind and id."""
    place = places("courtyard", "public_space")
    home = district_at(func.ST_PointOnSurface(place.c.geom))
    query = select(place.c.kind, place.c.id, home.c.code).outerjoin(home, true())
    rows = read_frame(connection, query, city.crs)
    return pd.DataFrame(rows.sort_values(["kind", "id"], ignore_index=True))


def _register(connection: Connection, number: Mapping[tuple[str, str], int]) -> Register | None:
    """The days on which appeals about each place came; the server packs those of a place together."""
    first, last = connection.execute(
        select(func.min(Appeal.requested_on), select(last_day()).scalar_subquery())
    ).one()
    if first is None:
        return None
    tie = AppealPlace.__table__.c
    day = func.int4send(Appeal.requested_on - EPOCH)
    packed = func.string_agg(day, literal_column("''::bytea"))
    query = (
        select(tie.place_kind, tie.place_id, packed)
        .join(Appeal, Appeal.id == tie.appeal_id)
        .where(tie.place_id.is_not(None))
        .group_by(tie.place_kind, tie.place_id)
    )
    rows = [(number[kind, id_], np.frombuffer(sent, ">i4")) for kind, id_, sent in connection.execute(query)]
    days = np.concatenate([np.empty(0, np.int32), *(each for _, each in rows)]).astype(np.int32)
    place = np.repeat(np.array([at for at, _ in rows], np.int32), [len(each) for _, each in rows])
    order = np.argsort(days, kind="stable")
    return Register(place[order], days[order], (first - EPOCH).days, (last - EPOCH).days)


def _days(dates: pd.Series) -> Whole:
    """Days since 1970."""
    return np.asarray(pd.to_datetime(dates).to_numpy("datetime64[D]").astype(np.int64), dtype=np.int64)


def _counts(register: Register, places_count: int, days: tuple[int, int]) -> Whole:
    """Appeals of each place on the days from the first to before the second."""
    first, end = np.searchsorted(register.day, days)
    return np.asarray(np.bincount(register.place[first:end], minlength=places_count), dtype=np.int64)


def _compared(
    row: pd.Series, works: pd.DataFrame, grounds: pd.DataFrame, register: Register
) -> dict[str, object] | None:
    """One finished project at its place beside its similar places; None where there is none."""
    before = _counts(register, len(grounds), (row["begins"] - WINDOW, row["begins"]))
    after = _counts(register, len(grounds), (row["ends"] + 1, row["ends"] + 1 + WINDOW))
    busy = (works["begins"] <= row["ends"] + WINDOW) & (works["ends"] >= row["begins"] - WINDOW)
    free = grounds["kind"].eq(row["kind"]).to_numpy(copy=True)
    free[works.loc[busy, "at"].to_numpy(int)] = False
    same = free & grounds["code"].eq(grounds["code"].iat[row["at"]]).to_numpy()
    pool = np.flatnonzero(same if same.any() else free)
    if not len(pool):
        return None
    near = pool[np.argsort(np.abs(before[pool] - before[row["at"]]), kind="stable")][:SIMILAR]
    then, now = float(before[near].mean()), float(after[near].mean())
    own = int(before[row["at"]]), int(after[row["at"]])
    return {
        "place_kind": row["kind"],
        "place_id": row["place"],
        "project_id": row["project_id"],
        "district_code": grounds["code"].iat[row["at"]],
        "work_type": row["work_type"],
        "begun_on": row["begun_on"],
        "ended_on": row["ended_on"],
        "before": own[0],
        "after": own[1],
        "similar": len(near),
        "similar_before": then,
        "similar_after": now,
        "difference": round((own[1] - own[0]) - (now - then), 9),
    }
