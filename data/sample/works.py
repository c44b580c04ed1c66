"""A project before it has a number: works at a place, with dates, status and money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import sqrt

from data.boundaries.plane import Point, Ring
from data.sample.courtyards import Courtyard
from data.sample.dice import Dice
from data.sample.money import THOUSAND
from data.sample.spaces import Space

YEARS = (2020, 2021, 2022, 2023)
TODAY = date(2023, 8, 31)  # the day the sample was "taken"
HANDOVER = timedelta(days=30)  # between the end of works and the papers


@dataclass(frozen=True)
class Area:
    """A part of a project with dates of its own."""

    starts: date
    ends: date
    ring: tuple[Point, ...]


@dataclass(frozen=True)
class Grant:
    """Money of one year from one source, whole tenge."""

    year: int
    source: str
    amount: int


@dataclass(frozen=True)
class Works:
    """One project; `yard` and `space` say where it was laid, `published` money is spent as adopted."""

    name: str
    executing: str
    funding: str
    work_type: str
    starts: date | None
    ends: date | None
    rings: tuple[tuple[Point, ...], ...] = ()
    geom_source: str = "drawn"
    place_kind: str | None = None
    firm: bool = True
    status: str = ""
    joint: str | None = None
    areas: tuple[Area, ...] = ()
    grants: tuple[Grant, ...] = ()
    published: bool = False
    yard: Courtyard | None = field(default=None, compare=False, repr=False)
    space: Space | None = field(default=None, compare=False, repr=False)

    @property
    def period(self) -> tuple[date, date]:
        """First and last day; asked of works that have them."""
        if self.starts is None or self.ends is None:
            raise ValueError(f"{self.name}: no dates")
        return self.starts, self.ends

    @property
    def year(self) -> int:
        """The budget year, or that of the start."""
        return self.grants[0].year if self.grants else _year(self.starts)


def _year(day: date | None) -> int:
    return day.year if day else TODAY.year


def season(dice: Dice, year: int, shortest: int, longest: int) -> tuple[date, date]:
    """A start between late April and July and an end before mid-November."""
    start = date(year, 4, 20) + timedelta(days=dice.whole(0, 100))
    return start, min(start + timedelta(days=dice.whole(shortest, longest)), date(year, 11, 12))


def status(works: Works) -> str:
    """The status on `TODAY` by the dates, unless the works have one already."""
    if works.status:
        return works.status
    if works.starts is None or works.ends is None or works.starts > TODAY:
        return "preparation"
    if works.ends >= TODAY:
        return "implementation"
    return "completion" if works.ends + HANDOVER >= TODAY else "completed"


def local(year: int, amount: int) -> tuple[Grant, ...]:
    """Money of the local budget in one year."""
    return (Grant(year, "local", amount),)


def thousands(dice: Dice, low: float, high: float) -> int:
    """An amount between two numbers of million tenge, in whole thousands."""
    return dice.whole(int(low * 1000), int(high * 1000)) * THOUSAND


def circle(centre: Point, radius: float) -> Ring:
    """Sixteen points round a centre, without trigonometry (sqrt is the same on every machine)."""
    eighth, sixteenth = sqrt(0.5), (sqrt(2 + sqrt(2)) / 2, sqrt(2 - sqrt(2)) / 2)
    octant = [(1.0, 0.0), sixteenth, (eighth, eighth), (sixteenth[1], sixteenth[0])]
    turns = [octant, *([] for _ in range(3))]
    for i in range(1, 4):
        turns[i] = [(-y, x) for x, y in turns[i - 1]]
    return [(centre[0] + x * radius, centre[1] + y * radius) for turn in turns for x, y in turn]


def patch(yard: Courtyard, half: float, shift: float = 0.0) -> Ring:
    """A small rectangle round the eye of a courtyard, `half` a share of the block; `shift` moves it aside."""
    u, v = yard.eye[0] + shift, yard.eye[1]
    corners = [(u - half, v - half), (u + half, v - half), (u + half, v + half), (u - half, v + half)]
    return [yard.block.at(*corner) for corner in corners]


def vague(works: Works) -> Works:
    """The same works with dates that are not firm: the whole season."""
    if works.starts is None:
        return works
    year = works.starts.year
    return replace(works, firm=False, starts=date(year, 5, 1), ends=date(year, 10, 31))


def unsettled(dice: Dice, works: Sequence[Works], doubtful: float, dropped: float) -> list[Works]:
    """Some of the works with vague dates, some cancelled."""
    return [_unsettled(dice.share(), one, doubtful, dropped) for one in works]


def _unsettled(mark: float, works: Works, doubtful: float, dropped: float) -> Works:
    if mark < dropped:
        return replace(works, status="cancelled")
    return vague(works) if mark < dropped + doubtful else works
