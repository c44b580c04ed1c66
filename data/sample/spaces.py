"""Public spaces: the named ones of `places.toml`, and squares laid on blocks that are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data.boundaries.plane import Point, Ring, apart, ribbon
from data.sample.blocks import Block
from data.sample.dice import Dice
from data.sample.ground import Ground, plane

CODES = {"almaty": "ALM", "baikonur": "BAI", "yesil": "YES", "nura": "NUR", "saryarka": "SAR"}
CONDITIONS = ("satisfactory", "satisfactory", "needs_repair", "unknown")
INSET = 0.12  # share of a block that a square leaves free on each side


@dataclass(frozen=True)
class Space:
    """A public space; `plan` is its row of `places.toml`, empty for a square of ours."""

    id: str
    name: str
    kind: str
    district: str
    condition: str
    ring: tuple[Point, ...]
    plan: dict[str, Any]


def named_rings(ground: Ground, rows: Sequence[dict[str, Any]]) -> list[Ring]:
    """Outlines of the named public spaces, in the order of the table."""
    return [_ring(ground, row) for row in rows]


def spaces(
    rows: Sequence[dict[str, Any]], rings: Sequence[Ring], squares: Sequence[tuple[Block, str]]
) -> list[Space]:
    """All public spaces with ids: the named ones, then squares on blocks with their addresses."""
    dice = Dice("public spaces")
    found = [_named(row, ring, dice) for row, ring in zip(rows, rings, strict=True)]
    found += [_square(block, address, dice) for block, address in squares]
    counts = dict.fromkeys(CODES, 0)
    numbered = []
    for space in found:
        counts[space.district] += 1
        numbered.append(_with_id(space, counts[space.district]))
    return numbered


def _with_id(space: Space, number: int) -> Space:
    code = f"S-{CODES[space.district]}-{number:02d}"
    return Space(code, space.name, space.kind, space.district, space.condition, space.ring, space.plan)


def _named(row: dict[str, Any], ring: Ring, dice: Dice) -> Space:
    condition = "needs_repair" if row.get("year") == 2023 else dice.pick(CONDITIONS)
    condition = "satisfactory" if row.get("year") == 2022 else condition
    return Space("", row["name"], row["kind"], row["district"], condition, tuple(ring), row)


def _square(block: Block, address: str, dice: Dice) -> Space:
    low, high = INSET, 1 - INSET
    ring = (block.at(low, low), block.at(high, low), block.at(high, high), block.at(low, high))
    return Space("", f"сквер: {address}", "square", block.district, dice.pick(CONDITIONS), ring, {})


def _ring(ground: Ground, row: dict[str, Any]) -> Ring:
    if "green" in row:
        return ground.parks[row["green"]]
    if "line" in row:
        return ribbon(_moved(plane(row["line"]), row["shift"]), row["width"])
    return _rectangle(plane([row["at"]])[0], row["size"], plane(row["along"]))


def _moved(line: Ring, shift: float) -> Ring:
    """A line moved sideways: the left or right edge of the strip twice as wide."""
    if not shift:
        return line
    strip = ribbon(line, 2 * abs(shift))
    return strip[len(line) :][::-1] if shift > 0 else strip[: len(line)]


def _rectangle(centre: Point, size: Sequence[float], along: Ring) -> Ring:
    length = apart(along[0], along[1])
    east = ((along[1][0] - along[0][0]) / length, (along[1][1] - along[0][1]) / length)
    half = (size[0] / 2, size[1] / 2)
    corners = [(-half[0], -half[1]), (half[0], -half[1]), (half[0], half[1]), (-half[0], half[1])]
    return [
        (centre[0] + x * east[0] - y * east[1], centre[1] + x * east[1] + y * east[0]) for x, y in corners
    ]
