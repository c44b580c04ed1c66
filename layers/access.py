"""Who may do what in the database: readers see every layer, assessors give verdicts besides."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Connection, column, select, table
from sqlalchemy import text as statement

from gis_core.errors import InputError
from gis_core.export.database_styles import STYLES
from layers.assessments import DECIDED, Assessment
from layers.catalogue import LAYERS
from layers.label_views import made_in, schema_of

Role = Literal["reader", "assessor"]
GROUPS: dict[Role, str] = {"reader": "abat_reader", "assessor": "abat_assessor"}


def grant(connection: Connection, account: str, role: Role) -> None:
    """Give a database account what its role may do in this database, and nothing more."""
    if not _exists(connection, account):
        raise InputError(
            f"the database has no account {account!r}; an administrator makes it:"
            f" CREATE ROLE {_name(connection, account)} LOGIN"
        )
    for group in GROUPS.values():
        if not _exists(connection, group):
            _run(connection, f"CREATE ROLE {group} NOLOGIN")
    renew(connection)
    _run(connection, f"GRANT {GROUPS[role]} TO {_name(connection, account)}")


def renew(connection: Connection) -> None:
    """Let the groups of accounts do in this database what they may, also with layers and views made since.

    Nothing where nobody was ever granted anything.
    """
    if not all(_exists(connection, group) for group in GROUPS.values()):
        return
    reader, assessor = GROUPS["reader"], GROUPS["assessor"]
    shown = ", ".join(_name(connection, each) for each in _tables(connection))
    written = ", ".join(_name(connection, each) for each in DECIDED)
    _run(connection, f"GRANT USAGE ON SCHEMA public TO {reader}")
    _run(connection, f"GRANT SELECT ON {shown} TO {reader}")
    _run(connection, f"GRANT {reader} TO {assessor}")
    _run(connection, f"GRANT UPDATE ({written}) ON {Assessment.__tablename__} TO {assessor}")
    for schema in map(schema_of, made_in(connection)):
        _run(connection, f"GRANT USAGE ON SCHEMA {schema} TO {reader}")
        _run(connection, f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader}")


def _tables(connection: Connection) -> list[str]:
    """Layers, and the styles of QGIS where the database has them."""
    tables = table("pg_tables", column("tablename"), column("schemaname"))
    query = select(tables.c.tablename).where(
        tables.c.schemaname == "public", tables.c.tablename.in_([*LAYERS, STYLES.name])
    )
    return sorted(connection.scalars(query))


def _exists(connection: Connection, account: str) -> bool:
    roles = table("pg_roles", column("rolname"))
    return connection.scalar(select(roles.c.rolname).where(roles.c.rolname == account)) is not None


def _name(connection: Connection, name: str) -> str:
    return str(connection.dialect.identifier_preparer.quote_identifier(name))


def _run(connection: Connection, words: str) -> None:
    """SQLAlchemy has no expression for roles; every name in the words is ours or quoted."""
    connection.execute(statement(words.replace(":", "\\:")))
