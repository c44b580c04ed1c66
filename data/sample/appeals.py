"""Citizens' appeals: where need is, not where money went; in Almaty district in the published numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import sqrt
from typing import NamedTuple

from data.boundaries.plane import Point, between
from data.sample.dice import Dice, Odds, odds
from data.sample.ground import table
from data.sample.targets import Target
from data.sample.works import TODAY, YEARS

INSIDE, NEAR = (
    0.8,
    0.96,
)  # share of points inside the place, and inside or near it; the rest have an address only
STRAY = 55.0  # metres round the middle for points that miss the place
REPEAT = 0.22  # of the appeals that follow another on the same subject within `AGAIN` days
AGAIN = timedelta(days=30)
SHORTEST = 30  # characters of a text
MONTHS = (5, 5, 8, 11, 13, 12, 11, 10, 9, 8, 5, 3)  # how many of a hundred appeals come in each month


class Appeal(NamedTuple):
    """An appeal before it has a number."""

    day: date
    target: Target
    category: str
    channel: str
    text: str
    point: Point | None
    source: str
    closed: date | None


class Words(NamedTuple):
    """What appeals are made of: parts of texts, and how often each category and channel is."""

    openings: list[str]
    endings: list[str]
    complaints: dict[str, list[str]]
    categories: dict[str, Odds[str]]
    channels: Odds[str]


def words() -> Words:
    """The hand-written words of the sample."""
    found = table("words.toml")
    categories = {kind: odds(weights) for kind, weights in found["categories"].items()}
    return Words(
        found["openings"], found["endings"], found["complaints"], categories, odds(found["channels"])
    )


class Count(NamedTuple):
    """How many appeals there are in a year, and how many of them still wait."""

    year: int
    total: int
    waiting: int


def of_year(dice: Dice, words: Words, targets: Sequence[Target], count: Count) -> list[Appeal]:
    """The appeals of a district and year; the later, the more of them still wait."""
    year, total, waiting = count
    troubled = odds({target: target.trouble[YEARS.index(year)] for target in targets})
    months = odds(dict(enumerate(MONTHS[: TODAY.month] if year == TODAY.year else MONTHS, start=1)))
    days = [_day(dice, year, dice.drawn(months)) for _ in range(total)]
    drafts = [_draft(dice, words, dice.drawn(troubled), day) for day in days]
    late = sorted(range(total), key=lambda i: days[i].toordinal() - 400 * dice.share())
    open_still = set(late[total - waiting :])
    return [
        one if i in open_still else one._replace(closed=_closed(dice, one.day))
        for i, one in enumerate(drafts)
    ]


def _draft(dice: Dice, words: Words, target: Target, day: date) -> Appeal:
    category, channel = dice.drawn(words.categories[target.kind]), dice.drawn(words.channels)
    point, source = _point(dice, target, channel)
    return Appeal(day, target, category, channel, _text(dice, words, category), point, source, None)


def _day(dice: Dice, year: int, month: int) -> date:
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first + timedelta(days=dice.whole(0, (following - first).days - 1))


def _closed(dice: Dice, day: date) -> date:
    """Most are closed within three weeks, some take a season."""
    days = dice.whole(0, 20) if dice.chance(0.78) else dice.whole(20, 110)
    return min(day + timedelta(days=days), TODAY)


def _point(dice: Dice, target: Target, channel: str) -> tuple[Point | None, str]:
    """Where the appeal is put: a telephone's own position, or the address found on the map.

    What has an address only is about a courtyard or a public space, so that their tables tell its district.
    """
    mark, source = dice.share(), "surveyed" if channel == "mobile_app" else "address"
    if mark < INSIDE:
        corner = dice.whole(0, len(target.ring) - 1)
        edge = between(target.ring[corner - 1], target.ring[corner], dice.share())
        return between(target.middle, edge, sqrt(dice.share()) * 0.98), source
    if mark < NEAR or target.kind == "street":
        stray = (dice.between(-STRAY, STRAY), dice.between(-STRAY, STRAY))
        return (target.middle[0] + stray[0], target.middle[1] + stray[1]), source
    return None, "none"


def _text(dice: Dice, words: Words, category: str) -> str:
    """An opening, a complaint and an ending; a short text takes the last ending of the list."""
    opening, ending = dice.pick(words.openings), dice.pick(words.endings)
    complaint = dice.pick(words.complaints[category])
    text = opening + (complaint if opening else complaint[0].upper() + complaint[1:])
    return text + (ending if len(text + ending) >= SHORTEST else words.endings[-1])
