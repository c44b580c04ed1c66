"""Rows with an address and no coordinates, and appeals about one thing, through the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.scripts.conftest import Abat

GAZETTEER = """id;street;house;lon;lat
1;ул. Кенесары;12;71.42;51.16
2;ул. Кенесары;14;71.43;51.16
3;пр. Абая;5;71.45;51.17
"""


@pytest.fixture
def rows_of(database_url: str):  # type: ignore[no-untyped-def]
    def rows(query: str) -> list[tuple[object, ...]]:
        engine = create_engine(database_url)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(query))]
        engine.dispose()
        return found

    return rows


@pytest.fixture
def gazetteer(abat: Abat, tmp_path: Path) -> Path:
    path = tmp_path / "houses.csv"
    path.write_text(GAZETTEER, encoding="utf-8")
    assert abat("load", "addresses", path).code == 0
    return path


def test_appeals_without_coordinates_are_placed_by_their_address(
    abat: Abat, tmp_path: Path, gazetteer: Path, rows_of
) -> None:
    path = tmp_path / "appeals.csv"
    path.write_text(
        "id;requested_on;address\n"
        "a;2022-06-01;ул. Кенесары, 12\n"
        "b;2022-06-01;Кенесары көшесі, 99\n"
        "c;2022-06-01;парк Арай\n"
        "d;2022-06-01;\n",
        encoding="utf-8",
    )
    facts = abat("--json", "load", "appeals", path, "--report", tmp_path / "r.json").facts
    assert facts["files"][0]["placed_by_address"] == {"exact": 1, "none": 1, "street": 1}
    assert facts["counts"]["doubtful"] == 2
    found = rows_of(
        "SELECT id, address_match, geom_source, round(ST_X(ST_Transform(geom, 4326))::numeric, 4)::text"
        " FROM appeals ORDER BY id"
    )
    assert found == [
        ("a", "exact", "address", "71.4200"),
        ("b", "street", "centroid", "71.4200"),
        ("c", "none", "none", None),
        ("d", None, "none", None),
    ]
    assert abat("load", "appeals", path).code == 3


def test_rows_that_must_have_a_place_may_have_it_by_address(
    abat: Abat, tmp_path: Path, gazetteer: Path
) -> None:
    path = tmp_path / "appeals.csv"
    path.write_text("id;requested_on;address\na;2022-06-01;Абая 5\nb;2022-06-01;парк\n", encoding="utf-8")
    counts = abat("--json", "load", "appeals", path, "--placed").facts["counts"]
    assert (counts["accepted"], counts["rejected"]) == (1, 1)


def test_coordinates_of_the_file_go_before_its_address(
    abat: Abat, tmp_path: Path, gazetteer: Path, rows_of
) -> None:
    path = tmp_path / "appeals.csv"
    path.write_text("id;requested_on;address;lon;lat\na;2022-06-01;Абая 5;71.5;51.1\n", encoding="utf-8")
    assert abat("load", "appeals", path).code == 0
    assert rows_of("SELECT address_match, geom_source FROM appeals") == [(None, "surveyed")]


def test_projects_found_by_address_become_circles_of_the_profile(
    abat: Abat, tmp_path: Path, gazetteer: Path, rows_of
) -> None:
    bodies, path = tmp_path / "bodies.csv", tmp_path / "projects.csv"
    bodies.write_text("code;name_ru\nx;Икс\n", encoding="utf-8")
    assert abat("load", "bodies", bodies).code == 0
    path.write_text("id;executing_body;address\np;Икс;пр. Абая, 5\n", encoding="utf-8")
    assert abat("load", "projects", path).code == 0
    area, source, kind = rows_of("SELECT ST_Area(geom), geom_source, GeometryType(geom) FROM projects")[0]
    assert (source, kind) == ("address", "MULTIPOLYGON")
    assert area == pytest.approx(312, abs=3)  # a circle of 10 m drawn with few corners, a little under 314


def appeals(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(("id;requested_on;category;lon;lat;duplicate_of", *rows)), encoding="utf-8")
    return path


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_repeats_are_the_same_whichever_file_comes_first(
    abat: Abat, tmp_path: Path, rows_of, order: tuple[int, int]
) -> None:
    files = [
        appeals(tmp_path / "june.csv", "a;2022-06-01;other;71.42;51.16;", "b;2022-06-09;other;71.42;51.16;"),
        appeals(
            tmp_path / "may.csv", "z;2022-05-30;other;71.4201;51.16;", "y;2022-05-30;other;71.43;51.16;q"
        ),
    ]
    for each in order:
        assert abat("load", "appeals", files[each]).code == 0
    assert rows_of("SELECT id, duplicate_of, duplicate_by FROM appeals ORDER BY id") == [
        ("a", "z", "found"),
        ("b", "z", "found"),
        ("y", "q", "said"),
        ("z", None, None),
    ]
    assert [abat("load", "appeals", each).code for each in files] == [3, 3]
    assert abat("derive").code == 0
    assert rows_of("SELECT appeal_id, repeats, repeated_by FROM appeal_repeats ORDER BY 1") == [
        ("q", 1, ["y"]),
        ("z", 2, ["a", "b"]),
    ]


def test_a_repeat_whose_original_goes_is_an_original_again(abat: Abat, tmp_path: Path, rows_of) -> None:
    rows = ["a;2022-06-01;other;71.42;51.16;", "b;2022-06-09;other;71.42;51.16;"]
    assert abat("load", "appeals", appeals(tmp_path / "all.csv", *rows)).code == 0
    assert rows_of("SELECT duplicate_of FROM appeals WHERE id = 'b'") == [("a",)]
    assert abat("load", "appeals", "--replace", "--force", appeals(tmp_path / "one.csv", rows[1])).code == 0
    assert rows_of("SELECT id, duplicate_of FROM appeals") == [("b", None)]
