"""QGIS projects beside an export: one reads the GeoPackage, one the database by a service name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from gis_core.crs import WGS84, epsg_of
from gis_core.export import Written
from gis_core.export.moving import crs_of
from gis_core.export.parts import Passing
from gis_core.export.project import Project, ProjectLayer, write_project
from gis_core.export.project_sources import extent_of, in_database, in_file, moved_box, newest_year
from gis_core.export.qml import Vocabularies
from gis_core.layer import Label, Language, Layer
from layers.city import City
from layers.map_groups import SHOWN, grouped, links

Passed = Sequence[tuple[type[Layer], Passing]]
DAY = Label("Данные по {}", "Деректер {} дейін", "Data until {}")
SHARES = Label("На карте: {}", "Картада: {}", "On the map: {}")
SHARED = {"money": Label("денег", "қаржы", "money"), "appeals": Label("обращений", "өтініштер", "appeals")}


def write_projects(
    city: City,
    passed: Passed,
    folder: Path,
    *,
    crs: str | None,
    lang: Language,
    vocabularies: Vocabularies,
    said: Mapping[str, str],
) -> list[Written]:
    """Both projects of an export whose GeoPackage lies in the folder; `passed`: what has gone into it."""
    stored = crs_of(city.crs)
    seen = crs_of(crs) if crs else stored
    box = extent_of([rows.box for layer, rows in passed if layer in SHOWN], stored, seen)
    years = {layer: newest_year(layer, rows.year) for layer, rows in passed}
    service = f"abat_{city.code}"
    files = {layer: in_file(layer, f"{city.code}.gpkg", year) for layer, year in years.items()}
    tables = {layer: in_database(layer, service, epsg_of(stored), year) for layer, year in years.items()}
    made = []
    for name, provider, sources in ((city.code, "ogr", files), (f"{city.code}_postgis", "postgres", tables)):
        project = Project(
            title=city.name.label.of(lang),
            provider=provider,  # type: ignore[arg-type]
            layers=_listed(sources, years, lang),
            links=links(),
            crs=seen,
            stored=seen if provider == "ogr" else stored,
            extent=box or moved_box(city.bounds, WGS84, seen),
            lang=lang,
            vocabularies=vocabularies,
            note=_note(said, lang),
        )
        made.append(write_project(project, folder / f"{name}.qgz"))
    return made


def _note(said: Mapping[str, str], lang: Language) -> str:
    """What stands at the foot of a print: marks of invented data, the day, how much is on the map."""
    lines = [said.get("attention", ""), DAY.of(lang).format(said["data until"])]
    shares = said["on the map"]
    for name, label in SHARED.items():
        shares = shares.replace(name, label.of(lang))
    return "\n".join(line for line in (*lines, SHARES.of(lang).format(shares)) if line)


def _listed(
    sources: Mapping[type[Layer], str], years: Mapping[type[Layer], int | None], lang: Language
) -> list[ProjectLayer]:
    found = []
    for group, members in grouped(sources):
        for layer in members:
            year = years[layer]
            title = layer.label.of(lang) + (f", {year}" if year else "")
            found.append(ProjectLayer(layer, sources[layer], title, group.of(lang), layer in SHOWN))
    return found
