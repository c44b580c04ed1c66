"""What a row has said over time: read from its changes, from the row as it is, and from the runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import Connection, Text, cast, func, or_, select

from gis_core.errors import InputError
from gis_core.layer import Layer, keys, table_of
from gis_core.personal import FreeText, is_shown, masked
from layers.assessments import AssessmentChange
from layers.changes import Change
from layers.runs import Run
from layers.sources import SOURCES

BOOKKEEPING = ("source_file", "source_row", "run_id")
State = Mapping[str, Any]
AREA_DIGITS = 1


@dataclass(frozen=True)
class Origin:
    """Who changed a row, when, by what, in which run, and the file and row of what it became."""

    at: datetime | None
    account: str | None
    how: str
    run_id: int | None
    file: str | None = None
    row: int | None = None


@dataclass(frozen=True)
class Event:
    """One change of one row: `fields` says from what to what."""

    layer: str
    key: str
    action: str
    origin: Origin
    fields: dict[str, tuple[Any, Any]]


def history(connection: Connection, layer: type[Layer], key: str) -> list[Event]:
    """All that happened to a row and to the rows that belong to it (a project's budgets and areas), in order.

    InputError where the layer has and had no such row.
    """
    found = list(_of_layer(connection, layer, (key,)))
    for other in SOURCES:
        if _belongs(other, layer):
            found += _of_layer(connection, other, _keys_below(connection, other, key))
    if not found:
        name = layer.__tablename__
        raise InputError(f"{name} has no {key!r}, and never had; abat export {name} lists what there is")
    return sorted(found, key=_order)


def _order(event: Event) -> tuple[float, str, str]:
    """By time; what came nobody knows when comes first."""
    return (event.origin.at.timestamp() if event.origin.at else 0.0, event.layer, event.key)


def verdicts(connection: Connection, conflict: str) -> list[Event]:
    """The history of the verdicts on a conflict, as the register keeps it."""
    own = table_of(AssessmentChange)
    rows = connection.execute(select(own).where(own.c.conflict_id == conflict).order_by(own.c.at, own.c.body))
    return [
        Event(
            layer="assessments",
            key=f"{row.conflict_id} {row.body}",
            action="update",
            origin=Origin(row.at, row.account, row.how, row.run_id),
            fields=_differences(row.before, row.after),
        )
        for row in rows
    ]


def _belongs(other: type[Layer], layer: type[Layer]) -> bool:
    """Whether the key of a layer begins with a reference to another."""
    first = next(iter(table_of(other).primary_key))
    return any(each.column.table is table_of(layer) for each in first.foreign_keys)


def _keys_below(connection: Connection, layer: type[Layer], key: str) -> list[str]:
    """Keys of the rows, there or gone, that belong to a row of another layer."""
    table, own = table_of(layer), Change.__table__.c
    first = next(iter(table.primary_key))
    there = select(_key_of(layer)).where(first == key)
    below = or_(own.key == key, own.key.startswith(f"{key} ", autoescape=True))
    gone = select(own.key).where(own.layer == table.name, below)
    return sorted({*connection.scalars(there), *connection.scalars(gone)})


def _key_of(layer: type[Layer]) -> Any:
    return func.concat_ws(" ", *(table_of(layer).c[name] for name in keys(layer)))


def _of_layer(connection: Connection, layer: type[Layer], wanted: Iterable[str]) -> Iterator[Event]:
    for key in wanted:
        own = Change.__table__.c
        said = (own.layer == layer.__tablename__, own.key == key)
        changes = connection.execute(select(Change.__table__).where(*said).order_by(own.id)).all()
        yield from _events(connection, layer, key, changes)


def _events(connection: Connection, layer: type[Layer], key: str, changes: Any) -> Iterator[Event]:
    """The changes of one row, and the loads that brought it, which are told by the row alone."""
    states = [change.before for change in changes] + [_now(connection, layer, key)]
    there = False
    for at, change in enumerate(changes):
        if change.before is not None and not there:
            yield _loaded(connection, layer, key, change.before)
        after = states[at + 1] if change.action != "delete" else None
        there = change.action != "delete"
        if change.action == "insert" and after is None:
            there = False
        yield _event(connection, layer, key, change, after)
    if states[-1] is not None and not there:
        yield _loaded(connection, layer, key, states[-1])


def _now(connection: Connection, layer: type[Layer], key: str) -> State | None:
    """A row as it is, written as its history is."""
    shown = [cast(c, Text).label(c.name) if c.name == "geom" else c for c in table_of(layer).columns]
    row = select(*shown).where(_key_of(layer) == key).subquery("x")
    return connection.scalar(select(func.to_jsonb(row.table_valued())))


def _loaded(connection: Connection, layer: type[Layer], key: str, state: State) -> Event:
    """The load that brought a row; of one that came without a run nothing more is known."""
    number = state["run_id"]
    run = connection.execute(select(Run.__table__).where(Run.id == number)).one_or_none()
    how = f"abat {run.verb}" if run else "not by a load"
    at, account = (run.at, run.account) if run else (None, None)
    origin = Origin(at, account, how, number, state["source_file"], state["source_row"])
    fields = _differences({}, _told(connection, layer, state))
    return Event(layer.__tablename__, key, "load", origin, fields)


def _event(  # noqa: PLR0913
    connection: Connection, layer: type[Layer], key: str, change: Any, after: State | None
) -> Event:
    """One recorded change; the file is known where a load made it."""
    before, now = (_told(connection, layer, state) for state in (change.before, after))
    source = after if after is not None and change.run_id is not None else {}
    origin = Origin(change.at, change.account, change.how, change.run_id, source.get("source_file"),
                    source.get("source_row"))  # fmt: skip
    return Event(layer.__tablename__, key, change.action, origin, _differences(before, now))


def _told(connection: Connection, layer: type[Layer], state: State | None) -> dict[str, Any]:
    """The fields of a state: a shape by its kind and size, texts as they may be read."""
    told: dict[str, Any] = {}
    for column in table_of(layer).columns:
        value = (state or {}).get(column.name)
        if value is None or column.name in BOOKKEEPING:
            continue
        if column.name == "geom":
            told[column.name] = _size(value)
        elif isinstance(column.type, FreeText) and not is_shown(connection):
            told[column.name] = masked(value)
        else:
            told[column.name] = value
    return told


def _size(wkb: str) -> str:
    """A shape in words: kind, corners, square metres or metres, and its middle."""
    shape = shapely.from_wkb(wkb)
    middle = shape.centroid
    corners = shapely.get_num_coordinates(shape)
    size = f"{shape.area:.{AREA_DIGITS}f} m2" if shape.area else f"{shape.length:.{AREA_DIGITS}f} m"
    return f"{shape.geom_type}, {corners} corners, {size}, at {middle.x:.2f} {middle.y:.2f}"


def _differences(before: State, after: State) -> dict[str, tuple[Any, Any]]:
    names = dict.fromkeys((*before, *after))
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
