"""What the loader must know of a layer in a city: words and their spellings, references, shape rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

import shapely
from pyproj import CRS
from sqlalchemy import Connection, Table, exists, func, insert, select, union

from gis_core.accept import LoadRules, Vocabulary, spelled
from gis_core.addressing import Addressing, Found
from gis_core.errors import InputError
from gis_core.layer import Layer, fields
from gis_core.references import known_keys
from gis_core.shapes import ShapeRules
from gis_core.spelling import plain
from layers.addresses import Address
from layers.appeal_duplicates import mark_duplicates
from layers.appeal_gathering import Gathered
from layers.appeals import Appeal
from layers.bodies import Body
from layers.city import City
from layers.companions import companions
from layers.districts import District
from layers.gazetteer import read_gazetteer
from layers.open311 import SPELLINGS as OPEN311
from layers.osm import KINDS
from layers.wishes import Wishes

DEGREES = 4326
TOLERANCE_M = 1000  # by which what lies in a city may stick out of its districts as they are drawn
ADDRESSED = ("address", "address_match")  # fields of a layer whose rows may be placed by their address


def load_rules(connection: Connection, layer: type[Layer], city: City, wishes: Wishes) -> LoadRules:
    """The profile's and the store's knowledge for loading one layer."""
    name, declared = layer.__tablename__, fields(layer)
    lists = {field.vocabulary for field in declared.values() if field.vocabulary}
    known = known_keys(connection, layer)
    widened = name in city.shapes.widened
    return LoadRules(
        shapes=ShapeRules(
            CRS(city.crs), city.bounds, city.shapes.line_m, city.shapes.point_m, widened, _outline(connection)
        ),
        zone=ZoneInfo(city.timezone),
        stated=wishes.stated,
        spellings=_spellings(city, name),
        values=_values(city, name),
        vocabularies={words: _vocabulary(connection, words, city) for words in lists},
        known={column: keys for column, keys in known.items() if not declared[column].vocabulary},
        companions=companions(city),
        constants=_declared(layer, wishes.constants),
        placed=wishes.placed,
        numbered=wishes.numbered,
        addressing=_addressing(connection, layer, city),
    )


def _outline(connection: Connection) -> Any:
    """The outline of the city in degrees: all that its districts have covered; None where there are none."""
    coarse = func.ST_SimplifyPreserveTopology(District.geom, TOLERANCE_M / 10)
    covered = func.ST_Buffer(func.ST_Collect(coarse), TOLERANCE_M)
    blob = connection.scalar(select(func.ST_AsBinary(func.ST_Transform(covered, DEGREES))))
    outline = None if blob is None else shapely.from_wkb(bytes(blob))
    if outline is not None:
        shapely.prepare(outline)
    return outline


def _addressing(connection: Connection, layer: type[Layer], city: City) -> Addressing | None:
    """Rows of a layer with an address are placed by the gazetteer of the store, if it holds any.

    It is read when the first address is asked for.
    """
    if not {*ADDRESSED} <= {*fields(layer)} or not connection.scalar(select(exists().select_from(Address))):
        return None
    gazetteer = cache(partial(read_gazetteer, connection, city))

    def find(text: str) -> Found:
        return gazetteer().find(text)

    return Addressing(*ADDRESSED, find)


def _declared(layer: type[Layer], constants: Mapping[str, str]) -> Mapping[str, str]:
    """The constants. Raises InputError for a field that the layer does not have."""
    strange = [name for name in constants if name not in fields(layer)]
    if strange:
        raise InputError(
            f"--set {strange[0]}: {layer.__tablename__} has the fields: {', '.join(fields(layer))}"
        )
    return constants


def _spellings(city: City, name: str) -> dict[str, tuple[str, ...]]:
    """Column names of the profile and of Open311, by field."""
    own, standard = city.spellings.get(name, {}), OPEN311.get(name, {})
    return {each: (*own.get(each, ()), *standard.get(each, ())) for each in {*own, *standard}}


def settle(connection: Connection, layer: type[Layer], staged: Table, city: City, *, replace: bool) -> None:  # noqa: PLR0913
    """What only all rows of a layer together tell of its staged ones."""
    if layer is Appeal:
        mark_duplicates(connection, staged, city, replace=replace)


def together(layer: type[Layer], city: City) -> Gathered | None:
    """What `settle` does for rows that fill an empty layer, from the rows as they pass; None where it does
    nothing."""
    return Gathered(city.duplicates) if layer is Appeal else None


def _values(city: City, name: str) -> dict[str, Mapping[str, tuple[str, ...]]]:
    """What files write for a choice: the profile's words and, for the kind, OpenStreetMap's."""
    own: dict[str, Mapping[str, tuple[str, ...]]] = dict(city.values.get(name, {}))
    for code, words in KINDS.get(name, {}).items():
        said = own.get("kind", {})
        own["kind"] = {**said, code: (*said.get(code, ()), *words)}
    return own


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


def add_bodies(connection: Connection, layer: type[Layer], staged: Table, run_id: int) -> list[str]:
    """Bodies that the file names and the store lacks, added under their spelling: never merged unasked."""
    columns = [name for name, declared in fields(layer).items() if declared.vocabulary == "bodies"]
    if not columns:
        return []
    named = union(*(select(staged.c[name]).where(staged.c[name].is_not(None)) for name in columns))
    added = sorted(set(connection.scalars(named)) - set(connection.scalars(select(Body.code))))
    if added:
        connection.execute(
            insert(Body), [{"code": code, "name_ru": code, "run_id": run_id} for code in added]
        )
    return added
