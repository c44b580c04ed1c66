"""GeoPackage, shapefile and GeoJSON as QGIS shows them: names, aliases, lists, colours, letters, counts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis_core.export import has_shapes, write_geojson, write_geopackage, write_shapefile
from gis_core.export.values import visible_columns
from gis_core.layer import Label, Layer, keys
from layers.appeals import Appeal
from layers.catalogue import LAYERS
from layers.courtyard_needs import CourtyardNeed
from layers.courtyards import CONDITIONS, Courtyard
from layers.district_needs import DistrictNeed
from layers.map_groups import links
from layers.need_looks import COVERAGE, NEED_BY_MONEY
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
    write_geopackage(pairs, folder / "city.gpkg", lang="kk", metadata=said, vocabularies=WORKS, links=links())
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
        assert _colours(layer, seen) == _declared(layer)


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.__tablename__)
def test_a_shapefile_is_shown_as_declared(layer: type[Layer], files: dict[str, Any]) -> None:
    seen = files[f"shp.{layer.__tablename__}"]
    columns = visible_columns(layer)
    assert (seen["valid"], seen["rows"], seen["encoding"]) == (True, ROWS, "UTF-8")
    assert seen["crs"] == "EPSG:32642"
    assert seen["aliases"] == {column.field.short: column.field.title("ru") for column in columns}
    assert _colours(layer, seen) == _declared(layer)
    kinds = {column.field.short: column.kind for column in columns}
    assert {kinds[name] for name, kind in seen["types"].items() if kind == "Date"} <= {"date"}
    assert {kinds[name] for name, kind in seen["types"].items() if kind == "Integer64"} <= {"integer"}


def _colours(layer: type[Layer], seen: dict[str, Any]) -> dict[str, str]:
    """Colours by value, of a ratio by the number of the class."""
    found = seen["colours"]
    return dict(zip("012345", found.values(), strict=False)) if layer.style and layer.style.ratio else found


def _declared(layer: type[Layer]) -> dict[str, str]:
    style = layer.style
    if style is None:
        return {}
    if style.ratio:
        return dict(zip("012345", style.ratio.colours, strict=False))
    if style.colours:
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


def test_a_conflict_leads_to_its_projects_and_a_field_with_a_list_keeps_it(files: dict[str, Any]) -> None:
    widgets = files["gpkg.conflicts"]["widgets"]
    assert (widgets["project_a"], widgets["project_b"]) == ("RelationReference", "RelationReference")
    assert files["gpkg.projects"]["widgets"]["work_type"] == "ValueMap"
    assert files["shp.conflicts"]["widgets"]["project_a"] == "TextEdit"  # a shapefile stands alone


def test_names_stand_beside_shapes_from_their_scale_on(files: dict[str, Any]) -> None:
    assert files["gpkg.districts"]["labels"] == 'coalesce("name_kk", "name_ru")'
    assert files["shp.courtyards"]["labels"] == '"address"'
    assert files["gpkg.conflicts"]["labels"] is False


def test_need_against_money_is_drawn_in_the_colours_of_the_page(look: Look, tmp_path: Path) -> None:
    """Nine courtyards, one of each class, and five districts, one of each class of coverage."""
    yards = rows_of(CourtyardNeed, 9)
    yards["need_class"], yards["funding_class"] = [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3
    districts = rows_of(DistrictNeed, 5)
    districts["need"], districts["funding"] = 0.2, [0.0, 0.12, 0.2, 0.26, 0.5]  # 0, 0.6, 1, 1.3, 2.5
    write_geopackage([(CourtyardNeed, yards), (DistrictNeed, districts)], tmp_path / "needs.gpkg")
    drawn = look({"draw": {
        name: {"path": f"{tmp_path}/needs.gpkg|layername={name}", "out": f"{tmp_path}/{name}.png"}
        for name in ("courtyard_needs", "district_needs")
    }})["drawn"]  # fmt: skip
    assert all_found(over_white(NEED_BY_MONEY, 0.85), drawn["courtyard_needs"]["tints"])
    assert all_found(over_white(COVERAGE, 0.7), drawn["district_needs"]["tints"])


def rows_of(layer: type[Layer], count: int) -> gpd.GeoDataFrame:
    """Invented rows of a layer, squares of 100 m side by side."""
    rows = gpd.GeoDataFrame(pd.concat([invented(layer).iloc[:1]] * count, ignore_index=True))
    rows["geom"] = [
        shapely.multipolygons([shapely.box(120 * n, 0, 120 * n + 100, 100)]) for n in range(count)
    ]
    key = keys(layer)[0]
    rows[key] = [f"{key}{n}" for n in range(count)]
    return rows.set_geometry("geom", crs=32642)


def over_white(colours: Sequence[str], opacity: float) -> list[list[float]]:
    """Colours as they look on white paper, as red, green and blue."""
    return [[part * opacity + 255 * (1 - opacity) for part in channels(colour)] for colour in colours]


def channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def all_found(wanted: list[list[float]], tints: list[str]) -> bool:
    """Whether each colour is in the picture, within two steps of 255."""
    seen = [channels(tint) for tint in tints]
    return all(
        any(all(abs(a - b) <= 2 for a, b in zip(one, each, strict=True)) for each in seen) for one in wanted
    )
