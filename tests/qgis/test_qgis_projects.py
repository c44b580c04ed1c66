"""Projects as QGIS opens them, from a file moved elsewhere and from a database: tree, links, prints."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, insert, make_url

from gis_core.errors import GisError
from gis_core.export import has_shapes, project, write_geopackage
from gis_core.export.parts import Passing
from gis_core.layer import Layer, keys, table_of
from layers.catalogue import LAYERS
from layers.city import City
from layers.courtyards import CONDITIONS, Courtyard
from layers.district_needs import DistrictNeed
from layers.districts import District
from layers.map_groups import GROUPS, SHOWN
from scripts.qgis import write_projects
from tests.drawing import box
from tests.gis_core.test_export_frames import ROWS, invented
from tests.qgis.conftest import Look

pytestmark = pytest.mark.qgis
SAID = {"attention": "SAMPLE [% env('HOME') %]", "data until": "2024-05-06", "on the map": "money 71.0%"}


def frames() -> list[tuple[type[Layer], pd.DataFrame]]:
    """Every layer; of the districts two of today, one of them with a shape."""
    found = {layer: invented(layer) for layer in LAYERS.values()}
    found[District].loc[3, "valid_to"] = None
    return list(found.items())


def write(city: City, folder: Path, lang: Any = "ru", crs: str | None = None) -> list[Path]:
    """The two projects alone."""
    passed = [(layer, Passing(frame)) for layer, frame in frames()]
    for _, rows in passed:
        list(rows)
    made = write_projects(city, passed, folder, crs=crs, lang=lang, vocabularies={}, said=SAID)
    return [path for each in made for path in each.paths]


def write_all(city: City, folder: Path, lang: Any = "ru", crs: str | None = None) -> Path:
    """The project that reads the GeoPackage beside it."""
    write_geopackage(frames(), folder / f"{city.code}.gpkg", lang=lang, crs=crs)
    return write(city, folder, lang, crs)[0]


@pytest.fixture(scope="module")
def seen(city: City, look: Look, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The project, opened after its folder was moved, and what it draws."""
    folder = tmp_path_factory.mktemp("made")
    write_all(city, folder / "first")
    moved = (folder / "first").rename(folder / "перенесено сюда")
    (folder / "pictures").mkdir()
    asked = {"projects": {"p": str(moved / "squares.qgz")}, "pictures": str(folder / "pictures")}
    return look(asked)["projects"]["p"]  # type: ignore[no-any-return]


def test_a_project_opens_from_wherever_its_folder_was_moved(seen: dict[str, Any]) -> None:
    assert (seen["read"], seen["title"], seen["crs"], seen["relative"]) == (
        True,
        "Квадраты",
        "EPSG:32642",
        True,
    )
    assert set(seen["layers"]) == set(LAYERS)
    for name, layer in seen["layers"].items():
        assert layer["valid"], name
        assert "перенесено сюда" in layer["source"]


def test_layers_stand_in_groups_with_tables_last(seen: dict[str, Any]) -> None:
    assert list(seen["groups"])[: len(GROUPS)] == [label.ru for label, _ in GROUPS]
    assert list(seen["groups"])[-1] == "Таблицы"
    assert sum(len(members) for members in seen["groups"].values()) == len(LAYERS)


def test_of_a_layer_by_year_the_last_is_shown(seen: dict[str, Any]) -> None:
    years = invented(DistrictNeed)["year"]
    assert seen["layers"]["district_needs"]["rows"] == (years == years.max()).sum()
    assert seen["layers"]["courtyards"]["rows"] == ROWS


def test_of_districts_those_of_today_are_shown(seen: dict[str, Any]) -> None:
    assert seen["layers"]["districts"]["rows"] == 2


def test_every_link_between_layers_holds(seen: dict[str, Any]) -> None:
    assert {"assessments.conflict_id", "project_areas.project_id", "projects.executing_body"} <= set(
        seen["relations"]
    )
    assert all(seen["relations"].values())


def test_styles_and_lists_are_those_of_the_declaration(seen: dict[str, Any]) -> None:
    yards = seen["layers"]["courtyards"]
    style = Courtyard.style
    assert style
    assert style.colours
    assert yards["colours"] == {**style.colours, "": style.fill}
    assert yards["choices"]["condition"]["требует ремонта"] == "needs_repair"
    assert set(yards["choices"]["condition"].values()) >= set(CONDITIONS)


@pytest.mark.parametrize(("page", "size"), [("A4", [297, 210]), ("A3", [420, 297])])
def test_a_layout_prints(page: str, size: list[int], seen: dict[str, Any]) -> None:
    assert seen["layouts"][page] == {"size": size, "drawn": True}


def test_every_layer_draws_something(seen: dict[str, Any]) -> None:
    drawn = {name for name, layer in LAYERS.items() if has_shapes(layer)}
    assert set(seen["pictures"]) == drawn
    for name, picture in seen["pictures"].items():
        assert picture["errors"] == [], name
        assert picture["colours"] > 1, name


def test_a_project_in_another_crs_and_language(city: City, look: Look, tmp_path: Path) -> None:
    path = write_all(city, tmp_path, "kk", "EPSG:4326")
    found = look({"projects": {"p": str(path)}})["projects"]["p"]
    assert (found["title"], found["crs"]) == ("Шаршылар", "EPSG:4326")
    assert found["layers"]["courtyards"]["crs"] == "EPSG:4326"
    assert found["layers"]["courtyards"]["aliases"]["condition"] == "Жағдайы"


def test_a_project_reads_the_database_by_a_service_name(
    city: City, look: Look, tmp_path: Path, engine: Engine
) -> None:
    with engine.begin() as connection:
        rows = [{"id": f"C-{n}", "geom": box(20 * n, 0, 10, 10), "condition": "needs_repair"} for n in (1, 2)]
        connection.execute(insert(table_of(Courtyard)), rows)
    made = write(city, tmp_path)[1]
    url = make_url(engine.url)
    service = tmp_path / "services.conf"
    server = url.query["host"]
    service.write_text(
        f"[abat_squares]\nhost={server}\nport=5432\nuser={url.username}\ndbname={url.database}\n"
    )
    found = look({"projects": {"p": str(made)}}, PGSERVICEFILE=str(service))["projects"]["p"]
    assert {name: layer["valid"] for name, layer in found["layers"].items()} == dict.fromkeys(LAYERS, True)
    yards = found["layers"]["courtyards"]
    assert (yards["rows"], yards["crs"]) == (2, "EPSG:32642")
    assert yards["aliases"]["condition"] == "Состояние"
    assert yards["choices"]["condition"]["требует ремонта"] == "needs_repair"
    assert all(found["relations"].values())
    text = zipfile.ZipFile(made).read("squares_postgis.qgs").decode()
    assert "password" not in text
    assert "host=" not in text


def test_the_same_layers_give_the_same_bytes(city: City, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    assert [path.read_bytes() for path in write(city, first)] == [
        path.read_bytes() for path in write(city, second)
    ]


def test_text_from_outside_is_no_expression_in_a_print(city: City, tmp_path: Path) -> None:
    path = write(city, tmp_path)[0]
    text = zipfile.ZipFile(path).read("squares.qgs").decode()
    assert "[% env" not in text
    assert "[ % env" in text


def test_a_project_that_reads_back_otherwise_is_never_put_in_place(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project, "add_layouts", lambda *_: None)
    with pytest.raises(GisError, match="not the project that was written"):
        write(city, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_shown_at_first_stands_in_a_group() -> None:
    named = [layer for _, members in GROUPS for layer in members]
    assert len(named) == len(set(named))
    assert set(named) >= SHOWN
    assert all(keys(layer) for layer in named)
