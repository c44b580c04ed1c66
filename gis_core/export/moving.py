"""Shapes moved into another CRS on their way out, in the order x, y, and with a word on how exactly."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import AreaOfInterest, TransformerGroup

from gis_core.crs import known_crs
from gis_core.errors import InputError

Array = NDArray[Any]
Box = tuple[float, float, float, float]

FLAT = 2  # axes of a CRS a map can be drawn in


class Aim(NamedTuple):
    """A CRS that shapes go to, and the box, in their own, of all that go there; None: of those at hand.

    The box decides which way is the most accurate, so parts of a layer need that of the whole.
    """

    crs: CRS | str
    box: Box | None = None


Target: TypeAlias = CRS | str | Aim


def aim_of(given: Target) -> Aim:
    """What a user named, or a caller aims at."""
    return given if isinstance(given, Aim) else Aim(given)


def crs_of(given: CRS | str) -> CRS:
    """The CRS a user named by code, WKT or PROJ text; InputError if it is unknown or not a flat one.

    A local system is taken as it is defined: where it is not tied to the earth, the note of the move says so.
    """
    try:
        crs = CRS.from_user_input(given)
    except CRSError:
        crs = _national(str(given))
    if len(crs.axis_info) != FLAT or not (crs.is_geographic or crs.is_projected):
        raise InputError(f"CRS {crs.name!r} is not a flat one: give a projected or a longitude-latitude CRS")
    return crs


def _national(words: str) -> CRS:
    """A CRS that this PROJ lacks and the program knows, such as QazTRF-23."""
    try:
        return known_crs(words).crs
    except InputError as reason:
        cure = "give a code such as EPSG:32642, or the WKT text of a local system"
        raise InputError(f"{reason}: {cure}") from None


def moved(name: str, found: Array, own: CRS, goal: Target) -> tuple[Array, tuple[str, ...]]:
    """The shapes in another CRS, and which transformation was used."""
    aim = aim_of(goal)
    target = crs_of(aim.crs)
    if own.equals(target, ignore_axis_order=True):
        return found, ()
    if aim.box is None and shapely.is_missing(found).all():
        return found, ()
    try:
        way, quality = _best_way(own, target, aim.box or tuple(shapely.total_bounds(found).tolist()))
        there = shapely.transform(found, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1])))
    except (ProjError, IndexError, ValueError) as reason:
        raise InputError(f"{name}: no way from {own.name} to {target.name}") from reason
    if not np.isfinite(shapely.get_coordinates(there)).all():
        raise InputError(f"{name}: some shapes lie outside the area of {target.name}; choose another CRS")
    return there, (f"{name}: {own.name} to {target.name} by {way.description}, {quality}",)


def _best_way(own: CRS, target: CRS, box: Box) -> tuple[Transformer, str]:
    """The most accurate transformation there is for a box, and how good it is."""
    degrees = Transformer.from_crs(own, "EPSG:4326", always_xy=True).transform_bounds(*box)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a missing grid; said in the quality
        ways = TransformerGroup(own, target, always_xy=True, area_of_interest=AreaOfInterest(*degrees))
    way = ways.transformers[0]
    accuracy = f"accuracy {way.accuracy:g} m" if way.accuracy >= 0 else "accuracy unknown"
    return (
        way,
        accuracy if ways.best_available else f"{accuracy}; a better one needs a grid not installed here",
    )


def lost_shift(crs: CRS) -> bool:
    """Whether the CRS has a shift to WGS 84 that its name in a .prj cannot hold."""
    operation = crs.coordinate_operation
    return crs.is_bound and operation is not None and any(operation.towgs84)
