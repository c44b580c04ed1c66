"""Need of each district by year against the money it got."""

from __future__ import annotations

from sqlalchemy import CTE, BigInteger, Float, Integer, Select, Text, and_, func, select
from sqlalchemy.orm import Mapped

from gis_core.layer import SHARE, Label, Layer, Style, field, geometry
from layers.city import City
from layers.district_population import DistrictPopulation
from layers.districts import District
from layers.need_columns import Needed, in_order
from layers.need_looks import COVERED
from layers.need_scores import scored
from layers.needs import amounts_by, appeals_by, complaints, facts, years
from layers.places import district_of_year
from layers.words import DISTRICT, YEAR
from layers.yard_facts import yard_facts


class DistrictNeed(Needed, Layer):
    __tablename__ = "district_needs"
    label = Label("Потребность районов", "Аудандар қажеттілігі", "District needs")
    style = Style(fill="#f2f0ea", line="#5e5a55", width=1.2, opacity=0.7, label="name", ratio=COVERED)
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
    need_condition: Mapped[float] = field(
        Float,
        Label("Часть: состояние дворов", "Бөлігі: аулалар жағдайы", "Part: condition of courtyards"),
        "n_cond",
        unit=SHARE,
        required=True,
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def rows(city: City) -> Select[tuple[object, ...]]:
    """Each district in each year, in the boundary of that year: parts of its need as shares of the city's."""
    return in_order(DistrictNeed, scored(_facts(city), city))


def _facts(city: City) -> CTE:
    year, asked, paid = years(), appeals_by("district_id", city), amounts_by("district")
    yards, people, district = _yards(city), DistrictPopulation.__table__.c, District.__table__.c
    numbers = {
        **complaints(asked, year),
        "condition": yards.c.repair,
        "works": yards.c.waited,
        "residents": people.residents,
    }
    return (
        select(
            *(district.id.label("district_id"), year.c.year, district.code.label("district_code")),
            *(district.name_ru, district.name_kk, district.name_en, district.geom, people.residents),
            func.coalesce(yards.c.courtyards, 0).label("courtyards"),
            func.coalesce(yards.c.courtyards_repair, 0).label("courtyards_repair"),
            func.coalesce(asked.c.received, 0).label("appeals"),
            func.coalesce(asked.c.repeated, 0).label("appeals_repeated"),
            func.coalesce(asked.c.waiting, 0).label("appeals_open"),
            func.coalesce(paid.c.amount, 0).label("amount_kzt"),
            *facts(numbers, {"condition": func.coalesce(yards.c.known, 0)}),
        )
        .select_from(District)
        .join(year, district_of_year(year.c.year))
        .outerjoin(
            DistrictPopulation, and_(people.district_code == district.code, people.year == year.c.year)
        )
        .outerjoin(yards, and_(yards.c.district_id == district.id, yards.c.year == year.c.year))
        .outerjoin(asked, and_(asked.c.place == district.id, asked.c.year == year.c.year))
        .outerjoin(paid, and_(paid.c.place == district.id, paid.c.year == year.c.year))
        .cte("facts")
    )


def _yards(city: City) -> CTE:
    """Courtyards by district and year: how many, how many need repair, and the sums of their facts.

    A courtyard of unknown condition counts as the mean of the others of its district.
    """
    yard = yard_facts(city)
    return (
        select(
            yard.c.district_id,
            yard.c.year,
            func.count().label("courtyards"),
            func.count().filter(yard.c.condition == "needs_repair").label("courtyards_repair"),
            (func.avg(yard.c.repair) * func.count()).label("repair"),
            func.avg(yard.c.known).label("known"),
            func.sum(yard.c.waited).label("waited"),
        )
        .group_by(yard.c.district_id, yard.c.year)
        .cte("yards")
    )
