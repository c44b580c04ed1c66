"""Which column of a file feeds which field of a layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from gis_core.errors import InputError
from gis_core.layer import LANGUAGES, Field, Layer, fields, geometry_kind, table_of
from gis_core.personal import FreeText
from gis_core.spelling import Meant, plain

LONGITUDES = ("lon", "lng", "long", "longitude", "x", "долгота", "бойлық", "easting")
LATITUDES = ("lat", "latitude", "y", "широта", "ендік", "northing")
SHAPES = (
    "wkt",
    "geom",
    "geometry",
    "the geom",
    "wkb geometry",
    "wkb",
    "ewkb",
    "geojson",
    "shape",
    "points",
    "геометрия",
)
SHAPE = "geom"  # what --map says of the column that holds the shapes
PAIRS = (
    "coords",
    "coordinates",
    "coordinate",
    "latlon",
    "lat lon",
    "lon lat",
    "lat lng",
    "location",
    "координаты",
)
SHOWN = 60  # names of columns in a message


def match_columns(
    layer: type[Layer],
    columns: Iterable[str],
    spellings: Mapping[str, Iterable[str]],
    stated: Mapping[str, str],
) -> dict[str, str]:
    """Field to column: as stated (column to field), else by the city's spellings, name, short name or label.

    Raises InputError for a stated name that does not exist, for two columns that fit one field equally well,
    and for required fields that no column feeds.
    """
    declared, present = fields(layer), list(columns)
    _check_stated(layer, declared, present, stated)
    found = {target: source for source, target in stated.items() if target != SHAPE}
    free = [column for column in present if column not in stated]
    for name, field in declared.items():
        if name not in found and not field.hidden:
            fitting = _fitting(name, field, spellings.get(name, ()), free)
            if len(fitting) > 1:
                raise InputError(
                    f"{layer.__tablename__}.{name}: columns {', '.join(fitting)} all fit;"
                    f" choose with --map COLUMN={name}"
                )
            found.update((name, column) for column in fitting)
    return {name: found[name] for name in declared if name in found}


def meant_by(
    layer: type[Layer], spellings: Mapping[str, Iterable[str]], needed: Iterable[str] | None = None
) -> Meant:
    """The table of a layer, which has the fields `needed`; without them those that every row must have."""
    declared = fields(layer)
    must = [name for name, field in declared.items() if field.required and field.default is None]
    columns = tuple(
        (name, *spellings.get(name, ()), declared[name].short, *_labels(declared[name]))
        for name in needed or must
    )
    return Meant((layer.__tablename__, *layer.label), columns)


def _labels(field: Field) -> list[str]:
    return [text for lang in LANGUAGES for text in (field.label.of(lang), field.title(lang))]


def _fitting(name: str, field: Field, spellings: Iterable[str], columns: list[str]) -> list[str]:
    """Columns whose name fits, by the first kind of name that any column bears."""
    for names in (list(spellings), [name], [field.short], _labels(field)):
        wanted = {plain(text) for text in names}
        hits = [column for column in columns if plain(column) in wanted]
        if len(hits) > 1 and any(hit == name for hit in hits):
            return [name]
        if hits:
            return hits
    return []


def is_own_number(layer: type[Layer], column: str, spellings: Mapping[str, Iterable[str]]) -> bool:
    """Whether a column of a file feeds a field of a layer that holds no free text: a key, a sum, a date."""
    return any(
        _fitting(name, field, spellings.get(name, ()), [column])
        for name, field in fields(layer).items()
        if not isinstance(table_of(layer).c[name].type, FreeText)
    )


def _check_stated(
    layer: type[Layer], declared: Mapping[str, Field], present: list[str], stated: Mapping[str, str]
) -> None:
    for source, target in stated.items():
        if source not in present:
            raise InputError(
                f"--map {source}={target}: the file has no column {source!r}; it has: {listed(present)}"
            )
        if target not in declared and (target != SHAPE or not geometry_kind(layer)):
            raise InputError(
                f"--map {source}={target}: {layer.__tablename__} has no field {target!r};"
                f" it has: {', '.join(declared)}{', ' + SHAPE if geometry_kind(layer) else ''}"
            )


def check_required(layer: type[Layer], found: Mapping[str, str], columns: Iterable[str]) -> None:
    """Raises InputError for required fields without a column, with the nearest columns."""
    declared, free = fields(layer), [column for column in columns if column not in found.values()]
    missing = [
        name
        for name, field in declared.items()
        if field.required and field.default is None and name not in found
    ]
    if missing:
        near = {name: get_close_matches(name, free, n=3, cutoff=0.5) for name in missing}
        hints = "; ".join(f"{name} (near: {', '.join(words) or 'nothing'})" for name, words in near.items())
        raise InputError(
            f"required fields of {layer.__tablename__} have no column (attribute): {hints};"
            f" say which with --map COLUMN=FIELD; the file has columns: {listed(columns)}"
        )


def listed(names: Iterable[str]) -> str:
    """Names in one line, the first of very many."""
    every = list(names)
    further = f" … ({len(every)} in all)" if len(every) > SHOWN else ""
    return (", ".join(every[:SHOWN]) or "none") + further


def only(columns: Iterable[str], names: Iterable[str]) -> str | None:
    """The one column that bears any of these names; None for none or several."""
    wanted = {plain(name) for name in names}
    hits = [column for column in columns if plain(column) in wanted]
    return hits[0] if len(hits) == 1 else None
