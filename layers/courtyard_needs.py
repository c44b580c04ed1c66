"""Need of each courtyard by year against the money it got; every part of the score kept beside the sum."""

from __future__ import annotations

from sqlalchemy import CTE, Integer, Select, Text, and_, func, select
from sqlalchemy.orm import Mapped

from gis_core.layer import Label, Layer, Style, field, geometry
from gis_core.personal import FreeText
from layers.city import City
from layers.courtyards import Courtyard
from layers.need_columns import Needed, in_order
from layers.need_looks import CLASS_COLOURS, CLASS_NAMES, CLASSED
from layers.need_scores import scored
from layers.needs import amounts_by, appeals_by, complaints, facts, years
from layers.words import ADDRESS, CONDITION, CONDITIONS, DISTRICT, YEAR
from layers.yard_facts import yard_facts


class CourtyardNeed(Needed, Layer):
    __tablename__ = "courtyard_needs"
    label = Label("Потребность дворов", "Аулалар қажеттілігі", "Courtyard needs")
    style = Style(
        fill="#f2f0ea",
        line="#8a8375",
        width=0.6,
        opacity=0.85,
        columns=CLASSED,
        colours=CLASS_COLOURS,
        classes=CLASS_NAMES,
    )
    derived = True

    courtyard_id: Mapped[str] = field(
        Text, Label("Номер двора", "Аула нөмірі", "Courtyard id"), "yard_id", key=True
    )
    year: Mapped[int] = field(Integer, YEAR, "year", key=True)
    address: Mapped[str | None] = field(FreeText, ADDRESS, "address")
    district_code: Mapped[str | None] = field(Text, DISTRICT, "distr_code")
    condition: Mapped[str] = field(Text, CONDITION, "condition", choices=CONDITIONS, required=True)
    residents: Mapped[int | None] = field(Integer, Label("Жителей", "Тұрғындар", "Residents"), "residents")
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def rows(city: City) -> Select[tuple[object, ...]]:
    """Each courtyard in each year: parts of its need as shares of the city's, weighted, and their sum."""
    return in_order(CourtyardNeed, scored(_facts(city), city))


def _facts(city: City) -> CTE:
    yard, year = yard_facts(city), years()
    asked, paid = appeals_by("place_id", city, "courtyard"), amounts_by("courtyard")
    numbers = {
        **complaints(asked, year),
        "condition": yard.c.repair,
        "works": yard.c.waited,
        "residents": yard.c.residents,
    }
    return (
        select(
            yard.c.id.label("courtyard_id"),
            *(yard.c.year, Courtyard.address, yard.c.code.label("district_code"), yard.c.condition),
            *(yard.c.residents, Courtyard.geom),
            func.coalesce(asked.c.received, 0).label("appeals"),
            func.coalesce(asked.c.repeated, 0).label("appeals_repeated"),
            func.coalesce(asked.c.waiting, 0).label("appeals_open"),
            func.coalesce(paid.c.amount, 0).label("amount_kzt"),
            *facts(numbers, {"condition": yard.c.known}),
        )
        .join(Courtyard, Courtyard.id == yard.c.id)
        .join(year, year.c.year == yard.c.year)
        .outerjoin(asked, and_(asked.c.place == yard.c.id, asked.c.year == yard.c.year))
        .outerjoin(paid, and_(paid.c.place == yard.c.id, paid.c.year == yard.c.year))
        .cte("facts")
    )
