"""What rows refer to: which keys there are, and that all that are named are there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Table, distinct, func, select

from gis_core.errors import InputError
from gis_core.layer import Layer, table_of


def known_keys(connection: Connection, layer: type[Layer]) -> dict[str, frozenset[object]]:
    """For each reference of a layer to another, but to runs: the keys it may point to."""
    known = {}
    for column in table_of(layer).columns:
        for foreign in column.foreign_keys:
            if column.name != "run_id":
                known[column.name] = frozenset(connection.scalars(select(foreign.column)))
    return known


def hold(connection: Connection, column: Column[Any]) -> None:
    """Lock the rows that a column refers to, as its foreign key would have; all must be there."""
    for foreign in column.foreign_keys:
        there = foreign.column
        held = select(there).where(there.in_(select(column))).with_for_update(read=True, key_share=True)
        found = connection.scalar(select(func.count()).select_from(held.subquery()))
        if found == connection.scalar(select(func.count(distinct(column)))):
            continue
        stray = connection.scalar(
            select(column).where(column.is_not(None), column.not_in(select(there))).limit(1)
        )
        raise InputError(
            f"{column.table.name}: {column.name} {stray!r} is not in {there.table.name};"
            " load the layer that holds it first"
        )


def hold_run(connection: Connection, table: Table, run_id: int) -> None:
    """The same for the one run under which all rows of a table stand."""
    for foreign in table.columns["run_id"].foreign_keys:
        there = select(foreign.column).where(foreign.column == run_id)
        if connection.scalar(there.with_for_update(read=True, key_share=True)) is None:
            raise InputError(f"{table.name}: run_id {run_id} is not in {foreign.column.table.name}")
