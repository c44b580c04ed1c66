"""The sample city keeps the published figures exactly: a test a row of them."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from shapely import STRtree, from_geojson, points, transform

from data.boundaries import draw
from data.sample.ground import table
from tests.data.sample_files import METRES, Row, Sample

DISTRICTS = ("almaty", "baikonur", "nura", "saryarka", "yesil")
MILLION = 1_000_000


def test_425_courtyards_250_satisfactory_175_need_repair(almaty_yards: list[Row]) -> None:
    assert Counter(row["condition"] for row in almaty_yards) == {"satisfactory": 250, "needs_repair": 175}


@pytest.mark.parametrize(("year", "count"), [(2020, 33), (2021, 54), (2022, 88), (2023, 155)])
def test_courtyards_improved_a_year(sample: Sample, almaty_yards: list[Row], year: int, count: int) -> None:
    works = sample.improved(year)
    assert len(works) == count
    tree = STRtree([row["geom"] for row in almaty_yards])
    assert len({int(tree.nearest(row["geom"].centroid)) for row in works}) == count


def test_the_155_courtyards_of_2023_lie_in_the_published_square(sample: Sample) -> None:
    quarter = next(row for row in table("places.toml")["quarter"] if row["district"] == "almaty")
    corners = [METRES.transform(*corner) for corner in quarter["area"]]
    square = from_geojson(json.dumps({"type": "Polygon", "coordinates": [[*corners, corners[0]]]}))
    assert all(square.contains(row["geom"].centroid) for row in sample.improved(2023))


@pytest.mark.parametrize(("year", "million"), [(2020, 505), (2021, 687), (2022, 1960)])
def test_money_for_courtyards(sample: Sample, year: int, million: int) -> None:
    local = [row for row in sample.improved(year) if sample.sources[row["id"]] == "local"]
    assert sample.adopted(local) == million * MILLION


def test_participatory_budget_of_2022_is_400_million_for_12_courtyards(sample: Sample) -> None:
    voted = [row for row in sample.improved(2022) if sample.sources[row["id"]] == "participatory"]
    assert len(voted) == 12
    assert sample.adopted(voted) == 400 * MILLION


def on_spaces(sample: Sample, year: int) -> list[Row]:
    return sample.projects(year, executing_body="akimat_almaty", place_kind="public_space")


def spaces_with_works(sample: Sample, year: int) -> set[str]:
    """Ids of the public spaces of Almaty district on which projects for public spaces lie that year."""
    spaces = sample.of_district("public_spaces.geojson", "ALM")
    tree = STRtree([row["geom"] for row in spaces])
    hits = [
        tree.query(row["geom"].centroid, predicate="intersects")
        for row in sample.projects(year, place_kind="public_space")
    ]
    return {spaces[int(index)]["id"] for hit in hits for index in hit}


@pytest.mark.parametrize(("year", "count"), [(2021, 8), (2022, 8), (2023, 11)])
def test_public_spaces_a_year(sample: Sample, year: int, count: int) -> None:
    assert len(spaces_with_works(sample, year)) == count


@pytest.mark.parametrize(("year", "million"), [(2020, 522), (2021, 999), (2022, 900)])
def test_money_for_public_spaces(sample: Sample, year: int, million: int) -> None:
    assert sample.adopted(on_spaces(sample, year)) == million * MILLION


def test_the_five_public_spaces_of_2022_have_their_published_budgets(sample: Sample) -> None:
    found = {row["name"].split(": ")[1]: sample.adopted([row]) // MILLION for row in on_spaces(sample, 2022)}
    assert found == {
        "площадь у ТД «Встреча»": 145,
        "парк Дружбы": 260,
        "ул. Мереке, ж.м. Интернациональный": 65,
        "аллея по пр. Абылай хана (от пр. Б. Момышулы до ул. Г. Мустафина)": 270,
        "пр. Р. Кошкарбаева — ул. Кордай": 160,
    }


def test_departments_did_three_public_spaces_of_2022(sample: Sample) -> None:
    built = sample.projects(2022, work_type="public_space_construction", place_kind="public_space")
    named = {row["name"]: row["executing_body"] for row in built}
    assert named["Обустройство: сквер в ж.м. Железнодорожный"] == "dept_environment"
    assert named["Обустройство: сквер в ж.м. Интернациональный"] == "dept_environment"
    assert named["Строительство амфитеатра в парке Президентский"] == "dept_construction"


def test_the_11_public_spaces_of_2023_are_wanted_and_not_funded(sample: Sample) -> None:
    wanted = sample.projects(2023, status="identification")
    assert len(wanted) == len(on_spaces(sample, 2023)) == 11
    assert sample.adopted(wanted) == 0


def test_the_square_around_the_mosque_has_30585_square_metres(sample: Sample) -> None:
    mosque = next(row for row in sample.rows["public_spaces.geojson"] if "мечети" in row["name"])
    assert mosque["geom"].area == pytest.approx(30_585, rel=0.001)


def test_repair_works_of_2022_cost_465_million(sample: Sample) -> None:
    repairs = sample.projects(2022, executing_body="akimat_almaty", work_type="current_repair")
    assert sample.adopted([row for row in repairs if row["place_kind"] != "public_space"]) == 465 * MILLION


def district_of_appeal(sample: Sample) -> list[str | None]:
    """The district of each appeal by the outlines of 2022; of those with an address only, by the address."""
    named = {row["address"]: row["id"] for row in sample.rows["courtyards.geojson"]}
    named |= {row["name"]: row["id"] for row in sample.rows["public_spaces.geojson"]}
    codes = {code[:3].upper(): code for code in DISTRICTS}
    rows = sample.rows["appeals.csv.gz"]
    places = [METRES.transform(float(row["lon"]), float(row["lat"])) if row["lon"] else None for row in rows]
    outlines = {code: from_geojson(json.dumps(shape)) for code, shape in outlines_of_2022().items()}
    tree = STRtree([transform(shape, METRES.transform, interleaved=False) for shape in outlines.values()])
    found: list[str | None] = [
        codes[named[row["address"]].split("-")[1]] if not row["lon"] else None for row in rows
    ]
    put = [index for index, place in enumerate(places) if place]
    pairs = tree.query(points([places[index] for index in put]), predicate="within")
    for point, outline in pairs.T:
        found[put[int(point)]] = list(outlines)[int(outline)]
    return found


def outlines_of_2022() -> dict[str, Row]:
    drawn = draw.districts(draw.source("astana_districts.toml"))
    wanted = [row for row in drawn if row["properties"]["id"].endswith("-2022")]
    return {row["properties"]["code"]: row["geometry"] for row in wanted}


def test_appeals_of_almaty_district_a_year(sample: Sample) -> None:
    districts = district_of_appeal(sample)
    assert None not in districts
    of_almaty = [
        row for row, code in zip(sample.rows["appeals.csv.gz"], districts, strict=True) if code == "almaty"
    ]
    assert Counter(row["requested_on"][:4] for row in of_almaty) == {
        "2020": 2343,
        "2021": 3759,
        "2022": 7418,
        "2023": 4986 + 3228,
    }
    this_year = [row["status"] for row in of_almaty if row["requested_on"] >= "2023"]
    assert Counter(this_year) == {"closed": 4986, "open": 3228}


def test_benches_and_bins_of_the_works_of_2022(sample: Sample, almaty_yards: list[Row]) -> None:
    tree = STRtree([row["geom"] for row in almaty_yards])
    renewed = {almaty_yards[int(tree.nearest(row["geom"].centroid))]["id"] for row in sample.improved(2022)}
    counts: Counter[str] = Counter()
    for row in sample.rows["courtyard_equipment.csv"]:
        if row["courtyard_id"] in renewed:
            counts[row["kind"]] += int(row["count"])
    assert (counts["benches"], counts["bins"]) == (560, 489)


def test_the_city_has_21_departments_and_5_district_akimats(sample: Sample) -> None:
    kinds = Counter(row["kind"] for row in sample.rows["bodies.csv"])
    assert (kinds["city_akimat"], kinds["department"], kinds["district_akimat"]) == (1, 21, 5)


@pytest.mark.parametrize(
    ("year", "residents"),
    [(2018, 1_078_400), (2019, 1_136_200), (2020, 1_184_400), (2021, 1_239_700), (2022, 1_322_900)],
)
def test_population_of_the_districts_sums_to_the_city(sample: Sample, year: int, residents: int) -> None:
    rows = [row for row in sample.rows["district_population.csv"] if int(row["year"]) == year]
    assert sorted(row["district_code"] for row in rows) == sorted(DISTRICTS)
    assert sum(int(row["residents"]) for row in rows) == residents


def test_residents_of_courtyards_fit_into_their_districts(sample: Sample) -> None:
    people: Counter[str] = Counter()
    for row in sample.rows["courtyards.geojson"]:
        people[row["id"].split("-")[1]] += row["residents"]
    for row in sample.rows["district_population.csv"]:
        if row["year"] == "2022":
            assert people[row["district_code"][:3].upper()] < int(row["residents"])
