"""Files and rows of the sample city: made again byte for byte, and as the layers declare them."""

from __future__ import annotations

import gzip
import re
from collections import Counter

import pytest

from data.sample import make
from gis_core.layer import fields, keys
from tests.data.sample_files import FILES, FOLDER, Sample

SOURCED = {"source_file", "source_row", "run_id"}
FOUND = {"address_match", "duplicate_by"}  # by the loader


def test_the_generator_makes_these_very_files() -> None:
    """Of the gzipped file the content: another build of zlib may pack it into other bytes."""
    for name, content in make.made().items():
        committed = (FOLDER / name).read_bytes()
        if name.endswith(".gz"):
            assert gzip.decompress(content) == gzip.decompress(committed), name
            assert committed[4:8] == bytes(4)
        else:
            assert content == committed, name


def test_the_folder_is_marked_as_a_sample() -> None:
    assert "Sample data" in (FOLDER / "SAMPLE").read_text(encoding="utf-8")


def test_the_files_are_under_6_megabytes() -> None:
    assert sum((FOLDER / name).stat().st_size for name in FILES) < 6_000_000


@pytest.mark.parametrize("name", FILES)
def test_columns_are_the_declared_fields(sample: Sample, name: str) -> None:
    extra = {"geom"} if name.endswith(".geojson") else {"lon", "lat"} if name.endswith(".gz") else set()
    assert set(sample.rows[name][0]) - extra == set(fields(FILES[name])) - SOURCED - FOUND


@pytest.mark.parametrize("name", FILES)
def test_values_are_among_the_declared_choices(sample: Sample, name: str) -> None:
    for column, declared in fields(FILES[name]).items():
        if declared.choices and column not in FOUND:
            assert {row[column] for row in sample.rows[name]} - {None} <= set(declared.choices), column
        if declared.required:
            assert all(row[column] is not None for row in sample.rows[name]), column


@pytest.mark.parametrize("name", FILES)
def test_keys_are_unique(sample: Sample, name: str) -> None:
    found = Counter(tuple(row[column] for column in keys(FILES[name])) for row in sample.rows[name])
    assert max(found.values()) == 1


def test_words_of_the_city_profile_are_used_as_it_has_them(sample: Sample) -> None:
    work_types = {row["work_type"] for row in sample.rows["projects.geojson"]}
    assert work_types == {
        *("courtyard_improvement", "current_repair", "playground", "sports_ground", "lighting", "greening"),
        *("paving", "road_repair", "public_space_construction", "heat_network", "water_network"),
        *("power_network", "storm_drain", "small_forms", "other"),
    }
    categories = {row["category"] for row in sample.rows["appeals.csv.gz"]}
    assert categories == {
        *("courtyard_improvement", "playground", "sports_ground", "lighting", "roads_pavements", "greening"),
        *("cleaning", "utilities", "public_space", "other"),
    }
    channels = {row["channel"] for row in sample.rows["appeals.csv.gz"]}
    assert channels == {"109", "site", "telegram", "mobile_app", "email"}


def test_references_lead_somewhere(sample: Sample) -> None:
    bodies = {row["code"] for row in sample.rows["bodies.csv"]}
    projects = {row["id"] for row in sample.rows["projects.geojson"]}
    yards = {row["id"] for row in sample.rows["courtyards.geojson"]}
    appeals = {row["id"] for row in sample.rows["appeals.csv.gz"]}
    assert {row["executing_body"] for row in sample.rows["projects.geojson"]} <= bodies
    assert {row["funding_body"] for row in sample.rows["projects.geojson"]} <= bodies
    assert {row["project_id"] for row in sample.rows["project_funding.csv"]} <= projects
    assert {row["project_id"] for row in sample.rows["project_areas.geojson"]} <= projects
    assert {row["courtyard_id"] for row in sample.rows["courtyard_equipment.csv"]} == yards
    assert {row["duplicate_of"] for row in sample.rows["appeals.csv.gz"]} - {None} <= appeals


def test_periods_run_forward_and_end_by_the_day_of_the_sample(sample: Sample) -> None:
    assert all(row["starts"] <= row["ends"] for row in sample.rows["projects.geojson"] if row["starts"])
    assert all(row["starts"] <= row["ends"] for row in sample.rows["project_areas.geojson"])
    for row in sample.rows["appeals.csv.gz"]:
        assert "2020-01-01" <= row["requested_on"] <= (row["closed_on"] or "2023-08-31") <= "2023-08-31"
        assert (row["closed_on"] is None) == (row["status"] == "open")


def test_money_spent_is_never_more_than_adopted(sample: Sample) -> None:
    for row in sample.rows["projects.geojson"]:
        assert 0 <= sample.money[row["id"], "spent"] <= sample.money[row["id"], "adopted"]


def test_a_repeated_appeal_follows_one_on_the_same_subject(sample: Sample) -> None:
    by_id = {row["id"]: row for row in sample.rows["appeals.csv.gz"]}
    repeats = [row for row in by_id.values() if row["duplicate_of"]]
    assert len(repeats) > 1000
    for row in repeats:
        first = by_id[row["duplicate_of"]]
        assert first["duplicate_of"] is None
        assert (first["address"], first["category"]) == (row["address"], row["category"])
        assert first["requested_on"] <= row["requested_on"]


def test_texts_of_appeals_hold_no_numbers_and_are_neither_short_nor_long(sample: Sample) -> None:
    texts = {row["text"] for row in sample.rows["appeals.csv.gz"]}
    assert all(30 <= len(text) <= 100 for text in texts)
    assert not any(re.search(r"[\d@+]", text) for text in texts)
