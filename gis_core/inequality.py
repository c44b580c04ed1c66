"""How unequally an amount is spread: Gini's coefficient and the concentration curve."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def gini(amounts: npt.ArrayLike) -> float | None:
    """Gini's coefficient: 0 where all have the same, near 1 where one has all; None without any amount.

    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 4]), gini([0, 0])
    (0.0, 0.75, None)
    """
    values = np.sort(np.asarray(amounts, dtype=float))
    return concentration(values, np.arange(len(values)))


def concentration(amounts: npt.ArrayLike, order: npt.ArrayLike) -> float | None:
    """The concentration index: who stands at the end of `order` has more (above 0) or less (below 0).

    Twice the area between the concentration curve and the diagonal (Kakwani, Wagstaff and van Doorslaer,
    Journal of Econometrics 77, 1997). Those who stand level share their ranks.

    >>> concentration([4, 0, 0, 0], [4, 3, 2, 1])
    0.75
    >>> concentration([4, 0, 0, 0], [1, 2, 3, 4])
    -0.75
    """
    values = np.asarray(amounts, dtype=float)
    total = values.sum()
    if not total > 0:
        return None
    count = len(values)
    shares = values / total
    return float(round(2 * (shares * _middle_ranks(order)).sum() / count - (count + 1) / count, 12)) + 0.0


def curve(amounts: npt.ArrayLike, order: npt.ArrayLike, steps: int = 10) -> list[tuple[float, float]]:
    """The concentration curve: share of the places from the head of `order`, share of the amount they have.

    >>> curve([6, 2, 0, 2], [1, 2, 3, 4], steps=2)
    [(0.0, 0.0), (0.5, 0.8), (1.0, 1.0)]
    """
    values = np.asarray(amounts, dtype=float)
    total = values.sum()
    if not total > 0:
        return []
    sorted_values = values[np.argsort(np.asarray(order), kind="stable")]
    held = np.concatenate([[0.0], np.cumsum(sorted_values)]) / total
    shares = np.linspace(0, 1, steps + 1)
    found = np.interp(shares * len(values), np.arange(len(values) + 1), held)
    return [(round(float(x), 6), round(float(y), 6)) for x, y in zip(shares, found, strict=True)]


def _middle_ranks(order: npt.ArrayLike) -> Numbers:
    """Ranks from 1; equal ones get the mean of theirs."""
    _, level, counts = np.unique(np.asarray(order), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray(last - (counts - 1) / 2, dtype=float)[level]
