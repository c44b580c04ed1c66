"""Which of many hashes were there before, in memory that stays the same however many there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SLOTS = 28  # bits of a hash by which it is known again: 32 MB


class Seen:
    """Hashes of 64 bits: sometimes taken for known when they are new, never the other way round."""

    def __init__(self) -> None:
        self.marks = np.zeros((1 << SLOTS) >> 3, np.uint8)

    def meet(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Which of some hashes were there before, in this call or an earlier one; all are remembered."""
        slots = hashes >> np.uint64(64 - SLOTS)
        met: NDArray[np.bool_] = np.ones(len(slots), bool)
        first = np.unique(slots, return_index=True)[1]
        met[first] = self.hold(hashes[first])
        byte, bit = _place(hashes)
        np.bitwise_or.at(self.marks, byte, bit)
        return met

    def hold(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Which of some hashes are remembered."""
        byte, bit = _place(hashes)
        return (self.marks[byte] & bit) != 0  # type: ignore[no-any-return]


def _place(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    slots = hashes >> np.uint64(64 - SLOTS)
    return slots >> np.uint64(3), np.left_shift(1, slots & np.uint64(7)).astype(np.uint8)
