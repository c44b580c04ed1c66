"""All layers: sources before what is derived from them, each derived one with what fills it."""

from __future__ import annotations

from gis_core.layer import Layer
from layers import (
    appeal_repeats,
    appeal_ties,
    conflict_frame,
    contested_parcels,
    courtyard_needs,
    district_money,
    district_needs,
    district_years,
    effects,
    funding_by_place,
    grid_cells,
    grid_needs,
    hot_spots,
    need_ranks,
    openings,
    project_places,
    public_space_needs,
    regime_conflicts,
    regime_scenarios,
    regime_transfers,
    restrictions,
    works,
)
from layers.appeal_places import AppealPlace
from layers.appeal_repeats import AppealRepeat
from layers.assessments import Assessment, AssessmentChange
from layers.changes import Change
from layers.computed import Computed, Query
from layers.conflict_marks import ConflictMark, refresh_conflicts
from layers.conflicts import Conflict
from layers.contested_parcels import ContestedParcel
from layers.courtyard_needs import CourtyardNeed
from layers.district_money import DistrictMoney
from layers.district_needs import DistrictNeed
from layers.district_years import DistrictYear
from layers.effects import Effect
from layers.funding_by_place import FundingByPlace
from layers.grid_cells import GridCell
from layers.grid_needs import GridNeed
from layers.hot_spots import HotSpot
from layers.need_ranks import NeedRank
from layers.openings import Opening
from layers.programme import Programme
from layers.project_places import ProjectPlace
from layers.public_space_needs import PublicSpaceNeed
from layers.regime_conflicts import RegimeConflict
from layers.regime_scenarios import RegimeScenario
from layers.regime_transfers import RegimeTransfer
from layers.rejections import Rejection
from layers.restrictions import Restriction
from layers.runs import Run, RunTime
from layers.sources import SOURCES
from layers.stored_city import StoredCity
from layers.works import Work

DERIVED: dict[type[Layer], Query | Computed] = {
    GridCell: Computed(grid_cells.frame, needs=()),
    Work: works.rows,
    Restriction: restrictions.rows,
    Conflict: Computed(conflict_frame.frame, needs=(Work,), refresh=refresh_conflicts, surveys=True),
    RegimeTransfer: Computed(regime_transfers.frame, needs=(Work,), surveys=True),
    RegimeConflict: Computed(regime_conflicts.frame, needs=(Work,), surveys=True),
    RegimeScenario: Computed(regime_scenarios.frame, needs=(Work,), surveys=True),
    Opening: Computed(openings.frame, needs=(Work,)),
    ProjectPlace: Computed(project_places.frame, needs=(Work, GridCell)),
    AppealPlace: Computed(appeal_ties.parts, needs=(GridCell,)),
    AppealRepeat: appeal_repeats.rows,
    FundingByPlace: funding_by_place.rows,
    ContestedParcel: contested_parcels.rows,
    DistrictNeed: district_needs.rows,
    CourtyardNeed: courtyard_needs.rows,
    PublicSpaceNeed: public_space_needs.rows,
    GridNeed: grid_needs.rows,
    NeedRank: Computed(need_ranks.frame, needs=need_ranks.RANKED),
    HotSpot: Computed(hot_spots.frame, needs=(CourtyardNeed,)),
    DistrictYear: district_years.rows,
    DistrictMoney: district_money.rows,
    Effect: Computed(effects.frame, needs=(Work, ProjectPlace, AppealPlace)),
}
PLANNED: tuple[type[Layer], ...] = (Programme,)
"""Derived layers whose rows a verb of its own makes; `abat derive` leaves them alone."""
REGISTER: tuple[type[Layer], ...] = (
    Run,
    RunTime,
    Rejection,
    StoredCity,
    Change,
    AssessmentChange,
    ConflictMark,
)

# What pages and exports may show; verdicts are neither loaded nor derived: people give them
_SHOWN: tuple[type[Layer], ...] = (*SOURCES, *DERIVED, *PLANNED, Assessment)
LAYERS: dict[str, type[Layer]] = {layer.__tablename__: layer for layer in _SHOWN}
