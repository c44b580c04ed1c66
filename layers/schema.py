"""The schema in a database: made, upgraded by Alembic, and held to one city."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.schema import SetColumnComment, SetTableComment

from gis_core.crs import known_crs, spatial_ref_sys_rows
from gis_core.errors import InputError, StoreError
from gis_core.layer import Layer
from layers.city import City
from layers.stored_city import StoredCity
from layers.triggers import set_triggers

if TYPE_CHECKING:
    from alembic.config import Config  # half a second to import, for the rare command that changes a schema

TOLD = """
INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)
VALUES (:srid, :auth_name, :auth_srid, :srtext, :proj4text)
"""
MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def srid_of(city: City) -> int:
    """EPSG code of the city's metric CRS."""
    code = known_crs(city.crs).epsg
    if code is None:
        raise InputError(f"{city.crs}: the profile's crs has no EPSG code; give one such as EPSG:32642")
    return code


def prepare(connection: Connection, city: City) -> None:
    """Make the tables in an empty database; refuse one that is behind, ahead, or holds another city."""
    found, newest = versions(connection)
    if found is None:
        upgrade(connection, city)
    elif found != newest:
        _refuse_newer(found)
        raise StoreError(f"the database has schema {found}, this Abat needs {newest}: run abat db upgrade")
    hold_to_city(connection, city)


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in known_versions():
        raise StoreError(
            f"the database has schema {found}, which this Abat does not know; install a newer Abat"
            " (the only way back to an older schema is a backup that was made before)"
        )


def hold_to_city(connection: Connection, city: City) -> None:
    """Refuse a database that was made for another city or another CRS."""
    held = connection.execute(select(StoredCity.code, StoredCity.srid)).one()
    if held != (city.code, srid_of(city)):
        raise StoreError(
            f"the database holds {held.code} in EPSG:{held.srid}, not {city.code} in EPSG:{srid_of(city)};"
            " give --city or --database for the one you mean"
        )


def versions(connection: Connection) -> tuple[str | None, str]:
    """Schema version of the database (None: no tables) and of this program."""
    made = connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
    found = connection.scalar(text("SELECT version_num FROM alembic_version")) if made else None
    return found, max(known_versions())


def known_versions() -> set[str]:
    """All schema versions this program can upgrade from."""
    return {step.name[:4] for step in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def upgrade(connection: Connection, city: City) -> None:
    """Bring the tables to this program's version, in the transaction of the connection.

    Comments are the labels of the declarations, set anew each time: no migration repeats a label. So are the
    triggers that keep register and history.
    """
    from alembic import command  # noqa: PLC0415

    import layers.catalogue  # noqa: F401, PLC0415  every layer, whichever the command asked for

    found = versions(connection)[0]
    _refuse_newer(found)
    fresh = found is None
    _make_known(connection, srid_of(city))
    command.upgrade(alembic_config(connection, city), "head")
    for table in Layer.metadata.sorted_tables:
        connection.execute(SetTableComment(table))
        for column in table.columns:
            if column.comment:
                connection.execute(SetColumnComment(column))
    set_triggers(connection)
    if fresh:
        connection.execute(insert(StoredCity).values(code=city.code, srid=srid_of(city)))


def _make_known(connection: Connection, srid: int) -> None:
    """Tell PostGIS of a city's CRS that it does not know. Raises StoreError where that is not allowed."""
    known = text("SELECT EXISTS (SELECT FROM spatial_ref_sys WHERE srid = :srid)")
    rows = [] if connection.scalar(known, {"srid": srid}) else spatial_ref_sys_rows(srid)
    if not rows:
        return
    try:
        with connection.begin_nested():
            connection.execute(text(TOLD), rows)
    except ProgrammingError:
        account = connection.scalar(text("SELECT quote_ident(current_user)"))
        raise StoreError(
            f"the database does not know EPSG:{srid}, and this account may not tell it; let an administrator"
            f" run: GRANT INSERT ON spatial_ref_sys TO {account}, then run abat db upgrade"
        ) from None


def alembic_config(connection: Connection, city: City) -> Config:
    """What `migrations/env.py` reads."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection, "srid": srid_of(city)})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
