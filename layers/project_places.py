"""Which places, districts and hexagons a project's works lie on, and how many square metres of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Float, Select, Text, literal, select, union_all
from sqlalchemy.orm import Mapped

from gis_core.joins import in_bytes
from gis_core.layer import M2, Choices, Label, Layer, field, table_of
from gis_core.pairs import Shapes, areas, united
from gis_core.store import read_frame
from gis_core.tiles import spread_overlaps
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


def frame(connection: Connection, city: City) -> pd.DataFrame:
    """Shared area of each project's works with each place and each boundary version they lie on.

    Areas within the tolerance count as touching; works under twice the tolerance still lie somewhere.
    """
    projects, works = _works(connection, city)
    ground = read_frame(connection, _ground(), city.crs)
    found = spread_overlaps(works, ground["geom"].to_numpy(object))
    whole = areas(works)[found.i]
    lies = found.m2 > np.minimum(city.conflicts.min_shared_m2, whole / 2)
    i, j = found.i[lies], found.j[lies]
    columns = {"project_id": projects[i], "place_kind": ground["kind"].to_numpy(object)[j]}
    columns |= {"place_id": ground["id"].to_numpy(object)[j], "shared_m2": found.m2[lies]}
    return pd.DataFrame(columns | {"works_m2": whole[lies]})


def _works(connection: Connection, city: City) -> tuple[NDArray[np.object_], Shapes]:
    """Ids of projects, and the ground of all works of each."""
    work = table_of(Work).c
    query = select(work.project_id, work.geom).order_by(work.project_id, work.area_no)
    works = read_frame(connection, query, city.crs)
    ids, shapes = works["project_id"].to_numpy(object), works["geom"].to_numpy(object)
    first = np.flatnonzero(ids != np.r_[[None], ids[:-1]])
    ends = np.r_[first[1:], len(ids)]
    ground = shapes[first]
    for at in np.flatnonzero(ends - first > 1):
        ground[at] = united(shapes[first[at] : ends[at]])
    return ids[first], ground


def _ground() -> Select[Any]:
    place = places()
    kinds = union_all(
        select(place.c.kind, place.c.id, place.c.geom),
        select(literal("district"), District.id, District.geom),
        select(literal("hexagon"), GridCell.cell_id, GridCell.geom),
    ).subquery("ground")
    return select(kinds).order_by(kinds.c.kind, in_bytes(kinds.c.id))
