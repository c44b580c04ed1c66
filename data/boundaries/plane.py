"""Metres on a flat city and back to degrees: plain arithmetic, the same digits on every machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import sqrt

Point = tuple[float, float]
Ring = list[Point]

# Astana's centre, and the length of one degree there on the WGS 84 ellipsoid (longitude, latitude). Over the
# city the plane is wrong by 0.5 % at most: drawing needs no more; measuring is done elsewhere, in EPSG:32642.
CENTRE: Point = (71.43, 51.13)
DEGREE: Point = (70_001.0, 111_251.0)


def to_plane(point: Sequence[float]) -> Point:
    """Metres east and north of the centre of a point in degrees."""
    return (point[0] - CENTRE[0]) * DEGREE[0], (point[1] - CENTRE[1]) * DEGREE[1]


def to_degrees(point: Point, digits: int) -> Point:
    """Longitude and latitude of a point in metres, rounded."""
    return round(CENTRE[0] + point[0] / DEGREE[0], digits), round(CENTRE[1] + point[1] / DEGREE[1], digits)


def apart(a: Point, b: Point) -> float:
    """Distance of two points in metres."""
    return sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2)


def between(a: Point, b: Point, share: float) -> Point:
    """The point that lies `share` of the way from a to b."""
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def area(ring: Sequence[Point]) -> float:
    """Square metres of an open ring, positive when it runs counter-clockwise."""
    following = [*ring[1:], ring[0]]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, following, strict=True)) / 2


def middle(points: Iterable[Point]) -> Point:
    """The mean of some points."""
    listed = list(points)
    return sum(p[0] for p in listed) / len(listed), sum(p[1] for p in listed) / len(listed)


def ribbon(line: Sequence[Point], width: float) -> Ring:
    """The strip of a width in metres along a line: an open ring, counter-clockwise, corners mitred."""
    left = [_shifted(line, i, width / 2) for i in range(len(line))]
    right = [_shifted(line, i, -width / 2) for i in range(len(line))]
    return [*right, *reversed(left)]


def _shifted(line: Sequence[Point], index: int, offset: float) -> Point:
    """The vertex moved sideways, left positive, so that both neighbouring edges move by the offset."""
    before = _direction(line[max(index - 1, 0)], line[max(index, 1)])
    after = _direction(line[min(index, len(line) - 2)], line[min(index + 1, len(line) - 1)])
    across = (-before[1] - after[1], before[0] + after[0])
    # |across|² = 2 + 2·cos(turn); the mitre is offset / cos(turn / 2)
    reach = 2 * offset / (across[0] ** 2 + across[1] ** 2)
    return line[index][0] + across[0] * reach, line[index][1] + across[1] * reach


def _direction(a: Point, b: Point) -> Point:
    length = apart(a, b)
    return (b[0] - a[0]) / length, (b[1] - a[1]) / length
