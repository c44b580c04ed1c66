"""Invented and hand-drawn data are marked as long as a row of them is left."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, delete, insert

from layers.districts import District
from layers.marks import is_sample, is_schematic, marks_beside, own_rows
from layers.parcels import Parcel
from layers.runs import record_run
from tests.drawing import box


def district(connection: Connection, id: str, run_id: int | None) -> None:
    row = {"id": id, "code": id, "name_ru": "Район", "geom": box(0, 0, 9, 9), "run_id": run_id}
    connection.execute(insert(District).values(**row))


def test_a_file_named_sample_marks_its_folder(tmp_path: Path) -> None:
    assert marks_beside(tmp_path / "parcels.csv") == {}
    (tmp_path / "SAMPLE").touch()
    assert marks_beside(tmp_path / "parcels.csv") == {"sample": True}


def test_the_shipped_data_are_marked() -> None:
    data = Path(__file__).parents[2] / "data"
    assert marks_beside(data / "sample" / "parcels.geojson") == {"sample": True}
    assert marks_beside(data / "boundaries" / "astana_districts.geojson") == {"schematic": True}


def test_the_mark_holds_until_the_last_row_is_gone(connection: Connection) -> None:
    invented = record_run(connection, "load", options={"sample": True})
    connection.execute(insert(Parcel).values(id="1", geom=box(0, 0, 9, 9), run_id=invented))
    assert is_sample(connection)
    assert not is_schematic(connection)
    connection.execute(delete(Parcel))
    assert not is_sample(connection)


def test_schematic_outlines_are_replaced_by_real_ones(connection: Connection) -> None:
    drawn = record_run(connection, "load", options={"schematic": True})
    district(connection, "a", drawn)
    assert is_schematic(connection)
    connection.execute(delete(District))
    district(connection, "a", record_run(connection, "load"))
    assert not is_schematic(connection)
    assert own_rows(connection) == ["districts"]


def test_rows_without_a_run_are_ones_own(connection: Connection) -> None:
    district(connection, "a", None)
    assert own_rows(connection) == ["districts"]
