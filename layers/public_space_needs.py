"""Need of each public space by year against the money it got."""

from __future__ import annotations

from sqlalchemy import CTE, Date, Integer, Select, Text, and_, cast, func, null, select, true
from sqlalchemy.orm import Mapped

from gis_core.joins import year_end
from gis_core.layer import Label, Layer, Style, field, geometry
from gis_core.personal import FreeText
from layers.city import City
from layers.courtyards import Courtyard
from layers.need_columns import Needed, in_order
from layers.need_looks import CLASS_COLOURS, CLASS_NAMES, CLASSED
from layers.need_scores import scored
from layers.needs import amounts_by, appeals_by, complaints, condition_known, facts, repair, years
from layers.places import district_at
from layers.public_spaces import PUBLIC_SPACE_KINDS, PublicSpace
from layers.renewals import renewed_by, years_without_works
from layers.words import CONDITION, CONDITIONS, DISTRICT, YEAR


class PublicSpaceNeed(Needed, Layer):
    __tablename__ = "public_space_needs"
    label = Label(
        "Потребность общественных пространств", "Қоғамдық кеңістіктер қажеттілігі", "Public space needs"
    )
    style = Style(
        fill="#e4ecdc",
        line="#7d9a68",
        width=0.6,
        opacity=0.85,
        columns=CLASSED,
        colours=CLASS_COLOURS,
        classes=CLASS_NAMES,
    )
    derived = True

    public_space_id: Mapped[str] = field(
        Text, Label("Номер пространства", "Кеңістік нөмірі", "Public space id"), "space_id", key=True
    )
    year: Mapped[int] = field(Integer, YEAR, "year", key=True)
    name: Mapped[str] = field(FreeText, Label("Название", "Атауы", "Name"), "name", required=True)
    kind: Mapped[str] = field(
        Text, Label("Вид", "Түрі", "Kind"), "kind", choices=PUBLIC_SPACE_KINDS, required=True
    )
    district_code: Mapped[str | None] = field(Text, DISTRICT, "distr_code")
    condition: Mapped[str] = field(Text, CONDITION, "condition", choices=CONDITIONS, required=True)
    residents: Mapped[int | None] = field(
        Integer,
        Label("Жителей в пешей доступности", "Жаяу жететін тұрғындар", "Residents within walking distance"),
        "residents",
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def rows(city: City) -> Select[tuple[object, ...]]:
    """Each public space in each year: parts of its need as shares of the city's, weighted, and their sum."""
    return in_order(PublicSpaceNeed, scored(_facts(city), city))


def _facts(city: City) -> CTE:
    year, asked = years(), appeals_by("place_id", city, "public_space")
    paid, renewed, served = amounts_by("public_space"), renewed_by(year, city), _served(city)
    home = district_at(func.ST_PointOnSurface(PublicSpace.geom), year_end(year.c.year))
    numbers = {
        **complaints(asked, year),
        "condition": repair(PublicSpace.condition, city),
        "works": years_without_works(renewed.c.renewed, year.c.year, city),
        "residents": served.c.residents,
    }
    found = condition_known(PublicSpace.condition, cast(null(), Date), year.c.year)
    here = and_(renewed.c.kind == "public_space", renewed.c.place == PublicSpace.id)
    return (
        select(
            *(PublicSpace.id.label("public_space_id"), year.c.year, PublicSpace.name, PublicSpace.kind),
            *(
                home.c.code.label("district_code"),
                PublicSpace.condition,
                served.c.residents,
                PublicSpace.geom,
            ),
            func.coalesce(asked.c.received, 0).label("appeals"),
            func.coalesce(asked.c.repeated, 0).label("appeals_repeated"),
            func.coalesce(asked.c.waiting, 0).label("appeals_open"),
            func.coalesce(paid.c.amount, 0).label("amount_kzt"),
            *facts(numbers, {"condition": found}),
        )
        .select_from(PublicSpace)
        .join(year, true())
        .outerjoin(home, true())
        .outerjoin(served, served.c.id == PublicSpace.id)
        .outerjoin(asked, and_(asked.c.place == PublicSpace.id, asked.c.year == year.c.year))
        .outerjoin(paid, and_(paid.c.place == PublicSpace.id, paid.c.year == year.c.year))
        .outerjoin(renewed, and_(here, renewed.c.year == year.c.year))
        .cte("facts")
    )


def _served(city: City) -> CTE:
    """Residents of the courtyards within walking distance of each public space, as far as they are known."""
    near = func.ST_DWithin(PublicSpace.geom, Courtyard.geom, city.needs.walk_m)
    return (
        select(PublicSpace.id, func.sum(Courtyard.residents).label("residents"))
        .join(Courtyard, near)
        .group_by(PublicSpace.id)
        .cte("served")
    )
