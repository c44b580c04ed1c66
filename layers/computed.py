"""How the rows of a derived layer come about: a query, or a frame where SQL cannot say it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Select, Table, exists, func, insert, select

from gis_core.layer import Layer, table_of
from gis_core.merging import glance, merge, merge_query
from gis_core.staging import encode, send, stage
from gis_core.store import copy_frame
from layers.city import City
from layers.schema import srid_of

Query = Callable[[City], Select[Any]]


@dataclass(frozen=True)
class Computed:
    """The rows of a layer as a frame, or as parts where they are many, from the derived layers it `needs`.

    `refresh` brings the table up to date where that may be less work than all rows; with True it takes
    nothing as unchanged. It says which projects' rows it found anew; None: all. `surveys`: it asks the survey
    of works that several layers of a derive share.
    """

    frame: Callable[[Connection, City], pd.DataFrame | Iterable[pa.Table]]
    needs: tuple[type[Layer], ...]
    refresh: Callable[[Connection, City, bool], Collection[str] | None] | None = None
    surveys: bool = False


class Renewed(NamedTuple):
    """How many rows a layer has, and the projects whose rows were found anew; None: all."""

    rows: int
    about: Collection[str] | None = None


def fill(connection: Connection, layer: type[Layer], rows: Query | Computed, city: City) -> int:
    """Put the rows into the empty table of a layer; how many there are."""
    _put(connection, table_of(layer), rows, city)
    glance(connection, table_of(layer))
    return count(connection, layer)


def renew(  # noqa: PLR0913  what to fill with what, and how thoroughly
    connection: Connection, layer: type[Layer], rows: Query | Computed, city: City, *, force: bool = False
) -> Renewed:
    """Bring the table of a layer up to date; rows that stay as they were are not touched."""
    if isinstance(rows, Computed) and rows.refresh:
        about = rows.refresh(connection, city, force)
        return Renewed(count(connection, layer), about)
    if not connection.scalar(select(exists().select_from(table_of(layer)))):
        return Renewed(fill(connection, layer, rows, city))
    if not isinstance(rows, Computed):
        merge_query(connection, layer, rows(city))
        return Renewed(count(connection, layer))
    staged = stage(connection, layer)
    _put(connection, staged, rows, city)
    merge(connection, layer, staged, replace=True)
    return Renewed(count(connection, layer))


def _put(connection: Connection, table: Table, rows: Query | Computed, city: City) -> None:
    if not isinstance(rows, Computed):
        names = [column.name for column in table.columns]
        connection.execute(insert(table).from_select(names, rows(city)))
        return
    found = rows.frame(connection, city)
    if isinstance(found, pd.DataFrame):
        copy_frame(connection, table, found, srid_of(city))
        return
    for part in found:
        send(connection, encode(table, part, None))


def asks_survey(rows: Query | Computed) -> bool:
    """Whether rows come about with a survey of works."""
    return isinstance(rows, Computed) and rows.surveys


def count(connection: Connection, layer: type[Layer]) -> int:
    """How many rows a layer has."""
    return connection.scalar(select(func.count()).select_from(table_of(layer))) or 0
