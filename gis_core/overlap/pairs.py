"""Pairs of shapes that share ground: of two lists, of one, or known ones measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from gis_core.overlap.exact import exact_area
from gis_core.overlap.flat import Counts, Numbers
from gis_core.overlap.polygons import Polygons
from gis_core.overlap.terms import Found, Terms

AREA_DIGITS = 6  # a square millimetre: above the noise of the sums, so that equal areas compare as equal
DOUBT = 1e-8  # square metres around a half of the last digit within which the sums may round the wrong way
NOISE = 1e-7  # square metres that shapes which only touch may seem to share
WORTH_COMPILING = 10_000  # shapes or pairs from which loading compiled loops costs less than doing without
_WHOLE: ContextVar[int] = ContextVar("whole", default=0)


def within_list(shapes: Polygons, terms: Terms = Terms(), least: float = 0.0) -> Found:  # noqa: B008
    """Pairs i < j of one list that share more than `least` square metres."""
    return _settled(shapes, shapes, _engine(len(shapes)).pairs_within(shapes, terms, _less(least)), least)


def overlaps(a: Polygons, b: Polygons, least: float = 0.0) -> Found:
    """Pairs (i, j) of two lists that share more than `least` square metres."""
    many = len(a) + len(b) if len(a) and len(b) else 0  # for an empty list no loops are loaded
    return _settled(a, b, _engine(many).pairs_between(a, b, _less(least)), least)


def areas_of_pairs(a: Polygons, i: Counts, b: Polygons, j: Counts, least: float = 0.0) -> Numbers:  # noqa: PLR0913
    """Square metres that shape i[k] of one list shares with shape j[k] of another, to six digits; none on the
    wrong side of `least`."""
    return _rounded(a, b, Found(i, j, np.maximum(_engine(len(i)).measured(a, i, b, j), 0)), least)


def _less(least: float) -> float:
    """What cannot round up to more than the least falls away at once."""
    return max(least - 10.0**-AREA_DIGITS, NOISE)


@contextmanager
def part_of(count: int) -> Iterator[None]:
    """Within it, what is asked is a part of a question about so many shapes, and answered in the same way."""
    before = _WHOLE.set(count)
    try:
        yield
    finally:
        _WHOLE.reset(before)


def _engine(count: int) -> Any:
    """The module of compiled loops, if it pays to load them for so many; else that of whole arrays.

    Only the count decides: the same input goes the same way, whatever was asked before.
    """
    worth = max(count, _WHOLE.get()) >= WORTH_COMPILING and find_spec("numba") is not None
    return import_module("gis_core.overlap.fast" if worth else "gis_core.overlap.plain")


def _settled(a: Polygons, b: Polygons, found: Found, least: float) -> Found:
    """The pairs with more than the least, sorted."""
    m2 = _rounded(a, b, found, least)
    kept = np.flatnonzero(m2 > least)
    i, j = found.i[kept], found.j[kept]
    keys = i * len(b)
    keys += j
    order = np.argsort(keys, kind="stable")
    return Found(i[order], j[order], m2[kept[order]])


def _rounded(a: Polygons, b: Polygons, found: Found, least: float) -> Numbers:
    """Areas to six digits; where that decides whether one is more than the least, by the exact area."""
    m2 = np.round(found.m2, AREA_DIGITS)
    off = found.m2 - (least + 0.5 * 10.0**-AREA_DIGITS)
    for row in np.flatnonzero(np.abs(off, out=off) < DOUBT):
        exact = float(exact_area(a, int(found.i[row]), b, int(found.j[row])))
        m2[row] = np.round(exact, AREA_DIGITS)
    return m2
