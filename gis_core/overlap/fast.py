"""Pairs by compiled loops: pairs of pieces, put together to the shapes they are of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_core.overlap.candidates import FURTHEST, Sides, Want
from gis_core.overlap.edges import Edges
from gis_core.overlap.flat import Counts, Numbers, offsets, ragged, rounds, sums
from gis_core.overlap.joining import joined, pieces_measured
from gis_core.overlap.polygons import Polygons
from gis_core.overlap.terms import Found, Terms

AT_ONCE = 4_000_000  # pairs of pieces in memory
NO_CODE = -1  # of shapes that are told apart by no code


def pairs_within(shapes: Polygons, terms: Terms, least: float) -> Found:
    """Pairs of one list, each once, in no order."""
    pieces = shapes.pieces
    code = np.arange(len(shapes)) if terms.code is None else terms.code
    sides = _sides(pieces, code, terms)
    i, j, m2 = joined(shapes, shapes, (sides, sides), Want(True, terms.window, least))
    a, b = pieces.owner[i], pieces.owner[j]
    found = Found(np.minimum(a, b), np.maximum(a, b), m2)
    return _together(found, pieces.cut[i], len(shapes))


def pairs_between(a: Polygons, b: Polygons, least: float) -> Found:
    """Pairs of two lists, in no order."""
    own, other = a.pieces, b.pieces
    none = np.full(len(a), NO_CODE)
    sides = _sides(own, none, Terms()), _sides(other, np.zeros(len(b), np.int64), Terms())
    i, j, m2 = joined(a, b, sides, Want(False, 0, least))
    return _together(Found(own.owner[i], other.owner[j], m2), own.cut[i], len(b))


def _sides(pieces: Edges, code: NDArray[np.int64], terms: Terms) -> Sides:
    owner = pieces.owner
    if len(code) and max(-code.min(), code.max()) > np.iinfo(np.int32).max:
        code = np.unique(code, return_inverse=True)[1]
    none = np.full(len(code), FURTHEST)
    first = -none if terms.first_day is None else terms.first_day
    last = none if terms.last_day is None else terms.last_day
    days = (np.clip(each, -FURTHEST, FURTHEST).astype(np.int32)[owner] for each in (first, last))
    return Sides(code.astype(np.int32)[owner], *days)


def _together(found: Found, parted: NDArray[np.bool_], others: int) -> Found:
    """Pairs of pieces of the same two shapes added up."""
    rows = np.flatnonzero(parted)
    if not len(rows):
        return found
    keys, m2 = found.i[rows] * others + found.j[rows], found.m2[rows]
    order = np.argsort(keys, kind="stable")  # a sum of floats depends on the order of its parts
    keys, m2 = keys[order], m2[order]
    first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    i, j = np.divmod(keys[first], others)
    whole = np.flatnonzero(~parted)
    parts = (i, j, np.add.reduceat(m2, first))
    return Found(*(np.concatenate([each[whole], part]) for each, part in zip(found, parts, strict=True)))


class ByShape(NamedTuple):
    """Pieces of shape n: order[first[n]:first[n + 1]]."""

    order: Counts
    first: Counts

    @staticmethod
    def of(shapes: Polygons) -> ByShape:
        owner = shapes.pieces.owner
        return ByShape(np.argsort(owner, kind="stable"), offsets(np.bincount(owner, minlength=len(shapes))))


def measured(a: Polygons, i: Counts, b: Polygons, j: Counts) -> Numbers:
    """Square metres that pairs share."""
    own, other = ByShape.of(a), ByShape.of(b)
    work = np.diff(own.first)[i] * np.diff(other.first)[j]
    parts = [np.empty(0)]
    for begin, end in rounds(work, AT_ONCE):
        pair, p, q = _piece_pairs(own, i[begin:end], other, j[begin:end])
        m2 = pieces_measured(a.pieces, p, b.pieces, q)
        parts.append(sums(pair, m2, end - begin))
    return np.concatenate(parts)


def _piece_pairs(own: ByShape, i: Counts, other: ByShape, j: Counts) -> tuple[Counts, Counts, Counts]:
    """Every piece of shape i[k] with every piece of shape j[k], and k."""
    many, more = np.diff(own.first)[i], np.diff(other.first)[j]
    pair = np.repeat(np.arange(len(i)), many * more)
    within = ragged(np.zeros(len(i), np.int64), many * more)
    up, across = np.divmod(within, np.maximum(more, 1)[pair])
    return pair, own.order[own.first[i][pair] + up], other.order[other.first[j][pair] + across]
