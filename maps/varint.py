"""Whole numbers as bytes: zigzag, then seven bits a byte, as in protocol buffers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

WIDEST = 2**53  # JavaScript counts exactly up to here


def varints(values: ArrayLike) -> bytes:
    """The numbers one after another, small ones in one byte. Raises OverflowError beyond 2**53.

    >>> varints([0, -1, 1, 64]).hex()
    '0001028001'
    """
    numbers = np.asarray(values, np.int64)
    if numbers.size and max(-int(numbers.min()), int(numbers.max())) >= WIDEST:
        raise OverflowError("a number beyond 2**53 cannot be shown exactly in a browser")
    zigzag = ((numbers << 1) ^ (numbers >> 63)).astype(np.uint64)
    lengths = _lengths(zigzag)
    starts = np.cumsum(lengths) - lengths
    out = np.zeros(int(lengths.sum()), np.uint8)
    for place in range(int(lengths.max(initial=0))):
        there = lengths > place
        seven = (zigzag[there] >> np.uint64(7 * place)) & np.uint64(127)
        more = np.where(lengths[there] > place + 1, 128, 0)
        out[starts[there] + place] = seven.astype(np.uint8) | more.astype(np.uint8)
    return out.tobytes()


def _lengths(zigzag: NDArray[np.uint64]) -> NDArray[np.int64]:
    lengths = np.ones(len(zigzag), np.int64)
    for place in range(1, 8):
        lengths += zigzag >= np.uint64(1 << (7 * place))
    return lengths
