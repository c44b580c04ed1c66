"""`abat needs` and `abat plan` as a user runs them, on two courtyards."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, insert, update

from layers.appeals import Appeal
from layers.courtyards import Courtyard
from layers.districts import District
from tests.drawing import box, point
from tests.layers.test_derive import BEFORE
from tests.scripts.conftest import SQUARES, Abat

PRICES = '[[programme.measures]]\nwork_type = "paving"\nplace_kind = "courtyard"\nper_m2 = 100\n'


@pytest.fixture
def loaded(database_url: str, abat: Abat, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Abat:
    """Three appeals at courtyard A, one at B, and one far from the map; a square metre costs a hundred.

    Nothing is derived yet.
    """
    profile = tmp_path / "town.toml"
    profile.write_text(Path(SQUARES).read_text("utf-8") + PRICES, encoding="utf-8")
    monkeypatch.setenv("ABAT_CITY", str(profile))
    engine: Engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            insert(District).values(
                id="west",
                code="west",
                name_ru="Запад",
                name_kk="Батыс",
                name_en="West",
                geom=box(0, 0, 1000, 1000),
            )
        )
        yards = [
            {"id": name, "address": f"=ул. {name}", "geom": box(x, 0, 100, 100)}
            for name, x in {"A": 0, "B": 300}.items()
        ]
        connection.execute(insert(Courtyard), yards)
        for number, x in enumerate((50, 50, 50, 350, 9000)):
            row = {"id": str(number), "category": "other", "geom": point(x, 50)}
            connection.execute(insert(Appeal).values(**row, requested_on=date(2022, 5, 1)))
    engine.dispose()
    return abat


@pytest.fixture
def town(loaded: Abat) -> Abat:
    """The same, derived."""
    assert loaded("derive").code == 0
    return loaded


def test_needs_are_told_as_a_table_as_json_and_as_csv(town: Abat, tmp_path: Path) -> None:
    told = town("needs", "--by", "courtyard", "--csv", tmp_path / "yards.csv")
    assert told.code == 0
    assert "=ул. A" in told.out
    last = told.out.splitlines()[-1]
    assert last.startswith("needs 2022 by courtyard: 2 rows, 4 appeals, 0 of money, written to ")
    assert last.endswith("on the map: money none, appeals 80.00%")
    facts = town("--json", "needs", "--by", "courtyard").facts
    assert [(row["courtyard_id"], row["need"]) for row in facts["rows"]] == [("A", 0.75), ("B", 0.25)]
    assert facts["gini_of_need"] == 0.25
    with (tmp_path / "yards.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source, delimiter=";"))
    assert [(row["courtyard_id"], row["address"], row["need"], row["on_map_appeals"]) for row in rows] == [
        ("A", "'=ул. A", "0,75", "0,8"),
        ("B", "'=ул. B", "0,25", "0,8"),
    ]


def test_tables_tell_labels_and_json_and_csv_keep_codes_beside_them(town: Abat, tmp_path: Path) -> None:
    told = town("--lang", "kk", "needs").out
    assert "Батыс" in told
    assert "west" not in told
    (row,) = town("--lang", "en", "--json", "needs").facts["rows"]
    assert (row["district_code"], row["district_code_label"]) == ("west", "West")
    (head,) = town("--json", "needs").facts["districts"]
    assert (head["district_code"], head["district_code_label"]) == ("west", "Запад")
    town("--lang", "kk", "needs", "--by", "courtyard", "--csv", tmp_path / "yards.csv")
    with (tmp_path / "yards.csv").open(encoding="utf-8-sig", newline="") as source:
        row = next(csv.DictReader(source, delimiter=";"))
    assert (row["district_code"], row["district_code_label"]) == ("west", "Батыс")
    assert (row["condition"], row["condition_label"]) == ("unknown", "тексерілмеген")


def test_a_plan_tells_districts_and_works_by_their_labels(town: Abat) -> None:
    told = town("plan", "--budget", "1000000").out
    for label in ("Запад", "мощение", "много потребности на тенге"):
        assert label in told
    assert not {"west", "paving", "worth"} & set(told.split())
    facts = town("--json", "plan", "--budget", "1000000").facts
    assert facts["districts"]["west"]["label"] == "Запад"
    row = facts["rows"][0]
    assert (row["work_type"], row["work_type_label"]) == ("paving", "мощение")
    assert (row["decision"], row["decision_label"]) == ("chosen", "вошло")
    assert (row["reason"], row["place_kind_label"]) == ("worth", "дворовая территория")


def test_hot_spots_alone_bring_the_layers_they_need(loaded: Abat) -> None:
    counts = loaded("--json", "derive", "hot_spots").facts["counts"]
    assert list(counts) == [*BEFORE, "hot_spots"]
    assert (counts["courtyard_needs"], counts["hot_spots"]) == (2, 2)


def test_check_tells_a_programme_that_is_older_than_its_needs(town: Abat, database_url: str) -> None:
    assert town("plan", "--budget", "1000000", "--exclude", "B").code == 0
    assert "programme" not in town("check").err
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(update(Courtyard).values(condition="needs_repair"))
    engine.dispose()
    assert town("derive", "--force").code == 0
    told = town("check")
    assert told.code == 1
    assert (
        "fault: the programme is older than the needs, conflicts and budgets it was made from;"
        " cure: abat plan --budget 1000000 --exclude B"
    ) in told.err
    assert town("plan", "--budget", "1000000", "--exclude", "B").code == 0
    assert "programme" not in town("check").err


def test_a_year_without_needs_is_refused_with_those_there_are(town: Abat) -> None:
    told = town("needs", "--year", "1999")
    assert (told.code, told.out) == (1, "")
    assert "--year 1999: no needs of that year; there are 2022" in told.err


def test_a_plan_is_told_kept_and_replaced(town: Abat) -> None:
    told = town("--lang", "en", "plan", "--budget", "1000000")
    assert told.code == 0
    assert told.out.splitlines()[-1] == (
        "programme 2022: 1 places for 1,000,000 of 1,000,000, 75.00% of the need, the best there is;"
        " on the map: money none, appeals 80.00%"
    )
    facts = town("--json", "plan", "--budget", "2000000", "--floors", "west=50%").facts
    assert facts["floors"] == {"west": 1000000}
    assert [(row["place_id"], row["decision"]) for row in facts["rows"]] == [("A", "chosen"), ("B", "chosen")]
    assert town("--json", "export", "programme", "--format", "csv", "--to", "files").facts["rows"] == 2


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--floors", "west"], "--floors west: give DISTRICT=N, such as almaty=300000000 or almaty=15%"),
        (["--floors", "west=-1"], "--floors west=-1: give DISTRICT=N"),
        (["--floors", "north=1"], "--floors north: no district"),
        (["--floors", "west=99000000"], "the floor of west cannot be met"),
        (["--exclude", "Z"], "--exclude Z: no place, district or kind of place has this name"),
        (["--year", "1999"], "no need is known up to 1999"),
    ],
)
def test_a_wrong_plan_says_what_is_wrong(town: Abat, words: list[str], fault: str) -> None:
    told = town("plan", "--budget", "1000000", *words)
    assert (told.code, told.out) == (1, "")
    assert fault in told.err
    assert "Traceback" not in told.err
