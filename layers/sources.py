"""The layers that files are loaded into, in the order in which their rows refer to each other."""

from __future__ import annotations

from gis_core.layer import Layer
from layers.addresses import Address
from layers.appeals import Appeal
from layers.bodies import Body
from layers.buildings import Building
from layers.courtyard_equipment import CourtyardEquipment
from layers.courtyards import Courtyard
from layers.district_population import DistrictPopulation
from layers.districts import District
from layers.greens import Green
from layers.parcels import Parcel
from layers.project_areas import ProjectArea
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.public_spaces import PublicSpace
from layers.streets import Street
from layers.waters import Water

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
    Address,
    Appeal,
    Street,
    Water,
    Green,
    Building,
)
