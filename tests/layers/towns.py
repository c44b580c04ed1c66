"""Random towns of the oracle, drawn by hypothesis, and the way they get into the store."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from shapely import MultiPolygon, box, to_wkt
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, insert

from layers.bodies import Body
from layers.courtyards import Courtyard
from layers.districts import District
from layers.parcels import Parcel
from layers.project_areas import ProjectArea
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.public_spaces import PublicSpace
from tests.drawing import SRID, X0, Y0
from tests.layers import oracle

BODIES = {
    "akimat_e": ("district_akimat", "e"),
    "akimat_w": ("district_akimat", "w"),
    "heat": ("utility", None),
    "parks": ("department", None),
    "roads": ("department", None),
}
SPLIT = date(2022, 7, 1)  # on this day the district of the west was cut in two
DISTRICTS = [
    ("w", box(-99, -99, 99, 99), oracle.EARLY, SPLIT - timedelta(days=1)),
    ("w", box(-99, -99, 17.25, 99), SPLIT, oracle.LATE),
    ("e", box(17.25, -99, 99, 99), SPLIT, oracle.LATE),
]
PLACES = [
    ("courtyard", "C-1", box(0, 0, 12, 14)),
    ("courtyard", "C-2", box(12, 0, 20, 14)),
    ("public_space", "S-1", box(0, 16, 18, 30)),
    ("parcel", "21-1", box(-1, -1, 15.5, 33)),
    ("parcel", "21-2", box(15.5, -1, 22, 33)),
]
IDS = ("P-1", "p-2", "Ж-3", "10", "9", "a b", "P-01")
numbers = st.integers


@st.composite
def shapes(draw: st.DrawFn) -> BaseGeometry:
    """A box, one with a hole, or two; corners on whole metres, some a little off them."""
    x, y, width, height = (draw(numbers(low, high)) for low, high in ((4, 16), (4, 16), (3, 14), (3, 14)))
    off = draw(st.sampled_from((0, 0, 0.5, 0.93)))
    plain = box(x + off, y, x + off + width, y + height)
    kind = draw(st.sampled_from(("box", "box", "hole", "two")))
    if kind == "hole" and width > 3 and height > 3:
        return plain.difference(box(x + off + 1, y + 1, x + off + width - 1, y + height - 2))
    return MultiPolygon([plain, box(x + 26, y, x + 30, y + height)]) if kind == "two" else plain


days = numbers(0, 300).map(lambda count: date(2022, 3, 1) + timedelta(days=count))
maybe_days = st.one_of(st.none(), days)


@st.composite
def periods(draw: st.DrawFn) -> tuple[date | None, date | None]:
    starts = draw(st.one_of(days, days, maybe_days))
    if starts is None:
        return None, draw(maybe_days)
    length = draw(st.sampled_from((0, 1, 15, 20, 30, 40, 50, 90, 200, None)))
    return starts, None if length is None else starts + timedelta(days=length)


@st.composite
def projects(draw: st.DrawFn, id: str) -> oracle.Project:
    starts, ends = draw(periods())
    sources = st.sampled_from(("drawn", "drawn", "drawn", "surveyed", "buffered_line", "address", "centroid"))
    parts = draw(st.booleans())
    areas = [
        oracle.Area(draw(shapes()), *(draw(periods()) if parts else (None, None)), draw(sources))
        for _ in range(draw(numbers(1, 2)) if parts else 1)
    ]
    for area in areas:  # a part begins before it ends, also where one day is the project's
        if area.starts and ends and not area.ends and area.starts > ends:
            area.starts = None
    purse = st.tuples(st.sampled_from((2022, 2023)), st.sampled_from(("local", "other")))
    leeway = st.sampled_from((None, None, 5, 60))
    before, after = draw(leeway), draw(leeway)
    return oracle.Project(
        id,
        draw(st.sampled_from(sorted(BODIES))),
        draw(
            st.sampled_from(
                ("paving", "paving", "heat_network", "heat_network", "greening", "road_repair", "other")
            )
        ),
        areas,
        parts=parts,
        payer=draw(st.sampled_from((None, None, "roads", "parks"))),
        kind=draw(st.sampled_from((None, "courtyard", "public_space"))),
        starts=starts,
        ends=ends,
        firm=draw(st.sampled_from((True, True, False))),
        earliest=starts - timedelta(days=before) if starts and before else None,
        latest=starts + timedelta(days=after) if starts and after else None,
        cancelled=draw(st.sampled_from((False,) * 9 + (True,))),
        joint=draw(st.sampled_from((None,) * 5 + ("J",))),
        exception=draw(st.sampled_from((None,) * 12 + ("emergency", "mandated", "connection"))),
        money=draw(st.dictionaries(purse, numbers(0, 10_000), max_size=3)),
    )


@st.composite
def towns(draw: st.DrawFn, most: int = 6) -> oracle.Town:
    ids = draw(st.permutations(IDS))[: draw(numbers(3, most))]
    return oracle.Town([draw(projects(id)) for id in ids], PLACES, BODIES, DISTRICTS)


def store(connection: Connection, town: oracle.Town, shift: tuple[float, float] = (0, 0)) -> None:
    """Put a town into an empty store, moved by so many metres."""

    def moved(shape: BaseGeometry) -> str:
        return stored(translate(shape, *shift))

    for code, (kind, district) in town.bodies.items():
        connection.execute(insert(Body).values(code=code, name_ru=code, kind=kind, district_code=district))
    for number, (code, shape, first, last) in enumerate(town.districts):
        connection.execute(
            insert(District).values(
                id=f"d{number}", code=code, name_ru=code, geom=moved(shape),
                valid_from=None if first == oracle.EARLY else first,
                valid_to=None if last == oracle.LATE else last + timedelta(days=1),
            )
        )  # fmt: skip
    layers: dict[str, Any] = {"courtyard": Courtyard, "public_space": PublicSpace, "parcel": Parcel}
    for kind, id, shape in town.places:
        named = {"courtyard": {"address": id}, "public_space": {"name": id}, "parcel": {}}[kind]
        connection.execute(insert(layers[kind]).values(id=id, geom=moved(shape), **named))
    for project in town.projects:
        put(connection, project, shift)


def put(connection: Connection, project: oracle.Project, shift: tuple[float, float] = (0, 0)) -> None:
    """One project, its areas and money; of each sum a later stage is recorded too, which does not count."""
    own = None if project.parts else project.areas[0]
    connection.execute(
        insert(Project).values(
            id=project.id, executing_body=project.body, funding_body=project.payer, work_type=project.work,
            place_kind=project.kind, starts=project.starts, ends=project.ends, dates_firm=project.firm,
            earliest_start=project.earliest, latest_start=project.latest,
            status="cancelled" if project.cancelled else "preparation", joint_group=project.joint,
            exception=project.exception, geom_source=own.source if own else "drawn",
            geom=stored(translate(own.shape, *shift)) if own else None,
        )
    )  # fmt: skip
    for number, area in enumerate(project.areas if project.parts else ()):
        dates = {"starts": area.starts, "ends": area.ends, "geom_source": area.source}
        row = {"project_id": project.id, "area_no": number, **dates}
        connection.execute(insert(ProjectArea).values(geom=stored(translate(area.shape, *shift)), **row))
    for (year, source), amount in project.money.items():
        stages = [
            {
                "project_id": project.id,
                "year": year,
                "source": source,
                "stage": stage,
                "amount_kzt": amount + more,
            }
            for stage, more in (("adopted", 0), ("spent", 7))
        ]
        connection.execute(insert(ProjectFunding), stages)


def stored(shape: BaseGeometry) -> str:
    """A shape of the drawing as the store reads it."""
    parts = getattr(shape, "geoms", [shape])
    return f"SRID={SRID};{to_wkt(translate(MultiPolygon(list(parts)), X0, Y0), rounding_precision=-1)}"
