"""Rows that repeat: one id twice, one content under two ids, one shape twice, points that are stacked."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_core.accept import BOOKKEEPING, Accepted
from gis_core.hashing import Hashes, of_blobs, of_columns
from gis_core.layer import Layer, geometry_kind, keys

HASHES = ("key", "content", "shape", "point")
WHERE = np.dtype([("account", "u4"), ("row", "u4")])
RECORD = np.dtype([("hash", "u8"), ("content", "u8"), ("where", WHERE), ("place", "i8")])
PART, BLOCK = 4_000_000, 500_000  # hashes that are sorted at once, and that are read at once
DIFFERING = "duplicate id with other data: neither row is taken"
STACKED = 5  # so many records with exactly one coordinate stand for a centre
CROWD = 200  # of a layer of points only if they are one in so many: a house may have many appeals
Records = NDArray[np.void]


class Repeat(NamedTuple):
    """A row (account number, row) that stands for `first`; both rows of one load."""

    at: tuple[int, int]
    first: tuple[int, int]


class Fingerprints:
    """What rows are known again by: hashes of all rows of a load, each kind in a file that is read part by
    part.

    Memory stays the same however many rows there are, but for one byte a row.
    """

    def __init__(self, layer: type[Layer]) -> None:
        self.keys, self.area = keys(layer), geometry_kind(layer) == "MULTIPOLYGON"
        self.accounts: list[Any] = []
        self.files: dict[str, IO[bytes]] = {}
        self.count = 0

    def __enter__(self) -> Fingerprints:
        with ExitStack() as opened:
            for name in (*HASHES, "where"):
                self.files[name] = opened.enter_context(tempfile.TemporaryFile(prefix="abat-prints-"))
            self.open = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.open.close()

    def add(self, account: Any, accepted: Accepted) -> Hashes:
        """Remember a chunk of good rows; the hashes of their keys."""
        if not self.accounts or self.accounts[-1] is not account:
            self.accounts.append(account)
        count, names = len(accepted.rows), accepted.rows.column_names
        others = [name for name in names if name not in (*self.keys, *BOOKKEEPING)]
        shapes, key = of_blobs(accepted.shapes, count), of_columns(accepted.rows, self.keys)
        where = np.empty(count, WHERE)
        where["account"], where["row"] = len(self.accounts) - 1, accepted.rows["source_row"].to_numpy()
        found = {
            "key": key, "content": of_columns(accepted.rows, others) ^ shapes, "where": where,
            "point": np.where(accepted.points, shapes, 0), "shape": np.where(accepted.points, 0, shapes),
        }  # fmt: skip
        for name, values in found.items():
            self.files[name].write(values.tobytes())
        self.count += count
        return key

    def repeated_keys(self) -> Iterator[tuple[tuple[int, int], str]]:
        """Rows (account, row) that cannot be taken, with the reason: they say again what an earlier row says,
        or share an id with a row that says something else. `twins` passes these over afterwards."""
        self.gone = np.zeros(self.count, bool)
        for group in self._groups("key", 2):
            same = (group["content"] == group["content"][0]).all()
            reason = f"duplicate: repeats row {_at(group[0])[1]} exactly" if same else DIFFERING
            for record in group[1:] if same else group:
                self.gone[record["place"]] = True
                yield _at(record), reason

    def twins(self) -> Iterator[Repeat]:
        """Rows under another id with the shape (of areas) or the whole content of an earlier row."""
        for group in self._groups("shape" if self.area else "content", 2):
            held = group[1:][~self.gone[group["place"][1:]]]
            yield from (Repeat(_at(record), _at(group[0])) for record in held)

    def stacked(self) -> Iterator[tuple[int, int]]:
        """Rows whose point is shared by so many that it is a centre."""
        least = STACKED if self.area else max(STACKED, self.count // CROWD)
        for group in self._groups("point", least):
            yield from (_at(record) for record in group)

    def _groups(self, name: str, least: int) -> Iterator[Records]:
        """Records that share a hash other than zero, in order, for hashes that occur so often."""
        parts = max(1, -(-self.count // PART))
        width = (1 << 64) // parts + 1
        for part in range(parts):
            low, high = max(part * width, 1), min((part + 1) * width - 1, (1 << 64) - 1)
            often = _often(self._between(name, np.uint64(low), np.uint64(high)), least)
            if len(often):
                yield from self._records(name, often)

    def _between(self, name: str, low: np.uint64, high: np.uint64) -> Hashes:
        """The hashes of a range, in no order."""
        blocks = [block[(block >= low) & (block <= high)] for block in self._blocks(name, np.uint64)]
        return np.concatenate([np.empty(0, np.uint64), *blocks])

    def _records(self, name: str, often: Hashes) -> Iterator[Records]:
        """Records with some hashes, hash for hash."""
        found, begin = [], 0
        kinds = (name, np.uint64), ("content", np.uint64), ("where", WHERE)
        for hashes, contents, where in zip(*(self._blocks(*each) for each in kinds), strict=True):
            nearest = often[np.minimum(np.searchsorted(often, hashes), len(often) - 1)]
            at = np.flatnonzero(nearest == hashes)
            records = np.empty(len(at), RECORD)
            records["hash"], records["place"] = hashes[at], begin + at
            records["content"], records["where"] = contents[at], where[at]
            found.append(records)
            begin += len(hashes)
        whole = np.concatenate(found)
        ordered = whole[np.argsort(whole["hash"], kind="stable")]
        yield from np.split(ordered, np.flatnonzero(np.diff(ordered["hash"])) + 1)

    def _blocks(self, name: str, kind: Any) -> Iterator[Any]:
        """What stands in a file, some at a time."""
        file, size = self.files[name], np.dtype(kind).itemsize
        for begin in range(0, self.count, BLOCK):
            file.seek(begin * size)
            yield np.frombuffer(file.read(BLOCK * size), kind)


def _at(record: Any) -> tuple[int, int]:
    return int(record["where"]["account"]), int(record["where"]["row"])


def _often(hashes: Hashes, least: int) -> Hashes:
    """The hashes that occur so often, in order."""
    hashes.sort()
    distinct = np.flatnonzero(np.diff(hashes, prepend=hashes[:1] ^ np.uint64(1)))
    times = np.diff(np.append(distinct, len(hashes)))
    return hashes[distinct[times >= least]]
