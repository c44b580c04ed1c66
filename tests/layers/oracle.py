"""Conflicts found the slow way: plain loops over shapely, by the words of docs/conflicts.md.

Nothing is shared with `layers/`. A city is a list of `Project`, places, districts and bodies in plain values.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

TOLERANCE, NEAR, NEAR_OPENING, WINDOW, ORDER_DAYS = 1.0, 2.0, 4.0, 30, 200
GROUPS = {"paving": "surface", "road_repair": "surface", "heat_network": "heat", "greening": "greening"}
MONTHS = {"paving": 60, "road_repair": 12, "greening": 36}
OPENING = {"paving", "road_repair", "heat_network"}
STAGE = {"heat_network": 0, "paving": 1, "road_repair": 1, "greening": 2}
LIFTED = {
    "emergency": {"clash", "near_clash", "opportunity", "restriction_breach", "wrong_order"},
    "mandated": {"opportunity", "restriction_breach", "wrong_order"},
    "connection": {"restriction_breach", "wrong_order"},
    None: set(),
}
DAY = timedelta(days=1)
EARLY, LATE = date(1, 1, 1), date(9999, 12, 31)


@dataclass
class Area:
    shape: BaseGeometry
    starts: date | None = None
    ends: date | None = None
    source: str = "drawn"


@dataclass
class Project:
    id: str
    body: str
    work: str
    areas: list[Area]  # one area without a number of its own is the project's own shape
    parts: bool = False
    payer: str | None = None
    kind: str | None = None
    starts: date | None = None
    ends: date | None = None
    firm: bool = True
    earliest: date | None = None
    latest: date | None = None
    cancelled: bool = False
    joint: str | None = None
    exception: str | None = None
    money: dict[tuple[int, str], int] = field(default_factory=dict)


@dataclass
class Town:
    projects: list[Project]
    places: list[tuple[str, str, BaseGeometry]]  # kind, id, shape
    bodies: dict[str, tuple[str, str | None]]  # code to kind and district
    districts: list[tuple[str, BaseGeometry, date, date]]  # code, shape, first and last day


@dataclass
class Work:
    """An area of a project with dates; `starts` and `ends` may be EARLY and LATE: not known."""

    project: Project
    shape: BaseGeometry
    starts: date
    ends: date
    firm: bool
    source: str
    earlier: int
    later: int

    @property
    def begun(self) -> date:
        return self.ends if self.starts == EARLY else self.starts

    @property
    def doubt(self) -> int:
        if self.source == "address" or self.starts == EARLY or self.ends == LATE:
            return 2
        return 0 if self.firm and self.source in ("surveyed", "drawn") else 1


def works(project: Project) -> list[Work]:
    if project.cancelled:
        return []
    years = [year for year, _ in project.money]
    made = []
    for area in project.areas:
        starts = (area.starts if project.parts else None) or project.starts
        ends = (area.ends if project.parts else None) or project.ends
        firm = project.firm and starts is not None and ends is not None
        begin = starts or (date(min(years), 1, 1) if years else EARLY)
        end = ends or (date(max(years), 12, 31) if years else LATE)
        if begin > end:
            begin, end = end, begin
        earlier = later = 0
        if project.starts and project.earliest:
            earlier = max(0, (project.starts - project.earliest).days)
        if project.starts and project.latest:
            later = max(0, (project.latest - project.starts).days)
        if area.source not in ("centroid", "none"):
            made.append(Work(project, area.shape, begin, end, firm, area.source, earlier, later))
    return made


def polygons(shape: BaseGeometry) -> BaseGeometry:
    """Only what has area."""
    parts = list(getattr(shape, "geoms", [shape]))
    flat = [each for part in parts for each in getattr(part, "geoms", [part])]
    return MultiPolygon([each for each in flat if each.geom_type == "Polygon" and not each.is_empty])


def area(shape: BaseGeometry) -> float:
    return round(shape.area, 6)


def union(shapes: list[BaseGeometry]) -> BaseGeometry:
    made = shapes[0]
    for shape in shapes[1:]:
        made = made.union(shape)
    return made


def cut(town: Town, ground: BaseGeometry) -> list[tuple[str | None, str | None, BaseGeometry]]:
    """Pieces of a ground: kind and id of the place, and the piece."""
    pieces: list[tuple[str | None, str | None, BaseGeometry]] = []
    rest = ground
    for kind, id, shape in town.places:
        if kind == "parcel":
            continue
        inside = polygons(ground.intersection(shape))
        if inside.area > 0:
            pieces.append((kind, id, inside))
            rest = polygons(rest.difference(shape))
    if area(rest) > 0:
        best, most = None, min(TOLERANCE, area(rest) / 2)
        for kind, id, shape in sorted(town.places, key=lambda place: place[1]):
            if kind == "parcel" and area(polygons(rest.intersection(shape))) > most:
                best, most = id, area(polygons(rest.intersection(shape)))
        pieces.append(("parcel" if best else None, best, rest))
    largest = sorted(pieces, key=lambda piece: (-area(piece[2]), piece[0] or "~", piece[1] or "~"))[:1]
    return [piece for piece in pieces if area(piece[2]) > TOLERANCE or piece is largest[0]]


def gap(a: Work, b: Work) -> int:
    return (max(a.starts, b.starts) - min(a.ends, b.ends)).days


def joint(p: Project, q: Project) -> bool:
    return p.joint is not None and p.joint == q.joint


def free(rule: str, *projects: Project) -> bool:
    return all(rule not in LIFTED[project.exception] for project in projects)


def payer(project: Project) -> str:
    return project.payer or project.body


def years_of(work: Work) -> set[int]:
    if work.project.money:
        return {year for year, _ in work.project.money}
    if work.starts == EARLY or work.ends == LATE:
        return set()
    return set(range(work.starts.year, work.ends.year + 1))


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def breaks(made: Work, opening: Work) -> bool:
    if made.ends == LATE or opening.begun in (EARLY, LATE) or opening.project.work not in OPENING:
        return False
    until = months_later(made.ends, MONTHS.get(made.project.work, 0))
    return made.ends < opening.begun <= until and free("restriction_breach", opening.project)


def misplaced(before: Work, late: Work) -> bool:
    if LATE in (before.ends, late.begun):
        return False
    own, other = STAGE.get(late.project.work), STAGE.get(before.project.work)
    wait = (late.begun - before.ends).days
    wrong = own is not None and other is not None and own < other
    return wrong and 0 < wait <= ORDER_DAYS and free("wrong_order", late.project)


def double(p: Project, q: Project) -> bool:
    for year in {year for year, _ in p.money} & {year for year, _ in q.money}:
        own = {source for (y, source), amount in p.money.items() if y == year and amount > 0}
        other = {source for (y, source), amount in q.money.items() if y == year and amount > 0}
        if own and other and (payer(p) != payer(q) or len(own | other) > 1):
            return True
    return False


def rules_of(a: Work, b: Work) -> Iterator[str]:
    """Rules on shared ground that hold for two works."""
    p, q = a.project, b.project
    apart, rivals = gap(a, b), p.body != q.body
    same = GROUPS.get(p.work) is not None and GROUPS.get(p.work) == GROUPS.get(q.work)
    if rivals and apart <= 0 and free("clash", p, q):
        yield "clash"
    if rivals and apart > 0 and free("opportunity", p, q):
        early, late = (a, b) if a.ends < b.starts else (b, a)
        if apart <= WINDOW or late.starts - late.earlier * DAY <= early.ends + early.later * DAY:
            yield "opportunity"
    if rivals and same:
        own, other = years_of(a), years_of(b)
        if not own or not other or own & other:
            yield "duplicate_function"
    if same and double(p, q):
        yield "double_funding"
    if breaks(a, b) or breaks(b, a):
        yield "restriction_breach"
    if misplaced(a, b) or misplaced(b, a):
        yield "wrong_order"


def meetings(p: Project, q: Project) -> Iterator[tuple[str, Work, Work, BaseGeometry]]:
    """Rule, two works and their ground."""
    for a in works(p):
        for b in works(q):
            ground = polygons(a.shape.intersection(b.shape))
            if area(ground) > TOLERANCE:
                for rule in rules_of(a, b):
                    yield rule, a, b, ground
            elif p.body != q.body and gap(a, b) <= 0 and free("near_clash", p, q):
                reach = [NEAR_OPENING if w.project.work in OPENING else NEAR for w in (a, b)]
                mine = a.shape.intersection(b.shape.buffer(reach[1], quad_segs=8))
                yours = b.shape.intersection(a.shape.buffer(reach[0], quad_segs=8))
                ground = polygons(mine.union(yours))
                if area(ground) > TOLERANCE:
                    yield "near_clash", a, b, ground


def conflicts(town: Town) -> dict[tuple[str, str, str, str, str], dict[str, Any]]:
    """Findings by rule, kind of place, place, project A and project B."""
    found: dict[tuple[str, str, str, str, str], list[Any]] = {}
    ordered = sorted(town.projects, key=lambda project: project.id.encode())
    for at, p in enumerate(ordered):
        for q in ordered[at + 1 :]:
            if joint(p, q):
                continue
            for rule, a, b, ground in meetings(p, q):
                for kind, id, piece in cut(town, ground):
                    found.setdefault((rule, kind or "", id or "", p.id, q.id), []).append((a, b, piece))
    for rule, kind, id, a, b in list(found):
        stronger = {"near_clash": ["clash"], "opportunity": ["clash", "near_clash"]}.get(rule, [])
        if any((other, kind, id, a, b) in found for other in stronger):
            del found[rule, kind, id, a, b]
    told = {key: facts(town, key[0], met) for key, met in found.items()}
    return told | outside(town)


def days_in(periods: list[tuple[date, date]]) -> int | None:
    """Days covered; None where a period has no beginning or no end."""
    periods = [period for period in periods if period[0] <= period[1]]
    if any(start == EARLY or end == LATE for start, end in periods):
        return None
    return len({start + n * DAY for start, end in periods for n in range((end - start).days + 1)})


def facts(town: Town, rule: str, met: list[tuple[Work, Work, BaseGeometry]]) -> dict[str, Any]:
    p, q = met[0][0].project, met[0][1].project
    shape = union([piece for _, _, piece in met])
    own_a = own_b = shape.area
    if rule == "near_clash":
        own_a = shape.intersection(union([a.shape for a, _, _ in met])).area
        own_b = shape.intersection(union([b.shape for _, b, _ in met])).area
    share_a, share_b = min(own_a / size(p), 1), min(own_b / size(q), 1)
    firm = all(a.firm and b.firm for a, b, _ in met)
    doubt = max(max(a.doubt, b.doubt) for a, b, _ in met)
    common = [(max(a.starts, b.starts), min(a.ends, b.ends)) for a, b, _ in met]
    ends = min(last_day([a for a, _, _ in met]), last_day([b for _, b, _ in met]))
    return {
        "m2": shape.area, "share_a": share_a, "share_b": share_b, "days": days_in(common),
        "money": money(rule, met, share_a, share_b),
        "severity": "major" if firm and rule not in ("near_clash", "opportunity") else "minor",
        "certainty": ("certain", "probable", "possible")[doubt],
        "districts": districts(town, shape, ends), "shift": shift(rule, met),
        "bodies": (p.body, q.body),
    }  # fmt: skip


def size(project: Project) -> float:
    return union([work.shape for work in works(project)]).area


def last_day(sides: list[Work]) -> date:
    known = [work.ends for work in sides if work.ends != LATE]
    return max(known) if known else LATE


def districts(town: Town, shape: BaseGeometry, on: date) -> set[str | None]:
    """Every district that holds some of a shape on a day, and None where some lies outside."""
    held = [(code, ground) for code, ground, first, last in town.districts if first <= on <= last]
    found: set[str | None] = {code for code, ground in held if ground.intersects(shape)}
    outside = not held or shape.difference(union([ground for _, ground in held])).area > 0
    return found | {None} if outside else found


def money(rule: str, met: list[tuple[Work, Work, BaseGeometry]], share_a: float, share_b: float) -> float:
    p, q = met[0][0].project, met[0][1].project
    if rule in ("restriction_breach", "wrong_order"):
        judge = breaks if rule == "restriction_breach" else misplaced
        turned = any(judge(b, a) and not judge(a, b) for a, b, _ in met)
        return sum(q.money.values()) * share_b if turned else sum(p.money.values()) * share_a
    years = {year for year, _ in p.money} & {year for year, _ in q.money}
    own = sum(amount for (year, _), amount in p.money.items() if year in years)
    other = sum(amount for (year, _), amount in q.money.items() if year in years)
    return min(own * share_a, other * share_b)


def shift(rule: str, met: list[tuple[Work, Work, BaseGeometry]]) -> int | None:
    """The smallest move in days, tried one day after another."""
    if rule == "opportunity":
        return min(gap(a, b) for a, b, _ in met)
    if rule == "restriction_breach":
        waits = [
            (months_later(made.ends, MONTHS.get(made.project.work, 0)) - opening.begun).days + 1
            for a, b, _ in met
            for made, opening in ((a, b), (b, a))
            if breaks(made, opening)
        ]
        return max(waits)
    if rule == "wrong_order":
        sides = [side for a, b, _ in met for side in ((a, b), (b, a)) if misplaced(*side)]
        if any(before.starts == EARLY or late.ends == LATE for before, late in sides):
            return None
        return max((late.ends - before.starts).days + 1 for before, late in sides)
    if rule in ("clash", "near_clash"):
        return apart([(a, b) for a, b, _ in met])
    return None


def apart(met: list[tuple[Work, Work]]) -> int | None:
    for days in range(5000):
        for move in (days * DAY, -days * DAY):
            if not any(shares_a_day(a, b, move) for a, b in met):
                return days
    return None


def shares_a_day(a: Work, b: Work, move: timedelta) -> bool:
    starts = EARLY if b.starts == EARLY else b.starts + move
    ends = LATE if b.ends == LATE else b.ends + move
    return max(a.starts, starts) <= min(a.ends, ends)


# who may do what: the tables of tests/rules.toml, told again
def entry(project: Project, kind: str) -> tuple[list[str], list[str]] | None:
    """Bodies and kinds of bodies that have the power; None where it is written down for nobody."""
    if project.work == "paving":
        return ([], ["district_akimat"]) if kind == "courtyard" else (["roads"], [])
    if project.work == "greening":
        return ["nobody_yet"], ["department", "district_akimat"]
    if project.work == "road_repair" and kind in ("public_space", "none"):
        return ["parks"], ["district_akimat"]
    return None


def outside(town: Town) -> dict[tuple[str, str, str, str, str], dict[str, Any]]:
    found = {}
    for p in town.projects:
        own = works(p)
        if not own:
            continue
        ground = union([work.shape for work in own])
        power = entry(p, p.kind or main_kind(town, ground))
        if power is None or may(town, p, own, p.body, power):
            continue
        for kind, id, piece in cut(town, ground):
            share = min(piece.area / ground.area, 1)
            found["outside_powers", kind or "", id or "", p.id, p.id] = {
                "m2": piece.area, "share_a": share, "share_b": share,
                "days": days_in([(work.starts, work.ends) for work in own]),
                "money": sum(p.money.values()) * share, "severity": "minor", "shift": None,
                "certainty": ("certain", "probable", "possible")[max(work.doubt for work in own)],
                "districts": districts(town, piece, last_day(own)),
                "bodies": (p.body, competent(town, own, power) or p.body),
            }  # fmt: skip
    return found


def main_kind(town: Town, ground: BaseGeometry) -> str:
    sums: dict[str, float] = {}
    for kind, _, piece in cut(town, ground):
        sums[kind or ""] = sums.get(kind or "", 0) + area(piece)
    return min(sums, key=lambda kind: (-round(sums[kind], 6), kind)) or "none"


def may(town: Town, p: Project, own: list[Work], body: str, power: tuple[list[str], list[str]]) -> bool:
    kind = town.bodies[body][0]
    return body in power[0] or (kind in power[1] and (kind != "district_akimat" or at_home(town, own, body)))


def at_home(town: Town, own: list[Work], body: str) -> bool:
    mine, here = town.bodies[body][1], home(town, own)
    return mine is None or here is None or mine == here


def home(town: Town, own: list[Work]) -> str | None:
    point, on = own[0].shape.representative_point(), last_day(own)
    held = [
        code
        for code, ground, first, last in town.districts
        if first <= on <= last and ground.intersects(point)
    ]
    return held[0] if held else None


def competent(town: Town, own: list[Work], power: tuple[list[str], list[str]]) -> str | None:
    named = [code for code in power[0] if code in town.bodies]
    if named:
        return named[0]
    kind = power[1][0] if power[1] else None
    of_kind = [code for code, (found, _) in town.bodies.items() if found == kind]
    fitting = [code for code in of_kind if kind != "district_akimat" or at_home(town, own, code)]
    return fitting[0] if len(fitting) == 1 else None
