"""Files that come back with masked texts: the stored text is kept, an edit round a mask is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, Text, any_, bindparam, or_, select, type_coerce, update
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER

from gis_core.layer import Layer, table_of
from gis_core.personal import NUMBER_MASK, PHONE_MASK, FreeText, masked
from gis_core.staging import same_key

CURE = "edit a file that was exported with --with-personal-data"
Fault = tuple[str, int, str]


def restore_masked(
    connection: Connection, layer: type[Layer], staged: Table, *, mended: bool
) -> Iterator[Fault]:
    """Put stored texts in the place of their masks; rows (file, row, reason) where that cannot be.

    `mended`: the file holds rejected rows, whose texts stand nowhere else.
    """
    for column in staged.columns:
        if isinstance(column.type, FreeText):
            yield from _restore(connection, table_of(layer), column, mended=mended)


def _restore(connection: Connection, table: Table, column: Any, *, mended: bool) -> Iterator[Fault]:
    staged = column.table
    plain, stored = type_coerce(column, Text), type_coerce(table.c[column.name], Text)
    query = (
        select(staged.c.source_file, staged.c.source_row, plain, stored)
        .join_from(staged, table, same_key(table, staged), isouter=True)
        .where(or_(plain.contains(PHONE_MASK, autoescape=True), plain.contains(NUMBER_MASK, autoescape=True)))
    )
    same: dict[str, list[int]] = defaultdict(list)
    for file, row, given, held in connection.execute(query):
        if held is not None and given == masked(held):
            same[file].append(row)
        elif mended or (held is not None and masked(held) != held):
            yield file, row, f"{column.name}: a number in it is masked and would be lost; {CURE}"
    for file, rows in same.items():
        these = staged.c.source_row == any_(bindparam("these", rows, ARRAY(INTEGER)))
        kept = update(staged).values({column.name: table.c[column.name]})
        connection.execute(kept.where(staged.c.source_file == file, these, same_key(table, staged)))
