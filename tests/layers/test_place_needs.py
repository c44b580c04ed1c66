"""Needs of public spaces and hexagons, ranks and hot spots, on drawn towns that can be done by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import h3
import msgspec
import numpy as np
import pytest
from pyproj import Transformer
from sqlalchemy import Connection, delete, insert, select, update

from gis_core.layer import Layer, table_of
from layers.appeal_places import AppealPlace
from layers.appeals import Appeal
from layers.bodies import Body
from layers.catalogue import DERIVED
from layers.city import City
from layers.computed import fill as put_rows
from layers.courtyard_needs import CourtyardNeed
from layers.courtyards import Courtyard
from layers.district_needs import DistrictNeed
from layers.districts import District
from layers.funding_by_place import FundingByPlace
from layers.grid_cells import GridCell
from layers.grid_needs import GridNeed
from layers.hot_spots import HotSpot
from layers.need_profile import NeedRules
from layers.need_ranks import NeedRank, draws
from layers.project_funding import ProjectFunding
from layers.project_places import ProjectPlace
from layers.projects import Project
from layers.public_space_needs import PublicSpaceNeed
from layers.public_spaces import PublicSpace
from layers.works import Work
from tests.drawing import X0, Y0, box, point

MILLION = 1_000_000
FIRST, SECOND, LAST = date(2022, 1, 1), date(2022, 3, 1), date(2022, 3, 11)
WEIGHTS = NeedRules(appeals=0.3, repeated=0.1, open=0.1, age=0.1, condition=0.2, works=0, residents=0.2)
BEFORE: Mapping[type[Layer], tuple[type[Layer], ...]] = {
    PublicSpaceNeed: (),
    GridNeed: (),
    CourtyardNeed: (),
    DistrictNeed: (),
    NeedRank: (CourtyardNeed, PublicSpaceNeed),
    HotSpot: (CourtyardNeed,),
}
Told = Callable[..., list[Any]]


@pytest.fixture
def told(connection: Connection, city: City) -> Told:
    """Rows of a layer by key, from those that it asks, under other rules for needs."""

    def rows(layer: type[Layer], rules: NeedRules = WEIGHTS) -> list[Any]:
        profile = msgspec.structs.replace(city, needs=rules)
        for each in (GridCell, Work, ProjectPlace, AppealPlace, FundingByPlace, *BEFORE[layer], layer):
            connection.execute(delete(each))
            put_rows(connection, each, DERIVED[each], profile)
        table = table_of(layer)
        return list(connection.execute(select(table).order_by(*table.primary_key)))

    return rows


def district(connection: Connection, width: float) -> None:
    shape = box(0, 0, width, 1000)
    connection.execute(insert(District).values(id="west", code="west", name_ru="Запад", geom=shape))


def yards(connection: Connection, corners: Mapping[str, tuple[float, float]], **said: Any) -> None:
    rows = [{"id": id, "geom": box(*corner, 100, 100), **said} for id, corner in corners.items()]
    connection.execute(insert(Courtyard), rows)


def appeal(connection: Connection, at: tuple[float, float], day: date, *, closed: bool = True) -> None:
    """An appeal that is closed on its day, or stays open."""
    row = {"id": f"{at} {day}", "requested_on": day, "closed_on": day if closed else None}
    connection.execute(insert(Appeal).values(**row, category="other", geom=point(*at)))


def complaints(connection: Connection, much: tuple[float, float], little: tuple[float, float]) -> None:
    """At one point three appeals, the third ten days after the second; at the other one, open ten days."""
    for day in (FIRST, SECOND, LAST):
        appeal(connection, much, day)
    appeal(connection, little, SECOND, closed=False)


def money(connection: Connection, corners: Mapping[tuple[float, float], int]) -> None:
    """Projects of one hectare, with millions."""
    connection.execute(insert(Body).values(code="akimat", name_ru="Акимат"))
    for number, (corner, millions) in enumerate(corners.items()):
        row = {"id": f"P{number}", "executing_body": "akimat", "work_type": "paving"}
        connection.execute(insert(Project).values(**row, geom=box(*corner, 100, 100)))
        paid = {"project_id": row["id"], "year": 2022, "amount_kzt": millions * MILLION}
        connection.execute(insert(ProjectFunding).values(**paid))


def parts(row: Any) -> tuple[float, ...]:
    names = ("appeals", "repeated", "open", "age", "condition", "works", "residents")
    return tuple(getattr(row, f"need_{name}") for name in names)


@pytest.fixture
def squares(connection: Connection) -> None:
    """Public spaces S, 400 people within 500 m, and T, 100; 30 of 40 million go to T."""
    district(connection, 3000)
    spaces = [("S", "needs_repair", 0), ("T", "satisfactory", 1500)]
    rows = [{"id": id, "name": id, "condition": how, "geom": box(x, 0, 100, 100)} for id, how, x in spaces]
    connection.execute(insert(PublicSpace), rows)
    yards(connection, {"100 m east of S": (200, 0)}, residents=300)
    yards(connection, {"500 m north of S": (0, 600), "100 m east of T": (1700, 0)}, residents=100)
    yards(connection, {"501 m east of S": (601, 0)}, residents=7000)
    complaints(connection, (50, 50), (1550, 50))
    money(connection, {(0, 0): 10, (1500, 0): 30})


@pytest.mark.usefixtures("squares")
def test_need_of_a_public_space_is_the_weighted_sum_of_its_shares(told: Told) -> None:
    s, t = told(PublicSpaceNeed)
    assert (s.public_space_id, s.year, s.district_code, t.public_space_id) == ("S", 2022, "west", "T")
    assert (s.appeals, s.appeals_repeated, s.appeals_open) == (3, 1, 0)
    assert (t.appeals, t.appeals_repeated, t.appeals_open) == (1, 0, 1)
    # 0.3 · 3/4, 0.1 · 1/1, nothing open, nothing waits, 0.2 · 1/1, weight 0, 0.2 · 400/500
    assert parts(s) == pytest.approx((0.225, 0.1, 0, 0, 0.2, 0, 0.16))
    # 0.3 · 1/4, none repeated, 0.1 · 1/1, 0.1 · 10/10 days, satisfactory, weight 0, 0.2 · 100/500
    assert parts(t) == pytest.approx((0.075, 0, 0.1, 0.1, 0, 0, 0.04))
    assert (s.need, t.need) == pytest.approx((0.685, 0.315))
    assert (s.confidence, s.missing) == (0.9, "condition")  # found on an unknown day: half of 0.2


@pytest.mark.usefixtures("squares")
def test_a_public_space_serves_those_within_walking_distance(told: Told) -> None:
    assert [row.residents for row in told(PublicSpaceNeed)] == [400, 100]
    assert [row.residents for row in told(PublicSpaceNeed, msgspec.structs.replace(WEIGHTS, walk_m=501))] == [
        7400,
        100,
    ]


@pytest.mark.usefixtures("squares")
def test_gap_of_a_public_space_is_its_need_less_its_share_of_money(told: Told) -> None:
    s, t = told(PublicSpaceNeed)
    assert (s.amount_kzt, t.amount_kzt) == (10 * MILLION, 30 * MILLION)
    assert (s.funding, t.funding) == (0.25, 0.75)
    assert (s.gap, t.gap) == pytest.approx((0.435, -0.435))
    assert (s.gap_kzt, t.gap_kzt) == (17_400_000, -17_400_000)  # 0.685 · 40 − 10, 0.315 · 40 − 30 million
    assert (s.gap_per_resident_kzt, t.gap_per_resident_kzt) == (43_500, -174_000)  # by 400, by 100
    assert (s.gap_per_appeal_kzt, t.gap_per_appeal_kzt) == (5_800_000, -17_400_000)  # by 3, by 1
    assert (s.need_class, s.funding_class, t.need_class, t.funding_class) == (1, 1, 0, 2)


@pytest.mark.usefixtures("squares")
def test_a_public_space_whose_neighbours_nobody_counted_has_the_mean(
    connection: Connection, told: Told
) -> None:
    alone = update(Courtyard).where(Courtyard.id == "100 m east of T").values(residents=None)
    connection.execute(alone)
    s, t = told(PublicSpaceNeed)
    assert (t.residents, t.missing, t.confidence) == (None, "condition, residents", 0.7)
    assert (s.need_residents, t.need_residents) == pytest.approx((0.1, 0.1))
    assert t.gap_per_resident_kzt is None


@pytest.fixture
def cells(connection: Connection) -> dict[str, str]:
    """Hexagons: west with a broken courtyard of 300 people, east with a good one of 100, and one between.

    All courtyards and appeals lie round the middles of their hexagons; between there is an appeal alone.
    """
    district(connection, 6000)
    to_degrees = Transformer.from_crs(32642, 4326, always_xy=True)
    found = {}
    for name, x in {"west": 500, "between": 3000, "east": 5500}.items():
        lon, lat = to_degrees.transform(X0 + x, Y0 + 500)
        found[name] = h3.latlng_to_cell(lat, lon, WEIGHTS.hexagon_resolution)
    middles = {name: _middle(cell) for name, cell in found.items()}
    corners = {name: (x - 50, y - 50) for name, (x, y) in middles.items()}
    yards(connection, {"W": corners["west"]}, residents=300, condition="needs_repair")
    yards(connection, {"E": corners["east"]}, residents=100, condition="satisfactory")
    complaints(connection, middles["west"], middles["east"])
    appeal(connection, middles["between"], SECOND)
    money(connection, {corners["west"]: 10, corners["east"]: 30})
    return found


def _middle(cell: str) -> tuple[float, float]:
    lat, lon = h3.cell_to_latlng(cell)
    x, y = Transformer.from_crs(4326, 32642, always_xy=True).transform(lon, lat)
    return round(x) - X0, round(y) - Y0


def test_need_of_a_hexagon_is_the_weighted_sum_of_what_lies_in_it(told: Told, cells: dict[str, str]) -> None:
    rows = {row.cell_id: row for row in told(GridNeed)}
    west, between, east = (rows.pop(cells[name]) for name in ("west", "between", "east"))
    assert [(row.appeals, row.appeals_repeated, row.appeals_open) for row in (west, between, east)] == [
        (3, 1, 0),
        (1, 0, 0),
        (1, 0, 1),
    ]
    assert [(row.courtyards, row.residents) for row in (west, between, east)] == [
        (1, 300),
        (0, None),
        (1, 100),
    ]
    # 0.3 · 3/5, 0.1 · 1/1, nothing open, nothing waits, 0.2 · 1/1, weight 0, 0.2 · 300/400
    assert parts(west) == pytest.approx((0.18, 0.1, 0, 0, 0.2, 0, 0.15))
    assert parts(between) == pytest.approx((0.06, 0, 0, 0, 0, 0, 0))
    assert parts(east) == pytest.approx((0.06, 0, 0.1, 0.1, 0, 0, 0.05))
    assert (west.need, between.need, east.need) == pytest.approx((0.63, 0.06, 0.31))
    assert len(rows) > 3
    assert all((row.need, row.appeals, row.amount_kzt, row.gap) == (0, 0, 0, 0) for row in rows.values())
    assert (west.confidence, west.missing) == (0.9, "condition")
    assert (between.confidence, between.missing) == (1, None)  # nobody lives there, and nothing is to repair


def test_gap_of_a_hexagon_is_its_need_less_its_share_of_money(told: Told, cells: dict[str, str]) -> None:
    rows = {row.cell_id: row for row in told(GridNeed)}
    west, between, east = (rows[cells[name]] for name in ("west", "between", "east"))
    assert (west.amount_kzt, between.amount_kzt, east.amount_kzt) == (10 * MILLION, 0, 30 * MILLION)
    assert (west.funding, between.funding, east.funding) == (0.25, 0, 0.75)
    assert (west.gap, between.gap, east.gap) == pytest.approx((0.38, 0.06, -0.44))
    # 0.63 · 40 − 10, 0.06 · 40, 0.31 · 40 − 30 million
    assert (west.gap_kzt, between.gap_kzt, east.gap_kzt) == (15_200_000, 2_400_000, -17_600_000)
    assert west.gap_per_resident_kzt == 50_667  # 15,200,000 / 300
    assert (between.gap_per_resident_kzt, between.gap_per_appeal_kzt) == (None, 2_400_000)


WAITING = NeedRules(appeals=0.1, open=0, condition=0, works=0.9, renewing=("paving",), renewal_years=3)


@pytest.fixture
def waiting(connection: Connection) -> None:
    """In 2022 courtyard A has waited 1 year, B 4 and D, in the east, 2; of C no works are known.

    Nor does what only begins, touches a corner, is no paving or ends in 2022 make C new. The records begin in
    2018, so C has waited 4 years at least; no more than 3 count. Of two public spaces S has waited 1 year.
    """
    for code, x in (("west", 0), ("east", 1000)):
        row = {"id": code, "code": code, "name_ru": code, "geom": box(x, 0, 1000, 1000)}
        connection.execute(insert(District).values(**row))
    yards(connection, {"A": (0, 0), "B": (200, 0), "C": (400, 0), "D": (1500, 0)}, residents=10)
    spaces = [{"id": id, "name": id, "geom": box(x, 500, 100, 100)} for id, x in (("S", 0), ("T", 200))]
    connection.execute(insert(PublicSpace), spaces)
    connection.execute(insert(Body).values(code="akimat", name_ru="Акимат"))
    for x, y, year, said in (
        (0, 0, 2021, {}),
        (200, 0, 2018, {}),
        (1500, 0, 2020, {}),
        (0, 500, 2021, {}),
        (400, 0, 2021, {"status": "implementation"}),
        (460, 60, 2021, {}),
        (400, 0, 2020, {"work_type": "heat_network"}),
        (400, 0, 2022, {}),
    ):
        days = {"starts": date(year, 5, 1), "ends": date(year, 9, 1)}
        row = {"executing_body": "akimat", "work_type": "paving", "status": "completed", **days, **said}
        connection.execute(insert(Project).values(id=f"{x} {y} {year}", geom=box(x, y, 100, 100), **row))
    for year in (2018, 2022):
        appeal(connection, (50, 50), date(year, 5, 1))
        appeal(connection, (50, 550), date(year, 5, 1))


@pytest.mark.usefixtures("waiting")
def test_a_place_needs_the_more_the_longer_ago_it_was_made_new(told: Told) -> None:
    """0.9 · (1, 3, 3, 2) / 9 for the years, and 0.1 for the one appeal."""
    rows = {row.courtyard_id: row for row in told(CourtyardNeed, WAITING) if row.year == 2022}
    assert {id: row.need_works for id, row in rows.items()} == pytest.approx(
        {"A": 0.1, "B": 0.3, "C": 0.3, "D": 0.2}
    )
    assert {id: row.need for id, row in rows.items()} == pytest.approx(
        {"A": 0.2, "B": 0.3, "C": 0.3, "D": 0.2}
    )
    assert {(row.confidence, row.missing) for row in rows.values()} == {(1, None)}


@pytest.mark.usefixtures("waiting")
def test_a_district_has_waited_as_long_as_its_courtyards_together(told: Told) -> None:
    """West 1 + 3 + 3 years and both appeals, east 2 years."""
    east, west = (row for row in told(DistrictNeed, WAITING) if row.year == 2022)
    assert (west.need_works, west.need_appeals, west.need) == pytest.approx((0.7, 0.1, 0.8))
    assert (east.need_works, east.need_appeals, east.need) == pytest.approx((0.2, 0, 0.2))


@pytest.mark.usefixtures("waiting")
def test_a_public_space_waits_like_a_courtyard(told: Told) -> None:
    """S 1 of 4 years, T the other 3."""
    s, t = (row for row in told(PublicSpaceNeed, WAITING) if row.year == 2022)
    assert (s.need_works, t.need_works) == pytest.approx((0.225, 0.675))


@pytest.mark.usefixtures("waiting")
def test_in_the_first_year_of_the_records_nobody_knows_how_long_a_place_has_waited(told: Told) -> None:
    rows = {row.courtyard_id: row for row in told(CourtyardNeed, WAITING) if row.year == 2018}
    assert {id: (row.need_works, row.need) for id, row in rows.items()} == {
        "A": (0, 1),
        **dict.fromkeys("BCD", (0, 0)),
    }
    assert {(row.confidence, row.missing) for row in rows.values()} == {(0.1, "works")}


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("layer", [CourtyardNeed, PublicSpaceNeed, DistrictNeed, GridNeed])
def test_every_part_stands_beside_the_sum_and_the_needs_of_a_year_add_up_to_one(
    told: Told, layer: type[Layer]
) -> None:
    rules = msgspec.structs.replace(WEIGHTS, works=0.1, residents=0.1, renewing=("paving",))
    rows = told(layer, rules)
    for row in rows:
        assert row.need == pytest.approx(sum(parts(row)), abs=1e-12)
        assert min(parts(row)) >= 0
    for year in (2018, 2022):
        assert sum(row.need for row in rows if row.year == year) == pytest.approx(1, abs=1e-9)
    assert any(row.need_works for row in rows)


QUEUE = NeedRules(appeals=0.5, open=0.2, condition=0.3, first=2)


@pytest.fixture
def queue(connection: Connection) -> None:
    """Appeals 6, 3, 1, 0 of 10; the one open and half of the repairs are at Best, half of them at Broken.

    Best 0.5 · 0.6 + 0.2 + 0.3 / 2 = 0.65, Broken 0.5 · 0.1 + 0.3 / 2 = 0.2, Loud 0.5 · 0.3 = 0.15, Quiet 0.
    """
    district(connection, 3000)
    yards(connection, {"Best": (0, 0), "Broken": (400, 0)}, condition="needs_repair")
    yards(connection, {"Loud": (200, 0), "Quiet": (600, 0)}, condition="satisfactory")
    for x, count in ((50, 6), (250, 3), (450, 1)):
        for month in range(1, count + 1):
            appeal(connection, (x, 50), date(2022, month, 1), closed=(x, month) != (50, 6))


@pytest.mark.usefixtures("queue")
def test_places_stand_in_the_order_of_their_need(told: Told) -> None:
    ranks = {row.place_id: row.rank for row in told(NeedRank, QUEUE)}
    assert ranks == {"Best": 1, "Broken": 2, "Loud": 3, "Quiet": 4}


@pytest.mark.usefixtures("queue")
def test_who_leads_in_every_part_is_always_first_and_who_trails_never(told: Told) -> None:
    """Broken stands before Loud where 0.05 a + 0.15 c > 0.15 a, for factors a of appeals and c of condition.

    With both even between 0.5 and 1.5, c > 2/3 a comes 13 times in 16.
    """
    rows = {row.place_id: row for row in told(NeedRank, QUEUE)}
    assert (rows["Best"].in_first, rows["Quiet"].in_first) == (1, 0)
    assert (rows["Best"].rank_low, rows["Best"].rank_high) == (1, 1)
    assert (rows["Quiet"].rank_low, rows["Quiet"].rank_high) == (4, 4)
    assert rows["Broken"].in_first == pytest.approx(13 / 16, abs=0.04)  # three deviations of 1,000 draws
    assert rows["Broken"].in_first + rows["Loud"].in_first == pytest.approx(1)
    assert (rows["Broken"].rank_low, rows["Broken"].rank_high) == (2, 3)


@pytest.mark.usefixtures("queue")
def test_ranks_are_drawn_the_same_every_time(told: Told) -> None:
    assert told(NeedRank, QUEUE) == told(NeedRank, QUEUE)
    first, again = draws(7), draws(7)
    assert first.shape == (1000, 7)
    assert np.array_equal(first, again)
    assert (0.5 <= first.min() < 0.51, 1.49 < first.max() < 1.5) == (True, True)


SIDE = 7  # courtyards in a row and a column, 200 m apart
PLANTED = {(x, y) for x in (2, 3, 4) for y in (2, 3, 4)}


def town_of_49(connection: Connection, appeals_of: Callable[[tuple[int, int]], int]) -> None:
    """Courtyards on a lattice; all that they differ in is the number of their appeals."""
    shape = box(0, 0, 2000, 2000)
    connection.execute(insert(District).values(id="west", code="west", name_ru="Запад", geom=shape))
    knots = [(x, y) for x in range(SIDE) for y in range(SIDE)]
    yards(
        connection, {f"{x}{y}": (200 * x, 200 * y) for x, y in knots}, condition="satisfactory", residents=10
    )
    for x, y in knots:
        for day in range(1, appeals_of((x, y)) + 1):
            appeal(connection, (200 * x + 50, 200 * y + 50), date(2022, 1, day))


def test_a_planted_cluster_is_hot_after_the_correction_for_many_tests(
    connection: Connection, told: Told
) -> None:
    """Nine of 49 have five appeals, the others one. A place that has k of the nine among itself and its eight
    neighbours scores (k − 9 p) / √(p (1 − p) (49 · 9 − 81) / 48), p = 9/49.

    The middle has k = 9, the four beside it 6, the corners 4: these pass one test of 5 %, but not 49 tests.
    """
    town_of_49(connection, lambda knot: 5 if knot in PLANTED else 1)
    rows = {row.courtyard_id: row for row in told(HotSpot, NeedRules())}
    p = 9 / 49
    deviation = (p * (1 - p) * (49 * 9 - 81) / 48) ** 0.5
    for id, k in {"33": 9, "23": 6, "43": 6, "32": 6, "34": 6, "22": 4, "44": 4, "13": 3, "11": 1}.items():
        assert rows[id].score == pytest.approx((k - 9 * p) / deviation, abs=1e-5), id
    assert {id for id, row in rows.items() if row.spot == "hot"} == {"33", "23", "43", "32", "34"}
    assert {row.spot for row in rows.values()} == {"hot", "none"}
    assert {id for id, row in rows.items() if row.chance < 0.05} == {
        *("33", "23", "43", "32", "34"),
        *("22", "24", "42", "44"),
    }


def test_an_even_town_has_no_hot_spots(connection: Connection, told: Told) -> None:
    town_of_49(connection, lambda _: 1)
    rows = told(HotSpot, NeedRules())
    assert len(rows) == 49
    assert {(row.score, row.chance, row.spot) for row in rows} == {(0, 1, "none")}
