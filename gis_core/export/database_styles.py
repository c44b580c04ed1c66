"""Styles of layers in the database, where QGIS looks for them when somebody adds a table by hand."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    cast,
    func,
    insert,
)
from sqlalchemy.types import UserDefinedType

from gis_core.layer import Layer, geometry_kind


class _Xml(UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xml"


# as QGIS makes it
STYLES = Table(
    "layer_styles",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("f_table_catalog", String),
    Column("f_table_schema", String),
    Column("f_table_name", String),
    Column("f_geometry_column", String),
    Column("stylename", Text),
    Column("styleqml", _Xml),
    Column("stylesld", _Xml),
    Column("useasdefault", Boolean),
    Column("description", Text),
    Column("owner", String(63), server_default=func.current_user()),
    Column("ui", _Xml),
    Column("update_time", DateTime, server_default=func.now()),
    Column("type", String),
)
OWN = "Abat"  # the name of our style; those that people saved beside it stay


def write_styles(connection: Connection, styles: Mapping[type[Layer], str]) -> int:
    """Put a default style a layer into the database, in place of the one written before; how many."""
    STYLES.create(connection, checkfirst=True)
    connection.execute(STYLES.delete().where(STYLES.c.stylename == OWN))
    for layer, qml in styles.items():
        connection.execute(
            insert(STYLES).values(
                f_table_catalog=func.current_database(),
                f_table_schema="public",
                f_table_name=layer.__tablename__,
                f_geometry_column="geom" if geometry_kind(layer) else None,
                stylename=OWN,
                styleqml=cast(qml.partition(">\n")[2], _Xml),
                useasdefault=True,
                description=layer.label.ru,
            )
        )
    return len(styles)
