"""Two works and the ground they share as a small drawing: in letters for a terminal, in SVG for a page."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely

Shape = Any
COLUMNS, ROWS = 56, 16  # letters; a letter is about twice as high as wide
LEAST_M = 15.0  # of surroundings on each side of the shared ground
A, B, SHARED = "#4f8fb8", "#e0a030", "#c51b8a"
INK = "#5e5a55"


def in_letters(a: Shape, b: Shape, shared: Shape) -> tuple[list[str], float]:
    """Lines of letters, north up, and the metres that a letter is wide: / is A, \\ is B, # is shared."""
    west, south, east, north = _window(shared)
    step = max((east - west) / COLUMNS, (north - south) / (2 * ROWS))
    columns, rows = (max(1, round(length)) for length in ((east - west) / step, (north - south) / (2 * step)))
    x, y = west + np.arange(columns) * step, north - np.arange(rows) * 2 * step
    across, down = np.meshgrid(x, y)
    cells = shapely.box(across, down - 2 * step, across + step, down)
    grid = np.full((rows, columns), "·", dtype="<U1")
    for shape, letter in ((a, "/"), (b, "\\"), (shared, "#")):
        grid[_inside(shape, cells)] = letter
    return ["".join(row).rstrip() for row in grid.tolist()], float(step)


def in_svg(a: Shape, b: Shape, shared: Shape, names: tuple[str, str]) -> str:
    """An SVG of 240 x 180 with the two works, the shared ground and a scale of ten metres or more."""
    west, south, east, north = _window(shared, 4 / 3)
    scale = 240 / (east - west)
    frame = shapely.box(west, south, east, north)
    drawn = []
    for shape, colour, opacity, name in (
        (a, A, 0.45, names[0]),
        (b, B, 0.45, names[1]),
        (shared, SHARED, 0.7, ""),
    ):
        seen = shapely.intersection(shape, frame)
        path = _path(seen, (west, north), scale)
        if path:
            title = f"<title>{escape(name)}</title>" if name else ""
            drawn.append(
                f'<path d={quoteattr(path)} fill="{colour}" fill-opacity="{opacity}" stroke="{colour}"'
                f' fill-rule="evenodd">{title}</path>'
            )
    metres = _round_metres((east - west) / 3)
    bar = (
        f'<path d="M8 172H{8 + metres * scale:.1f}" stroke="{INK}" stroke-width="2"/>'
        f'<text x="8" y="166" font-size="11" font-family="sans-serif" fill="{INK}">{metres:g} m</text>'
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="180" viewBox="0 0 240 180" role="img">'
        f'<rect width="240" height="180" fill="#faf8f4"/>{"".join(drawn)}{bar}</svg>'
    )


def _inside(shape: Shape, cells: Any) -> Any:
    """Cells whose middle lies in a shape, and those that a shape too thin to hold any crosses."""
    held = shapely.contains(shape, shapely.centroid(cells))
    crossed = shapely.intersects(shape, cells)
    thin = held.sum() * 2 < crossed.sum()
    return crossed if thin else held


def _window(shared: Shape, ratio: float | None = None) -> tuple[float, float, float, float]:
    """The bounds of the shared ground with some ground around it; `ratio` is width by height."""
    west, south, east, north = shared.bounds
    margin = max(LEAST_M, 0.3 * max(east - west, north - south))
    width, height = east - west + 2 * margin, north - south + 2 * margin
    if ratio:
        width, height = max(width, height * ratio), max(height, width / ratio)
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _path(shape: Shape, corner: tuple[float, float], scale: float) -> str:
    west, north = corner
    parts = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type != "Polygon":
            continue
        for ring in (polygon.exterior, *polygon.interiors):
            points = (
                ((x - west) * scale for x, _ in ring.coords),
                ((north - y) * scale for _, y in ring.coords),
            )
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(*points, strict=True)) + "Z")
    return "".join(parts)


def _round_metres(length: float) -> float:
    """The largest of 1, 2, 5, 10, 20 … not over a length."""
    power = 10.0 ** np.floor(np.log10(length))
    return float(power * max(step for step in (1, 2, 5) if step * power <= length))
