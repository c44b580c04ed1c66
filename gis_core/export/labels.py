"""Names that QGIS writes beside the shapes of a layer."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from gis_core.layer import GeometryKind, Language, Style

TEXT = {"fontFamily": "DejaVu Sans", "fontSize": "8", "fontSizeUnit": "Point", "textColor": "60,56,51,255"}
HALO = {"bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,255"}
# how QGIS numbers the ways to place a label: around a point, along a line, inside a polygon
_PLACEMENT: dict[GeometryKind, str] = {"POINT": "0", "MULTILINESTRING": "2", "MULTIPOLYGON": "1"}


def add_labels(
    root: ET.Element, style: Style, kind: GeometryKind, words: tuple[Mapping[str, str], Language]
) -> None:
    """Labels as declared, or none; `words` are the names of the fields in the file and the language."""
    wanted = style.label and _field(style.label, *words)
    if not wanted:
        return
    root.set("labelsEnabled", "1")
    settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings", calloutType="simple")
    text = ET.SubElement(settings, "text-style", TEXT, fieldName=wanted, isExpression="1")
    ET.SubElement(text, "text-buffer", HALO)
    ET.SubElement(settings, "placement", placement=_PLACEMENT[kind], centroidInside="1", centroidWhole="1")
    limits = {"scaleVisibility": "1", "scaleMin": "0", "scaleMax": str(style.label_scale)}
    ET.SubElement(settings, "rendering", limits if style.label_scale else {}, drawLabels="1", obstacle="1")


def _field(label: str, names: Mapping[str, str], lang: Language) -> str | None:
    """An expression for a field, or for a name in a language with the Russian one where it lacks."""
    if label in names:
        return f'"{names[label]}"'
    own, russian = f"{label}_{lang}", f"{label}_ru"
    if own not in names or russian not in names:
        return None
    return f'coalesce("{names[own]}", "{names[russian]}")'
