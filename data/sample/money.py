"""Money split so that not a tenge is lost."""

from __future__ import annotations

from collections.abc import Sequence

MILLION = 1_000_000
THOUSAND = 1_000


def apportioned(total: int, weights: Sequence[float], unit: int = THOUSAND) -> list[int]:
    """Shares of a total by weight, in whole units, summing to the total exactly (largest remainders).

    >>> apportioned(10, [1, 1, 1], unit=1)
    [4, 3, 3]
    """
    if total % unit:
        raise ValueError(f"{total} is not a whole number of {unit}")
    exact = [total // unit * weight / sum(weights) for weight in weights]
    floors = [int(value) for value in exact]
    missing = total // unit - sum(floors)
    by_remainder = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for index in by_remainder[:missing]:
        floors[index] += 1
    return [value * unit for value in floors]
