"""The database: start, stop and look at the embedded server; upgrade, back up and restore the tables."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from gis_core.backup import Reach, check_dump, digest, dump, reach, read_back, values_of
from gis_core.errors import InputError
from gis_core.export.database_styles import write_styles
from gis_core.export.qml import database_qml
from layers.access import Role, renew
from layers.access import grant as grant_role
from layers.catalogue import LAYERS
from layers.city import City, read_city
from layers.computed import count
from layers.label_views import drop_views, made_in, make_views, schema_of
from layers.restoring import analyse, dropping, holds_rows
from layers.runs import record_run
from layers.schema import (
    hold_to_city,
    known_versions,
    srid_of,
    upgrade,
    versions,
)
from layers.sources import SOURCES
from scripts.common import Call, call_of, city_path, cluster_of
from scripts.formats import vocabularies_of
from scripts.store import database_name, engine_of, open_store

app = typer.Typer(help=__doc__, rich_markup_mode=None, no_args_is_help=True)


@app.command()
def up(context: typer.Context) -> None:
    """Start the embedded server, make the city's tables, and keep it running until `abat db down`."""
    call = call_of(context)
    _embedded(call)
    with open_store(call) as (_, city):
        cluster_of(call).keep()
    status = cluster_of(call).status()
    call.report(f"running: {status.socket}, database {database_name(city)}", asdict(status))


@app.command()
def down(context: typer.Context) -> None:
    """Stop the embedded server; the data stay."""
    call = call_of(context)
    _embedded(call)
    if not cluster_of(call).status().running:
        call.nothing_to_do("the server does not run", {})
    cluster_of(call).stop()
    call.report("stopped", {"changed": True})


@app.command()
def status(context: typer.Context) -> None:
    """Say whether the embedded server runs, where its data lie, and who uses it."""
    call = call_of(context)
    _embedded(call)
    found = cluster_of(call).status()
    running = (
        f"running as process {found.pid}, PostgreSQL {found.version}" if found.running else "not running"
    )
    kept = ", kept running until abat db down" if found.kept else ""
    call.report(f"{running}{kept}; data in {found.data}; log in {found.log}", asdict(found))


@app.command()
def url(context: typer.Context) -> None:
    """Print the address of the city's database, for psql, QGIS and other programs."""
    call = call_of(context)
    if call.settings.database_url:
        raise InputError("ABAT_DATABASE_URL or --database names the database already")
    city = read_city(city_path(call))
    with open_store(call):
        address = cluster_of(call).url(database_name(city))
    call.report(address.replace("+psycopg", ""), {"url": address})


@app.command("upgrade")
def upgrade_schema(context: typer.Context) -> None:
    """Bring the tables of a database made by an older Abat up to date."""
    call = call_of(context)
    city = read_city(city_path(call))
    with engine_of(call, city) as engine, engine.begin() as connection:
        found, newest = versions(connection)
        languages = made_in(connection)
        drop_views(connection, *languages)
        upgrade(connection, city)
        hold_to_city(connection, city)
        for lang in languages:
            make_views(connection, city, lang)
        renew(connection)
    if found == newest:
        call.nothing_to_do(f"the tables are up to date: {newest}", {"version": newest})
    call.report(
        f"upgraded from {found or 'nothing'} to {newest}", {"from": found, "version": newest, "changed": True}
    )


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    force: Annotated[bool, typer.Option(help="Replace a file that is there.")] = False,
) -> None:
    """Write the whole database into one file: layers, register, history, rejected rows, personal data too."""
    call = call_of(context)
    if file.exists() and not force:
        raise InputError(f"{file} is there already; give another name, or --force to replace it")
    with open_store(call) as (connection, city):
        call.say(f"backing up {database_name(city)}")
        dump(_way(call, connection), file)
        version = versions(connection)[0]
    size = file.stat().st_size
    line = f"backed up schema {version} into {file} ({size / 1e6:.1f} MB)"
    call.report(line, {"file": str(file), "bytes": size, "version": version, "sha256": digest(file)})


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of abat db backup.")],
    force: Annotated[bool, typer.Option(help="Replace what the database holds.")] = False,
) -> None:
    """Bring a backup back, whole or not at all; one of an older Abat is upgraded."""
    call = call_of(context)
    check_dump(file)
    city = read_city(city_path(call))
    with engine_of(call, city) as engine:
        with engine.connect() as connection:
            way = _way(call, connection)
            found = _fitting(way, file, city)
            if not force and holds_rows(connection):
                raise InputError("the database holds rows already; --force replaces them by the backup")
        call.say(f"restoring {file}")
        read_back(way, file, dropping())
        with engine.begin() as connection:
            upgrade(connection, city)
            analyse(connection)
            record_run(connection, "restore", file=file.name, sha256=digest(file), options={"schema": found})
            counts = {layer.__tablename__: count(connection, layer) for layer in SOURCES}
    rows = sum(counts.values())
    line = f"restored {rows} loaded rows of schema {found} from {file}; grants are not kept: abat db grant"
    call.report(line, {"file": str(file), "version": found, "rows": counts, "changed": True})


def _way(call: Call, connection: Connection) -> Reach:
    own = None if call.settings.database_url else cluster_of(call).binaries
    return reach(connection, own)


def _fitting(way: Reach, file: Path, city: City) -> str:
    """The schema of a backup. Raises InputError for one of a newer Abat, or of another city."""
    version, held = (values_of(way, file, table) for table in ("alembic_version", "stored_city"))
    if not version or not held:
        raise InputError(f"{file} holds no tables of Abat; give a file of abat db backup")
    found = version[0]["version_num"]
    if found not in known_versions():
        raise InputError(f"{file} has schema {found}, unknown to this Abat; install a newer one")
    if (held[0]["code"], held[0]["srid"]) != (city.code, str(srid_of(city))):
        raise InputError(f"{file} holds the city {held[0]['code']}, not {city.code}; give --city")
    return found


@app.command()
def styles(context: typer.Context) -> None:
    """Put styles for QGIS, and views of the layers with labels for codes, into the database.

    QGIS takes the styles when a table is added by hand. The views stand in the schema abat_ru, abat_kk or
    abat_en, after --lang.
    """
    call = call_of(context)
    with open_store(call) as (connection, city):
        lang = call.lang or city.language
        words = vocabularies_of(city)
        made = {layer: database_qml(layer, lang, words) for layer in LAYERS.values()}
        count = write_styles(connection, made)
        views = make_views(connection, city, lang)
        renew(connection)
    told = f"wrote {count} styles into layer_styles, {len(views)} views into {schema_of(lang)}"
    call.report(told, {"styles": count, "views": views, "changed": True})


@app.command()
def grant(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="Account of the database, made by its administrator.")],
    role: Annotated[
        Role,
        typer.Option(
            "--as", help="viewer sees the views, reader every layer, assessor gives verdicts, writer loads."
        ),
    ],
) -> None:
    """Give an account its role: what it may read and write, and nothing more (docs/roles.md)."""
    call = call_of(context)
    with open_store(call) as (connection, _):
        grant_role(connection, account, role)
    call.report(f"{account}: {role}", {"account": account, "role": role, "changed": True})


def _embedded(call: Call) -> None:
    if call.settings.database_url:
        raise InputError(
            "ABAT_DATABASE_URL or --database names a server of your own; abat db up, down and status"
            " look after the embedded one only"
        )


if __name__ == "__main__":
    from scripts.app import run

    run("db")
