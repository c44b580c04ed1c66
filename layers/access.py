"""Who may do what in the database: four roles, each a group of accounts that gets its rights here.

A viewer reads the views with labels, whose texts are masked; a reader the layers themselves; an assessor
gives verdicts besides. A writer is the account under which Abat itself works every day: it loads, derives and
assesses, and can neither change what the history says nor how the tables are made, which stays with their
owner.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Connection, column, func, select, table
from sqlalchemy import text as statement

from gis_core.errors import InputError
from gis_core.export.database_styles import STYLES
from gis_core.layer import table_of
from layers.assessments import DECIDED, Assessment
from layers.catalogue import LAYERS
from layers.conflict_marks import ConflictMark
from layers.label_views import made_in, schema_of
from layers.rejections import Rejection
from layers.runs import Run
from layers.stored_city import StoredCity
from layers.triggers import set_triggers

Role = Literal["viewer", "reader", "assessor", "writer"]
GROUPS: dict[Role, str] = {
    "viewer": "abat_viewer", "reader": "abat_reader", "assessor": "abat_assessor", "writer": "abat_writer",
}  # fmt: skip
# What tells a program which tables these are, and from which run: no row of it is about a person
BESIDE = ("alembic_version", StoredCity.__tablename__, Run.__tablename__)
CHANGED = ", ".join([*({*LAYERS} - {Assessment.__tablename__}), ConflictMark.__tablename__])


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
    set_triggers(connection)  # which know the roles
    renew(connection)
    _run(connection, f"GRANT {GROUPS[role]} TO {_name(connection, account)}")


def renew(connection: Connection) -> None:
    """Let the groups of accounts do in this database what they may, also with layers and views made since.

    Nothing where nobody was ever granted anything.
    """
    viewer, reader, assessor, writer = (GROUPS[role] for role in ("viewer", "reader", "assessor", "writer"))
    there = [group for group in GROUPS.values() if _exists(connection, group)]
    if reader not in there:
        return
    _run(connection, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")  # before PostgreSQL 15 anybody might
    shown = ", ".join(_name(connection, each) for each in _tables(connection))
    written = ", ".join(_name(connection, each) for each in DECIDED)
    _run(connection, f"GRANT USAGE ON SCHEMA public TO {', '.join(there)}")
    _run(connection, f"GRANT SELECT ON {shown} TO {reader}")
    for group in {assessor, writer} & {*there}:
        _run(connection, f"GRANT {reader} TO {group}")
    _run(connection, f"GRANT UPDATE ({written}) ON {Assessment.__tablename__} TO {assessor}")
    if writer in there:
        _let_write(connection, writer)
    for schema in map(schema_of, made_in(connection)):
        for group in {viewer, reader} & {*there}:
            _run(connection, f"GRANT USAGE ON SCHEMA {schema} TO {group}")
            _run(connection, f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {group}")


def _let_write(connection: Connection, writer: str) -> None:
    """Layers are written, the journals only added to; the rest the triggers write, in the owner's name."""
    database = _name(connection, str(connection.scalar(select(func.current_database()))))
    _run(connection, f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {writer}")
    _run(connection, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {writer}")
    _run(connection, f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {writer}")  # a backup copies them
    _run(connection, f"GRANT INSERT, UPDATE, DELETE ON {CHANGED} TO {writer}")
    _run(connection, f"GRANT INSERT, UPDATE ON {Assessment.__tablename__} TO {writer}")
    for journal in (Run, Rejection):  # whose numbers the database gives: none is taken that was left out
        own = ", ".join(
            _name(connection, each.name) for each in table_of(journal).columns if each.name != "id"
        )
        _run(connection, f"REVOKE INSERT ON {journal.__tablename__} FROM {writer}")
        _run(connection, f"GRANT INSERT ({own}) ON {journal.__tablename__} TO {writer}")
    _run(connection, f"GRANT EXECUTE ON FUNCTION rows_counted(text) TO {writer}")


def _tables(connection: Connection) -> list[str]:
    """Layers, what stands beside them, and the styles of QGIS where the database has them."""
    tables = table("pg_tables", column("tablename"), column("schemaname"))
    query = select(tables.c.tablename).where(
        tables.c.schemaname == "public", tables.c.tablename.in_([*LAYERS, *BESIDE, STYLES.name])
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
