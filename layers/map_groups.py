"""How layers stand on a desk map such as a QGIS project: by group, seen at first or not, and linked how."""

from __future__ import annotations

from collections.abc import Iterable

from gis_core.export.links import Link
from gis_core.layer import Label, Layer, geometry_kind, keys, table_of
from layers.addresses import Address
from layers.appeals import Appeal
from layers.assessments import Assessment
from layers.buildings import Building
from layers.catalogue import LAYERS
from layers.conflicts import Conflict
from layers.contested_parcels import ContestedParcel
from layers.courtyard_needs import CourtyardNeed
from layers.courtyards import Courtyard
from layers.district_needs import DistrictNeed
from layers.districts import District
from layers.greens import Green
from layers.grid_cells import GridCell
from layers.grid_needs import GridNeed
from layers.hot_spots import HotSpot
from layers.parcels import Parcel
from layers.programme import Programme
from layers.project_areas import ProjectArea
from layers.projects import Project
from layers.public_space_needs import PublicSpaceNeed
from layers.public_spaces import PublicSpace
from layers.regime_conflicts import RegimeConflict
from layers.regime_transfers import RegimeTransfer
from layers.restrictions import Restriction
from layers.streets import Street
from layers.waters import Water
from layers.works import Work

# From the top of the map to the bottom
GROUPS: tuple[tuple[Label, tuple[type[Layer], ...]], ...] = (
    (
        Label("Пересечения и заключения", "Қиылысулар мен қорытындылар", "Conflicts and verdicts"),
        (Assessment, Conflict, ContestedParcel, Restriction, RegimeConflict),
    ),
    (
        Label("Проекты", "Жобалар", "Projects"),
        (Project, ProjectArea, Work, RegimeTransfer),
    ),
    (
        Label("Потребности и деньги", "Қажеттіліктер мен қаржы", "Needs and money"),
        (Programme, HotSpot, CourtyardNeed, PublicSpaceNeed, DistrictNeed, GridNeed),
    ),
    (Label("Места", "Орындар", "Places"), (Appeal, Courtyard, PublicSpace, Parcel)),
    (Label("Основа", "Негіз", "Base map"), (Address, District, Building, Street, Water, Green, GridCell)),
)
OTHERS = Label("Прочие слои", "Өзге қабаттар", "Other layers")
TABLES = Label("Таблицы", "Кестелер", "Tables")
SHOWN: frozenset[type[Layer]] = frozenset(
    (Assessment, Project, Courtyard, PublicSpace, District, Building, Street, Water, Green)
)
# Beside foreign keys: rows that are made anew cannot be held by one
_LINKS: tuple[tuple[type[Layer], str, type[Layer]], ...] = (
    (Assessment, "conflict_id", Conflict),
    *((found, side, Project) for found in (Conflict, Assessment) for side in ("project_a", "project_b")),
    (CourtyardNeed, "courtyard_id", Courtyard),
    (PublicSpaceNeed, "public_space_id", PublicSpace),
    (DistrictNeed, "district_id", District),
    (Restriction, "project_id", Project),
    (Work, "project_id", Project),
)


def grouped(layers: Iterable[type[Layer]]) -> list[tuple[Label, list[type[Layer]]]]:
    """These layers by group, in the order of the map; groups without any are left out."""
    wanted = list(layers)
    named = [each for _, members in GROUPS for each in members]
    rest = [layer for layer in wanted if layer not in named]
    found = [(label, [each for each in members if each in wanted]) for label, members in GROUPS]
    found.append((OTHERS, [layer for layer in rest if geometry_kind(layer)]))
    found.append((TABLES, [layer for layer in rest if not geometry_kind(layer)]))
    return [(label, members) for label, members in found if members]


def links() -> list[Link]:
    """Which field of a layer names a row of which other one: foreign keys first."""
    found = [
        Link(layer, column.name, LAYERS[key.column.table.name], key.column.name)
        for layer in LAYERS.values()
        for column in table_of(layer).columns
        for key in column.foreign_keys
        if key.column.table.name in LAYERS
    ]
    return found + [Link(child, name, parent, keys(parent)[0]) for child, name, parent in _LINKS]
