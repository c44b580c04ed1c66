"""How the rows of a derived layer come about: a query, or a frame where SQL cannot say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, func, insert, select, text

from gis_core.layer import Layer, table_of
from gis_core.store import copy_frame
from layers.city import City
from layers.schema import srid_of

Query = Callable[[City], Select[Any]]


@dataclass(frozen=True)
class Computed:
    """The rows of a layer as a frame, from the layers before it."""

    frame: Callable[[Connection, City], pd.DataFrame]


def fill(connection: Connection, layer: type[Layer], rows: Query | Computed, city: City) -> int:
    """Put the rows into the empty table of a layer; how many there are."""
    table = table_of(layer)
    if isinstance(rows, Computed):
        copy_frame(connection, table, rows.frame(connection, city), srid_of(city))
    else:
        names = [column.name for column in table.columns]
        connection.execute(insert(layer).from_select(names, rows(city)))
    # the next query joins this table and must know its size
    connection.execute(text(f"ANALYZE {table.name}"))
    return connection.scalar(select(func.count()).select_from(table)) or 0
