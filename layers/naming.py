"""Bodies, districts and verdicts by what a person calls them: a code, a name in any language, a spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from gis_core.errors import InputError
from gis_core.layer import Choices, Label, Layer, table_of
from gis_core.spelling import plain
from layers.assessments import VERDICTS
from layers.bodies import Body
from layers.districts import District

Names = Mapping[str, frozenset[str]]  # folded name to the codes that bear it
SHORT_VERDICTS = {"yes": ("да", "иә"), "no": ("нет", "жоқ")}


def code_of(names: Names, word: str, what: str, where: str) -> str:
    """The code that a word means. InputError where none or several bear the name; `where` tells the right."""
    found = names.get(plain(word), frozenset())
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise InputError(f"{what} {word!r} may be {' or '.join(sorted(found))}; write the code")
    raise InputError(f"{what} {word!r} is not known; {where}")


def body_names(connection: Connection) -> Names:
    """Bodies by code, names and spellings."""
    return _named(connection, Body)


def district_names(connection: Connection) -> Names:
    """Districts by code, names and spellings, in all their versions."""
    return _named(connection, District)


def verdict_names() -> Names:
    """Verdicts by code, and by label or its first word in any language."""
    return _by_name((code, (code, *label, *SHORT_VERDICTS.get(code, ()))) for code, label in VERDICTS.items())


def choice_names(choices: Choices) -> Names:
    """Values of a declared list by code and by label in any language."""
    return _by_name((code, (code, *label)) for code, label in choices.items())


def labels_of_bodies(connection: Connection) -> dict[str, Label]:
    """Names of the bodies by code; the Russian one stands in for one that is missing."""
    query = select(Body.code, Body.name_ru, Body.name_kk, Body.name_en).order_by(Body.code)
    return {
        code: Label(name_ru, name_kk or name_ru, name_en or name_ru)
        for code, name_ru, name_kk, name_en in connection.execute(query)
    }


def _named(connection: Connection, layer: type[Layer]) -> Names:
    c = table_of(layer).c
    rows = connection.execute(select(c.code, c.name_ru, c.name_kk, c.name_en, c.spellings))
    return _by_name((code, (code, *names, *(spellings or ()))) for code, *names, spellings in rows)


def _by_name(named: Iterable[tuple[str, Iterable[str | None]]]) -> dict[str, frozenset[str]]:
    """Codes by folded name; a code means itself even where it is another's name too."""
    rows = [(code, list(names)) for code, names in named]
    found: dict[str, frozenset[str]] = {}
    for code, names in rows:
        for name in filter(None, names):
            found[plain(name)] = found.get(plain(name), frozenset()) | {code}
    return found | {plain(code): frozenset({code}) for code, _ in rows}


def labels_of_districts(connection: Connection) -> dict[str, Label]:
    """Names of the districts by code, of the newest version."""
    c = District.__table__.c
    query = select(c.code, c.name_ru, c.name_kk, c.name_en).order_by(c.code, c.valid_from.nulls_first())
    return {
        code: Label(name_ru, name_kk or name_ru, name_en or name_ru)
        for code, name_ru, name_kk, name_en in connection.execute(query)
    }
