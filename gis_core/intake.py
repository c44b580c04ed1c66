"""Files into a staged table, chunk by chunk, with an account of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from sqlalchemy import ARRAY, Connection, Integer, Table, delete, func, literal, select, update

from gis_core.accept import Accepted, LoadRules, accept
from gis_core.errors import InputError
from gis_core.fingerprints import Fingerprints
from gis_core.layer import Layer, geometry_kind, keys
from gis_core.placing import Plan, plan
from gis_core.reading import Source
from gis_core.staging import copy_rows

SHOWN = 5000  # entries of a kind that a report holds at most; the counts are always whole


@dataclass
class Account:
    """What became of the rows of one file; `rejected` keeps all, the lists of words at most `SHOWN`."""

    source: Source
    plan: Plan
    read: int = 0
    accepted: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)
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
        self.rejected += accepted.rejected
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

    def reject(self, row: int, record_id: str | None, reason: str, record: dict[str, Any]) -> None:
        """Count an accepted row as rejected after all."""
        self.accepted -= 1
        self.rejected.append({"row": row, "record_id": record_id, "reason": reason, "record": record})
        self.repaired -= self.repairs.pop(row, None) is not None
        self.doubted -= self.doubts.pop(row, None) is not None

    def _widen(self, accepted: Accepted) -> None:
        if accepted.shapes is None or shapely.is_missing(accepted.shapes).all():
            return
        found = [float(value) for value in shapely.total_bounds(accepted.shapes)]
        held = self.bounds or (np.inf, np.inf, -np.inf, -np.inf)
        self.bounds = (
            min(held[0], found[0]),
            min(held[1], found[1]),
            max(held[2], found[2]),
            max(held[3], found[3]),
        )


def kind_of(words: str) -> str:
    """The kind of a repair: its words without places and figures."""
    first = words.split("; ", maxsplit=1)[0]
    return first.partition("[")[0].strip()


@dataclass(frozen=True)
class Target:
    """Where rows go: the layer, its staged table, the store's SRID, what its rows are read against."""

    layer: type[Layer]
    staged: Table
    srid: int
    rules: LoadRules


def take_in(  # noqa: PLR0913
    connection: Connection, target: Target, source: Source, prints: Fingerprints, crs: str | None
) -> Iterator[Account]:
    """Stage a file's good rows; the account after each chunk, the same object every time."""
    account = None
    for chunk in source.chunks:
        if account is None:
            account = Account(source, plan(target.layer, source, chunk, target.rules, crs))
        accepted = accept(target.layer, account.plan, chunk, target.rules)
        account.read += len(chunk.row)
        account.add(accepted)
        if len(accepted.rows):
            prints.add(account, accepted)
            copy_rows(connection, target.staged, accepted.rows, accepted.shapes, target.srid)
        yield account


def drop_rows(connection: Connection, target: Target, account: Account, faults: dict[int, str]) -> None:
    """Take rows of a file out of the staged table again; they are rejected with what the store had of
    them."""
    if not faults:
        return
    table = target.staged
    of_file = table.c.source_file == account.plan.file
    shown = [column for column in table.columns if column.name not in ("geom", "source_file", "run_id")]
    rows = list(faults)
    for at in range(0, len(rows), SHOWN):
        some = rows[at : at + SHOWN]
        chosen = of_file & table.c.source_row.in_(some)
        for record in connection.execute(select(*shown).where(chosen)).mappings():
            told = {name: _json(value) for name, value in record.items() if value is not None}
            identity = " ".join(str(record[name]) for name in keys(target.layer))
            account.reject(record["source_row"], identity, faults[record["source_row"]], told)
        connection.execute(delete(table).where(chosen))


def _json(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | list) else str(value)


def mark_stacked(connection: Connection, target: Target, account: Account, rows: list[int]) -> None:
    """Points that many rows share stand for a centre, not for a place."""
    if rows and "geom_source" in target.staged.columns:
        table = target.staged
        wanted = select(func.unnest(literal(rows, ARRAY(Integer))))
        chosen = (table.c.source_file == account.plan.file) & table.c.source_row.in_(wanted)
        connection.execute(update(table).where(chosen).values(geom_source="centroid"))


def refuse_empty(account: Account) -> None:
    """Raises InputError where no row of a file is good."""
    if account.accepted:
        return
    first = min(account.rejected, key=lambda each: int(each["row"]))
    raise InputError(
        f"{account.source.path}: none of {account.read} rows can be taken; row {first['row']}:"
        f" {first['reason']};"
        " fix the file or say with --map which column is which"
    )


def is_spatial(layer: type[Layer]) -> bool:
    """Whether rows of a layer have shapes."""
    return geometry_kind(layer) is not None
