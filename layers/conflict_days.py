"""Days as numbers since 1 January 1970: periods, months added, days in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis_core.dates import EPOCH

Days = NDArray[np.int64]
BEFORE, AFTER = -10_000_000, 10_000_000  # beyond every date that PostgreSQL and Python can hold together


def days(dates: pd.Series) -> NDArray[np.float64]:
    """Dates as numbers of days; not a number where a date is missing."""
    return np.array([np.nan if pd.isna(day) else (day - EPOCH).days for day in dates], dtype=float)


def before_all(numbers: NDArray[np.float64]) -> Days:
    """Whole numbers, a missing one before every day."""
    return np.where(np.isnan(numbers), BEFORE, numbers).astype(np.int64)


def after_all(numbers: NDArray[np.float64]) -> Days:
    """Whole numbers, a missing one after every day."""
    return np.where(np.isnan(numbers), AFTER, numbers).astype(np.int64)


def date_of(number: int) -> dt.date | None:
    """The date of a number; None for a missing one.

    >>> date_of(0)
    datetime.date(1970, 1, 1)
    """
    return EPOCH + dt.timedelta(days=int(number)) if BEFORE < number < AFTER else None


def months_after(numbers: Days, months: NDArray[np.int64]) -> Days:
    """The same day of the month so many months later, or the last of a shorter month.

    >>> [str(date_of(day)) for day in months_after(np.array([30]), np.array([1]))]
    ['1970-02-28']
    """
    date = numbers.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    then = month + months.astype("timedelta64[M]")
    last = (then + 1).astype("datetime64[D]") - 1
    return np.minimum(then.astype("datetime64[D]") + (date - month.astype("datetime64[D]")), last).astype(  # type: ignore[no-any-return]
        np.int64
    )


def years_of(numbers: Days) -> Days:
    """The year in which each day lies.

    >>> years_of(np.array([-1, 0])).tolist()
    [1969, 1970]
    """
    return numbers.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def days_covered(periods: Iterable[tuple[int, int]]) -> int | None:
    """Days in the union of periods, ends included; None where one has no beginning or no end.

    >>> days_covered([(1, 3), (3, 5), (9, 9), (7, 6)])
    6
    """
    total, reached = 0, BEFORE - 1
    for start, end in sorted(period for period in periods if period[0] <= period[1]):
        if start == BEFORE or end == AFTER:
            return None
        total += max(0, end - max(start, reached + 1) + 1)
        reached = max(reached, end)
    return total
