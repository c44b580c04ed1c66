"""Need of each district by year against the money it got."""

from __future__ import annotations

from sqlalchemy import CTE, BigInteger, Float, Integer, Select, Subquery, Text, and_, func, select
from sqlalchemy.orm import Mapped

from gis_core.layer import KZT, SHARE, Label, Layer, Style, field, geometry
from layers.city import City
from layers.courtyards import Courtyard
from layers.district_population import DistrictPopulation
from layers.districts import District
from layers.needs import amounts_by, appeals_by, repair, share_of_year, weighted, weights, years
from layers.places import district_of_year
from layers.words import DISTRICT, YEAR


class DistrictNeed(Layer):
    __tablename__ = "district_needs"
    label = Label("Потребность районов", "Аудандар қажеттілігі", "District needs")
    style = Style(fill="#f2f0ea", line="#5e5a55", width=1.2, opacity=0.7)
    derived = True

    district_id: Mapped[str] = field(
        Text, Label("Версия границы", "Шекара нұсқасы", "Boundary version"), "distr_id", key=True
    )
    year: Mapped[int] = field(Integer, YEAR, "year", key=True)
    district_code: Mapped[str] = field(Text, DISTRICT, "distr_code", required=True)
    name_ru: Mapped[str] = field(
        Text, Label("Название по-русски", "Орысша атауы", "Name in Russian"), "name_ru", required=True
    )
    name_kk: Mapped[str | None] = field(
        Text, Label("Название по-казахски", "Қазақша атауы", "Name in Kazakh"), "name_kk"
    )
    name_en: Mapped[str | None] = field(
        Text, Label("Название по-английски", "Ағылшынша атауы", "Name in English"), "name_en"
    )
    residents: Mapped[int | None] = field(BigInteger, Label("Жителей", "Тұрғындар", "Residents"), "residents")
    courtyards: Mapped[int] = field(Integer, Label("Дворов", "Аулалар", "Courtyards"), "yards", required=True)
    courtyards_repair: Mapped[int] = field(
        Integer,
        Label("Дворов требует ремонта", "Жөндеуді қажет ететін аулалар", "Courtyards in need of repair"),
        "yards_rep",
        required=True,
    )
    appeals: Mapped[int] = field(
        Integer,
        Label("Обращений за год", "Жыл бойғы өтініштер", "Appeals in the year"),
        "appeals",
        required=True,
    )
    appeals_open: Mapped[int] = field(
        Integer,
        Label("Не закрыто на конец года", "Жыл соңында жабылмағаны", "Still open at the end of the year"),
        "app_open",
        required=True,
    )
    need_appeals: Mapped[float] = field(
        Float,
        Label("Часть: обращения", "Бөлігі: өтініштер", "Part: appeals"),
        "n_appeals",
        unit=SHARE,
        required=True,
    )
    need_open: Mapped[float] = field(
        Float,
        Label("Часть: незакрытые", "Бөлігі: жабылмағандар", "Part: open appeals"),
        "n_open",
        unit=SHARE,
        required=True,
    )
    need_condition: Mapped[float] = field(
        Float,
        Label("Часть: состояние дворов", "Бөлігі: аулалар жағдайы", "Part: condition of courtyards"),
        "n_cond",
        unit=SHARE,
        required=True,
    )
    need: Mapped[float] = field(
        Float, Label("Потребность", "Қажеттілік", "Need"), "need", unit=SHARE, required=True
    )
    amount_kzt: Mapped[int] = field(
        BigInteger,
        Label("Деньги за год", "Жыл бойғы қаржы", "Money in the year"),
        "amount_kzt",
        unit=KZT,
        required=True,
    )
    funding: Mapped[float] = field(
        Float, Label("Финансирование", "Қаржыландыру", "Funding"), "funding", unit=SHARE, required=True
    )
    gap: Mapped[float] = field(Float, Label("Разрыв", "Алшақтық", "Gap"), "gap", unit=SHARE, required=True)
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def rows(city: City) -> Select[tuple[object, ...]]:
    """Each district in each year, in the boundary of that year: parts of its need as shares of the city's."""
    fact = _facts(city)
    parts = [weighted(fact.c[name], fact.c.year, weight) for name, weight in weights(city)]
    need = parts[0] + parts[1] + parts[2]
    funding = share_of_year(fact.c.amount, fact.c.year)
    return select(
        *(
            fact.c.id,
            fact.c.year,
            fact.c.code,
            fact.c.name_ru,
            fact.c.name_kk,
            fact.c.name_en,
            fact.c.residents,
        ),
        *(fact.c.courtyards, fact.c.to_repair, fact.c.appeals, fact.c.open),
        *(*parts, need, fact.c.amount, funding, need - funding, fact.c.geom),
    )


def _facts(city: City) -> Subquery:
    year, asked, paid, yards = years(), appeals_by("district_id"), amounts_by("district"), _yards(city)
    people = DistrictPopulation.__table__.c
    district = District.__table__.c
    return (
        select(
            *(district.id, year.c.year, district.code, district.name_ru, district.name_kk, district.name_en),
            people.residents,
            *(func.coalesce(yards.c[name], 0).label(name) for name in ("courtyards", "to_repair", "repair")),
            func.coalesce(asked.c.received, 0).label("appeals"),
            func.coalesce(asked.c.waiting, 0).label("open"),
            func.coalesce(paid.c.amount, 0).label("amount"),
            district.geom,
        )
        .select_from(District)
        .join(year, district_of_year(year.c.year))
        .outerjoin(
            DistrictPopulation, and_(people.district_code == district.code, people.year == year.c.year)
        )
        .outerjoin(yards, yards.c.id == district.id)
        .outerjoin(asked, and_(asked.c.place == district.id, asked.c.year == year.c.year))
        .outerjoin(paid, and_(paid.c.place == district.id, paid.c.year == year.c.year))
        .subquery("facts")
    )


def _yards(city: City) -> CTE:
    """Courtyards by boundary version: how many, how many need repair, and repairs asked for."""
    inside = func.ST_Intersects(District.geom, func.ST_PointOnSurface(Courtyard.geom))
    return (
        select(
            District.id,
            func.count().label("courtyards"),
            func.count().filter(Courtyard.condition == "needs_repair").label("to_repair"),
            func.sum(repair(Courtyard.condition, city)).label("repair"),
        )
        .join(Courtyard, inside)
        .group_by(District.id)
        .cte("yards")
    )
