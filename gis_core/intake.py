"""Files into a staged table, chunk by chunk, with an account of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from sqlalchemy import Connection, Table

from gis_core import rejecting
from gis_core.accept import Accepted, LoadRules, accept
from gis_core.errors import InputError
from gis_core.filling import Filling
from gis_core.fingerprints import Fingerprints
from gis_core.layer import Layer
from gis_core.placing import Plan, plan
from gis_core.reading.parent import Source
from gis_core.returning import Home, add_columns, note_conflicts, take_edits
from gis_core.sending import Sender
from gis_core.staging import encode, send

SHOWN = 5000  # entries of a kind that a report holds at most; the counts are always whole
Fault = tuple[str, int, str]  # file, row, reason
Faults = Iterable[Fault]


@dataclass
class Account:
    """What became of the rows of one file; the lists of words hold at most `SHOWN`.

    Rejected rows stand on the server (gis_core/rejecting.py).
    """

    source: Source
    plan: Plan
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    repaired: int = 0
    repairs: dict[int, str] = field(default_factory=dict)
    doubted: int = 0
    doubts: dict[int, str] = field(default_factory=dict)
    bounds: tuple[float, float, float, float] | None = None
    kinds: Counter[str] = field(default_factory=Counter)
    addressed: Counter[str] = field(default_factory=Counter)

    def add(self, accepted: Accepted) -> None:
        """Count a chunk."""
        self.accepted += len(accepted.rows)
        self.rejected += len(accepted.rejected)
        self.repaired += len(accepted.repairs)
        self.doubted += len(accepted.doubts)
        self.kinds.update(kind_of(words) for words in accepted.repairs.values())
        for held, new in ((self.repairs, accepted.repairs), (self.doubts, accepted.doubts)):
            held.update(list(new.items())[: max(0, SHOWN - len(held))])
        self.addressed.update(accepted.addressed)
        self._widen(accepted)

    def doubt(self, row: int, words: str) -> None:
        """Add a doubt about one accepted row."""
        self.doubted += row not in self.doubts
        if row in self.doubts or len(self.doubts) < SHOWN:
            self.doubts[row] = f"{self.doubts[row]}; {words}" if row in self.doubts else words

    def _widen(self, accepted: Accepted) -> None:
        found, held = accepted.bounds, self.bounds or accepted.bounds
        if found and held:
            low, high = map(min, held[:2], found[:2]), map(max, held[2:], found[2:])
            self.bounds = (*low, *high)  # type: ignore[assignment]


def kind_of(words: str) -> str:
    """The kind of a repair: its words without places and figures."""
    first = words.split("; ", maxsplit=1)[0]
    return first.partition("[")[0].strip()


class Together(Protocol):
    """What only all rows of a layer together tell, found out of them as they pass, and marked in their table
    once it is filled; `whole`: nothing stood against that."""

    whole: bool

    def add(self, rows: Any, shapes: Any) -> None: ...

    def look(self) -> None: ...

    def mark(self, connection: Connection, table: Table) -> None: ...


@dataclass(frozen=True)
class Target:
    """Where rows go: the layer, its staged table, what its rows are read against.

    `filling`: they go straight into the layer's own empty table, but for those that must be judged first;
    `together`: what is found out of them meanwhile.
    """

    layer: type[Layer]
    staged: Table
    rules: LoadRules
    filling: Filling | None = None
    together: Together | None = None

    @property
    def tables(self) -> list[Table]:
        """The tables that hold rows of the load."""
        return [self.staged] if self.filling is None else [self.staged, self.filling.table]

    @property
    def whole(self) -> Table:
        """The table that holds them all once the rest is brought over."""
        return self.tables[-1]


def take_in(  # noqa: PLR0913
    connection: Connection, target: Target, source: Source, prints: Fingerprints, crs: str | None
) -> Iterator[Account]:
    """Stage a file's good rows; the account after each chunk, the same object every time."""
    account = None
    # addresses are looked up on the same connection
    with Sender(0) if target.rules.addressing else Sender() as sender:
        for chunk in source.chunks:
            if account is None:
                account = Account(source, plan(target.layer, source, chunk, target.rules, crs))
                if account.plan.mark:
                    add_columns(connection, target.staged)
            accepted = accept(target.layer, account.plan, chunk, target.rules)
            account.read += len(chunk.row)
            account.add(accepted)
            if accepted.rejected:
                sender.do(rejecting.keep, connection, account.plan.file, accepted.rejected)
            if len(accepted.rows):
                keys = prints.add(account, accepted)
                sender.do(_putting(target, accepted, keys), connection)
            yield account
        sender.finish()


def _putting(target: Target, accepted: Accepted, keys: Any) -> Callable[[Connection], None]:
    """What brings a chunk to the server: as much as can be is done before."""
    if target.together:
        target.together.add(accepted.rows, accepted.shapes)
    if target.filling:
        return target.filling.ready(target.staged, accepted, keys).put
    return partial(send, encoded=encode(target.staged, accepted.rows, accepted.shapes))


def drop_rows(connection: Connection, target: Target, accounts: list[Account], faults: Faults = ()) -> None:
    """Take rows (file, row, reason) and those noted as faulty out again; they are rejected as their fields
    had them."""
    noted = (_forgotten(accounts, fault) for fault in faults)
    rejecting.copy_values(connection, "staged_faults", noted)
    for file, rows in rejecting.drop_faulty(connection, target.layer, target.tables).items():
        account = next(each for each in accounts if each.plan.file == file)
        account.accepted -= rows
        account.rejected += rows


def _forgotten(accounts: list[Account], fault: Fault) -> Fault:
    """A fault, with what was said of its row forgotten."""
    account = next(each for each in accounts if each.plan.file == fault[0])
    account.repaired -= account.repairs.pop(fault[1], None) is not None
    account.doubted -= account.doubts.pop(fault[1], None) is not None
    return fault


def judge_repeats(connection: Connection, target: Target, prints: Fingerprints) -> None:
    """Reject rows that repeat an id, note those that repeat a content, mark stacked points."""
    files = [account.plan.file for account in prints.accounts]
    faults = ((files[at], row, reason) for (at, row), reason in prints.repeated_keys())
    drop_rows(connection, target, prints.accounts, faults)
    for (at, row), first in prints.twins():
        prints.accounts[at].doubt(row, f"duplicate content: the same as row {first[1]} under another id")
    if "geom_source" in target.staged.columns:
        rejecting.copy_values(
            connection, "staged_marks", ((files[at], row, None) for at, row in prints.stacked())
        )
        rejecting.mark_centres(connection, target.tables)


def come_home(connection: Connection, target: Target, accounts: list[Account], *, force: bool) -> int:
    """Take what was edited in exports, and reject the rows whose edits meet others'; how many those are."""
    home = Home(target.layer, target.staged, [each.plan.file for each in accounts if each.plan.mark])
    if not home.files or target.filling:
        return 0
    met = note_conflicts(connection, home, force=force)
    drop_rows(connection, target, accounts)
    take_edits(connection, home)
    drop_rows(connection, target, accounts)
    return met


def refuse_empty(connection: Connection, account: Account) -> None:
    """Raises InputError where no row of a file is good."""
    if account.accepted:
        return
    first = rejecting.first_rejected(connection, account.plan.file, 1)[0]
    raise InputError(
        f"{account.source.path}: none of {account.read} rows can be taken; row {first['row']}:"
        f" {first['reason']};"
        " fix the file or say with --map which column is which"
    )
