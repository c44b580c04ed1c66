"""Shapes as most of a file are, known to be right by a look at their numbers, and written as the server
reads them.

A point in the city needs no more than that; neither does a polygon of one short ring that is closed, lies in
the city and goes once around its middle without turning back. All others, and all in doubt, go the long way
of `gis_core.shapes`. All shapes of one length are looked at together, and no object is made of any.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyproj import Transformer

from gis_core.buffers import Laid, laid_out, pieces
from gis_core.layer import GeometryKind
from gis_core.shapes import SRID_FLAG, Limits

POINT, POLYGON, MULTIPOLYGON = 1, 3, 6
CORNER = 16  # bytes
LEAST, LONGEST = 4, 128  # corners of a ring, the first counted twice
LEAST_M2 = 0.02  # twice what is too small for an area
# share beyond which the sign of a turn is certain (Shewchuk, Adaptive Precision Floating-Point
# Arithmetic, 1997)
CERTAIN = 3.3306690738754716e-16
Numbers = NDArray[np.float64]
Marks = NDArray[np.bool_]
Places = NDArray[np.int64]


class Alike(NamedTuple):
    """Ordinary shapes of one length: which, their corners (shape, corner, axis), what begins each."""

    at: Places
    corners: Numbers
    head: bytes


@dataclass(frozen=True)
class Ordinary:
    """`taken`: which shapes are ordinary; `boxes`: west, south, east, north of those, in metres."""

    taken: Marks
    boxes: Numbers
    groups: list[Alike]

    def blobs(self, others: pa.Array) -> pa.Array:
        """EWKB of all shapes; `others` holds it for those that are not ordinary, null where there is none."""
        held = self.taken | others.is_valid().to_numpy(zero_copy_only=False)
        size = np.where(held, laid_out(others).size, 0)
        for at, corners, head in self.groups:
            size[at] = len(head) + CORNER * corners.shape[1]
        ends = np.concatenate([[0], np.cumsum(size)])
        data = np.empty(ends[-1], np.uint8)
        for at, corners, head in self.groups:
            block = np.empty((len(at), len(head) + CORNER * corners.shape[1]), np.uint8)
            block[:, : len(head)] = np.frombuffer(head, np.uint8)
            block[:, len(head) :] = corners.reshape(len(at), -1).view(np.uint8)
            pieces(data, block.shape[1])[ends[at]] = block.view(f"V{block.shape[1]}")[:, 0]
        for row in np.flatnonzero(held & ~self.taken):
            data[ends[row] : ends[row + 1]] = np.frombuffer(others[int(row)].as_buffer(), np.uint8)
        mask = None if held.all() else pa.array(held).buffers()[1]
        bounds = pa.py_buffer(ends.astype(np.int32))
        return pa.Array.from_buffers(pa.binary(), len(held), [mask, bounds, pa.py_buffer(data)])


def ordinary(
    blobs: pa.Array, step: Transformer | None, kind: GeometryKind, limits: Limits
) -> Ordinary | None:
    """The ordinary ones among shapes in WKB; `step` leads to the store's CRS. None for kinds without any."""
    if kind == "MULTILINESTRING":
        return None
    laid = laid_out(blobs)
    found = _rings(laid, limits) if kind == "MULTIPOLYGON" else _points(laid, limits)
    taken, boxes, groups = np.zeros(len(blobs), bool), np.zeros((len(blobs), 4)), []
    for at, corners, head in found:
        there = corners if step is None else _moved(corners, step)
        axes = np.ascontiguousarray(there.transpose(2, 1, 0))  # of each axis one row a corner
        box = np.concatenate([axes.min(axis=1), axes.max(axis=1)]).T
        good = _in_place(box, limits)
        if kind == "MULTIPOLYGON":
            good &= _once_around(axes)
        if not good.any():
            continue
        some = slice(None) if good.all() else good
        groups.append(Alike(at[some], there[some], head))
        taken[at[some]], boxes[at[some]] = True, box[some]
    return Ordinary(taken, boxes, groups)


def _moved(corners: Numbers, step: Transformer) -> Numbers:
    flat = step.transform(corners[:, :, 0].ravel(), corners[:, :, 1].ravel())
    return np.stack(flat, axis=-1).reshape(corners.shape)


def _points(laid: Laid, limits: Limits) -> Iterator[Alike]:
    """Points without heights."""
    yield _of_head(laid, _word(POINT), 1, _word(POINT | SRID_FLAG, limits.srid))


def _rings(laid: Laid, limits: Limits) -> Iterator[Alike]:
    """Polygons of one ring, alone or in a multipolygon of one, by the number of corners."""
    stored = _word(MULTIPOLYGON | SRID_FLAG, limits.srid, 1)
    for size in np.unique(laid.size):
        for outer in (b"", _word(MULTIPOLYGON, 1)):
            corners, left = divmod(int(size) - len(outer) - len(_word(POLYGON, 1, 0)), CORNER)
            if left == 0 and LEAST <= corners <= LONGEST:
                ring = _word(POLYGON, 1, corners)
                yield _of_head(laid, outer + ring, corners, stored + ring)


def _word(kind: int, *counts: int) -> bytes:
    """The beginning of WKB, the lower bytes first."""
    return b"\x01" + struct.pack(f"<{1 + len(counts)}I", kind, *counts)


def _of_head(laid: Laid, head: bytes, corners: int, stored: bytes) -> Alike:
    """The shapes that begin so and have so many corners."""
    size = len(head) + CORNER * corners
    at = np.flatnonzero(laid.size == size)
    whole = pieces(laid.data, size)[laid.first[at]].view(np.uint8).reshape(len(at), size)
    alike = (whole[:, : len(head)] == np.frombuffer(head, np.uint8)).all(axis=1)
    numbers = np.ascontiguousarray(whole[alike, len(head) :]).view(np.float64)
    return Alike(at[alike], numbers.reshape(-1, corners, 2), stored)


def _in_place(box: Numbers, limits: Limits) -> Marks:
    """Whether shapes are numbers, meet the city and do not reach far beyond it, by their boxes."""
    west, south, east, north = box.T
    with np.errstate(invalid="ignore"):
        meets = (west <= limits.box[2]) & (south <= limits.box[3]) & (east >= limits.box[0])
        slim = (east - west <= limits.span) & (north - south <= limits.span)
    return np.asarray(meets & (north >= limits.box[1]) & slim)


def _once_around(axes: Numbers) -> Marks:
    """Whether closed rings go once around their middle, always in one direction, and hold an area.

    The ways from a point to two corners in turn make a triangle; where all triangles lie on one side of their
    edge, beyond doubt, and the ring rises past the point once, no edge meets another.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        x, y = axes - axes[:, :-1].mean(axis=1, keepdims=True)
        left, right = x[:-1] * y[1:], y[:-1] * x[1:]
        turns = left - right
        sure = np.abs(turns) > CERTAIN * (np.abs(left) + np.abs(right))
    up = turns > 0
    one_way = sure.all(axis=0) & ((up.all(axis=0)) | ~up.any(axis=0))
    above = y >= 0
    rises = (~above[:-1] & above[1:]).sum(axis=0)
    closed = (axes[:, 0] == axes[:, -1]).all(axis=0)
    return np.asarray(closed & one_way & (rises == 1) & (np.abs(turns.sum(axis=0)) > 2 * LEAST_M2))
