"""Rejected rows come out as a table, are mended, and go in again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.scripts.conftest import Abat

HEAD = "номер;requested_on;address;lon;lat\n"


def exported(abat: Abat, folder: Path) -> list[Path]:
    assert abat("export", "rejections", "--to", folder).code == 0
    return sorted(folder.glob("rejected_*.csv"))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def stored(url: str, query: str) -> list[tuple[object, ...]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def test_rows_of_a_table_are_mended_and_loaded_again(abat: Abat, tmp_path: Path, database_url: str) -> None:
    path = tmp_path / "appeals.csv"
    path.write_text(
        HEAD + "007;2022-06-01;ул. Абая, 1;71.42;51.16\n"
        "008;31.31.2022;=2+2;-71.43;51.16\n"
        "009;2022-06-03;;71.44;51.16\n010;2022-06-03;;71.44;51.17\n010;2022-06-04;;71.44;51.17\n",
        encoding="utf-8",
    )
    facts = abat("--json", "load", "appeals", path, "--map", "номер=id").facts
    assert (facts["counts"]["accepted"], facts["counts"]["rejected"]) == (2, 3)
    raw, later = exported(abat, tmp_path / "out")

    # as the file had them, a formula defused, a number not
    (row,) = rows_of(raw)
    assert list(row) == [*HEAD.strip().split(";"), "rejected_row", "rejected_because"]
    assert (row["номер"], row["address"], row["lon"]) == ("008", "'=2+2", "-71.43")
    assert row["rejected_row"] == "2"
    assert "31.31.2022" in row["rejected_because"]

    # mended by hand and loaded again
    raw.write_text(
        raw.read_text("utf-8-sig").replace("31.31.2022", "2022-05-31").replace("-71.43", "71.43"), "utf-8"
    )
    again = abat("--json", "load", "appeals", raw, "--map", "номер=id").facts["counts"]
    assert (again["accepted"], again["rejected"], again["new"]) == (1, 0, 1)
    twice = rows_of(later)
    assert [each["id"] for each in twice] == ["010", "010"]
    later.write_text(
        "\n".join(later.read_text("utf-8-sig").splitlines()[:2]), "utf-8"
    )  # one of the two stays
    assert abat("load", "appeals", later).code == 0
    where = "SELECT id, round(ST_X(ST_Transform(geom, 4326))::numeric, 5)::text FROM appeals ORDER BY id"
    assert stored(database_url, where) == [
        ("007", "71.42000"), ("008", "71.43000"), ("009", "71.44000"), ("010", "71.44000"),
    ]  # fmt: skip
    assert stored(database_url, "SELECT count(*) FROM rejections") == [(3,)]


def test_shapes_of_rejected_rows_come_back_to_the_millimetre(
    abat: Abat, tmp_path: Path, database_url: str
) -> None:
    ring = [[71.4, 51.1], [71.4001234567, 51.1], [71.4001234567, 51.1001], [71.4, 51.1]]
    features = [
        {"type": "Feature", "properties": {"id": id, "residents": people},
         "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for id, people in (("a", 5), ("b", "много"))
    ]  # fmt: skip
    path = tmp_path / "yards.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    assert abat("load", "courtyards", path).code == 0
    (table,) = exported(abat, tmp_path / "out")
    table.write_text(table.read_text("utf-8-sig").replace("много", "12"), "utf-8")
    assert abat("load", "courtyards", table).code == 0
    assert stored(database_url, "SELECT residents FROM courtyards ORDER BY id") == [(5,), (12,)]
    ((apart,),) = stored(
        database_url, "SELECT ST_HausdorffDistance(a.geom, b.geom) FROM courtyards a, courtyards b"
        " WHERE a.id = 'a' AND b.id = 'b'",
    )  # fmt: skip
    assert apart == pytest.approx(0, abs=1e-6)


def test_a_report_counts_all_rejected_rows_and_lists_the_first(
    abat: Abat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "appeals.csv"
    rows = [f"{number};{'2022-06-01' if number % 2 else 'never'};;71.42;51.16" for number in range(20)]
    path.write_text(HEAD + "\n".join(rows), encoding="utf-8")
    monkeypatch.setattr("scripts.account.SHOWN", 3)
    (told,) = abat("--json", "load", "appeals", path, "--map", "номер=id").facts["files"]
    assert told["counts"]["rejected"] == 10
    assert [each["row"] for each in told["rejections"]] == [1, 3, 5]
    assert sum(told["rejected_by_reason"].values()) == 10
