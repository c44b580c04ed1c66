"""What GDAL leaves out of a GeoPackage: default styles, the same bytes every time; who has it open."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from gis_core.errors import InputError

JOURNALS = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file that is open

# as QGIS makes it
_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
    ui TEXT(30), update_time DATETIME
)"""
_REGISTER = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('layer_styles', 'attributes', 'layer_styles', 'QGIS styles')"""
_STYLE = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,
    styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)
SELECT '', '', :name, coalesce((SELECT column_name FROM gpkg_geometry_columns WHERE table_name = :name), ''),
    :name, :qml, '', 1, identifier, '', '', :moment
FROM gpkg_contents WHERE table_name = :name"""
_ABOUT = "UPDATE gpkg_contents SET identifier = :title, description = :about WHERE table_name = :name"
_DATE = "UPDATE gpkg_contents SET last_change = :moment"
_DATE_METADATA = "UPDATE gpkg_metadata_reference SET timestamp = :moment"
_HAS_METADATA = "SELECT 1 FROM sqlite_master WHERE name = 'gpkg_metadata_reference'"


class Page(NamedTuple):
    """What QGIS shows of a layer: its title, what is in it, and its default style."""

    title: str
    about: str
    qml: str


def finish(draft: Path, made: Path, pages: Mapping[str, Page], date: dt.date) -> None:
    """Put titles, styles and one date into the draft and copy it page by page: equal content, equal bytes."""
    moment = f"{date.isoformat()}T00:00:00.000Z"
    with closing(sqlite3.connect(draft)) as store:
        store.execute("PRAGMA synchronous = OFF")  # the copy is what goes to the disk
        with store:
            store.execute(_STYLES)
            store.execute(_REGISTER)
            for name, page in pages.items():
                store.execute(_ABOUT, {"name": name, **page._asdict()})
                store.execute(_STYLE, {"name": name, "moment": moment, **page._asdict()})
            store.execute(_DATE, {"moment": moment})
            if store.execute(_HAS_METADATA).fetchone():
                store.execute(_DATE_METADATA, {"moment": moment})
        store.execute("VACUUM INTO ?", (str(made),))


def refuse_open(path: Path) -> None:
    """InputError if another program has the file open: its journal would spoil the file that comes instead.

    A journal left by a program that was killed is first put into the file where it belongs.
    """
    if path.exists() and _journals(path):
        _settle(path)
    left = _journals(path)
    if left:
        names = ", ".join(journal.name for journal in left)
        raise InputError(f"{path.name} is open in another program ({names} beside it); close it there first")


def _settle(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path, timeout=1.0, isolation_level=None)) as store:
            store.execute("PRAGMA journal_mode = DELETE").fetchall()
            store.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.Error as reason:
        raise InputError(
            f"{path.name} is open in another program ({reason}); close it there first"
        ) from reason


def _journals(path: Path) -> list[Path]:
    beside = [path.with_name(path.name + ending) for ending in JOURNALS]
    return [journal for journal in beside if journal.exists()]
