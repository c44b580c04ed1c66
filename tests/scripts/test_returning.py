"""Exports that come home: only what was edited is taken, and nobody's work is overwritten unseen."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import fiona
import geopandas as gpd
import pytest
import shapely
from openpyxl import load_workbook
from sqlalchemy import Engine, create_engine, insert, select, text, update

from gis_core.layer import fields
from layers.addresses import Address
from layers.appeals import Appeal
from layers.bodies import Body
from layers.courtyards import Courtyard
from layers.projects import Project
from layers.rejections import Rejection
from tests.drawing import X0, Y0, box
from tests.scripts.conftest import Abat

LONG = "Ремонт двора с заменой покрытия, " * 12  # 396 letters, 708 bytes
BOOKKEEPING = ("source_file", "source_row", "run_id")


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    """Four courtyards of 10 m, a project with a long name on the first, and one without a place."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        akimat = {"code": "akimat", "name_ru": "Акимат района", "spellings": ["Акимат; р-на", "АР"]}
        connection.execute(insert(Body), [akimat])
        yards = [
            {"id": f"C-{n}", "address": f"улица {n}", "condition": "needs_repair", "residents": 100 + n,
             "inspected_on": "2021-05-06", "geom": box(20 * n, 0, 10, 10 / n)} for n in (1, 2, 3, 4)
        ]  # fmt: skip
        connection.execute(insert(Courtyard), yards)
        works = {"executing_body": "akimat", "work_type": "paving", "starts": "2022-05-01"}
        connection.execute(insert(Project).values(id="P-1", name=LONG, geom=box(20, 0, 10, 10), **works))
        there = {"name": "=Без места\r\n №2", "geom_source": "none"}
        connection.execute(insert(Project).values(id="P-2", **there, **works))
    yield engine
    engine.dispose()


def rows(engine: Engine, table: str) -> dict[str, dict[str, Any]]:
    """Every column of every row by id, but for where it came from."""
    with engine.connect() as connection:
        found = connection.scalars(text(f"SELECT to_jsonb(t) FROM {table} t"))
        return {row["id"]: {name: row[name] for name in row if name not in BOOKKEEPING} for row in found}


def changed(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> dict[str, set[str]]:
    """Which columns differ, by id."""
    assert before.keys() == after.keys()
    found = {id: {name for name in row if row[name] != before[id][name]} for id, row in after.items()}
    return {id: names for id, names in found.items() if names}


def in_store(engine: Engine, id: str, **said: Any) -> None:
    with engine.begin() as connection:
        connection.execute(update(Courtyard).where(Courtyard.id == id).values(**said))


def in_package(row: str, **said: Any) -> None:
    """Change facts of a courtyard in the GeoPackage, as another program would."""
    with closing(sqlite3.connect("out/squares.gpkg")) as package, package:
        package.create_function("ST_IsEmpty", 1, lambda _: 0)
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            package.create_function(name, 1, lambda _: 0.0)
        for name, value in said.items():
            package.execute(f"UPDATE courtyards SET {name} = ? WHERE id = ?", (value, row))


def rewrite(path: Path, said: dict[str, dict[str, Any]]) -> None:
    """The shapefile once more, with other facts (or another `geometry`) of some rows by id."""
    with fiona.open(path, encoding="utf-8") as source:
        options = {"schema": source.schema, "crs_wkt": source.crs_wkt, "driver": source.driver}
        records = [dict(record.__geo_interface__) for record in source]
    for record in records:
        new = said.get(record["properties"]["id"], {})
        record["geometry"] = new.get("geometry", record["geometry"])
        record["properties"].update({name: value for name, value in new.items() if name != "geometry"})
    with fiona.open(path, "w", encoding="utf-8", **options) as sink:
        sink.writerecords(records)


def in_shapefile(row: str, **said: Any) -> None:
    rewrite(Path("out/courtyards/courtyards.shp"), {row: said})


def in_workbook(row: str, **said: Any) -> None:
    book = load_workbook("out/courtyards.xlsx")
    heads = [cell.value for cell in book.active[1]]
    for line in book.active.iter_rows(min_row=2):
        for name, value in said.items() if line[0].value == row else ():
            line[heads.index(fields(Courtyard)[name].title("ru"))].value = value
    book.save("out/courtyards.xlsx")


def in_geojson(row: str, **said: Any) -> None:
    path = Path("out/courtyards.geojson")
    content = json.loads(path.read_text())
    for feature in content["features"]:
        if feature["properties"]["id"] == row:
            feature["properties"].update(said)
    path.write_text(json.dumps(content))


def in_csv(row: str, **said: Any) -> None:
    path = Path("out/courtyards.csv")
    lines = [line.split(";") for line in path.read_text("utf-8-sig").splitlines()]
    for line in lines[1:]:
        if line[0] == row:
            for name, value in said.items():
                line[lines[0].index(name)] = str(value)
    path.write_text("\n".join(";".join(line) for line in lines), "utf-8-sig")


# format, its file of courtyards, options of the load, how a fact is changed in it
FORMATS: dict[str, tuple[str, tuple[str, ...], Callable[..., None]]] = {
    "gpkg": ("squares.gpkg", ("--sublayer", "courtyards"), in_package),
    "shp": ("courtyards/courtyards.shp", (), in_shapefile),
    "xlsx": ("courtyards.xlsx", (), in_workbook),
    "geojson": ("courtyards.geojson", (), in_geojson),
    "csv": ("courtyards.csv", ("--crs", "EPSG:32642"), in_csv),
}
each_format = pytest.mark.parametrize("kind", FORMATS)


def export(abat: Abat, kind: str, *words: str) -> tuple[str, ...]:
    """Export courtyards; the words that load them again."""
    assert abat("export", "courtyards", "--to", "out", "--format", kind, *words).code == 0
    file, options, _ = FORMATS[kind]
    return ("load", "courtyards", f"out/{file}", *options)


@pytest.mark.parametrize("lang", ["ru", "kk"])
def test_an_export_that_nobody_edited_changes_nothing(abat: Abat, store: Engine, lang: str) -> None:
    before = [rows(store, name) for name in ("courtyards", "projects")]
    loads = [("bodies", "out/bodies.xlsx"), ("projects", "out/projects.xlsx"), ("bodies", "out/bodies.csv")]
    if lang == "ru":
        loads += [("projects", "out/projects.geojson"), ("projects", "out/projects/projects.shp")]
        loads += [("projects", "out/squares.gpkg"), ("courtyards", "out/squares.gpkg")]
    for kind in {Path(file).suffix.removeprefix(".") for _, file in loads}:
        words = () if kind in {"xlsx", "csv", "geojson"} else ("--crs", "EPSG:4326")
        names = ("courtyards", "projects", "bodies")
        assert abat("--lang", lang, "export", *names, "--to", "out", "--format", kind, *words).code == 0
    for name, file in loads:
        back = abat("load", name, file, *(("--sublayer", name) if file.endswith("gpkg") else ()))
        assert back.code == 3, (file, back)
    assert [rows(store, name) for name in ("courtyards", "projects")] == before


@each_format
def test_only_the_edited_value_of_the_edited_row_comes_in(abat: Abat, store: Engine, kind: str) -> None:
    load, before = export(abat, kind), rows(store, "courtyards")
    in_store(store, "C-1", condition="satisfactory")  # meanwhile: a row that the file did not edit
    FORMATS[kind][2]("C-2", residents=7)
    loaded = abat("--json", *load).facts["counts"]
    assert (loaded["changed"], loaded["unchanged"], loaded["rejected"]) == (1, 3, 0)
    after = rows(store, "courtyards")
    assert changed(before, after) == {"C-2": {"residents"}, "C-1": {"condition"}}
    assert (after["C-2"]["residents"], after["C-1"]["condition"]) == (7, "satisfactory")
    assert abat(*load).code == 3  # nothing more to say


@pytest.mark.parametrize("kind", ["gpkg", "shp", "xlsx"])
def test_edits_that_meet_are_told_with_both_values_and_kept(abat: Abat, store: Engine, kind: str) -> None:
    load = export(abat, kind)
    in_store(store, "C-2", residents=55)
    before = rows(store, "courtyards")
    FORMATS[kind][2]("C-2", residents=7)
    back = abat(*load)
    assert back.code == 1
    assert "edited by others since the export 1" in back.out
    told = "changed by others since the export: residents is '55' there and '7' here; not overwritten"
    assert told in back.err
    assert rows(store, "courtyards") == before
    with store.connect() as connection:
        kept = connection.execute(select(Rejection.reason, Rejection.record)).all()
    assert [reason.startswith(told) for reason, _ in kept] == [True]
    assert kept[0].record["residents"] == 7
    FORMATS[kind][2]("C-1", residents=8)
    assert abat(*load).code == 0  # what meets nothing comes in
    assert changed(before, rows(store, "courtyards")) == {"C-1": {"residents"}}
    assert abat(*load, "--force").code == 0
    assert changed(before, rows(store, "courtyards")) == {"C-1": {"residents"}, "C-2": {"residents"}}


def test_edits_to_the_same_value_do_not_meet(abat: Abat, store: Engine) -> None:
    load = export(abat, "gpkg")
    in_store(store, "C-2", residents=7)
    in_package("C-2", residents=7)
    assert abat(*load).code == 3


def square(side: float, crs: int = 32642) -> dict[str, Any]:
    """A square from the corner of the first courtyard on."""
    made = gpd.GeoSeries([shapely.box(X0 + 20, Y0, X0 + 20 + side, Y0 + side)], crs=32642)
    return shapely.geometry.mapping(made.to_crs(crs)[0])  # type: ignore[no-any-return]


def test_shapes_that_were_moved_by_two_people_meet(abat: Abat, store: Engine) -> None:
    load = export(abat, "shp", "--crs", "EPSG:4326")
    in_store(store, "C-1", geom=box(20, 0, 10, 12))
    before, new = rows(store, "courtyards"), {"geometry": square(15, 4326)}
    rewrite(Path("out/courtyards/courtyards.shp"), {"C-1": new, "C-3": new})
    back = abat(*load)
    assert "the shapes lie up to 5.83 m apart" in back.err  # from (10, 12) to (15, 15)
    assert changed(before, rows(store, "courtyards")) == {"C-3": {"geom"}}


def test_a_shapefile_gives_back_no_text_that_it_cut(abat: Abat, store: Engine) -> None:
    assert abat("export", "projects", "--to", "out", "--format", "shp").code == 0
    path, before = Path("out/projects/projects.shp"), rows(store, "projects")
    rewrite(path, {id: {"geometry": square(9)} for id in ("P-1", "P-2")})
    assert abat("load", "projects", path).code == 0
    after = rows(store, "projects")
    assert changed(before, after) == {"P-1": {"geom"}, "P-2": {"geom", "geom_source"}}
    assert after["P-2"]["geom_source"] == "drawn"


def test_rows_of_new_ids_are_added_and_taken_or_deleted_ones_told(abat: Abat, store: Engine) -> None:
    load, before = export(abat, "gpkg"), rows(store, "courtyards")
    with store.begin() as connection:
        connection.execute(text("DELETE FROM courtyards WHERE id = 'C-3'"))
        connection.execute(
            text("INSERT INTO courtyards (id, geom) SELECT 'C-7', geom FROM courtyards LIMIT 1")
        )
    in_package("C-1", residents=1, id="C-9")
    in_package("C-2", row_mark=None, id="C-7")
    back = abat(*load)
    assert back.code == 0
    assert "the row is no longer in the store; empty its row_mark to load it as a new one" in back.err
    assert "the store has another row of this id" in back.err
    after = rows(store, "courtyards")
    assert after.keys() == {"C-1", "C-2", "C-4", "C-7", "C-9"}
    assert after["C-9"] == before["C-1"] | {"id": "C-9", "residents": 1}
    assert after["C-1"] == before["C-1"]


def test_an_export_replaces_a_layer_only_by_force(abat: Abat, store: Engine) -> None:
    load = export(abat, "gpkg")
    before = rows(store, "courtyards")
    in_store(store, "C-1", residents=1)
    refused = abat(*load, "--replace")
    assert refused.code == 1
    assert "an export that comes back deletes no rows" in refused.err
    assert abat(*load, "--replace", "--force").code == 0
    assert rows(store, "courtyards") == before


def test_an_export_fills_a_store_that_knows_none_of_its_rows(abat: Abat, store: Engine) -> None:
    load, before = export(abat, "gpkg"), rows(store, "courtyards")
    with store.begin() as connection:
        connection.execute(text("DELETE FROM courtyards"))
    assert abat(*load).code == 0
    assert rows(store, "courtyards") == before


def test_a_column_of_that_name_in_a_file_of_others_is_no_mark(abat: Abat, store: Engine) -> None:
    Path("theirs.csv").write_text("code;name_ru;row_mark\nakimat;Аким;A-12\nheat;Сети;\n", "utf-8")
    told = abat("--json", "load", "bodies", "theirs.csv").facts
    assert (told["counts"]["new"], told["counts"]["changed"], told["met"]) == (1, 1, 0)
    assert "row_mark" in told["files"][0]["unused"]


def test_a_row_that_its_address_placed_moves_with_an_address_edited_in_excel(
    abat: Abat, store: Engine
) -> None:
    """P-2 has no place; of two houses it gets the second one, as a circle. P-1 was drawn, and stays there."""
    with store.begin() as connection:
        houses = [
            {
                "id": f"H-{n}",
                "street": "улица Мира",
                "house": str(n),
                "geom": f"SRID=32642;POINT({X0 + 50 * n} {Y0})",
            }
            for n in (1, 2)
        ]
        connection.execute(insert(Address), houses)
        connection.execute(update(Project).where(Project.id == "P-2").values(address="улица Мира, 1"))
    assert abat("export", "projects", "--to", "out", "--format", "xlsx").code == 0
    path, before = Path("out/projects.xlsx"), rows(store, "projects")
    assert abat("load", "projects", path).code == 3  # whatever the address says: nobody edited it
    book = load_workbook(path)
    heads = [cell.value for cell in book.active[1]]
    for line in (2, 3):
        book.active.cell(line, heads.index("Адрес") + 1).value = "улица Мира, 2"
    book.save(path)
    assert abat("load", "projects", path).code == 0
    after = rows(store, "projects")
    placed = {"address", "address_match", "geom", "geom_source"}
    assert changed(before, after) == {"P-1": {"address"}, "P-2": placed}
    assert (after["P-2"]["address_match"], after["P-2"]["geom_source"]) == ("exact", "address")
    assert (
        shapely.from_geojson(json.dumps(after["P-2"]["geom"])).centroid.distance(shapely.Point(X0 + 100, Y0))
        < 1
    )


def test_points_moved_in_excel_come_back_by_longitude_and_latitude(abat: Abat, store: Engine) -> None:
    with store.begin() as connection:
        kinds = enumerate(("playground", "other"), start=1)
        asked = [
            {"id": f"A-{n}", "requested_on": "2022-05-06", "category": kind, "geom_source": "surveyed",
             "geom": f"SRID=32642;POINT({X0 + n}.123 {Y0}.456)"} for n, kind in kinds
        ]  # fmt: skip
        connection.execute(insert(Appeal), asked)
    assert abat("export", "appeals", "--to", "out", "--format", "xlsx", "--points").code == 0
    path, before = Path("out/appeals.xlsx"), rows(store, "appeals")
    assert abat("load", "appeals", path).code == 3  # though seven digits hold no more than a centimetre
    book = load_workbook(path)
    heads = [cell.value for cell in book.active[1]]
    book.active.cell(2, heads.index("Широта") + 1).value += 0.0001  # 11 m to the north
    book.save(path)
    assert abat("load", "appeals", path).code == 0
    after = rows(store, "appeals")
    assert changed(before, after) == {"A-1": {"geom"}}
    north = [row["A-1"]["geom"]["coordinates"][1] for row in (before, after)]
    assert north[1] - north[0] == pytest.approx(11.1, abs=0.1)


def test_edits_that_met_are_settled_in_a_table_of_what_was_rejected(abat: Abat, store: Engine) -> None:
    load = export(abat, "gpkg", "--crs", "EPSG:4326")
    in_store(store, "C-2", residents=55)
    in_package("C-2", residents=7)
    assert abat(*load).code == 1
    before = rows(store, "courtyards")
    assert abat("export", "rejections", "--to", "mend").code == 0
    table = next(Path("mend").iterdir())
    assert abat("load", "courtyards", table).code == 1  # it still is what met
    assert abat("load", "courtyards", table, "--force").code == 0
    assert changed(before, rows(store, "courtyards")) == {"C-2": {"residents"}}
    assert rows(store, "courtyards")["C-2"]["residents"] == 7
