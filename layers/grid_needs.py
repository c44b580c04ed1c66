"""Need of each hexagon by year against the money that fell on it."""

from __future__ import annotations

from sqlalchemy import CTE, BigInteger, Integer, Select, Text, and_, case, func, select, true
from sqlalchemy.orm import Mapped

from gis_core.joins import year_end
from gis_core.layer import Label, Layer, Style, field, geometry
from layers.city import City
from layers.grid_cells import GridCell
from layers.need_columns import Needed, in_order
from layers.need_looks import CLASS_COLOURS, CLASS_NAMES, CLASSED
from layers.need_scores import scored
from layers.needs import amounts_by, appeals_by, complaints, facts, years
from layers.places import district_at
from layers.words import DISTRICT, H3_INDEX, YEAR
from layers.yard_facts import yard_facts


class GridNeed(Needed, Layer):
    __tablename__ = "grid_needs"
    label = Label("Потребность по сетке", "Тор бойынша қажеттілік", "Needs by hexagon")
    style = Style(
        fill="#f2f0ea",
        line="#b9b4a8",
        width=0.5,
        opacity=0.7,
        columns=CLASSED,
        colours=CLASS_COLOURS,
        classes=CLASS_NAMES,
    )
    derived = True

    cell_id: Mapped[str] = field(Text, H3_INDEX, "cell_id", key=True)
    year: Mapped[int] = field(Integer, YEAR, "year", key=True)
    district_code: Mapped[str | None] = field(Text, DISTRICT, "distr_code")
    courtyards: Mapped[int] = field(Integer, Label("Дворов", "Аулалар", "Courtyards"), "yards", required=True)
    residents: Mapped[int | None] = field(
        BigInteger, Label("Жителей дворов", "Аула тұрғындары", "Residents of courtyards"), "residents"
    )
    geom: Mapped[object] = geometry("MULTIPOLYGON")


def rows(city: City) -> Select[tuple[object, ...]]:
    """Each hexagon in each year; appeals by their points, courtyards by a point on them, money by area.

    A hexagon without courtyards needs no repair of them, and houses nobody as far as is known.
    """
    return in_order(GridNeed, scored(_facts(city), city))


def _facts(city: City) -> CTE:
    year, asked, paid, yards = years(), appeals_by("cell_id", city), amounts_by("hexagon"), _yards(city)
    home = district_at(func.ST_Centroid(GridCell.geom), year_end(year.c.year))
    nobody = yards.c.courtyards.is_(None)
    numbers = {
        **complaints(asked, year),
        "condition": case((nobody, 0), else_=yards.c.repair),
        "works": case((nobody, 0), else_=yards.c.waited),
        "residents": case((nobody, 0), else_=yards.c.residents),
    }
    return (
        select(
            *(GridCell.cell_id, year.c.year, home.c.code.label("district_code"), GridCell.geom),
            yards.c.residents,
            func.coalesce(yards.c.courtyards, 0).label("courtyards"),
            func.coalesce(asked.c.received, 0).label("appeals"),
            func.coalesce(asked.c.repeated, 0).label("appeals_repeated"),
            func.coalesce(asked.c.waiting, 0).label("appeals_open"),
            func.coalesce(paid.c.amount, 0).label("amount_kzt"),
            *facts(numbers, {"condition": func.coalesce(yards.c.known, 1)}),
        )
        .select_from(GridCell)
        .join(year, true())
        .outerjoin(home, true())
        .outerjoin(yards, and_(yards.c.cell_id == GridCell.cell_id, yards.c.year == year.c.year))
        .outerjoin(asked, and_(asked.c.place == GridCell.cell_id, asked.c.year == year.c.year))
        .outerjoin(paid, and_(paid.c.place == GridCell.cell_id, paid.c.year == year.c.year))
        .cte("facts")
    )


def _yards(city: City) -> CTE:
    """Courtyards by hexagon and year: how many, and the sums of their facts."""
    yard = yard_facts(city)
    return (
        select(
            GridCell.cell_id,
            yard.c.year,
            func.count().label("courtyards"),
            (func.avg(yard.c.repair) * func.count()).label("repair"),
            func.avg(yard.c.known).label("known"),
            func.sum(yard.c.waited).label("waited"),
            func.sum(yard.c.residents).label("residents"),
        )
        .join(yard, func.ST_Intersects(GridCell.geom, yard.c.at))
        .group_by(GridCell.cell_id, yard.c.year)
        .cte("yards")
    )
