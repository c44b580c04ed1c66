"""Print layouts of a QGIS project: a sheet of A4 and one of A3 with title, map, legend, scale and source."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from gis_core.layer import Label, Language

PAGES = {"A4": (297.0, 210.0), "A3": (420.0, 297.0)}  # millimetres, lying
LEGEND = Label("Условные обозначения", "Шартты белгілер", "Legend")
METRES = Label("м", "м", "m")
FONT = "DejaVu Sans"
EDGE, GAP, FOOT = 10.0, 4.0, 24.0  # millimetres; four lines stand at the foot
# how QGIS numbers the items of a layout
PAGE, MAP, TEXT, KEY, BAR = "65638", "65639", "65641", "65642", "65646"

Box = tuple[float, float, float, float]  # west, south, east, north


@dataclass(frozen=True)
class _Frame:
    """Where the parts of a page lie: x, y, width and height in millimetres; `letter` is a size in points."""

    page: str
    width: float
    height: float

    @property
    def letter(self) -> float:
        return 8.0 if self.height < PAGES["A3"][1] else 10.0

    @property
    def title(self) -> Box:
        return EDGE, 7.0, self.width - 2 * EDGE, 11.0

    @property
    def map(self) -> Box:
        return EDGE, 20.0, self.side[0] - EDGE - GAP, self.height - 20.0 - FOOT - 2.0

    @property
    def side(self) -> Box:
        wide = 0.24 * self.width
        return self.width - EDGE - wide, 20.0, wide, self.height - 20.0 - FOOT - 24.0

    @property
    def bar(self) -> Box:
        return self.side[0], self.height - FOOT - 18.0, self.side[2], 14.0

    @property
    def note(self) -> Box:
        return EDGE, self.height - FOOT, self.width - 2 * EDGE, FOOT - 4.0


def add_layouts(root: ET.Element, extent: Box, lang: Language, note: str) -> None:
    """One layout a page size; the title is the project's, `note` stands at the foot."""
    listed = ET.SubElement(root, "Layouts")
    for page, (width, height) in PAGES.items():
        frame = _Frame(page, width, height)
        layout = ET.SubElement(listed, "Layout", name=page, units="mm", printResolution="300")
        pages = ET.SubElement(layout, "PageCollection")
        _item(pages, PAGE, page, (0.0, 0.0, width, height))
        _add_text(layout, frame, "note", escaped(note))
        _add_text(layout, frame, "title", "[% @project_title %]")
        _add_bar(layout, frame, lang)
        _add_legend(layout, frame, lang)
        _add_map(layout, frame, extent)


def escaped(text: str) -> str:
    """A text in which QGIS finds no expression to reckon.

    >>> escaped("[% env('HOME') %]")
    "[ % env('HOME') % ]"
    """
    return text.replace("[%", "[ %").replace("%]", "% ]")


def _item(parent: ET.Element, kind: str, name: str, box: Box, **more: str) -> ET.Element:
    x, y, width, height = box
    place = {
        "position": f"{x:g},{y:g},mm",
        "positionOnPage": f"{x:g},{y:g},mm",
        "size": f"{width:g},{height:g},mm",
        "referencePoint": "0",
        "visibility": "1",
        "opacity": "1",
        "background": "false",
        "frame": "false",
    }
    return ET.SubElement(parent, "LayoutItem", place | more, type=kind, id=name, uuid=_uuid(parent, name))


def _uuid(parent: ET.Element, name: str) -> str:
    made = uuid.uuid5(uuid.NAMESPACE_URL, f"{parent.get('name', 'page')}/{name}")
    return f"{{{made}}}"


def _add_text(layout: ET.Element, frame: _Frame, name: str, text: str) -> None:
    box, points = (frame.title, 2 * frame.letter) if name == "title" else (frame.note, frame.letter - 1)
    item = _item(layout, TEXT, name, box, labelText=text, htmlState="0", halign="1", valign="32")
    ET.SubElement(item, "LabelFont", description=_font(points), style="")


def _font(points: float) -> str:
    return f"{FONT},{points:g},-1,5,50,0,0,0,0,0"


def _add_map(layout: ET.Element, frame: _Frame, extent: Box) -> None:
    look = {"frame": "true", "background": "true", "mapRotation": "0", "keepLayerSet": "false"}
    item = _item(layout, MAP, "map", frame.map, **look)
    west, south, east, north = fitted(extent, frame.map[2] / frame.map[3])
    corners = {"xmin": west, "ymin": south, "xmax": east, "ymax": north}
    ET.SubElement(item, "Extent", {name: repr(float(value)) for name, value in corners.items()})


def fitted(extent: Box, ratio: float) -> Box:
    """The extent with a margin, widened to a frame whose width is `ratio` of its height.

    >>> fitted((0, 0, 100, 100), 2)
    (-54.0, -2.0, 154.0, 102.0)
    """
    west, south, east, north = extent
    wide, high = 1.04 * (east - west), 1.04 * (north - south)
    wide, high = max(wide, high * ratio), max(high, wide / ratio)
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _add_legend(layout: ET.Element, frame: _Frame, lang: Language) -> None:
    look = {"title": LEGEND.of(lang), "map_uuid": _uuid(layout, "map"), "resizeToContents": "1"}
    look |= {"legendFilterByMap": "1", "symbolWidth": "6", "symbolHeight": "3.5", "columnCount": "1"}
    item = _item(layout, KEY, "legend", frame.side, **look)
    styles = ET.SubElement(item, "styles")
    for name, more in (("title", 2.0), ("group", 1.0), ("subgroup", 0.0), ("symbolLabel", 0.0)):
        style = ET.SubElement(styles, "style", name=name, alignment="1", marginTop="1.5", marginLeft="1")
        ET.SubElement(style, "styleFont", description=_font(frame.letter + more), style="")


def _add_bar(layout: ET.Element, frame: _Frame, lang: Language) -> None:
    look = {"mapUuid": _uuid(layout, "map"), "style": "Single Box", "unitType": "meters", "height": "2"}
    look |= {"numMapUnitsPerScaleBarUnit": "1", "unitLabel": METRES.of(lang), "segmentSizeMode": "1"}
    look |= {"numSegments": "2", "numSegmentsLeft": "0", "minBarWidth": "30", "maxBarWidth": "60"}
    item = _item(layout, BAR, "scale", frame.bar, **look)
    ET.SubElement(item, "text-style", fontFamily=FONT, fontSize=f"{frame.letter:g}", fontSizeUnit="Point")
