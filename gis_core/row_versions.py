"""Which rows are not the ones that stood there: told by where the server keeps them, without reading them.

The place of a row in its table and the transaction that wrote it stay as they are until somebody writes it,
and never come back together (PostgreSQL's documentation, section System Columns): equal versions mean equal
rows. A row that was written anew has another version even if it says the same; after a restore all rows have.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, column, func, select, union_all

from gis_core.joins import in_bytes
from gis_core.layer import Layer, table_of


def version(seed: int) -> ColumnElement[int]:
    """The version of each row of the one table that a query reads; seeds tell tables apart."""
    return func.hash_record_extended(func.row(column("ctid"), column("xmin")), seed)


def version_of_table(connection: Connection, layer: type[Layer]) -> str:
    """A text that changes with every row that comes, goes or is written."""
    rows = select(func.concat_ws(" ", func.count(), func.bit_xor(version(0)))).select_from(table_of(layer))
    return str(connection.scalar(rows))


def versions_by(*keys: Any) -> Select[Any]:
    """One version of all rows of several tables with the same text in these columns, one of each table."""
    parts = [
        select(in_bytes(key).label("key"), version(seed).label("version")) for seed, key in enumerate(keys)
    ]
    rows = union_all(*parts).subquery("rows")
    return select(rows.c.key, func.bit_xor(rows.c.version).label("version")).group_by(rows.c.key)
