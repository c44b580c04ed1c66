"""Need of each courtyard by year against the money it got; every part of the score kept beside the sum."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Float,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.orm import Mapped

from gis_core.joins import year_end
from gis_core.layer import KZT, SHARE, Label, Layer, Style, field, geometry
from layers.city import City
from layers.courtyards import Courtyard
from layers.needs import amounts_by, appeals_by, repair, share_of_year, weighted, weights, years
from layers.places import district_at
from layers.words import ADDRESS, CONDITION, CONDITIONS, DISTRICT, YEAR


class CourtyardNeed(Layer):
    __tablename__ = "courtyard_needs"
    label = Label("Потребность дворов", "Аулалар қажеттілігі", "Courtyard needs")
    style = Style(fill="#f2f0ea", line="#8a8375", width=0.6, opacity=0.85)
    derived = True

    courtyard_id: Mapped[str] = field(
        Text, Label("Номер двора", "Аула нөмірі", "Courtyard id"), "yard_id", key=True
    )
    year: Mapped[int] = field(Integer, YEAR, "year", key=True)
    address: Mapped[str | None] = field(Text, ADDRESS, "address")
    district_code: Mapped[str | None] = field(Text, DISTRICT, "distr_code")
    condition: Mapped[str] = field(Text, CONDITION, "condition", choices=CONDITIONS, required=True)
    residents: Mapped[int | None] = field(Integer, Label("Жителей", "Тұрғындар", "Residents"), "residents")
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
        Label("Часть: состояние", "Бөлігі: жағдайы", "Part: condition"),
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
    need_class: Mapped[int] = field(
        Integer,
        Label("Класс потребности (0–2)", "Қажеттілік класы (0–2)", "Class of need (0–2)"),
        "need_cls",
        required=True,
    )
    funding_class: Mapped[int] = field(
        Integer,
        Label("Класс денег (0–2)", "Қаржы класы (0–2)", "Class of money (0–2)"),
        "fund_cls",
        required=True,
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def rows(city: City) -> Select[tuple[object, ...]]:
    """Each courtyard in each year: parts of its need as shares of the city's, weighted, and their sum."""
    yard = _facts(city)
    parts = [weighted(yard.c[fact], yard.c.year, weight) for fact, weight in weights(city)]
    scored = select(yard, *(part.label(f"need_{n}") for n, part in enumerate(parts))).subquery("scored")
    need = scored.c.need_0 + scored.c.need_1 + scored.c.need_2
    funding = share_of_year(scored.c.amount, scored.c.year)
    mean = 1 / cast(func.count().over(partition_by=scored.c.year), Float)
    low, high = city.needs.need_breaks
    some, much = city.needs.amount_breaks
    return select(
        *(
            scored.c.id,
            scored.c.year,
            scored.c.address,
            scored.c.code,
            scored.c.condition,
            scored.c.residents,
        ),
        *(scored.c.appeals, scored.c.open, scored.c.need_0, scored.c.need_1, scored.c.need_2, need),
        *(scored.c.amount, funding, need - funding),
        case((need >= high * mean, 2), (need >= low * mean, 1), else_=0),
        case((scored.c.amount >= much, 2), (scored.c.amount >= some, 1), else_=0),
        scored.c.geom,
    )


def _facts(city: City) -> Subquery:
    """A row a courtyard and year: record, district, appeals, money, and how much of a repair it asks for."""
    year, asked, paid = years(), appeals_by("place_id", "courtyard"), amounts_by("courtyard")
    home = district_at(func.ST_PointOnSurface(Courtyard.geom), year_end(year.c.year))
    return (
        select(
            *(
                Courtyard.id,
                year.c.year,
                Courtyard.address,
                home.c.code,
                Courtyard.condition,
                Courtyard.residents,
            ),
            func.coalesce(asked.c.received, 0).label("appeals"),
            func.coalesce(asked.c.waiting, 0).label("open"),
            repair(Courtyard.condition, city).label("repair"),
            func.coalesce(paid.c.amount, 0).label("amount"),
            Courtyard.geom,
        )
        .select_from(Courtyard)
        .join(year, true())
        .outerjoin(home, true())
        .outerjoin(asked, and_(asked.c.place == Courtyard.id, asked.c.year == year.c.year))
        .outerjoin(paid, and_(paid.c.place == Courtyard.id, paid.c.year == year.c.year))
        .subquery("facts")
    )
