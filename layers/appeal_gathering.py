"""Appeals of a first load, kept as they pass.

Which of them are in company is found out while the server builds the index; only of those it is asked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, cast

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql
from sqlalchemy import Connection, Table

from gis_core.buffers import laid_out, pieces
from layers.appeal_company import SEEN, Appeals, Reach, in_company
from layers.appeal_duplicates import BATCH, STAND_INS, Originals, Told, link
from layers.city import DuplicateRules

MOST = 2_000_000  # appeals that are kept, about 100 MB; where there are more, they are read back
BEFORE = 9  # bytes of a point's EWKB before its numbers
EPOCH = 719_163  # the day from which Arrow counts, counted from the day 1 of the year 1

ASKED = """
SELECT id, category, requested_on, ST_X(geom), ST_Y(geom) FROM {}
WHERE id = ANY(%s) AND geom IS NOT NULL AND geom_source <> ALL(%s)
"""


class Gathered:
    """Placed appeals of a load. `whole`: all of them are here, and no file says what they repeat.

    Rows that are rejected afterwards may be among them: of those in company the table is asked what it holds.
    """

    def __init__(self, rules: DuplicateRules) -> None:
        self.rules, self.whole, self.count = rules, True, 0
        self.seen: list[Appeals] = []
        self.ids: list[pa.Array] = []
        self.kinds: dict[str, int] = {}
        self.company: Future[list[list[str]]] | None = None

    def add(self, rows: pa.Table, shapes: pa.Array) -> None:
        """Keep those of some rows that have a place of their own."""
        said = any(rows[name].null_count < len(rows) for name in ("duplicate_of", "duplicate_by"))
        self.whole &= not said and self.count + len(rows) <= MOST
        if not self.whole:
            self.seen, self.ids = [], []
            return
        placed = pc.and_(
            pc.is_valid(shapes), pc.invert(pc.is_in(_flat(rows["geom_source"]), pa.array(STAND_INS)))
        )
        some, ids = shapes.filter(placed), _flat(rows["id"]).filter(placed)
        found = np.zeros(len(some), SEEN)
        found["day"] = _flat(rows["requested_on"]).filter(placed).cast(pa.int32()).to_numpy() + EPOCH
        found["kind"] = self._numbers(_flat(rows["category"]).filter(placed))
        found["block"] = np.arange(self.count, self.count + len(some))
        laid = laid_out(some)
        numbers = pieces(laid.data, 2 * 8)[laid.first + BEFORE].view("<f8").reshape(-1, 2)
        found["x"], found["y"] = numbers.T
        self.seen.append(found)
        self.ids.append(ids)
        self.count += len(some)

    def _numbers(self, categories: pa.Array) -> Any:
        """A number for each category, the same for one name throughout."""
        coded = categories.dictionary_encode()
        names = coded.dictionary.to_pylist()
        numbers = [self.kinds.setdefault(name, len(self.kinds)) for name in names]
        return np.array(numbers, np.int32)[coded.indices.to_numpy()]

    def look(self) -> None:
        """Begin to look for company, in a thread."""
        pool = ThreadPoolExecutor(1)
        self.company = pool.submit(self._in_company)
        pool.shutdown(wait=False)

    def _in_company(self) -> list[list[str]]:
        """Ids of those in company, in parts after one another in time."""
        seen, ids = np.concatenate([np.empty(0, SEEN), *self.seen]), pa.chunked_array(self.ids, pa.string())
        self.seen, self.ids = [], []
        seen = seen[np.argsort(seen["day"], kind="stable")]
        parts = np.split(seen, np.flatnonzero(np.diff(seen["day"] // (self._reach().longest + 1))) + 1)
        return [ids.take(pa.array(some["block"])).to_pylist() for some in in_company(parts, self._reach())]

    def _reach(self) -> Reach:
        metres, days = (
            {number: of[name] for name, number in self.kinds.items() if name in of}
            for of in (self.rules.metres_of, self.rules.days_of)
        )
        return Reach(self.rules.metres, self.rules.days, metres, days)  # type: ignore[arg-type]

    def mark(self, connection: Connection, table: Table) -> None:
        """Fill `duplicate_of` of the appeals in the table, which holds no others."""
        assert self.company  # noqa: S101  the caller began to look
        link(
            connection,
            table,
            Originals(self.rules).repeats(_in_order(connection, table, self.company.result())),
        )


def _in_order(connection: Connection, table: Table, parts: list[list[str]]) -> Iterator[Told]:
    """Appeals as the table has them, by day and id."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    asked = sql.SQL(ASKED).format(sql.Identifier(table.name))
    waiting: list[str] = []
    for number, part in enumerate(parts, 1):
        waiting += part
        if len(waiting) < BATCH and number < len(parts):
            continue
        rows = driver.execute(asked, [waiting, list(STAND_INS)]).fetchall()
        yield from sorted(
            (Told._make((*row, False)) for row in rows), key=lambda each: (each.day, each.id.encode())
        )
        waiting = []


def _flat(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
