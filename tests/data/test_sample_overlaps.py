"""What the sample city is there to show: contested places, doubled works, need without money."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

import pytest
from shapely import STRtree

from tests.data.sample_files import Row, Sample


@dataclass(frozen=True)
class Pair:
    """Two projects of different bodies on common ground."""

    a: Row
    b: Row

    @property
    def same_time(self) -> bool:
        return bool(self.a["starts"] <= self.b["ends"] and self.b["starts"] <= self.a["ends"])

    @property
    def same_work(self) -> bool:
        return bool(self.a["work_type"] == self.b["work_type"])


@pytest.fixture(scope="module")
def acting(sample: Sample) -> list[Row]:
    """Projects that are not cancelled, a row a shape; areas with own dates stand for their project."""
    live = {row["id"]: row for row in sample.rows["projects.geojson"] if row["status"] != "cancelled"}
    areas = [row for row in sample.rows["project_areas.geojson"] if row["project_id"] in live]
    return [row for row in live.values() if row["geom"]] + [
        {**live[row["project_id"]], **row} for row in areas
    ]


@pytest.fixture(scope="module")
def pairs(acting: list[Row]) -> list[Pair]:
    shapes = [row["geom"] for row in acting]
    left, right = STRtree(shapes).query(shapes, predicate="intersects")
    return [
        Pair(acting[a], acting[b])
        for a, b in zip(left, right, strict=True)
        if acting[a]["id"] < acting[b]["id"]
        and acting[a]["executing_body"] != acting[b]["executing_body"]
        and shapes[a].intersection(shapes[b]).area > 1
    ]


def test_between_120_and_220_courtyards_and_public_spaces_are_contested(
    sample: Sample, acting: list[Row]
) -> None:
    places = [row["geom"] for row in sample.rows["courtyards.geojson"] + sample.rows["public_spaces.geojson"]]
    found, works = STRtree([row["geom"] for row in acting]).query(places, predicate="intersects")[[0, 1]]
    bodies: dict[int, set[str]] = defaultdict(set)
    for place, work in zip(found, works, strict=True):
        if places[place].intersection(acting[work]["geom"]).area > 1:
            bodies[int(place)].add(acting[work]["executing_body"])
    assert 120 <= sum(len(several) > 1 for several in bodies.values()) <= 220


def test_two_bodies_work_on_one_place_at_one_time(pairs: list[Pair]) -> None:
    assert sum(pair.same_time for pair in pairs) >= 60


def test_two_bodies_do_the_same_work_in_one_year(sample: Sample, pairs: list[Pair]) -> None:
    same = [
        pair for pair in pairs if pair.same_work and sample.year[pair.a["id"]] == sample.year[pair.b["id"]]
    ]
    assert len(same) >= 40


def test_two_budgets_pay_for_one_playground(pairs: list[Pair]) -> None:
    games = ("playground", "sports_ground")
    assert sum(pair.same_work and pair.a["work_type"] in games for pair in pairs) >= 15


def test_the_department_repairs_public_spaces_that_the_akimat_repairs(pairs: list[Pair]) -> None:
    doubled = [
        pair
        for pair in pairs
        if pair.same_work and pair.a["work_type"] == "current_repair" and pair.same_time
    ]
    assert len(doubled) >= 10


def test_networks_are_dug_through_courtyards_finished_within_the_year(pairs: list[Pair]) -> None:
    yards = [(pair.a, pair.b) for pair in pairs] + [(pair.b, pair.a) for pair in pairs]
    dug = [
        (yard, net)
        for yard, net in yards
        if yard["work_type"] == "courtyard_improvement" and net["work_type"].endswith("_network")
    ]
    waits = [(date.fromisoformat(net["starts"]) - date.fromisoformat(yard["ends"])).days for yard, net in dug]
    assert sum(0 < days <= 365 for days in waits) >= 15


def test_some_pairs_are_declared_joint(pairs: list[Pair]) -> None:
    joint = [
        pair for pair in pairs if pair.a["joint_group"] and pair.a["joint_group"] == pair.b["joint_group"]
    ]
    assert len(joint) == 8


def test_one_to_three_percent_of_the_money_is_on_no_map(sample: Sample) -> None:
    placed = {row["project_id"] for row in sample.rows["project_areas.geojson"]}
    projects = sample.rows["projects.geojson"]
    nowhere = [row for row in projects if row["geom"] is None and row["id"] not in placed]
    assert 0.01 <= sample.adopted(nowhere) / sample.adopted(projects) <= 0.03


def test_dates_that_are_not_firm_cancelled_and_staged_projects_occur(sample: Sample) -> None:
    projects = sample.rows["projects.geojson"]
    assert sum(not row["dates_firm"] for row in projects) >= 50
    assert sum(row["status"] == "cancelled" for row in projects) >= 8
    assert len({row["project_id"] for row in sample.rows["project_areas.geojson"]}) == 6


def test_a_few_percent_of_appeals_have_an_address_only(sample: Sample) -> None:
    rows = sample.rows["appeals.csv.gz"]
    assert 0.02 <= sum(row["lon"] is None for row in rows) / len(rows) <= 0.06
    assert all((row["geom_source"] == "none") == (row["lon"] is None) for row in rows)


def test_need_and_money_part(sample: Sample, almaty_yards: list[Row]) -> None:
    """Courtyards that need repair and never got money draw more appeals than those that need none."""
    funded = STRtree([row["geom"] for year in (2020, 2021, 2022, 2023) for row in sample.improved(year)])
    counts = Counter(
        row["address"] for row in sample.rows["appeals.csv.gz"] if row["requested_on"][:4] == "2022"
    )
    without = [row for row in almaty_yards if not len(funded.query(row["geom"], predicate="intersects"))]
    needing = [counts[row["address"]] for row in without if row["condition"] == "needs_repair"]
    quiet = [counts[row["address"]] for row in without if row["condition"] == "satisfactory"]
    assert len(needing) > 50
    assert sum(needing) / len(needing) > 2 * sum(quiet) / len(quiet)
