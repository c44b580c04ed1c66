"""Rejected rows on their way: kept on the server beside the staged rows, however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Table, text

from gis_core.layer import Layer, keys
from gis_core.returning import EDITED

TABLES = """
CREATE TEMPORARY TABLE staged_rejections (
    source_file text, source_row integer, record_id text, reason text, record json) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_faults (source_file text, source_row integer, reason text) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_marks (source_file text, source_row integer, reason text) ON COMMIT DROP
"""
HIDDEN = ("geom", "source_file", "source_row", "run_id", EDITED)
BATCH = 20_000


def make_tables(connection: Connection) -> None:
    """Empty temporary tables for rejected rows and for the numbers of rows; gone with the transaction."""
    for statement in TABLES.split(";"):
        connection.execute(text(statement))


def keep(connection: Connection, file: str, rejected: list[dict[str, Any]]) -> None:
    """Put rejected rows (row, record_id, reason, record) of a file aside."""
    rows = (
        (file, each["row"], each["record_id"], each["reason"], json.dumps(each["record"], ensure_ascii=False))
        for each in rejected
    )
    copy_values(connection, "staged_rejections", rows)


def copy_values(connection: Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Plain values into a table by COPY, some thousands at a time."""
    rows = iter(rows)
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    query = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
    while some := list(islice(rows, BATCH)):
        with driver.cursor() as cursor, cursor.copy(query) as copy:
            for row in some:
                copy.write_row([each.replace("\x00", "") if isinstance(each, str) else each for each in row])


def drop_faulty(connection: Connection, layer: type[Layer], tables: list[Table]) -> dict[str, int]:
    """Move rows that `staged_faults` names to the rejected ones; how many of each file.

    A row is kept as the fields had it, its shape as EWKT under `geometry`, so that it can be loaded again.
    """
    if not connection.scalar(text("SELECT EXISTS (SELECT FROM staged_faults)")):
        return {}
    connection.execute(text("ANALYZE staged_faults"))
    for table in tables:
        _drop_from(connection, layer, table)
    counted = text("SELECT source_file, count(DISTINCT source_row) FROM staged_faults GROUP BY 1")
    found = {str(file): int(rows) for file, rows in connection.execute(counted)}
    connection.execute(text("TRUNCATE staged_faults"))
    return found


def _drop_from(connection: Connection, layer: type[Layer], table: Table) -> None:
    _run(
        connection,
        """
        WITH gone AS (
            DELETE FROM {table} s USING staged_faults f
            WHERE s.source_file = f.source_file AND s.source_row = f.source_row
            RETURNING s.*, f.reason AS told)
        INSERT INTO staged_rejections
        SELECT source_file, source_row, concat_ws(' ', {keys}), told,
               (to_jsonb(gone) - {hidden}::text[] || jsonb_build_object('geometry', {shape}))::json
        FROM gone
        """,
        table=sql.Identifier(table.name),
        keys=sql.SQL(", ").join(map(sql.Identifier, keys(layer))),
        hidden=sql.Literal([*HIDDEN, "told"]),
        shape=sql.SQL("ST_AsEWKT(geom)" if "geom" in table.columns else "NULL::text"),
    )


def mark_centres(connection: Connection, tables: list[Table]) -> None:
    """Rows that `staged_marks` names stand for a centre."""
    if not connection.scalar(text("SELECT EXISTS (SELECT FROM staged_marks)")):
        return
    for table in tables:
        _run(
            connection,
            """
            UPDATE {table} s SET geom_source = 'centroid' FROM staged_marks m
            WHERE s.source_file = m.source_file AND s.source_row = m.source_row
            """,
            table=sql.Identifier(table.name),
        )


def _run(connection: Connection, query: LiteralString, **parts: sql.Composable) -> None:
    """A statement whose names of tables and columns are put in by psycopg."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    driver.execute(sql.SQL(query).format(**parts))


def first_rejected(connection: Connection, file: str, most: int) -> list[dict[str, Any]]:
    """The first rejected rows of a file: row, record_id, reason."""
    asked = text(
        "SELECT source_row AS row, record_id, reason FROM staged_rejections"
        " WHERE source_file = :file ORDER BY source_row, reason LIMIT :most"
    )
    return [dict(each) for each in connection.execute(asked, {"file": file, "most": most}).mappings()]


def reasons(connection: Connection, file: str, most: int) -> dict[str, int]:
    """How often each reason was met among the rejected rows of a file, by its first words."""
    asked = text(
        "SELECT split_part(reason, ': ', 1), count(*) FROM staged_rejections WHERE source_file = :file"
        " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :most"
    )
    found = connection.execute(asked, {"file": file, "most": most})
    return {str(words): int(count) for words, count in found}
