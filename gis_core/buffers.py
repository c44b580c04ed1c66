"""Texts and blobs of Arrow as NumPy sees them: one array of bytes, where each begins, how long it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

ZERO, SPACE, PLUS, BEYOND = 0, 0x20, 0x2B, 0x80
TWO, WIDE = 0xC2, (0xE1, 0xE2, 0xE3)  # how UTF-8 of a space beyond ASCII begins: two bytes, or three
SPACES = (0x85, 0xA0)  # the second byte of two
INVISIBLE = (0xE2, 0xEF)  # how marks that no eye sees begin


class Laid(NamedTuple):
    """`data`: all bytes; `first` and `size`: of each; a missing one has the size -1."""

    data: NDArray[np.uint8]
    first: NDArray[np.int64]
    size: NDArray[np.int64]

    @property
    def used(self) -> NDArray[np.uint8]:
        """The bytes from the first to the last."""
        if not len(self.first):
            return self.data[:0]
        return self.data[self.first[0] : self.first[-1] + max(self.size[-1], 0)]


def laid_out(cells: pa.Array) -> Laid:
    """The bytes of texts or blobs with offsets of 32 bits."""
    _, ends, data = cells.buffers()
    held = np.frombuffer(ends, np.int32)[cells.offset : cells.offset + len(cells) + 1].astype(np.int64)
    size = np.diff(held)
    if cells.null_count:
        size[~cells.is_valid().to_numpy(zero_copy_only=False)] = -1
    return Laid(np.frombuffer(data or b"", np.uint8), held[:-1], size)


def pieces(data: NDArray[np.uint8], size: int) -> NDArray[np.void]:
    """The piece of so many bytes that begins at each byte, without a copy."""
    return np.ndarray((max(len(data) - size + 1, 0),), f"V{size}", data, strides=(1,))


def is_plain(cells: pa.Array) -> bool:
    """Whether no text is empty, holds a zero byte, or may begin or end with a space of any kind."""
    laid = laid_out(cells)
    first, size = laid.first[laid.size >= 0], laid.size[laid.size >= 0]
    if not len(size):
        return True
    if (size == 0).any() or (laid.used == ZERO).any():
        return False
    return not (_begins(laid.data, first, size).any() or _ends(laid.data, first, size).any())


def may_hold(cells: pa.Array, wanted: tuple[int, ...]) -> bool:
    """Whether any of some bytes stands in any text."""
    used = laid_out(cells).used
    return any(bool((used == byte).any()) for byte in wanted)


def _begins(data: NDArray[np.uint8], first: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which texts may begin with a space."""
    head = data[first]
    second = data[first + np.minimum(1, size - 1)]
    return (head <= SPACE) | ((head == TWO) & np.isin(second, SPACES)) | np.isin(head, WIDE)  # type: ignore[no-any-return]


def _ends(data: NDArray[np.uint8], first: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which texts may end with a space."""
    last = first + size - 1
    tail, before, third = data[last], data[np.maximum(last - 1, first)], data[np.maximum(last - 2, first)]
    beyond = ((before == TWO) & np.isin(tail, SPACES)) | np.isin(third, WIDE)
    return (tail <= SPACE) | ((tail >= BEYOND) & beyond)  # type: ignore[no-any-return]
