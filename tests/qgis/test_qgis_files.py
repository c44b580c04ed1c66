"""GeoPackage, shapefile and GeoJSON as QGIS shows them: names, aliases, lists, colours, letters, counts."""

from __future__ import annotations

from typing import Any

import pytest

from gis_core.export import has_shapes, write_geojson, write_geopackage, write_shapefile
from gis_core.export.values import visible_columns
from gis_core.layer import Label, Layer
from layers.appeals import Appeal
from layers.catalogue import LAYERS
from layers.courtyards import CONDITIONS, Courtyard
from tests.gis_core.test_export_frames import KAZAKH, ROWS, invented
from tests.qgis.conftest import Look

pytestmark = pytest.mark.qgis
WORKS = {"work_types": {"paving": Label("мощение", "төсеу", "paving")}}
DRAWN = [layer for layer in LAYERS.values() if has_shapes(layer)]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, look: Look) -> dict[str, Any]:
    """Every layer in one GeoPackage, every drawn one as a shapefile, one as GeoJSON; all opened at once."""
    folder = tmp_path_factory.mktemp("files")
    said = {"run": "12", "source": "образец", "coverage": "71 %"}
    pairs = [(layer, invented(layer)) for layer in LAYERS.values()]
    write_geopackage(pairs, folder / "city.gpkg", lang="kk", metadata=said, vocabularies=WORKS)
    asked = {f"gpkg.{name}": f"{folder}/city.gpkg|layername={name}" for name in LAYERS}
    for layer in DRAWN:
        made = write_shapefile(layer, invented(layer), folder / "shp", vocabularies=WORKS)
        asked[f"shp.{layer.__tablename__}"] = str(made.paths[0])
    write_geojson(Courtyard, invented(Courtyard), folder / "yards.geojson")
    asked["geojson.courtyards"] = str(folder / "yards.geojson")
    return look({"files": asked})["files"]


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_a_layer_of_a_geopackage_is_shown_as_declared(layer: type[Layer], files: dict[str, Any]) -> None:
    seen = files[f"gpkg.{layer.__tablename__}"]
    columns = visible_columns(layer)
    assert (seen["valid"], seen["rows"]) == (True, ROWS)
    assert seen["fields"] == ["fid", *(column.name for column in columns)]
    assert {name: seen["aliases"][name] for name in seen["fields"][1:]} == {
        column.name: column.field.title("kk") for column in columns
    }
    assert "run: 12" in seen["abstract"]
    if has_shapes(layer):
        assert seen["crs"] == "EPSG:32642"
        assert seen["colours"] == _declared(layer)


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.__tablename__)
def test_a_shapefile_is_shown_as_declared(layer: type[Layer], files: dict[str, Any]) -> None:
    seen = files[f"shp.{layer.__tablename__}"]
    columns = visible_columns(layer)
    assert (seen["valid"], seen["rows"], seen["encoding"]) == (True, ROWS, "UTF-8")
    assert seen["crs"] == "EPSG:32642"
    assert seen["aliases"] == {column.field.short: column.field.title("ru") for column in columns}
    assert seen["colours"] == _declared(layer)
    kinds = {column.field.short: column.kind for column in columns}
    assert {kinds[name] for name, kind in seen["types"].items() if kind == "Date"} <= {"date"}
    assert {kinds[name] for name, kind in seen["types"].items() if kind == "Integer64"} <= {"integer"}


def _declared(layer: type[Layer]) -> dict[str, str]:
    style = layer.style
    if style is None:
        return {}
    if style.column and style.colours:
        return {**style.colours, "": style.fill}
    return {"*": style.fill}


@pytest.mark.parametrize(("kind", "field"), [("gpkg", "condition"), ("shp", "condition")])
def test_values_are_chosen_from_a_list(kind: str, field: str, files: dict[str, Any]) -> None:
    lang = "kk" if kind == "gpkg" else "ru"
    found = files[f"{kind}.courtyards"]["choices"][field]
    assert {label: code for label, code in found.items() if code in CONDITIONS} == {
        label.of(lang): code  # type: ignore[arg-type]
        for code, label in CONDITIONS.items()
    }


def test_lists_of_the_city_are_drop_downs_too(files: dict[str, Any]) -> None:
    assert files["gpkg.projects"]["choices"]["work_type"]["төсеу"] == "paving"


def test_dates_have_a_calendar_and_kazakh_letters_stand(files: dict[str, Any]) -> None:
    assert files["gpkg.projects"]["widgets"]["starts"] == "DateTime"
    assert files["gpkg.projects"]["types"]["starts"] == "Date"
    assert files["geojson.courtyards"]["rows"] == ROWS
    assert files["geojson.courtyards"]["crs"] in {"EPSG:4326", "OGC:CRS84"}
    assert Appeal.__tablename__ in LAYERS
    assert KAZAKH.startswith("Мәңгілік")


def test_names_stand_beside_shapes_from_their_scale_on(files: dict[str, Any]) -> None:
    assert files["gpkg.districts"]["labels"] == 'coalesce("name_kk", "name_ru")'
    assert files["shp.courtyards"]["labels"] == '"address"'
    assert files["gpkg.conflicts"]["labels"] is False
