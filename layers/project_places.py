"""Which places, districts and hexagons a project's works lie on, and how many square metres of them."""

from __future__ import annotations

from sqlalchemy import Float, Select, Text, func, literal, select, union_all
from sqlalchemy.orm import Mapped

from gis_core.joins import rounded, shared_shape
from gis_core.layer import M2, Choices, Label, Layer, field
from layers.city import City
from layers.districts import District
from layers.grid_cells import GridCell
from layers.places import places
from layers.words import PLACE_KINDS
from layers.works import Work

FUNDED_KINDS: Choices = {
    **PLACE_KINDS,
    "district": Label("район", "аудан", "district"),
    "hexagon": Label("шестиугольник", "алтыбұрыш", "hexagon"),
}
AREA_DIGITS = 6  # a square millimetre: above the noise of overlays, below the finest tolerance


class ProjectPlace(Layer):
    __tablename__ = "project_places"
    label = Label("Проекты на местах", "Орындардағы жобалар", "Projects on places")
    derived = True

    project_id: Mapped[str] = field(
        Text, Label("Номер проекта", "Жоба нөмірі", "Project id"), "project_id", key=True
    )
    place_kind: Mapped[str] = field(
        Text, Label("Вид места", "Орын түрі", "Place kind"), "place_kind", choices=FUNDED_KINDS, key=True
    )
    place_id: Mapped[str] = field(Text, Label("Номер места", "Орын нөмірі", "Place id"), "place_id", key=True)
    shared_m2: Mapped[float] = field(
        Float, Label("Общая площадь", "Ортақ аудан", "Shared area"), "shared_m2", unit=M2, required=True
    )
    works_m2: Mapped[float] = field(
        Float,
        Label("Площадь работ проекта", "Жоба жұмыстарының ауданы", "Area of the project's works"),
        "works_m2",
        unit=M2,
        required=True,
    )


def rows(city: City) -> Select[tuple[str, str, str, float, float]]:
    """Shared area of each project's works with each place and each boundary version it lies on.

    Areas within the tolerance count as touching; works under twice the tolerance still lie somewhere.
    """
    shape = (
        select(Work.project_id, func.ST_Union(Work.geom).label("geom")).group_by(Work.project_id).cte("shape")
    )
    place = places()
    ground = union_all(
        select(place.c.kind, place.c.id, place.c.geom),
        select(literal("district"), District.id, District.geom),
        select(literal("hexagon"), GridCell.cell_id, GridCell.geom),
    ).subquery("ground")
    shared = rounded(func.ST_Area(shared_shape(shape.c.geom, ground.c.geom)), AREA_DIGITS)
    whole = rounded(func.ST_Area(shape.c.geom), AREA_DIGITS)
    met = (
        select(shape.c.project_id, ground.c.kind, ground.c.id, shared.label("shared"), whole.label("whole"))
        .join(ground, func.ST_Intersects(shape.c.geom, ground.c.geom))
        .subquery("met")
    )
    return select(met).where(met.c.shared > func.least(city.conflicts.min_shared_m2, met.c.whole / 2))
