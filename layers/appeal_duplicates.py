"""Appeals about one thing: a later one of a category, near and soon after an earlier one, repeats it.

Appeals are gone through by day and id, whatever the order in which they were loaded. One repeats the earliest
appeal before it that repeats none itself, is of its category, and at most so many metres away and so many
days older. What a file says of a repeat is kept; stand-in centres and missing places repeat nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from math import floor, hypot
from typing import Any, NamedTuple, cast

import numpy as np
import psycopg
from psycopg import sql
from sqlalchemy import (
    Connection,
    Integer,
    Select,
    Table,
    Text,
    and_,
    case,
    column,
    exists,
    func,
    insert,
    literal,
    literal_column,
    null,
    or_,
    select,
    table,
    text,
    union_all,
    update,
)

from gis_core.layer import table_of
from gis_core.rejecting import copy_values
from layers.appeal_company import SEEN, Appeals, Reach, in_company
from layers.appeals import Appeal
from layers.city import City, DuplicateRules

BATCH = 50_000
DAYS = 20  # of appeals that are read at once
# an appeal as the server packs it, of all of a day one behind the other
SENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8"), ("block", ">u4"), ("line", ">u2")])
STAND_INS = ("centroid", "none")
FOUND = "found"
AROUND = tuple(product((0, -1, 1), (0, -1, 1)))  # a square and those beside it
Cell = tuple[str, int, int]


class Told(NamedTuple):
    """An appeal as far as it matters here; `said`: its file says what it repeats."""

    id: str
    category: str
    day: date
    x: float
    y: float
    said: bool


class Held(NamedTuple):
    """An original: its number in the order of day and id, its day, where it is."""

    number: int
    day: date
    x: float
    y: float
    id: str


@dataclass
class Originals:
    """Appeals that repeat none, by category and square, in order; what is too old is forgotten."""

    rules: DuplicateRules
    held: dict[Cell, list[Held]] = field(default_factory=dict)

    def repeats(self, ordered: Iterable[Told]) -> Iterator[tuple[str, str]]:
        """Pairs of an appeal and the one it repeats, of appeals in the order of day and id."""
        for number, told in enumerate(ordered, 1):
            if number % BATCH == 0:
                self._forget(told.day)
            metres = self.rules.metres_of.get(told.category, self.rules.metres)
            if told.said or not metres:
                continue
            x, y = floor(told.x / metres), floor(told.y / metres)
            first = self._first(told, metres, x, y)
            if first is None:
                held = Held(number, told.day, told.x, told.y, told.id)
                self.held.setdefault((told.category, x, y), []).append(held)
            else:
                yield told.id, first.id

    def _forget(self, day: date) -> None:
        """Let go of all that no appeal of this day or a later one can repeat."""
        oldest = day - timedelta(days=max([self.rules.days, *self.rules.days_of.values()]))
        self.held = {cell: held for cell, held in self.held.items() if held and held[-1].day >= oldest}

    def _first(self, told: Told, metres: float, x: int, y: int) -> Held | None:
        """The earliest original within reach; of one day the first by id."""
        oldest = told.day - timedelta(days=self.rules.days_of.get(told.category, self.rules.days))
        found: Held | None = None
        for across, up in AROUND:
            held = self.held.get((told.category, x + across, y + up))
            if not held:
                continue
            while held and held[0].day < oldest:
                del held[0]
            for each in held:  # in order: the first that is near enough is the earliest of its square
                if found and each.number > found.number:
                    break
                if hypot(each.x - told.x, each.y - told.y) <= metres:
                    found = each
                    break
        return found


def mark_duplicates(connection: Connection, staged: Table, city: City, *, replace: bool) -> None:
    """Fill `duplicate_of` of the staged appeals, and stage the stored ones in which it changes with them."""
    said = staged.c.duplicate_of.is_not(None) & staged.c.duplicate_by.is_distinct_from(FOUND)
    marked = or_(staged.c.duplicate_of.is_not(None), staged.c.duplicate_by.is_not(None))
    connection.execute(update(staged).where(marked, ~said).values(duplicate_of=null(), duplicate_by=null()))
    connection.execute(update(staged).where(said).values(duplicate_by="said"))
    told = _in_order(connection, staged, city, replace=replace)
    found = link(connection, staged, Originals(city.duplicates).repeats(told))
    if not replace:
        connection.execute(_relinked(staged, found))


def link(connection: Connection, staged: Table, repeats: Iterable[tuple[str, str]]) -> Any:
    """Write pairs of an appeal and the one it repeats into the staged ones; the table of the pairs."""
    connection.execute(text("CREATE TEMPORARY TABLE found_duplicates (id text, first text) ON COMMIT DROP"))
    copy_values(connection, "found_duplicates", repeats)
    connection.execute(text("ANALYZE found_duplicates"))
    found = table("found_duplicates", column("id", Text), column("first", Text))
    linked = update(staged).where(staged.c.id == found.c.id)
    connection.execute(linked.values(duplicate_of=found.c.first, duplicate_by=FOUND))
    return found


def _in_order(connection: Connection, staged: Table, city: City, *, replace: bool) -> Iterator[Told]:
    """Placed appeals in company as they will be in the store, by day and id."""
    tables = [staged] if replace else [staged, table_of(Appeal)]
    company = in_company(_read(connection, staged, tables), _reach(connection, city.duplicates))
    with tempfile.TemporaryFile(prefix="abat-company-") as file:  # the connection is busy until all are told
        sizes = [file.write(some.tobytes()) for some in company]
        file.seek(0)
        while sizes:
            size = 0
            while sizes and size < BATCH * SEEN.itemsize:
                size += sizes.pop(0)
            found = _named(connection, tables, np.frombuffer(file.read(size), SEEN))
            yield from sorted(found, key=lambda each: (each.day, each.id.encode()))


def _reach(connection: Connection, rules: DuplicateRules) -> Reach:
    """The rules by the server's numbers of categories."""
    names = {*rules.metres_of, *rules.days_of}
    numbers = {name: connection.scalar(select(func.hashtext(name))) or 0 for name in names}
    metres = {numbers[name]: metres for name, metres in rules.metres_of.items()}
    return Reach(
        rules.metres, rules.days, metres, {numbers[name]: days for name, days in rules.days_of.items()}
    )


def _read(connection: Connection, staged: Table, tables: list[Table]) -> Iterator[Appeals]:
    """Placed appeals whose file does not say what they repeat, day by day, read bit by bit."""
    asked = [_placed(each, part) for part, each in enumerate(tables)]
    asked[1:] = [each.where(~_is_staged(staged)) for each in asked[1:]]
    day, part, packed = union_all(*asked).subquery("appeal").c
    together = func.string_agg(packed, literal_column("''::bytea"))
    query = select(day, part, together).group_by(day, part).order_by(day, part)
    words = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with driver.cursor("days", binary=True) as cursor:
        cursor.itersize = DAYS
        for on, number, data in cursor.execute(words.encode()):
            sent = np.frombuffer(data, SENT)
            found = np.empty(len(sent), SEEN)
            found["day"], found["part"] = on.toordinal(), number
            for name in SENT.names or ():
                found[name] = sent[name]
            yield found


def _placed(of: Table, part: int) -> Select[Any]:
    said = and_(of.c.duplicate_of.is_not(None), of.c.duplicate_by.is_distinct_from(FOUND))
    numbers = (func.float8send(func.ST_X(of.c.geom)), func.float8send(func.ST_Y(of.c.geom)))
    packed: Any = func.int4send(func.hashtext(of.c.category))
    for each in (*numbers, func.tidsend(literal_column("ctid"))):
        packed = packed.op("||")(each)
    asked = select(of.c.requested_on, literal(part, Integer).label("part"), packed.label("packed"))
    return asked.where(of.c.geom.is_not(None), of.c.geom_source.not_in(STAND_INS), ~said)


def _named(connection: Connection, tables: list[Table], appeals: Appeals) -> Iterator[Told]:
    """Appeals with their ids and categories; one that somebody else has changed meanwhile is passed over."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    asked = "SELECT ctid::text, id, category, requested_on FROM {} WHERE ctid = ANY(%s::tid[])"
    for part, of in enumerate(tables):
        some = appeals[appeals["part"] == part]
        places = [f"({each['block']},{each['line']})" for each in some]
        rows = driver.execute(sql.SQL(asked).format(sql.Identifier(of.name)), [places])
        held = {place: rest for place, *rest in rows}
        for place, each in zip(places, some, strict=True):
            if place in held:
                id_, category, day = held[place]
                yield Told(id_, category, day, float(each["x"]), float(each["y"]), said=False)


def _is_staged(staged: Table) -> Any:
    return exists().where(staged.c.id == table_of(Appeal).c.id)


def _relinked(staged: Table, found: Any) -> Any:
    """Stored appeals that are not staged and now repeat another or none, staged with what they repeat."""
    stored = table_of(Appeal)
    first = found.c.first
    changed = {"duplicate_of": first, "duplicate_by": case((first.is_not(None), FOUND))}
    columns = [changed.get(each.name, each) for each in stored.columns]
    rows = (
        select(*columns)
        .select_from(stored.outerjoin(found, stored.c.id == found.c.id))
        .where(
            ~_is_staged(staged),
            func.coalesce(stored.c.duplicate_by, FOUND) == FOUND,
            stored.c.duplicate_of.is_distinct_from(first),
        )
    )
    return insert(staged).from_select([each.name for each in stored.columns], rows)
