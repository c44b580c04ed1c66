"""A QGIS project made without QGIS: layers in groups with their styles, relations, layouts for print."""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree as ET

from defusedxml.ElementTree import fromstring
from pyproj import CRS

from gis_core.crs import epsg_of
from gis_core.errors import GisError
from gis_core.export.aside import file_aside
from gis_core.export.layouts import PAGES, add_layouts
from gis_core.export.links import Link
from gis_core.export.qml import QGIS_VERSION, Vocabularies, add_style, qgis_text, sheet_of
from gis_core.export.table import Written
from gis_core.export.widgets import Parent
from gis_core.layer import Language, Layer, geometry_kind

Box = tuple[float, float, float, float]  # west, south, east, north in the project's CRS
MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say
_SHAPES = {"POINT": "Point", "MULTILINESTRING": "Line", "MULTIPOLYGON": "Polygon"}


@dataclass(frozen=True)
class ProjectLayer:
    """A layer in a project: where its rows lie, how the tree names it, below which group, seen at first."""

    layer: type[Layer]
    source: str
    title: str
    group: str
    shown: bool

    @property
    def id(self) -> str:
        return f"{self.layer.__tablename__}_{uuid.uuid5(uuid.NAMESPACE_URL, self.layer.__tablename__).hex}"


@dataclass(frozen=True)
class Project:
    """What a project shows. `provider` reads the sources: ogr a file, postgres a database.

    `crs` is the map's, `stored` the one the rows are in; `note` stands below a printed map.
    """

    title: str
    provider: Literal["ogr", "postgres"]
    layers: Sequence[ProjectLayer]
    links: Sequence[Link]
    crs: CRS
    stored: CRS
    extent: Box
    lang: Language
    vocabularies: Vocabularies
    note: str = ""


def write_project(project: Project, path: Path) -> Written:
    """The project as a .qgz, the same bytes for the same project, read back before it is put in place."""
    path = Path(path)
    with file_aside(path) as made:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            name = zipfile.ZipInfo(f"{path.stem}.qgs", MOMENT)
            archive.writestr(name, project_text(project), zipfile.ZIP_DEFLATED)
        _check(made, project)
    return Written((path,), 0, ())


def project_text(project: Project) -> str:
    """The .qgs document of a project."""
    root = ET.Element("qgis", version=QGIS_VERSION, projectname=project.title)
    ET.SubElement(root, "homePath", path="")
    ET.SubElement(root, "title").text = project.title
    _add_crs(ET.SubElement(root, "projectCrs"), project.crs)
    _add_tree(root, project)
    _add_canvas(root, project)
    _add_layers(root, project)
    _add_relations(root, project)
    properties = ET.SubElement(root, "properties")
    ET.SubElement(ET.SubElement(properties, "Paths"), "Absolute", type="bool").text = "false"
    reckoned = ET.SubElement(properties, "SpatialRefSys")
    ET.SubElement(reckoned, "ProjectionsEnabled", type="int").text = "1"  # else the CRS is passed over
    add_layouts(root, project.extent, project.lang, project.note)
    return qgis_text(root)


def _add_crs(parent: ET.Element, crs: CRS) -> None:
    """By code where it has one: QGIS looks at it only beside a number from 1 to 99999 of its own."""
    made = ET.SubElement(parent, "spatialrefsys")
    ET.SubElement(made, "wkt").text = crs.to_wkt()
    code = epsg_of(crs)
    if code:
        ET.SubElement(made, "srsid").text = "1"
        ET.SubElement(made, "srid").text = str(code)
        ET.SubElement(made, "authid").text = f"EPSG:{code}"


def _add_tree(root: ET.Element, project: Project) -> None:
    tree = ET.SubElement(root, "layer-tree-group")
    groups: dict[str, ET.Element] = {}
    for each in project.layers:
        if each.group not in groups:
            groups[each.group] = ET.SubElement(
                tree, "layer-tree-group", name=each.group, expanded="1", checked="Qt::Checked"
            )
        ET.SubElement(
            groups[each.group],
            "layer-tree-layer",
            {"providerKey": project.provider, "checked": "Qt::Checked" if each.shown else "Qt::Unchecked"},
            id=each.id,
            name=each.title,
            source=each.source,
            expanded="0",
        )


def _add_canvas(root: ET.Element, project: Project) -> None:
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    extent = ET.SubElement(canvas, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), project.extent, strict=True):
        ET.SubElement(extent, name).text = repr(float(value))
    ET.SubElement(canvas, "rotation").text = "0"
    _add_crs(ET.SubElement(canvas, "destinationsrs"), project.crs)


def _add_layers(root: ET.Element, project: Project) -> None:
    listed = ET.SubElement(root, "projectlayers")
    order = ET.SubElement(root, "layerorder")
    for each in project.layers:
        kind = geometry_kind(each.layer)
        made = ET.SubElement(
            listed, "maplayer", type="vector", geometry=_SHAPES[kind] if kind else "No geometry"
        )
        ET.SubElement(made, "id").text = each.id
        ET.SubElement(made, "datasource").text = each.source
        ET.SubElement(made, "layername").text = each.title
        ET.SubElement(made, "provider", encoding="UTF-8").text = project.provider
        if kind:
            _add_crs(ET.SubElement(made, "srs"), project.stored)
        sheet = sheet_of(each.layer, project.lang, project.vocabularies)
        sheet = replace(sheet, parents=_parents(project, each.layer))
        add_style(made, sheet if project.provider == "ogr" else replace(sheet, hidden=(), last=()))
        ET.SubElement(order, "layer", id=each.id)


def _parents(project: Project, layer: type[Layer]) -> dict[str, Parent]:
    """What the fields of a layer refer to in the project."""
    there = {each.layer: each for each in project.layers}
    links = [link for link in project.links if link.child is layer and link.parent in there]
    return {
        link.field: Parent(
            link.name, link.title(project.lang), ends.id, ends.title, ends.source, project.provider, link.key
        )
        for link in links
        for ends in [there[link.parent]]
    }


def _add_relations(root: ET.Element, project: Project) -> None:
    """Links between layers that are both in the project."""
    there = {each.layer: each for each in project.layers}
    listed = ET.SubElement(root, "relations")
    for link in project.links:
        if link.child not in there or link.parent not in there:
            continue
        child, parent = there[link.child], there[link.parent]
        ends = {"referencingLayer": child.id, "referencedLayer": parent.id}
        made = ET.SubElement(
            listed, "relation", ends, id=link.name, name=link.title(project.lang), strength="Association"
        )
        ET.SubElement(made, "fieldRef", referencingField=link.field, referencedField=link.key)


def _check(path: Path, project: Project) -> None:
    """GisError unless the document in the archive is well formed and holds every layer and layout."""
    with zipfile.ZipFile(path) as archive:
        root = fromstring(archive.read(archive.namelist()[0]).decode())
    found = [each.text for each in root.findall("projectlayers/maplayer/datasource")]
    if found != [each.source for each in project.layers] or len(root.findall("Layouts/Layout")) != len(PAGES):
        raise GisError(f"{path.name}: read back, it is not the project that was written; export again")
