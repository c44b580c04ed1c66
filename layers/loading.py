"""What the loader must know of a layer in a city: words and their spellings, references, shape rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

import pandas as pd
from pyproj import CRS
from sqlalchemy import Connection, func, insert, select

from gis_core.accept import Accepted, LoadRules, Vocabulary, spelled
from gis_core.columns import plain
from gis_core.layer import Layer, fields
from gis_core.shapes import ShapeRules
from gis_core.store import known_keys
from layers.bodies import Body
from layers.city import City


def load_rules(
    connection: Connection, layer: type[Layer], city: City, stated: Mapping[str, str]
) -> LoadRules:
    """The profile's and the store's knowledge for loading one layer; `stated` is column to field."""
    name, declared = layer.__tablename__, fields(layer)
    lists = {field.vocabulary for field in declared.values() if field.vocabulary}
    known = known_keys(connection, layer)
    return LoadRules(
        shapes=ShapeRules(CRS(city.crs), city.bounds, city.shapes.line_m, city.shapes.point_m),
        zone=ZoneInfo(city.timezone),
        stated=stated,
        spellings=city.spellings.get(name, {}),
        values=city.values.get(name, {}),
        vocabularies={words: _vocabulary(connection, words, city) for words in lists},
        known={column: keys for column, keys in known.items() if not declared[column].vocabulary},
    )


def _vocabulary(connection: Connection, name: str, city: City) -> Vocabulary:
    stand_ins: dict[str, Callable[[str], str] | None] = {
        "reject": None,
        "add": lambda text: text,
        "other": lambda _: "other",
    }
    stand_in = stand_ins[city.unknown.get(name, "reject")]
    if name == "bodies":
        # where bodies are added as they are spelled, two spellings stay two bodies until a person merges them
        fold = str if stand_in else plain
        return Vocabulary(body_spellings(connection, fold), fold, stand_in)
    terms = city.vocabularies[name]
    labels = {code: term.label for code, term in terms.items()}
    further = {code: term.spellings for code, term in terms.items()}
    return Vocabulary(spelled(labels, further), stand_in=stand_in)


def body_spellings(connection: Connection, fold: Callable[[str], str]) -> dict[str, str]:
    """Spelling, after `fold`, to code of every body in the store."""
    accepted: dict[str, str] = {}
    for body in connection.execute(select(Body.__table__)):
        names = (body.name_ru, body.name_kk, body.name_en, *(body.spellings or ()), body.code)
        accepted |= {fold(text): body.code for text in names if text}
    return accepted


def add_bodies(connection: Connection, layer: type[Layer], accepted: Accepted, run_id: int) -> list[str]:
    """Bodies that the file names and the store lacks, added under their spelling: never merged unasked."""
    columns = [
        name
        for name, field in fields(layer).items()
        if field.vocabulary == "bodies" and name in accepted.rows
    ]
    if not columns:
        return []
    named = pd.unique(accepted.rows[columns].to_numpy().ravel())
    held = set(connection.scalars(select(Body.code)))
    added = sorted(code for code in named if pd.notna(code) and code not in held)
    if added:
        rows = [{"code": code, "name_ru": code, "run_id": run_id} for code in added]
        connection.execute(insert(Body), rows)
    return added


def rows_held(connection: Connection, layer: type[Layer]) -> int:
    """Number of rows of a layer in the store."""
    return connection.scalar(select(func.count()).select_from(layer.__table__)) or 0
