"""Rows that repeat: one id twice, one content under two ids, one shape twice, points that are stacked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from gis_core.accept import BOOKKEEPING, Accepted
from gis_core.layer import Layer, geometry_kind, keys

STACKED = 5  # so many records with exactly one coordinate stand for a centre
CROWD = 200  # of a layer of points only if they are one in so many: a house may have many appeals
Hashes = NDArray[np.uint64]


class Fingerprints:
    """Eight bytes a row and kind, for all files of a load: memory stays small however large the files are."""

    def __init__(self, layer: type[Layer]) -> None:
        self.keys, self.area = keys(layer), geometry_kind(layer) == "MULTIPOLYGON"
        self.accounts: list[Any] = []
        self.parts: dict[str, list[Hashes]] = {
            name: [] for name in ("account", "row", "key", "content", "shape", "point")
        }

    def add(self, account: Any, accepted: Accepted) -> None:
        """Remember a chunk of good rows."""
        if not self.accounts or self.accounts[-1] is not account:
            self.accounts.append(account)
        count, names = len(accepted.rows), accepted.rows.column_names
        others = [name for name in names if name not in (*self.keys, *BOOKKEEPING)]
        shapes = _of_shapes(accepted.shapes, count)
        at = (
            _of_shapes(np.where(accepted.points, accepted.shapes, None), count)  # type: ignore[arg-type]
            if accepted.points.any()
            else shapes * 0
        )
        rows = accepted.rows["source_row"].to_numpy().astype(np.uint64)
        new = {
            "account": np.full(count, len(self.accounts) - 1, np.uint64), "row": rows,
            "key": _of_columns(accepted.rows, self.keys), "content": _of_columns(accepted.rows, others) ^ shapes,  # noqa: E501
            "shape": np.where(at == 0, shapes, 0), "point": at,
        }  # fmt: skip
        for name, hashes in new.items():
            self.parts[name].append(hashes)

    def whole(self, name: str) -> Hashes:
        """All hashes of a kind."""
        return np.concatenate(self.parts[name]) if self.parts[name] else np.empty(0, np.uint64)

    def repeated_keys(self) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
        """Rows (account, row) that say again what an earlier one says, and rows that share an id but
        differ."""
        key, content = self.whole("key"), self.whole("content")
        groups = _groups(key, 2)
        exact: dict[tuple[int, int], tuple[int, int]] = {}
        clashing: set[tuple[int, int]] = set()
        for places in groups:
            if len(set(content[places].tolist())) == 1:
                exact |= {self.at(place): self.at(places[0]) for place in places[1:]}
            else:
                clashing |= {self.at(place) for place in places}
        return exact, clashing

    def twins(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Rows under another id with the shape (of areas) or the whole content of an earlier row."""
        hashes = self.whole("shape") if self.area else self.whole("content")
        return {self.at(place): self.at(places[0]) for places in _groups(hashes, 2) for place in places[1:]}

    def stacked(self) -> dict[int, list[int]]:
        """Account to rows whose point is shared by so many that it is a centre."""
        found: dict[int, list[int]] = {}
        points = self.whole("point")
        least = STACKED if self.area else max(STACKED, len(points) // CROWD)
        for places in _groups(points, least):
            for place in places:
                account, row = self.at(place)
                found.setdefault(account, []).append(row)
        return found

    def at(self, place: int) -> tuple[int, int]:
        """Account and row of a place in the hashes."""
        if not hasattr(self, "_where"):
            self._where = self.whole("account"), self.whole("row")
        return int(self._where[0][place]), int(self._where[1][place])


def _groups(hashes: Hashes, least: int) -> list[NDArray[np.intp]]:
    """Places that share a hash other than zero, in order, for hashes that occur so often."""
    order = np.argsort(hashes, kind="stable")
    ranked = hashes[order]
    edges = (
        np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1], [True]]))
        if len(ranked)
        else np.array([0])
    )
    wide = np.flatnonzero(np.diff(edges) >= least)
    return [order[edges[at] : edges[at + 1]] for at in wide if ranked[edges[at]] != 0]


def _of_shapes(shapes: Any, count: int) -> Hashes:
    if shapes is None:
        return np.zeros(count, np.uint64)
    blobs = shapely.to_wkb(shapes)
    present = ~shapely.is_missing(shapes)
    hashes = np.zeros(count, np.uint64)
    hashes[present] = pd.util.hash_array(blobs[present], categorize=False)
    return hashes


def _of_columns(rows: pa.Table, names: list[str]) -> Hashes:
    """One hash a row over some columns."""
    total = np.zeros(len(rows), np.uint64)
    for place, name in enumerate(names):
        column = rows[name].combine_chunks()
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if column.null_count == len(column):
            continue
        values = _plain(column).to_numpy(zero_copy_only=False)
        total = total * np.uint64(1_000_003 + 2 * place) + pd.util.hash_array(values, categorize=False)
    return total


def _plain(column: pa.Array) -> pa.Array:
    """Dates and lists of texts as texts, which NumPy can hash."""
    if pa.types.is_list(column.type):
        return pa.array(
            [None if parts is None else "\x1f".join(parts) for parts in column.to_pylist()], pa.string()
        )
    return column.cast(pa.string()) if pa.types.is_date(column.type) else column
