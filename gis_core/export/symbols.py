"""How QGIS draws the shapes of a layer: a fill, a line or a circle in the colours of the declared style."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from gis_core.export.widgets import options
from gis_core.layer import GeometryKind, Style

MM_OF_PIXEL = 0.2646  # at 96 pixels to the inch, as browsers reckon
POINT_MM = "2.4"
CASING = 0.6  # pixels of outline on each side of a line

_SORTS: dict[GeometryKind, tuple[str, str]] = {
    "POINT": ("marker", "SimpleMarker"),
    "MULTILINESTRING": ("line", "SimpleLine"),
    "MULTIPOLYGON": ("fill", "SimpleFill"),
}


def add_symbol(symbols: ET.Element, kind: GeometryKind, style: Style, colour: str) -> str:
    """Add a symbol below the list of symbols; its name, which is its number in the list.

    QGIS 3.22 reads the `<prop>` elements, 3.26 and later the `<Option>` ones; both are written.
    """
    name = str(len(symbols))
    sort, drawn_by = _SORTS[kind]
    symbol = ET.SubElement(
        symbols, "symbol", type=sort, name=name, alpha="1", clip_to_extent="1", force_rhr="0"
    )
    for properties in _PROPERTIES[sort](style, colour):
        layer = ET.SubElement(
            symbol, "layer", {"class": drawn_by, "enabled": "1", "pass": "0", "locked": "0"}
        )
        options(layer, properties)
        for key, value in properties.items():
            ET.SubElement(layer, "prop", k=key, v=value)
    return name


def _lines(style: Style, colour: str) -> tuple[dict[str, str], ...]:
    """The line, and below it a wider one of the declared outline."""
    return _line(style.line, style.width + 2 * CASING), _line(colour, style.width)


def _line(colour: str, width: float) -> dict[str, str]:
    return {
        "line_color": _rgba(colour, 1.0),
        "line_style": "solid",
        "line_width": _mm(width),
        "line_width_unit": "MM",
        "joinstyle": "round",
        "capstyle": "round",
    }


def _fill(style: Style, colour: str) -> dict[str, str]:
    return {
        "color": _rgba(colour, style.opacity),
        "style": "solid",
        "outline_color": _rgba(style.line, 1.0),
        "outline_style": "solid",
        "outline_width": _mm(style.width),
        "outline_width_unit": "MM",
        "joinstyle": "bevel",
    }


def _areas(style: Style, colour: str) -> tuple[dict[str, str], ...]:
    return (_fill(style, colour),)


def _markers(style: Style, colour: str) -> tuple[dict[str, str], ...]:
    circle = {"name": "circle", "size": POINT_MM, "size_unit": "MM", "scale_method": "diameter"}
    outline = _fill(style, colour)
    del outline["style"]
    return (outline | circle,)


_PROPERTIES = {"line": _lines, "fill": _areas, "marker": _markers}


def _mm(pixels: float) -> str:
    return f"{pixels * MM_OF_PIXEL:.2f}"


def _rgba(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{round(opacity * 255)}"
