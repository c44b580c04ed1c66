"""Run by the system's Python, which has PyQGIS: opens files as QGIS does and tells as JSON what it saw.

python3 look.py '{"files": {...}, "projects": {...}, "pictures": "DIR", "edits": [...], "forms": [...]}'
"""

from __future__ import annotations

import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsFeatureRequest,
    QgsGeometry,
    QgsLayoutExporter,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.gui import QgsAttributeForm, QgsGui, QgsRelationReferenceWidget
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def seen(layer):
    """What QGIS says of a layer: fields, aliases, widgets, style, first row."""
    fields = layer.fields()
    return {
        "valid": layer.isValid(),
        "rows": layer.featureCount(),
        "crs": layer.crs().authid(),
        "encoding": layer.dataProvider().encoding() if layer.isValid() else "",
        "fields": [field.name() for field in fields],
        "types": {field.name(): field.typeName() for field in fields},
        "aliases": {fields[n].name(): layer.attributeAlias(n) for n in range(len(fields))},
        "choices": {
            field.name(): drop_down(layer, n) for n, field in enumerate(fields) if drop_down(layer, n)
        },
        "widgets": {field.name(): layer.editorWidgetSetup(n).type() for n, field in enumerate(fields)},
        "locked": [fields[n].name() for n in range(len(fields)) if layer.editFormConfig().readOnly(n)],
        "colours": colours(layer),
        "labels": layer.labelsEnabled() and layer.labeling().settings().fieldName,
        "abstract": layer.metadata().abstract(),
        "values": first_row(layer),
        "keys": sorted({feature.id() for feature in layer.getFeatures()}),
    }


def drop_down(layer, number):
    setup = layer.editorWidgetSetup(number)
    listed = setup.config().get("map", []) if setup.type() == "ValueMap" else []
    return {label: code for pair in listed for label, code in pair.items()}


def colours(layer):
    """Colour by class, or of the only symbol."""
    renderer = layer.renderer()
    if renderer is None:
        return {}
    if renderer.type() == "categorizedSymbol":
        return {str(each.value()): tint(each.symbol()) for each in renderer.categories()}
    if renderer.type() == "graduatedSymbol":
        return {each.label(): tint(each.symbol()) for each in renderer.ranges()}
    return {"*": tint(renderer.symbol())}


def tint(symbol):
    """The colour of what lies on top."""
    return symbol.symbolLayer(symbol.symbolLayerCount() - 1).color().name()


def first_row(layer):
    for feature in layer.getFeatures():
        return [None if value is None else str(value) for value in feature.attributes()]
    return []


def draw(layers, extent, crs, path):
    """A picture of layers; how many colours are in it."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setOutputSize(QSize(900, 700))
    settings.setExtent(extent)
    settings.setDestinationCrs(crs)
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(path)
    tints = {image.pixel(x, y) for x in range(0, 900, 3) for y in range(0, 700, 3)}
    counted = [QColor(each).name() for each in tints]
    return {"colours": len(tints), "tints": counted, "errors": [fault.message for fault in job.errors()]}


def look_at_project(path, pictures):
    project = QgsProject.instance()
    project.clear()
    read = project.read(path)
    tree = project.layerTreeRoot()
    relations = project.relationManager().relations().values()
    found = {
        "read": read,
        "title": project.title(),
        "crs": project.crs().authid(),
        "relative": not project.readBoolEntry("Paths", "/Absolute", True)[0],
        "groups": {group.name(): [child.name() for child in group.children()] for group in tree.children()},
        "relations": {each.id(): each.isValid() for each in relations},
        "layers": {},
        "layouts": {},
        "pictures": {},
    }
    for layer in project.mapLayers().values():
        name = layer.id().rsplit("_", 1)[0]
        found["layers"][name] = seen(layer) | {"source": layer.source()}
        if pictures and layer.isValid() and layer.isSpatial() and layer.featureCount():
            out = os.path.join(pictures, f"{name}.png")
            found["pictures"][name] = draw([layer], layer.extent().buffered(5), layer.crs(), out)
    for layout in project.layoutManager().printLayouts():
        page = layout.pageCollection().page(0).pageSize()
        found["layouts"][layout.name()] = {"size": [page.width(), page.height()]}
        if pictures:
            settings = QgsLayoutExporter.ImageExportSettings()
            settings.dpi = 100
            out = os.path.join(pictures, f"layout_{layout.name()}.png")
            done = QgsLayoutExporter(layout).exportToImage(out, settings)
            found["layouts"][layout.name()]["drawn"] = done == QgsLayoutExporter.Success
    return found


def edit(source, provider, where, values, shape=None):
    """One edit session, as a person has it: rows found by an expression get values, and a shape as WKT."""
    layer = QgsVectorLayer(source, "edited", provider)
    rows = [feature.id() for feature in layer.getFeatures(QgsFeatureRequest().setFilterExpression(where))]
    started = layer.startEditing()
    for row in rows:
        for name, value in values.items():
            layer.changeAttributeValue(row, layer.fields().indexOf(name), value)
        if shape:
            layer.changeGeometry(row, QgsGeometry.fromWkt(shape))
    committed = layer.commitChanges()
    told = {"rows": len(rows), "started": started, "committed": committed, "errors": layer.commitErrors()}
    if not committed:
        layer.rollBack()
    return told


def form(project, layer, where):
    """The form of a row: by relation the row of another layer that it shows, and whether with its form."""
    QgsProject.instance().clear()
    QgsProject.instance().read(project)
    found = QgsProject.instance().mapLayersByName(layer)[0]
    row = next(found.getFeatures(QgsFeatureRequest().setFilterExpression(where)))
    opened = QgsAttributeForm(found, row)
    told = {}
    for each in opened.findChildren(QgsRelationReferenceWidget):
        other = each.referencedFeature()
        names = [field.name() for field in other.fields()]
        told[each.relation().id()] = {
            "embedded": each.embedForm(),
            "row": dict(zip(names, [str(value) for value in other.attributes()], strict=True)),
        }
    return told


def main():
    asked = json.loads(sys.argv[1])
    application = QgsApplication([], True)
    application.initQgis()
    QgsGui.editorWidgetRegistry().initEditors()
    edits = [edit(**each) for each in asked.get("edits", [])]
    kept = {name: QgsVectorLayer(path, name, "ogr") for name, path in asked.get("files", {}).items()}
    kept |= {name: QgsVectorLayer(uri, name, "postgres") for name, uri in asked.get("tables", {}).items()}
    kept |= {name: QgsVectorLayer(uri, name, "OAPIF") for name, uri in asked.get("services", {}).items()}
    pictures = asked.get("pictures")
    told = {"edits": edits, "files": {name: seen(layer) for name, layer in kept.items()}}
    told["forms"] = [form(**each) for each in asked.get("forms", [])]
    told["drawn"] = {}
    for name, each in asked.get("draw", {}).items():
        layer = QgsVectorLayer(each["path"], name, "ogr")
        told["drawn"][name] = draw([layer], layer.extent().buffered(5), layer.crs(), each["out"])
    told["projects"] = {
        name: look_at_project(path, pictures) for name, path in asked.get("projects", {}).items()
    }
    QgsProject.instance().clear()
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    os._exit(0)  # QGIS of Debian 12 sometimes falls over its own end


main()
