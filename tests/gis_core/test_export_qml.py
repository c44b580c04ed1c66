"""QGIS styles: aliases in three languages, value lists, symbols of the declared style."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from gis_core.export import has_shapes, layer_qml
from gis_core.export.values import visible_columns
from gis_core.layer import LANGUAGES, Label, Language, Layer
from layers.bodies import Body
from layers.catalogue import LAYERS
from layers.courtyards import CONDITIONS, Courtyard
from layers.districts import District
from layers.projects import Project

WORKS = {"paving": Label("мощение <b>&\"'\x07", "төсеу", "paving")}


def value_list(root: ET.Element, name: str) -> dict[str, str]:
    """Value by label of the drop-down of a field."""
    field = next(field for field in root.iter("field") if field.get("name") == name)
    lists = [option for option in field.iter("Option") if option.get("type") == "List"]
    listed = [entry for found in lists for entry in found.iter("Option") if entry.get("value")]
    return {str(entry.get("name")): str(entry.get("value")) for entry in listed}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("short", [True, False])
def test_every_field_has_its_alias(layer: type[Layer], lang: Language, short: bool) -> None:
    root = ET.fromstring(layer_qml(layer, lang, short=short))
    found = {alias.get("field"): alias.get("name") for alias in root.iter("alias")}
    assert found == {
        (column.field.short if short else column.name): column.field.title(lang)
        for column in visible_columns(layer)
    }
    assert (root.find("renderer-v2") is not None) == (layer.style is not None and has_shapes(layer))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_choice_field_is_a_drop_down_in_the_language(lang: Language) -> None:
    found = value_list(ET.fromstring(layer_qml(Courtyard, lang)), "condition")
    assert found == {label.of(lang): code for code, label in CONDITIONS.items()}


def test_a_field_of_a_city_list_takes_its_values_from_it() -> None:
    root = ET.fromstring(layer_qml(Project, "ru", {"work_types": WORKS}))
    assert value_list(root, "work_type") == {"мощение <b>&\"'": "paving"}
    assert value_list(ET.fromstring(layer_qml(Project, "ru")), "work_type") == {}


def test_only_a_field_that_may_be_empty_can_be_emptied() -> None:
    root = ET.fromstring(layer_qml(Project, "ru"))
    assert "—" in value_list(root, "place_kind")
    assert "—" not in value_list(root, "status")


def test_classes_are_drawn_in_the_declared_colours() -> None:
    root = ET.fromstring(layer_qml(Courtyard, "ru", short=True))
    renderer = root.find("renderer-v2")
    assert renderer is not None
    assert (renderer.get("type"), renderer.get("attr")) == ("categorizedSymbol", "condition")
    labels = {category.get("value"): category.get("label") for category in renderer.iter("category")}
    assert labels == {code: label.ru for code, label in CONDITIONS.items()} | {"": "прочее"}
    colours = [prop.get("v") for prop in renderer.iter("prop") if prop.get("k") == "color"]
    assert colours[1] == "217,115,26,153"


def test_an_unfilled_style_has_an_outline_only() -> None:
    props = {prop.get("k"): prop.get("v") for prop in ET.fromstring(layer_qml(District, "ru")).iter("prop")}
    assert (props["color"], props["outline_color"]) == ("255,255,255,0", "94,90,85,255")


def test_the_row_number_of_a_geopackage_stands_in_no_form() -> None:
    long, short = (ET.fromstring(layer_qml(Body, "ru", short=short)) for short in (False, True))
    widgets = {field.get("name"): field.find("editWidget") for field in long.iter("field")}
    assert widgets["fid"] is not None
    assert widgets["fid"].get("type") == "Hidden"
    assert "fid" not in {field.get("name") for field in short.iter("field")}
