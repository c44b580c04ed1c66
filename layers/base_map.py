"""The quiet picture under the data: streets, railways, waters and greens as one table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, literal, select, union_all

from layers.greens import Green
from layers.streets import Street
from layers.waters import Water


def base_map() -> Select[Any]:
    """Columns: kind (street, rail, water, green), name, geom."""
    rows = union_all(
        select(literal("water").label("kind"), Water.name, Water.geom),
        select(literal("green"), Green.name, Green.geom),
        select(Street.kind, Street.name, Street.geom),
    ).subquery("base")
    return select(rows).order_by(rows.c.kind, rows.c.name)
