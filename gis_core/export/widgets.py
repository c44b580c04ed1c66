"""How QGIS edits a field: a list of values, a calendar, a tick box or a line of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from gis_core.export.values import Column
from gis_core.layer import Choices, Language

# T and F: how the QGIS of Debian 12 sees a truth value in a shapefile; a real one needs no states
STATES = {"CheckedState": "T", "UncheckedState": "F"}
# what QGIS itself writes into a value list for «no value»
NULL = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"
NO_VALUE = "—"


@dataclass(frozen=True)
class Parent:
    """The row of another layer that a field names: the relation, and the layer as QGIS finds it."""

    relation: str
    title: str
    layer: str
    name: str
    source: str
    provider: str
    key: str


def add_widget(
    field: ET.Element, column: Column, choices: Choices | None, more: tuple[Language, Parent | None]
) -> None:
    """The edit widget of a column below its `field` element; `more` are language and what it refers to.

    A field with a list of values offers it, also where it refers to another layer.
    """
    lang, parent = more
    if choices:
        _add_value_map(field, column, lang, choices)
        return
    if parent:
        _add_reference(field, column, parent)
        return
    if column.kind == "date":
        calendar = {"display_format": "dd.MM.yyyy", "field_format": "yyyy-MM-dd", "calendar_popup": "true"}
        _add(field, "DateTime", calendar | {"allow_null": "true"})
        return
    if column.kind == "bool":
        _add(field, "CheckBox", STATES)
        return
    _add(field, "TextEdit", {})


def add_hidden(configuration: ET.Element, name: str) -> None:
    """A field that stands in no form: the row number of a GeoPackage."""
    field = ET.SubElement(configuration, "field", name=name, configurationFlags="None")
    _add(field, "Hidden", {})


def options(parent: ET.Element, values: Mapping[str, str]) -> ET.Element:
    """A map of text options as QGIS writes it."""
    listed = ET.SubElement(parent, "Option", type="Map")
    for name, value in values.items():
        ET.SubElement(listed, "Option", name=name, type="QString", value=value)
    return listed


def _add(field: ET.Element, kind: str, values: Mapping[str, str]) -> ET.Element:
    widget = ET.SubElement(field, "editWidget", type=kind)
    return options(ET.SubElement(widget, "config"), values)


def _add_reference(field: ET.Element, column: Column, parent: Parent) -> None:
    """A choice among the rows of another layer, with the form of the chosen one below."""
    layer = {
        "Id": parent.layer,
        "Name": parent.name,
        "DataSource": parent.source,
        "ProviderKey": parent.provider,
    }
    found = {f"ReferencedLayer{name}": value for name, value in layer.items()}
    shown = {"ShowForm": "true", "ShowOpenFormButton": "true", "MapIdentification": "false"}
    null = {"AllowNULL": str(column.nullable).lower(), "AllowAddFeatures": "false", "OrderByValue": "true"}
    _add(field, "RelationReference", {"Relation": parent.relation, **found, **shown, **null})


def add_referenced(root: ET.Element, child: str, parents: Mapping[str, Parent]) -> None:
    """What a style says of the layers its own refers to; QGIS loads them beside it and links them."""
    listed = ET.SubElement(root, "referencedLayers")
    for name, parent in parents.items():
        ends = {"referencingLayer": child, "referencedLayer": parent.layer, "layerId": parent.layer}
        place = {"layerName": parent.name, "dataSource": parent.source, "providerKey": parent.provider}
        made = ET.SubElement(
            listed, "relation", ends | place, id=parent.relation, name=parent.title, strength="Association"
        )
        ET.SubElement(made, "fieldRef", referencingField=name, referencedField=parent.key)


def _add_value_map(field: ET.Element, column: Column, lang: Language, choices: Choices) -> None:
    """Labels as declared, the value behind each; a field that may be empty can be emptied."""
    listed = [(label.of(lang), code) for code, label in choices.items()]
    if column.nullable:
        listed.insert(0, (NO_VALUE, NULL))
    values = ET.SubElement(_add(field, "ValueMap", {}), "Option", name="map", type="List")
    for label, code in listed:
        options(values, {label: code})
