"""City blocks: a grid of quadrilaterals in each quarter, clear of streets, waters and public spaces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from shapely import Polygon, STRtree, prepare

from data.boundaries.plane import Point, Ring, apart, between, middle
from data.sample.dice import Dice
from data.sample.ground import Ground, plane

SIZES = ((118.0, 172.0), (98.0, 142.0))  # metres along the quarter's direction and across
LANES = (17.0, 25.0)  # local streets between blocks
SKEW = 4.0  # how far a corner strays
SPARE = 1.18  # blocks kept for one with a courtyard: the rest are schools, shops, offices


@dataclass(frozen=True)
class Block:
    """Four corners counter-clockwise, with the lanes of the quarter running along its sides."""

    quarter: str
    district: str
    number: int
    corners: tuple[Point, Point, Point, Point]

    def at(self, u: float, v: float) -> Point:
        """The point at shares u along and v across; outside 0..1 it lies beyond the block."""
        south = between(self.corners[0], self.corners[1], u)
        north = between(self.corners[3], self.corners[2], u)
        return between(south, north, v)

    @property
    def centre(self) -> Point:
        return middle(self.corners)


def blocks(ground: Ground, quarters: Sequence[dict[str, Any]], spaces: Sequence[Polygon]) -> list[Block]:
    """The blocks of every quarter, those nearest to its middle first."""
    taken = STRtree([*ground.taken, *spaces])
    return [block for quarter in quarters for block in _of_quarter(ground, quarter, taken)]


def _of_quarter(ground: Ground, quarter: dict[str, Any], taken: STRtree) -> list[Block]:
    area = Polygon(plane(quarter["area"])).intersection(ground.districts[quarter["district"]])
    prepare(area)
    free = [cell for cell in _cells(quarter) if area.contains(Polygon(cell)) and not _hit(taken, cell)]
    wanted = ceil(quarter["courtyards"] * SPARE)
    if len(free) < wanted:
        raise ValueError(
            f"quarter {quarter['name']}: {len(free)} blocks fit, {wanted} wanted: enlarge its area"
        )
    near = _near(free, middle(plane(quarter["area"])), Dice("edge " + quarter["name"]))[:wanted]
    return [
        Block(quarter["name"], quarter["district"], number, (cell[0], cell[1], cell[2], cell[3]))
        for number, cell in enumerate(near, start=1)
    ]


def _near(cells: Sequence[Ring], heart: Point, dice: Dice) -> list[Ring]:
    """Cells by their distance from a point, with a frayed edge."""
    far = [apart(middle(cell), heart) * dice.between(0.75, 1.25) for cell in cells]
    return [cells[i] for i in sorted(range(len(cells)), key=lambda i: far[i])]


def _hit(taken: STRtree, cell: Ring) -> bool:
    return len(taken.query(Polygon(cell), predicate="intersects")) > 0


def _cells(quarter: dict[str, Any]) -> Iterator[Ring]:
    """Grid cells over the box of a quarter, turned to its direction."""
    dice = Dice("blocks " + quarter["name"])
    start, end = plane(quarter["along"])
    length = apart(start, end)
    east = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    turned = [(x * east[0] + y * east[1], y * east[0] - x * east[1]) for x, y in plane(quarter["area"])]
    widths, depths = quarter.get("block", SIZES)
    columns = list(_steps(dice, widths, [p[0] for p in turned]))
    for bottom, top in _steps(dice, depths, [p[1] for p in turned]):
        for left, right in columns:
            corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
            yield [_back(_stray(dice, corner), east) for corner in corners]


def _steps(dice: Dice, sizes: Sequence[float], along: Sequence[float]) -> Iterator[tuple[float, float]]:
    """From-to pairs with lanes between them, covering the extent of the given numbers."""
    position = min(along)
    while position < max(along):
        end = position + dice.between(sizes[0], sizes[1])
        yield position, end
        position = end + dice.between(*LANES)


def _stray(dice: Dice, point: Point) -> Point:
    return point[0] + dice.between(-SKEW, SKEW), point[1] + dice.between(-SKEW, SKEW)


def _back(point: Point, east: Point) -> Point:
    """A point of the turned grid in the plane again."""
    return point[0] * east[0] - point[1] * east[1], point[0] * east[1] + point[1] * east[0]
