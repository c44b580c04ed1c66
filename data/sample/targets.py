"""What people write about: courtyards, public spaces, other blocks; and how much each troubles them."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from data.boundaries.plane import Point, middle
from data.sample.blocks import Block
from data.sample.courtyards import Courtyard
from data.sample.dice import Dice
from data.sample.spaces import Space
from data.sample.works import YEARS

SHARPNESS = {"needs_repair": 4.4, "in_works": 2.6, "satisfactory": 1.1, "unknown": 1.4}
RENEWED = 0.8  # of a courtyard in the years after its improvement
SPACE_WORN, SPACE_OTHER, STREET = 90.0, 34.0, 22.0


@dataclass(frozen=True)
class Target:
    """A place that people write about: address, outline, middle, and how much it troubles them each year."""

    id: str
    kind: str
    address: str
    ring: tuple[Point, ...]
    middle: Point
    trouble: tuple[float, ...]


def yard_target(dice: Dice, yard: Courtyard) -> Target:
    """A courtyard troubles people by its condition, its residents and luck; less after it was improved."""
    base = sqrt(yard.residents) * dice.between(0.5, 1.9)
    trouble = tuple(base * _sharpness(yard, year) for year in YEARS)
    return Target(yard.id, "courtyard", yard.address, yard.ring, yard.block.at(*yard.eye), trouble)


def _sharpness(yard: Courtyard, year: int) -> float:
    improved = yard.fate.improved
    if improved is None:
        return SHARPNESS[yard.fate.condition]
    if year < improved:
        return SHARPNESS["needs_repair"]
    return SHARPNESS["in_works"] if year == improved else RENEWED


def space_target(space: Space) -> Target:
    """A public space, worn or not."""
    trouble = SPACE_WORN if space.condition == "needs_repair" else SPACE_OTHER
    return Target(
        space.id, "public_space", space.name, space.ring, middle(space.ring), (trouble,) * len(YEARS)
    )


def street_target(block: Block, address: str) -> Target:
    """A block without a courtyard: its pavements, lamps and wells."""
    return Target(address, "street", address, block.corners, block.centre, (STREET,) * len(YEARS))
