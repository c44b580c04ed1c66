"""Exports that come home: only what was edited in them is taken, and nothing that others changed too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Numeric,
    Table,
    Text,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy import column as column_clause
from sqlalchemy import table as table_clause

from gis_core.layer import Layer, fields, keys, table_of
from gis_core.row_marks import NAME, OF_STORE, SHAPE
from gis_core.staging import BOOKKEEPING, differs, same_key

EDITED = "edited_fields"
BY_OTHERS = "changed by others since the export"
CURE = "not overwritten; export anew and edit there, or load with --force, which overwrites"
GONE = f"{BY_OTHERS}: the row is no longer in the store; empty its {NAME} to load it as a new one"
TAKEN = f"{BY_OTHERS}: the store has another row of this id; {CURE}, or give the new row an id of its own"
NEAR = 0.001  # metres within which a shape that went through another CRS is the same
SHOWN = 60  # letters of a value in a message
Clause = ColumnElement[Any]


@dataclass(frozen=True)
class Home:
    """The layer that an export comes home to, the staged rows, and the files among them that bear marks."""

    layer: type[Layer]
    staged: Table
    files: Sequence[str]

    @property
    def table(self) -> Table:
        return table_of(self.layer)

    @property
    def ours(self) -> Clause:
        """Staged rows of the marked files."""
        return self.staged.c.source_file.in_(self.files)

    @property
    def marked(self) -> Clause:
        return and_(self.ours, self.staged.c[NAME].is_not(None))

    @property
    def met(self) -> Clause:
        """A row of the table and a staged one have one key."""
        return same_key(self.table, self.staged)  # type: ignore[no-any-return]

    def edited(self, name: str) -> Clause:
        return func.coalesce(literal(name) == any_(self.staged.c[EDITED]), False)

    def says_new(self, name: str) -> Clause:
        """Whether a field was edited into something that the store does not say."""
        here, there = self.staged.c[name], self.table.c[name]
        if name != SHAPE:
            return and_(self.edited(name), here.is_distinct_from(there))
        apart = func.coalesce(func.ST_HausdorffDistance(here, there) > NEAR, here.is_distinct_from(there))
        return case((self.edited(name), apart), else_=False)


def store_mark(layer: type[Layer]) -> Clause:
    """Eight letters that change with what a row of the table says, not with where it came from.

    A field without a value says nothing, so that one that a layer gains later changes no mark.
    """
    own = table_of(layer).c
    told = [part for name in _said(layer) if name != SHAPE for part in (literal(name), own[name])]
    values = cast(func.jsonb_strip_nulls(func.jsonb_build_object(*told)), Text)
    shape = func.md5(func.ST_AsBinary(own[SHAPE])) if SHAPE in own else None
    return func.left(func.md5(func.concat(values, shape)), OF_STORE)


def _said(layer: type[Layer]) -> list[str]:
    shape = [SHAPE] if SHAPE in table_of(layer).columns else []
    seen = [name for name, field in fields(layer).items() if not field.hidden and name not in BOOKKEEPING]
    return [*seen, *shape]


def add_columns(connection: Connection, staged: Table) -> None:
    """Room in a staged table for marks, and for the names of edited fields."""
    if NAME not in staged.columns:
        connection.execute(text(f"ALTER TABLE {staged.name} ADD {NAME} text, ADD {EDITED} text[]"))
        staged.append_column(Column(NAME, Text))
        staged.append_column(Column(EDITED, ARRAY(Text)))


def note_conflicts(connection: Connection, home: Home, *, force: bool) -> int:
    """Put among the faults the rows whose edits meet those of others; how many there are.

    With `force` only those of rows that are gone from the store. A store that knows none of the rows is not
    the one that they came from: there is nothing to judge then.
    """
    staged, table = home.staged, home.table
    if not connection.scalar(select(exists().where(home.marked, home.met))):
        return 0
    renamed = or_(*(home.edited(key) for key in keys(home.layer)))
    there = next(iter(table.primary_key)).is_not(None)
    reasons: list[tuple[Clause, Clause]] = [(and_(home.marked, ~there, ~renamed), literal(GONE))]
    if not force:
        strange = or_(and_(staged.c[NAME].is_(None), differs(table, staged)), and_(home.marked, renamed))
        reasons += [
            (and_(there, strange), literal(TAKEN)),
            (and_(there, home.marked, _both_changed(home)), _told(home)),
        ]
    found = (
        select(staged.c.source_file, staged.c.source_row, case(*reasons).label("reason"))
        .select_from(staged.outerjoin(table, home.met))
        .where(home.ours)
        .subquery("found")
    )
    _note(connection, select(found).where(found.c.reason.is_not(None)))
    return connection.scalar(text("SELECT count(*) FROM staged_faults")) or 0


def _both_changed(home: Home) -> Clause:
    """Edited in the file, changed in the store, and not to the same."""
    moved = store_mark(home.layer) != func.left(home.staged.c[NAME], OF_STORE)
    return and_(moved, or_(*(home.says_new(name) for name in _said(home.layer))))


def _told(home: Home) -> Clause:
    """Both values of each edited field."""
    words = [case((home.says_new(name), _pair(home, name))) for name in _said(home.layer)]
    return func.concat(f"{BY_OTHERS}: ", func.concat_ws(", ", *words), f"; {CURE}")


def _pair(home: Home, name: str) -> Clause:
    there, here = home.table.c[name], home.staged.c[name]
    if name == SHAPE:
        apart = func.round(cast(func.ST_HausdorffDistance(here, there), Numeric), 2)
        return func.concat("the shapes lie up to ", func.coalesce(cast(apart, Text), "?"), " m apart")
    texts = [func.quote_literal(func.left(cast(each, Text), SHOWN)) for each in (there, here)]
    shown = [func.coalesce(each, "empty") for each in texts]
    return func.concat(f"{name} is ", shown[0], " there and ", shown[1], " here")


def take_edits(connection: Connection, home: Home) -> None:
    """Make of marked rows what the store should hold: the edited values, and its own for all others.

    Rows that lack a shape which the layer needs are put among the faults.
    """
    staged, table = home.staged, home.table
    taken = {
        each.name: case((home.says_new(each.name), staged.c[each.name]), else_=each)
        for each in table.columns
        if not each.primary_key and each.name not in BOOKKEEPING
    }
    connection.execute(update(staged).values(taken).where(home.marked, home.met))
    if SHAPE in table.columns and not table.c[SHAPE].nullable:
        lacking = literal("the row has no shape: geometry or coordinates are missing (null)")
        rows = select(staged.c.source_file, staged.c.source_row, lacking.label("reason"))
        _note(connection, rows.where(home.ours, staged.c[SHAPE].is_(None)))


def _note(connection: Connection, rows: Any) -> None:
    names = ["source_file", "source_row", "reason"]
    faults = table_clause("staged_faults", *map(column_clause, names))
    connection.execute(faults.insert().from_select(names, rows))
