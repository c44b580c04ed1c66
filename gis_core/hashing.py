"""Hashes of 64 bits by which equal texts, blobs and rows are known again; 0 stands for what is missing."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gis_core.buffers import Laid, laid_out, pieces

Hashes = NDArray[np.uint64]
WORD = 8  # bytes that are taken in at once
LONG = 512  # bytes from which one is hashed by itself
# odd numbers without a pattern, from the finishing step of MurmurHash3 (A. Appleby, public domain)
STEP, LAST = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
SHIFT = np.uint64(33)


def of_blobs(cells: pa.Array | None, count: int) -> Hashes:
    """A hash for each text or blob, 0 where there is none."""
    if cells is None or cells.null_count == len(cells):
        return np.zeros(count, np.uint64)
    laid = laid_out(cells)
    found = _of_short(laid)
    for at in np.flatnonzero(laid.size > LONG):
        blob = laid.data[laid.first[at] : laid.first[at] + laid.size[at]]
        found[at] = int.from_bytes(hashlib.blake2b(blob.tobytes(), digest_size=WORD).digest(), "little")
    return np.where(laid.size < 0, np.uint64(0), found)


def of_columns(rows: pa.Table, names: list[str]) -> Hashes:
    """One hash a row over some columns; 0 only without any."""
    found = np.zeros(len(rows), np.uint64)
    for name in names:
        found = _mixed(found ^ _of_column(rows[name]))
    return found


def _of_column(column: pa.ChunkedArray) -> Hashes:
    whole = column.combine_chunks()
    whole = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
    if pa.types.is_list(whole.type):
        whole = pc.binary_join(whole, "\x1e")
    if pa.types.is_string(whole.type):
        return of_blobs(whole, len(whole))
    return of_blobs(whole.cast(pa.string()), len(whole))


def _of_short(laid: Laid) -> Hashes:
    """Word for word, all texts of as many words at once; what is long is left out."""
    size = np.where(laid.size > LONG, 0, np.maximum(laid.size, 0))
    padded = np.concatenate([laid.data, np.zeros(WORD, np.uint8)])
    found, last = (size + 1).astype(np.uint64), size - size % WORD
    for end in np.unique(last[last > 0]):
        at = np.flatnonzero(last == end)
        words = pieces(padded, int(end))[laid.first[at]].view("<u8").reshape(len(at), -1)
        mixed = found[at]
        for word in words.T:
            mixed = (mixed ^ word) * STEP
            mixed ^= mixed >> SHIFT
        found[at] = mixed
    rest = pieces(padded, WORD)[laid.first + last].view("<u8") & _mask(size % WORD)
    return _mixed(found ^ rest)


def _mask(count: NDArray[np.int64]) -> Hashes:
    """The lowest bytes of a word, 0 to 7 of them."""
    return (np.uint64(1) << np.uint64(8) * count.astype(np.uint64)) - np.uint64(1)


def _mixed(hashes: Any) -> Hashes:
    hashes = (hashes ^ (hashes >> SHIFT)) * STEP
    hashes = (hashes ^ (hashes >> SHIFT)) * LAST
    return hashes ^ (hashes >> SHIFT)  # type: ignore[no-any-return]
