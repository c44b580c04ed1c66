"""Shapefiles: what is declared is what a stranger reads, and what is lost is said."""

from __future__ import annotations

import csv
import datetime as dt
import struct
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from gis_core.errors import GisError, InputError
from gis_core.export import has_shapes, shapefile, write_shapefile
from gis_core.export.dbf import cut
from gis_core.export.values import visible_columns
from gis_core.layer import Layer
from layers.appeals import Appeal
from layers.bodies import Body
from layers.catalogue import LAYERS
from layers.conflicts import Conflict
from layers.courtyards import Courtyard
from layers.districts import District
from layers.projects import Project
from tests.gis_core.test_export_frames import CRS, EAST, KAZAKH, LONG, NORTH, ROWS, invented

DRAWN = {name: layer for name, layer in LAYERS.items() if has_shapes(layer)}


def written(layer: type[Layer], folder: Path, frame: pd.DataFrame | None = None, **options: Any) -> Path:
    """The .shp of a layer, written from an invented frame."""
    return write_shapefile(layer, invented(layer) if frame is None else frame, folder, **options).paths[0]


def records(dbf: Path) -> tuple[list[tuple[str, str, int, int]], list[list[str]]]:
    """Fields (name, type, width, decimals) and rows of a DBF, read by the book and by nothing else."""
    raw = dbf.read_bytes()
    count, start, length = struct.unpack("<IHH", raw[4:12])
    heads = [raw[at : at + 32] for at in range(32, start - 1, 32)]
    found = [(head[:11].rstrip(b"\0").decode("ascii"), chr(head[11]), head[16], head[17]) for head in heads]
    rows = []
    for number in range(count):
        at, cells = start + number * length + 1, []
        for _, _, width, _ in found:
            cells.append(raw[at : at + width].decode("utf-8").strip())
            at += width
        rows.append(cells)
    return found, rows


@pytest.mark.parametrize("layer", DRAWN.values(), ids=DRAWN)
def test_a_layer_is_read_back_equal_with_its_declared_short_names(layer: type[Layer], tmp_path: Path) -> None:
    path = written(layer, tmp_path)
    frame = invented(layer)
    read = pyogrio.read_dataframe(path)
    assert list(read.columns) == [column.field.short for column in visible_columns(layer)] + ["geometry"]
    assert read.crs == CRS
    assert read.geometry.isna().tolist() == frame["geom"].isna().tolist()
    assert shapely.equals(read.geometry.array[1:], frame["geom"].array[1:]).all()
    for column in visible_columns(layer):
        found = [None if pd.isna(value) else value for value in read[column.field.short]]
        if column.kind == "text":
            meant = [value and cut(value, "UTF-8").strip(" ") for value in frame[column.name]]
            assert found == meant
        if column.kind == "integer":
            assert found == frame[column.name].tolist()


@pytest.mark.parametrize("layer", DRAWN.values(), ids=DRAWN)
def test_the_members_of_the_set_stand_beside_the_shapefile(layer: type[Layer], tmp_path: Path) -> None:
    path = written(layer, tmp_path)
    endings = {member.name.removeprefix(layer.__tablename__) for member in path.parent.iterdir()}
    assert endings >= {".shp", ".shx", ".dbf", ".prj", ".cpg", ".qml", "_fields.txt"}
    assert path.with_suffix(".cpg").read_text() == "UTF-8"
    assert path.with_suffix(".prj").read_text().startswith('PROJCS["WGS_1984_UTM_Zone_42N"')


def test_the_dbf_by_hand_has_the_types_widths_and_bytes_of_the_declaration(tmp_path: Path) -> None:
    fields, rows = records(written(Project, tmp_path).with_suffix(".dbf"))
    kinds = {name: (kind, width, decimals) for name, kind, width, decimals in fields}
    assert kinds["name"] == ("C", 254, 0)
    assert kinds["status"] == ("C", 20, 0)
    assert kinds["starts"] == ("D", 8, 0)
    assert kinds["dates_firm"] == ("L", 1, 0)
    assert kinds["src_row"] == ("N", 18, 0)
    second = dict(zip([name for name, *_ in fields], rows[1], strict=True))
    assert second["name"] == KAZAKH
    assert second["starts"] == "20210506"
    assert second["dates_firm"] == "T"
    assert second["src_row"] == "1000000000000000"
    assert rows[0][list(kinds).index("dates_firm")] == "?"


def test_numbers_keep_their_decimals(tmp_path: Path) -> None:
    fields, rows = records(written(Conflict, tmp_path).with_suffix(".dbf"))
    at = [name for name, *_ in fields].index("shared_m2")
    assert fields[at][1:] == ("N", 18, 10)
    assert [row[at] for row in rows[1:4]] == ["0.1000000000", "12345.6780000000", "-2.5000000000"]


def test_the_day_in_the_header_is_the_one_given(tmp_path: Path) -> None:
    path = written(Courtyard, tmp_path, date=dt.date(2024, 5, 6))
    assert path.with_suffix(".dbf").read_bytes()[1:4] == bytes([124, 5, 6])


def test_a_long_text_is_cut_at_a_letter_and_kept_whole_beside(tmp_path: Path) -> None:
    made = write_shapefile(Appeal, invented(Appeal), tmp_path)
    read = pyogrio.read_dataframe(made.paths[0])
    assert LONG.startswith(read["text"][2])
    assert 250 < len(read["text"][2].encode()) <= 254
    with (tmp_path / "appeals" / "appeals_full_text.csv").open(encoding="utf-8-sig", newline="") as source:
        whole = [row for row in csv.DictReader(source, delimiter=";") if row["field"] == "text"]
    assert [(row["row"], row["id"], row["text"]) for row in whole] == [("3", "2-Қ", LONG)]
    note = "appeals.text: texts over 254 bytes cut at a letter, whole in appeals_full_text.csv: 1"
    assert note in made.notes


def test_no_side_file_remains_when_no_text_is_cut(tmp_path: Path) -> None:
    written(Appeal, tmp_path)
    frame = invented(Appeal)
    columns = [column.name for column in visible_columns(Appeal) if column.kind == "text"]
    frame[columns] = frame[columns].replace(LONG, "коротко")
    written(Appeal, tmp_path, frame)
    assert not (tmp_path / "appeals" / "appeals_full_text.csv").exists()


def test_a_letter_with_its_mark_is_not_parted() -> None:
    text = "a" * 251 + "и\u0306"
    assert cut(text, "UTF-8") == "a" * 251
    assert cut("a" * 254, "UTF-8") == "a" * 254


def test_what_is_lost_is_said(tmp_path: Path) -> None:
    notes = write_shapefile(District, invented(District), tmp_path).notes
    assert "districts: 1 rows have no shape; they are kept" in notes
    assert "districts.spellings: lists are joined by «; »" in notes
    assert "districts.spellings: texts lost outer spaces or, being empty, became null: 1" in notes
    project = write_shapefile(Project, invented(Project), tmp_path).notes
    assert "projects.dates_firm: nulls stand as «?», which some programs show as false: 1" in project


def test_cp1251_refuses_kazakh_letters_and_lists_them(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="CP1251 has no letters") as refusal:
        written(Courtyard, tmp_path, encoding="cp1251")
    assert "letters Ғ ғ Қ қ Ң ң Ү Ұ Һ Ә ә Ө (in courtyards.id, courtyards.address" in str(refusal.value)
    assert "encoding UTF-8 (the default) or as GeoPackage" in str(refusal.value)
    assert not (tmp_path / "courtyards").exists()


def test_cp1251_is_written_where_every_letter_survives(tmp_path: Path) -> None:
    rows = {"id": ["Д-1"], "address": ["ул. Кенесары, №5 «а» — ё"], "condition": ["unknown"]}
    rows |= {"inspected_on": [None], "residents": [7], "geom_source": ["drawn"]}
    rows |= {"source_file": [None], "source_row": [None]}
    shape = gpd.GeoSeries([shapely.box(EAST, NORTH, EAST + 1, NORTH + 1)], crs=CRS)
    frame = gpd.GeoDataFrame(rows, geometry=shape).rename_geometry("geom")
    path = written(Courtyard, tmp_path, frame, encoding="CP1251")
    raw = path.with_suffix(".dbf").read_bytes()
    assert raw[29] == 0xC9
    assert "ул. Кенесары, №5 «а» — ё".encode("cp1251") in raw
    assert path.with_suffix(".cpg").read_text() == "1251"
    assert pyogrio.read_dataframe(path)["address"].tolist() == rows["address"]


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="UTF-8 or CP1251"):
        written(Courtyard, tmp_path, encoding="koi8-r")


def test_a_layer_without_shapes_is_refused_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="bodies has no shapes: export it as csv or gpkg"):
        written(Body, tmp_path)


def test_more_than_the_format_holds_is_refused_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapefile, "LARGEST", 1000)
    with pytest.raises(InputError, match=r"more than the 2 GB of a shapefile; export as GeoPackage"):
        written(Courtyard, tmp_path)


@pytest.mark.parametrize(("column", "value"), [("residents", 10**18), ("residents", -(10**17) * 5)])
def test_a_whole_number_too_long_is_refused(column: str, value: int, tmp_path: Path) -> None:
    frame = invented(Courtyard)
    frame.loc[3, column] = value
    with pytest.raises(InputError, match=f"courtyards.{column}.*does not fit a shapefile"):
        written(Courtyard, tmp_path, frame)


def test_a_float_too_large_is_refused(tmp_path: Path) -> None:
    frame = invented(Conflict)
    frame.loc[3, "shared_m2"] = 1e15
    with pytest.raises(InputError, match=r"conflicts.shared_m2.*15 digits"):
        written(Conflict, tmp_path, frame)


def test_no_rows_make_an_empty_shapefile(tmp_path: Path) -> None:
    made = write_shapefile(Courtyard, invented(Courtyard).iloc[:0], tmp_path)
    assert made.rows == 0
    assert pyogrio.read_info(made.paths[0])["features"] == 0


def test_rows_without_any_shape_are_kept(tmp_path: Path) -> None:
    frame = invented(Project)
    frame["geom"] = gpd.GeoSeries([None] * ROWS, crs=CRS)
    assert pyogrio.read_dataframe(written(Project, tmp_path, frame)).geometry.isna().all()


def test_what_somebody_else_saved_beside_survives_a_new_export(tmp_path: Path) -> None:
    path = written(Courtyard, tmp_path)
    (path.parent / "courtyards.qgz").write_bytes(b"a project")
    (path.parent / "courtyards.qix").write_bytes(b"an index of the old shapes")
    written(Courtyard, tmp_path)
    assert (path.parent / "courtyards.qgz").read_bytes() == b"a project"
    assert not (path.parent / "courtyards.qix").exists()


def test_a_file_that_reads_back_otherwise_is_never_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(Courtyard, tmp_path)
    before = path.with_suffix(".dbf").read_bytes()
    plain = shapefile._write

    def spoilt(made: Path, *content: Any) -> None:
        plain(made, *content)
        dbf = made.with_suffix(".dbf")
        dbf.write_bytes(dbf.read_bytes().replace("Двор".encode(), "Дзор".encode()))

    monkeypatch.setattr(shapefile, "_write", spoilt)
    with pytest.raises(
        GisError, match=r"courtyards.shp: read back.*column address, row 7: 'Двор' became 'Дзор'"
    ):
        written(Courtyard, tmp_path)
    assert path.with_suffix(".dbf").read_bytes() == before
    assert [member.name for member in tmp_path.iterdir()] == ["courtyards"]


def test_the_list_of_fields_is_in_russian(tmp_path: Path) -> None:
    written(Conflict, tmp_path, metadata={"source": "образец"})
    text = (tmp_path / "conflicts" / "conflicts_fields.txt").read_text("utf-8-sig")
    assert "Строк: 7. Кодировка: UTF-8." in text
    assert "Система координат: WGS 84 / UTM zone 42N. Без места на карте: 1." in text
    row = next(line.split("  ") for line in text.splitlines() if line.startswith("risk_kzt"))
    assert [cell.strip() for cell in row if cell] == [
        "risk_kzt",
        "money_at_risk_kzt",
        "Деньги под риском",
        "тенге",
    ]
    assert "  clash: накладка" in text
    assert "source: образец" in text
