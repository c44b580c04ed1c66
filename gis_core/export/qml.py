"""The QGIS style of a layer made from its declaration, without QGIS: symbols, aliases, value lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from gis_core.export.symbols import add_symbol
from gis_core.export.values import Column, visible_columns
from gis_core.export.widgets import add_hidden, add_widget
from gis_core.layer import Choices, GeometryKind, Label, Language, Layer, Style, geometry_kind, keys

Vocabularies = Mapping[str, Choices]

QGIS_VERSION = "3.22.16-Białowieża"  # the oldest one we promise; newer ones upgrade a style as they read it
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
ROW_NUMBER = "fid"  # what GDAL names the key it gives each row of a GeoPackage
OTHER = Label("прочее", "өзге", "other")

_GEOMETRY: dict[GeometryKind, str] = {"POINT": "0", "MULTILINESTRING": "1", "MULTIPOLYGON": "2"}
# characters that XML 1.0 cannot hold, even escaped
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class _Sheet:
    """The fields of a layer as they are named in the file, and the words for them."""

    columns: tuple[Column, ...]
    names: dict[str, str]
    lang: Language
    vocabularies: Vocabularies

    def choices(self, column: Column) -> Choices | None:
        field = column.field
        return field.choices or (self.vocabularies.get(field.vocabulary) if field.vocabulary else None)


def layer_qml(
    layer: type[Layer], lang: Language, vocabularies: Vocabularies | None = None, *, short: bool = False
) -> str:
    """The QML text of a layer: its style, an alias in `lang` and an edit widget for each field.

    `vocabularies` gives the values of fields that take them from a list of the city; `short` names the
    fields as a shapefile does. A layer without shapes gets aliases and widgets only.
    """
    columns = visible_columns(layer)
    names = {column.name: column.field.short if short else column.name for column in columns}
    sheet = _Sheet(columns, names, lang, vocabularies or {})
    root = ET.Element("qgis", version=QGIS_VERSION, styleCategories="AllStyleCategories", labelsEnabled="0")
    kind = geometry_kind(layer)
    if kind and layer.style:
        _add_renderer(root, layer.style, kind, sheet)
    _add_fields(root, sheet, () if short else (ROW_NUMBER,))
    shown = next((names[key] for key in keys(layer) if key in names), None)
    if shown:
        ET.SubElement(root, "previewExpression").text = f'"{shown}"'
    if kind:
        ET.SubElement(root, "layerGeometryType").text = _GEOMETRY[kind]
    ET.indent(root)
    return DOCTYPE + _NOT_XML.sub("", ET.tostring(root, encoding="unicode")) + "\n"


def _add_renderer(root: ET.Element, style: Style, kind: GeometryKind, sheet: _Sheet) -> None:
    renderer = ET.SubElement(root, "renderer-v2", symbollevels="0", enableorderby="0", forceraster="0")
    if not (style.column and style.colours):
        renderer.set("type", "singleSymbol")
        add_symbol(ET.SubElement(renderer, "symbols"), kind, style, style.fill)
        return
    renderer.set("type", "categorizedSymbol")
    renderer.set("attr", sheet.names[style.column])
    choices = next(sheet.choices(column) for column in sheet.columns if column.name == style.column) or {}
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for code, colour in (*style.colours.items(), ("", style.fill)):
        # the empty value is QGIS's sign for «all other values»
        label = choices[code].of(sheet.lang) if code in choices else code or OTHER.of(sheet.lang)
        symbol = add_symbol(symbols, kind, style, colour)
        ET.SubElement(categories, "category", value=code, label=label, symbol=symbol, render="true")


def _add_fields(root: ET.Element, sheet: _Sheet, hidden: tuple[str, ...]) -> None:
    configuration = ET.SubElement(root, "fieldConfiguration")
    aliases = ET.SubElement(root, "aliases")
    for name in hidden:
        add_hidden(configuration, name)
    for number, column in enumerate(sheet.columns, start=len(hidden)):
        name = sheet.names[column.name]
        field = ET.SubElement(configuration, "field", name=name, configurationFlags="None")
        add_widget(field, column, sheet.lang, sheet.choices(column))
        title = column.field.title(sheet.lang)
        ET.SubElement(aliases, "alias", index=str(number), field=name, name=title)
