"""What a database must be before a backup takes its place, and what of it has to go."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, exists, inspect, literal, select, text

from gis_core.export.database_styles import STYLES
from gis_core.layer import LANGUAGES, Layer
from layers.label_views import schema_of
from layers.stored_city import StoredCity
from layers.triggers import function_names


def dropping() -> Iterator[str]:
    """Statements that clear a database of all that Abat made in it."""
    yield "SET LOCAL lock_timeout = '30s'"  # a reader who stays is told of, not waited for
    yield from (f"DROP SCHEMA IF EXISTS {schema_of(lang)} CASCADE" for lang in LANGUAGES)
    tables = [table.name for table in Layer.metadata.sorted_tables]
    yield f"DROP TABLE IF EXISTS {', '.join(tables)}, alembic_version, {STYLES.name} CASCADE"
    yield from (f"DROP FUNCTION IF EXISTS {name}" for name in function_names())


def holds_rows(connection: Connection) -> bool:
    """Whether any layer of the database has rows."""
    there = {*inspect(connection).get_table_names()} - {StoredCity.__tablename__}
    tables = [table for table in Layer.metadata.sorted_tables if table.name in there]
    return any(connection.scalar(select(exists(select(literal(1)).select_from(table)))) for table in tables)


def analyse(connection: Connection) -> None:
    """Let the server count the rows that were brought back, before anybody asks for them."""
    connection.execute(text("ANALYZE"))
