"""Rows that repeat: one id twice, one content under two ids, one shape twice, points that are stacked."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gis_core.accept import BOOKKEEPING, Accepted
from gis_core.layer import Layer, geometry_kind, keys
from gis_core.seen import Seen

RECORD = np.dtype(
    [
        ("key", "u8"),
        ("content", "u8"),
        ("shape", "u8"),
        ("point", "u8"),
        ("place", "u8"),
        ("row", "u4"),
        ("account", "u4"),
    ]
)
PART, BLOCK = 1_000_000, 500_000  # rows that are sorted at once, and that are read at once
DIFFERING = "duplicate id with other data: neither row is taken"
STACKED = 5  # so many records with exactly one coordinate stand for a centre
CROWD = 200  # of a layer of points only if they are one in so many: a house may have many appeals
Hashes = NDArray[np.uint64]
Records = NDArray[np.void]


class Repeat(NamedTuple):
    """A row (account number, row) that stands for `first`; both rows of one load."""

    at: tuple[int, int]
    first: tuple[int, int]


class Fingerprints:
    """What rows are known again by: hashes of all rows of a load, in a file that is read part by part.

    Memory stays the same however many rows there are, but for one byte a row.
    """

    def __init__(self, layer: type[Layer]) -> None:
        self.keys, self.area = keys(layer), geometry_kind(layer) == "MULTIPOLYGON"
        self.accounts: list[Any] = []
        self.file = tempfile.TemporaryFile(prefix="abat-prints-")  # noqa: SIM115  closed on exit
        self.count = 0

    def __enter__(self) -> Fingerprints:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def add(self, account: Any, accepted: Accepted, blobs: pa.Array | None) -> Hashes:
        """Remember a chunk of good rows with their shapes as EWKB; the hashes of their keys."""
        if not self.accounts or self.accounts[-1] is not account:
            self.accounts.append(account)
        count, names = len(accepted.rows), accepted.rows.column_names
        others = [name for name in names if name not in (*self.keys, *BOOKKEEPING)]
        shapes = _of_blobs(blobs, count)
        new = np.empty(count, RECORD)
        new["place"] = np.arange(self.count, self.count + count)
        new["account"], new["row"] = len(self.accounts) - 1, accepted.rows["source_row"].to_numpy()
        new["key"] = _of_columns(accepted.rows, self.keys)
        new["content"] = _of_columns(accepted.rows, others) ^ shapes
        new["point"] = np.where(accepted.points, shapes, 0)
        new["shape"] = np.where(accepted.points, 0, shapes)
        self.file.write(new.tobytes())
        self.count += count
        return new["key"]

    def repeated_keys(self) -> Iterator[tuple[tuple[int, int], str]]:
        """Rows (account, row) that cannot be taken, with the reason: they say again what an earlier row says,
        or share an id with a row that says something else. `twins` passes these over afterwards."""
        self.gone = np.zeros(self.count, bool)
        for group in self._groups("key", 2):
            same = (group["content"] == group["content"][0]).all()
            first = int(group["row"][0])
            reason = f"duplicate: repeats row {first} exactly" if same else DIFFERING
            for record in group[1:] if same else group:
                self.gone[record["place"]] = True
                yield _at(record), reason

    def twins(self) -> Iterator[Repeat]:
        """Rows under another id with the shape (of areas) or the whole content of an earlier row."""
        for group in self._groups("shape" if self.area else "content", 2):
            held = group[~self.gone[group["place"]]]
            yield from (
                Repeat(_at(record), _at(group[0])) for record in held if record["place"] != group["place"][0]
            )

    def stacked(self) -> Iterator[tuple[int, int]]:
        """Rows whose point is shared by so many that it is a centre."""
        least = STACKED if self.area else max(STACKED, self.count // CROWD)
        for group in self._groups("point", least):
            yield from (_at(record) for record in group)

    def _groups(self, name: str, least: int) -> Iterator[Records]:
        """Records that share a hash other than zero, in order, for hashes that occur so often."""
        again, many = self._again(name)
        parts = max(1, -(-many // PART))
        width = (1 << 64) // parts + 1
        for part in range(parts):
            low, high = max(part * width, 1), min((part + 1) * width, 1 << 64) - 1
            yield from _alike(self._between(name, (low, high), again), name, least)

    def _again(self, name: str) -> tuple[Seen, int]:
        """Hashes that may occur more than once, and about how many records have one."""
        once, again, many = Seen(), Seen(), 0
        for records in self._blocks():
            hashes = records[name][records[name] != 0]
            met = hashes[once.meet(hashes)]
            again.meet(met)
            many += 2 * len(met)
        return again, many

    def _between(self, name: str, bounds: tuple[int, int], among: Seen) -> Records:
        """Records whose hash lies in a range and is among those that may occur more than once."""
        low, high = map(np.uint64, bounds)
        found = [np.empty(0, RECORD)]
        for records in self._blocks():
            hashes = records[name]
            found.append(records[(hashes >= low) & (hashes <= high) & among.hold(hashes)])
        return np.concatenate(found)

    def _blocks(self) -> Iterator[Records]:
        """All records, some at a time."""
        self.file.seek(0)
        while block := self.file.read(BLOCK * RECORD.itemsize):
            yield np.frombuffer(block, RECORD)


def _at(record: Any) -> tuple[int, int]:
    return int(record["account"]), int(record["row"])


def _alike(records: Records, name: str, least: int) -> Iterator[Records]:
    order = np.argsort(records[name], kind="stable")
    ranked = records[name][order]
    edges = (
        np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1], [True]])) if len(ranked) else ranked
    )
    for at in np.flatnonzero(np.diff(edges) >= least):
        yield records[order[edges[at] : edges[at + 1]]]


def _of_blobs(blobs: pa.Array | None, count: int) -> Hashes:
    """A hash for each text or blob, 0 where there is none."""
    if blobs is None or blobs.null_count == len(blobs):
        return np.zeros(count, np.uint64)
    hashes = pd.util.hash_array(blobs.to_numpy(zero_copy_only=False), categorize=False)
    return np.where(blobs.is_valid().to_numpy(zero_copy_only=False), hashes, 0)


def _of_columns(rows: pa.Table, names: list[str]) -> Hashes:
    """One hash a row over some columns."""
    texts = [_as_text(rows[name]) for name in names]
    if not texts:
        return np.zeros(len(rows), np.uint64)
    told = {"null_handling": "replace", "null_replacement": "\x00"}
    joined = texts[0] if len(texts) == 1 else pc.binary_join_element_wise(*texts, "\x1f", **told)
    return _of_blobs(joined, len(rows))


def _as_text(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    whole = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
    if pa.types.is_list(whole.type):
        return pc.binary_join(whole, "\x1e")
    return whole.cast(pa.string())
