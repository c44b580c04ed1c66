"""Findings about pairs of projects at a place: `clash`, `duplicate_function`, `double_funding`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Float,
    Integer,
    Numeric,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Mapped

from gis_core.joins import as_multipolygon, in_bytes, rounded, shared_shape
from gis_core.layer import DAYS, KZT, LANGUAGES, M2, SHARE, Choices, Label, Layer, Style, field, geometry
from layers.city import City
from layers.conflict_rules import findings
from layers.conflict_sides import money_in_common, named, sentence, sides
from layers.parcels import Parcel
from layers.places import district_at, places
from layers.project_places import AREA_DIGITS
from layers.words import DISTRICT

SEPARATOR = "\x1f"  # the ASCII unit separator, which no id holds

RULES: Choices = {
    "clash": Label("накладка", "қабаттасу", "clash"),
    "duplicate_function": Label("дублирование функций", "функциялардың қайталануы", "duplicate function"),
    "double_funding": Label("двойное финансирование", "қосарланған қаржыландыру", "double funding"),
}
SEVERITIES: Choices = {
    "major": Label("существенное", "елеулі", "major"),
    "minor": Label("незначительное", "елеусіз", "minor"),
}
CERTAINTIES: Choices = {
    "certain": Label("точно", "анық", "certain"),
    "probable": Label("вероятно", "ықтимал", "probable"),
    "possible": Label("возможно", "мүмкін", "possible"),
}


class Conflict(Layer):
    """The pair is unordered: project A is the one whose id comes first by bytes."""

    __tablename__ = "conflicts"
    __table_args__ = (CheckConstraint('project_a COLLATE "C" < project_b COLLATE "C"', name="pair"),)
    label = Label("Пересечения", "Қиылысулар", "Conflicts")
    style = Style(fill="#c51b8a", line="#c51b8a", width=2.5, opacity=0.25)
    derived = True

    id: Mapped[str] = field(Text, Label("Номер", "Нөмірі", "Id"), "id", key=True)
    rule: Mapped[str] = field(Text, Label("Правило", "Ереже", "Rule"), "rule", choices=RULES, required=True)
    place_kind: Mapped[str | None] = field(Text, Label("Вид места", "Орын түрі", "Place kind"), "place_kind")
    place_id: Mapped[str | None] = field(Text, Label("Номер места", "Орын нөмірі", "Place id"), "place_id")
    place_name: Mapped[str | None] = field(
        Text, Label("Адрес или название", "Мекенжайы немесе атауы", "Address or name"), "place_name"
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
    money_at_risk_kzt: Mapped[int] = field(
        BigInteger,
        Label("Деньги под риском", "Тәуекелдегі қаржы", "Money at risk"),
        "risk_kzt",
        unit=KZT,
        required=True,
    )
    why_ru: Mapped[str] = field(
        Text,
        Label("Объяснение по-русски", "Орысша түсіндірме", "Explanation in Russian"),
        "why_ru",
        required=True,
    )
    why_kk: Mapped[str] = field(
        Text,
        Label("Объяснение по-казахски", "Қазақша түсіндірме", "Explanation in Kazakh"),
        "why_kk",
        required=True,
    )
    why_en: Mapped[str] = field(
        Text,
        Label("Объяснение по-английски", "Ағылшынша түсіндірме", "Explanation in English"),
        "why_en",
        required=True,
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def rows(city: City) -> Select[tuple[object, ...]]:
    """Every finding of every rule, cut by the courtyards and public spaces it lies in.

    Money at risk is the smaller of the two budgets of the years in common, each by the share of its works
    that lies on the shared ground.
    """
    found, side = findings(city), sides()
    spot, money = _spots(found, city.conflicts.min_shared_m2), money_in_common(found)
    a, b = named(side, "a", city), named(side, "b", city)
    both = and_(money.c.project_a == spot.c.project_a, money.c.project_b == spot.c.project_b)
    share_a, share_b = (func.least(spot.c.m2 / side.c.works_m2, 1) for side in (a, b))
    at_risk = func.least(_part(money.c.amount_a, share_a), _part(money.c.amount_b, share_b))
    home = district_at(func.ST_PointOnSurface(spot.c.geom), func.least(a.c.ends, b.c.ends))
    return (
        select(
            *(_identity(spot), spot.c.rule, spot.c.kind, spot.c.place, spot.c.name, home.c.code),
            *(spot.c.project_a, spot.c.project_b, a.c.body, b.c.body),
            case((spot.c.firm, "major"), else_="minor"),
            *(spot.c.certainty, rounded(spot.c.m2, AREA_DIGITS), rounded(share_a, 6), rounded(share_b, 6)),
            *(spot.c.days, func.coalesce(at_risk, 0)),
            *(sentence(spot, a, b, lang) for lang in LANGUAGES),
            spot.c.geom,
        )
        .select_from(spot)
        .join(a, a.c.project_id == spot.c.project_a)
        .join(b, b.c.project_id == spot.c.project_b)
        .outerjoin(money, both)
        .outerjoin(home, true())
    )


def _spots(found: CTE, tolerance_m2: float) -> Subquery:
    """Findings at their places: courtyards and public spaces met, and one more spot for what lies outside."""
    spot = union_all(_inside(found), _outside(found, tolerance_m2)).subquery("spot")
    area = func.ST_Area(spot.c.geom)
    return select(spot, area.label("m2")).where(area > tolerance_m2).subquery("spots")


def _inside(found: CTE) -> Select[Any]:
    ground = places("courtyard", "public_space")
    shape = as_multipolygon(shared_shape(found.c.shared, ground.c.geom))
    return select(
        *found.c, ground.c.kind, ground.c.id.label("place"), ground.c.name, shape.label("geom")
    ).join(ground, func.ST_Intersects(found.c.shared, ground.c.geom))


def _outside(found: CTE, tolerance_m2: float) -> Select[Any]:
    """What lies in no courtyard and no public space, named by the parcel on which most of it lies, if any."""
    ground = places("courtyard", "public_space")
    met = func.ST_Intersects(found.c.shared, ground.c.geom)
    covered = select(func.ST_Union(ground.c.geom)).where(met).scalar_subquery()
    shape = as_multipolygon(func.coalesce(func.ST_Difference(found.c.shared, covered), found.c.shared))
    rest = select(found, shape.label("geom")).subquery("rest")
    on = func.ST_Area(shared_shape(rest.c.geom, Parcel.geom))
    parcel = (
        select(Parcel.id)
        .where(func.ST_Intersects(rest.c.geom, Parcel.geom), on > tolerance_m2)
        .order_by(on.desc(), in_bytes(Parcel.id))
        .limit(1)
        .lateral("parcel")
    )
    kind = case((parcel.c.id.is_not(None), "parcel"))
    known = [rest.c[column.name] for column in found.c]
    columns = (*known, kind, parcel.c.id, parcel.c.id, rest.c.geom)
    return select(*columns).select_from(rest).outerjoin(parcel, true())


def _identity(spot: Subquery) -> ColumnElement[str]:
    """Sixteen hexadecimal digits of rule, place and the pair of ids; neither shape nor row order enters."""
    place = (func.coalesce(spot.c.kind, ""), func.coalesce(spot.c.place, ""))
    words = func.concat_ws(SEPARATOR, spot.c.rule, *place, spot.c.project_a, spot.c.project_b)
    return func.left(func.encode(func.sha256(func.convert_to(words, "UTF8")), "hex"), 16)


def _part(amount: ColumnElement[int], share: ColumnElement[float]) -> ColumnElement[int]:
    return cast(func.round(cast(amount, Numeric) * cast(share, Numeric)), BigInteger)
