"""Polygons as flat arrays."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]


class Flat(NamedTuple):
    """Pieces of polygons, neighbours close to each other.

    Piece i is one closed chain of corners, xy[first[i]] up to xy[end[i]], that ends where it begins: rings
    that enclose ground run counter-clockwise, those that take it away clockwise. To each further ring it goes
    from its first corner and comes back by the same way, which cancels in a sum over edges. `boxes`: west,
    south, east, north. `owner`: the number of the shape a piece is of. Metres.
    """

    first: Counts  # (n,)
    end: Counts  # (n,)
    xy: Numbers  # (corners, 2)
    boxes: Numbers  # (n, 4)
    owner: Counts  # (n,)

    def some(self, pieces: Counts) -> Flat:
        """Some of the pieces."""
        return Flat(self.first[pieces], self.end[pieces], self.xy, self.boxes[pieces], self.owner[pieces])

    def stretches(self, count: int) -> list[Flat]:
        """The pieces in lists of at most so many."""
        cuts = [slice(at, at + count) for at in range(0, max(len(self.owner), 1), count)]
        return [Flat(self.first[k], self.end[k], self.xy, self.boxes[k], self.owner[k]) for k in cuts]


def ragged(first: Counts, length: Counts) -> Counts:
    """The numbers first[k], first[k] + 1, ... for `length[k]` numbers each, one after the other."""
    ends = np.cumsum(length)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(first - (ends - length), length)  # type: ignore[no-any-return]


def offsets(length: Counts) -> Counts:
    """Where each of several stretches begins, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(length)]).astype(np.int64)


def rounds(work: Counts, at_once: int) -> Iterator[tuple[int, int]]:
    """Stretches of rows with about so much work each; a row with more is a stretch of its own."""
    done = np.cumsum(work)
    total = int(done[-1]) if len(done) else 0
    ends = np.searchsorted(done, np.arange(at_once, total + at_once, at_once), "right")
    return pairwise(np.unique(np.r_[0, ends, len(work)]).astype(np.int64).tolist())


def sums(group: Counts, numbers: Numbers, count: int) -> Numbers:
    """The sum of the numbers of each of so many groups."""
    return np.bincount(group, weights=numbers, minlength=count).astype(np.float64)
