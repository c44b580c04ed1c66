"""The QGIS style of a layer from its declaration, without QGIS: symbols, labels, aliases, value lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET

from gis_core.export.labels import add_labels
from gis_core.export.renderers import add_renderer
from gis_core.export.values import Column, visible_columns
from gis_core.export.widgets import Parent, add_hidden, add_referenced, add_widget
from gis_core.layer import Choices, GeometryKind, Language, Layer, Style, geometry_kind, keys
from gis_core.row_marks import NAME, bears_marks

Vocabularies = Mapping[str, Choices]

QGIS_VERSION = "3.22.16-Białowieża"  # the oldest one we promise; newer ones upgrade a style as they read it
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
ROW_NUMBER = "fid"  # what GDAL names the key it gives each row of a GeoPackage

_GEOMETRY: dict[GeometryKind, str] = {"POINT": "0", "MULTILINESTRING": "1", "MULTIPOLYGON": "2"}
# characters that XML 1.0 cannot hold, even escaped
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Sheet:
    """The fields of a layer as they are named in the file, and the words for them.

    `hidden` are columns that the file has before them, `last` those behind, which no form shows; `parents`
    the rows of other layers that fields name.
    """

    layer: type[Layer]
    columns: tuple[Column, ...]
    names: dict[str, str]
    lang: Language
    vocabularies: Vocabularies
    hidden: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    parents: Mapping[str, Parent] = field(default_factory=dict)

    def choices(self, column: Column) -> Choices | None:
        declared = column.field
        words = self.vocabularies.get(declared.vocabulary) if declared.vocabulary else None
        return declared.choices or words


def sheet_of(
    layer: type[Layer], lang: Language, vocabularies: Vocabularies | None = None, *, short: bool = False
) -> Sheet:
    """The sheet of a layer as a GeoPackage has it, or with `short` names as a shapefile does."""
    columns = visible_columns(layer)
    names = {column.name: column.field.short if short else column.name for column in columns}
    last = (NAME,) if bears_marks(layer) else ()
    return Sheet(layer, columns, names, lang, vocabularies or {}, () if short else (ROW_NUMBER,), last)


def layer_qml(
    layer: type[Layer], lang: Language, vocabularies: Vocabularies | None = None, *, short: bool = False
) -> str:
    """The QML text of a layer: its style, an alias in `lang` and an edit widget for each field.

    `vocabularies` gives the values of fields that take them from a list of the city; `short` names the
    fields as a shapefile does. A layer without shapes gets aliases and widgets only.
    """
    return sheet_qml(sheet_of(layer, lang, vocabularies, short=short))


def sheet_qml(sheet: Sheet) -> str:
    """The QML text of a sheet."""
    root = ET.Element("qgis", version=QGIS_VERSION)
    add_style(root, sheet)
    return qgis_text(root)


def database_qml(layer: type[Layer], lang: Language, vocabularies: Vocabularies) -> str:
    """The QML text of a layer as a table of the database has it, which has no row number."""
    return sheet_qml(replace(sheet_of(layer, lang, vocabularies), hidden=(), last=()))


def qgis_text(root: ET.Element) -> str:
    """A QGIS document, without the characters that XML cannot hold."""
    ET.indent(root)
    return DOCTYPE + _NOT_XML.sub("", ET.tostring(root, encoding="unicode")) + "\n"


def add_style(root: ET.Element, sheet: Sheet) -> None:
    """All that a QML says of a layer, below the root of a QML or the `maplayer` of a project."""
    layer = sheet.layer
    kind = geometry_kind(layer)
    root.set("styleCategories", "AllStyleCategories")
    root.set("labelsEnabled", "0")
    if kind and layer.style:
        words = (sheet.names, _value_labels(layer.style, sheet), sheet.lang)
        add_renderer(root, layer.style, kind, words)
        add_labels(root, layer.style, kind, (sheet.names, sheet.lang))
    named = [column for column in sheet.columns if column.name in sheet.parents and not sheet.choices(column)]
    if named:  # what a list of values tells already needs no layer beside
        found = {column.name: sheet.parents[column.name] for column in named}
        add_referenced(root, str(layer.__tablename__), found)
    _add_fields(root, sheet)
    shown = next((sheet.names[key] for key in keys(layer) if key in sheet.names), None)
    if shown:
        ET.SubElement(root, "previewExpression").text = f'"{shown}"'
    if kind:
        ET.SubElement(root, "layerGeometryType").text = _GEOMETRY[kind]


def _value_labels(style: Style, sheet: Sheet) -> Choices:
    """Labels of the values by which a style chooses."""
    by = [column for column in sheet.columns if column.name == style.column]
    return (sheet.choices(by[0]) if by else None) or {}


def _add_fields(root: ET.Element, sheet: Sheet) -> None:
    configuration = ET.SubElement(root, "fieldConfiguration")
    aliases = ET.SubElement(root, "aliases")
    for name in sheet.hidden:
        add_hidden(configuration, name)
    for number, column in enumerate(sheet.columns, start=len(sheet.hidden)):
        name = sheet.names[column.name]
        made = ET.SubElement(configuration, "field", name=name, configurationFlags="None")
        add_widget(made, column, sheet.choices(column), (sheet.lang, sheet.parents.get(name)))
        title = column.field.title(sheet.lang)
        ET.SubElement(aliases, "alias", index=str(number), field=name, name=title)
    for name in sheet.last:
        add_hidden(configuration, name)
    if sheet.layer.edited is not None:
        _lock(root, sheet, sheet.layer.edited)


def _lock(root: ET.Element, sheet: Sheet, edited: tuple[str, ...]) -> None:
    """Fields that people may not write are shown in forms, and cannot be typed into."""
    editable = ET.SubElement(root, "editable")
    for column in sheet.columns:
        own = "1" if column.name in edited else "0"
        ET.SubElement(editable, "field", name=sheet.names[column.name], editable=own)
