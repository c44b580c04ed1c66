"""Views of the layers in one language, for people and programs that read the database: labels stand for
codes, and texts are masked as in everything that Abat writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Text,
    case,
    column,
    func,
    select,
    table,
    type_coerce,
)
from sqlalchemy import Table as SqlTable

from gis_core.errors import InputError
from gis_core.layer import LANGUAGES, Field, Label, Language, Layer, fields, geometry_kind, table_of
from gis_core.personal import FreeText
from layers.bodies import Body
from layers.catalogue import LAYERS
from layers.city import City
from layers.districts import District
from layers.triggers import set_triggers

BODIES, DISTRICT = "bodies", "district_code"
Words = Mapping[str, Mapping[str, Label]]  # labels by code, by the list that a field draws on
VIEWS: SqlTable = table(  # type: ignore[assignment]
    "views", column("table_name"), column("table_schema"), schema="information_schema"
)


def schema_of(lang: Language) -> str:
    """The schema that holds the views in a language."""
    return f"abat_{lang}"


def made_in(connection: Connection) -> list[Language]:
    """The languages in which the database has views."""
    there = set(connection.scalars(select(VIEWS.c.table_schema).distinct()))
    return [lang for lang in LANGUAGES if schema_of(lang) in there]


def make_views(connection: Connection, city: City, lang: Language) -> list[str]:
    """A view a layer in a language, in place of those made before; their names.

    Fields keep their names; what they are called stands in the comments. Codes that have no label stand as
    they are.
    """
    words = {
        name: {code: term.label for code, term in terms.items()} for name, terms in city.vocabularies.items()
    }
    drop_views(connection, lang)
    set_triggers(connection)  # with the mask of texts
    _run(connection, "CREATE SCHEMA IF NOT EXISTS {}", sql.Identifier(schema_of(lang)))
    for layer in LAYERS.values():
        name = sql.Identifier(schema_of(lang), layer.__tablename__)
        rows = rows_with_labels(layer, words, lang).compile(
            connection, compile_kwargs={"literal_binds": True}
        )
        _run(connection, "CREATE VIEW {} AS " + _plain(str(rows)), name)
        _run(connection, "COMMENT ON VIEW {} IS {}", name, sql.Literal(layer.label.of(lang)))
        for each, field in _shown(layer).items():
            place = sql.Identifier(schema_of(lang), layer.__tablename__, each)
            _run(connection, "COMMENT ON COLUMN {} IS {}", place, sql.Literal(field.title(lang)))
    return [f"{schema_of(lang)}.{name}" for name in LAYERS]


def drop_views(connection: Connection, *languages: Language) -> None:
    """Take the views in these languages away, so that the tables below them may change."""
    for lang in languages:
        own = select(VIEWS.c.table_name).where(VIEWS.c.table_schema == schema_of(lang))
        for name in connection.scalars(own).all():
            try:
                _run(connection, "DROP VIEW {}", sql.Identifier(schema_of(lang), name))
            except psycopg.errors.DependentObjectsStillExist as fault:
                raise InputError(
                    f"{schema_of(lang)}.{name} is needed by something else: {fault.diag.message_detail};"
                    " drop that first, and make it anew afterwards"
                ) from None


def rows_with_labels(layer: type[Layer], words: Words, lang: Language) -> Select[Any]:
    """All rows of a layer by their visible fields, in a language labels and names instead of codes."""
    own, told = table_of(layer), []
    for name, field in _shown(layer).items():
        if field.vocabulary == BODIES and layer is not Body:
            told.append(_name_of(Body, own.c[name], lang).label(name))
        elif name == DISTRICT:
            told.append(_name_of(District, own.c[name], lang).label(name))
        else:
            choices = field.choices or words.get(field.vocabulary or "", {})
            told.append(_labelled(own.c[name], choices, lang).label(name))
    if geometry_kind(layer):
        told.append(type_coerce(own.c.geom, Text).label("geom"))  # as it is, and not as EWKB
    return select(*told)


def _name_of(layer: type[Layer], code: Column[Any], lang: Language) -> ColumnElement[Any]:
    """The name that a body, or the newest version of a district, has in a language, else in Russian."""
    named = table_of(layer).alias(f"named_{code.name}")
    newest = [named.c.valid_from.desc().nulls_last()] if layer is District else []
    name = func.coalesce(_masked(named.c[f"name_{lang}"]), _masked(named.c.name_ru))
    found = select(name).where(named.c.code == code).order_by(*newest).limit(1).scalar_subquery()
    return func.coalesce(found, code)


def _shown(layer: type[Layer]) -> dict[str, Field]:
    return {name: field for name, field in fields(layer).items() if not field.hidden}


def _labelled(value: ColumnElement[Any], choices: Mapping[str, Label], lang: Language) -> ColumnElement[Any]:
    if not choices:
        return _masked(value)
    return case(*((value == code, label.of(lang)) for code, label in choices.items()), else_=value)


def _masked(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.abat_masked(value) if isinstance(value.type, FreeText) else value


def _plain(words: str) -> Any:
    """A query of ours as part of a statement in which braces are places to fill."""
    return words.replace("%%", "%").replace("{", "{{").replace("}", "}}")


def _run(connection: Connection, words: LiteralString, *parts: sql.Composable) -> None:
    """A statement whose names and texts are put in by psycopg; SQLAlchemy knows no views."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    driver.execute(sql.SQL(words).format(*parts))
