"""All layers: sources before what is derived from them, each derived one with the query that fills it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select

from gis_core.layer import Layer
from layers import (
    appeal_places,
    conflicts,
    contested_parcels,
    courtyard_needs,
    district_needs,
    funding_by_place,
    project_places,
    works,
)
from layers.appeal_places import AppealPlace
from layers.appeals import Appeal
from layers.bodies import Body
from layers.city import City
from layers.conflicts import Conflict
from layers.contested_parcels import ContestedParcel
from layers.courtyard_equipment import CourtyardEquipment
from layers.courtyard_needs import CourtyardNeed
from layers.courtyards import Courtyard
from layers.district_needs import DistrictNeed
from layers.district_population import DistrictPopulation
from layers.districts import District
from layers.funding_by_place import FundingByPlace
from layers.greens import Green
from layers.parcels import Parcel
from layers.project_areas import ProjectArea
from layers.project_funding import ProjectFunding
from layers.project_places import ProjectPlace
from layers.projects import Project
from layers.public_spaces import PublicSpace
from layers.rejections import Rejection
from layers.runs import Run
from layers.stored_city import StoredCity
from layers.streets import Street
from layers.waters import Water
from layers.works import Work

SOURCES: tuple[type[Layer], ...] = (
    Body,
    District,
    DistrictPopulation,
    Parcel,
    Courtyard,
    CourtyardEquipment,
    PublicSpace,
    Project,
    ProjectArea,
    ProjectFunding,
    Appeal,
    Street,
    Water,
    Green,
)
DERIVED: dict[type[Layer], Callable[[City], Select[Any]]] = {
    Work: works.rows,
    ProjectPlace: project_places.rows,
    AppealPlace: appeal_places.rows,
    FundingByPlace: funding_by_place.rows,
    ContestedParcel: contested_parcels.rows,
    Conflict: conflicts.rows,
    DistrictNeed: district_needs.rows,
    CourtyardNeed: courtyard_needs.rows,
}
REGISTER: tuple[type[Layer], ...] = (Run, Rejection, StoredCity)

LAYERS: dict[str, type[Layer]] = {layer.__tablename__: layer for layer in (*SOURCES, *DERIVED)}
