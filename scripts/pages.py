"""What each page is drawn from: rows read from the store, handed to `maps`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pandas as pd
from sqlalchemy import Select

from gis_core.layer import Label, Layer
from layers.base_map import base_map
from layers.bodies import Body
from layers.city import City
from layers.conflicts import Conflict
from layers.contested_parcels import ContestedParcel
from layers.courtyard_needs import CourtyardNeed
from layers.district_needs import DistrictNeed
from layers.districts import District
from layers.grid_needs import GridNeed
from layers.programme import Programme
from layers.public_space_needs import PublicSpaceNeed
from layers.reading import (
    appeals_on_map,
    projects_with_budgets,
    rows_of,
    verdicts_on_map,
    works_on_map,
)
from layers.regime_conflicts import RegimeConflict
from layers.regime_transfers import RegimeTransfer
from maps.appeals import MOST as MOST_APPEALS
from maps.appeals import Appeals
from maps.city_sheet import city_sheet
from maps.conflict_parts import conflict_pages
from maps.conflicts import ConflictFrames
from maps.district import DistrictFrames, district_page
from maps.district_names import district_codes, district_file
from maps.index import IndexFrames, index_page
from maps.needs import NeedsFrames, needs_page
from maps.outcomes import PROGRAMME, REGIMES, OutcomeFrames, outcome_page
from maps.page import PageContext


class Read(Protocol):
    """What reads the rows of a query; `many` by columns."""

    def __call__(self, query: Select[Any], /) -> Any: ...

    def many(self, query: Select[Any], /) -> Any: ...


def _needs(read: Read, context: PageContext, city: City) -> str:
    layers = (CourtyardNeed, DistrictNeed, District, PublicSpaceNeed, GridNeed)
    courtyards, districts, outlines, spaces, hexagons = (read(rows_of(layer)) for layer in layers)
    asked = read.many(appeals_on_map(MOST_APPEALS + 1, texts=context.appeal_texts))
    categories = {code: term.label for code, term in city.appeal_categories.items()}
    appeals, base = Appeals(asked, categories), read(base_map())
    return needs_page(context, NeedsFrames(courtyards, districts, outlines, base, spaces, hexagons, appeals))


def _conflicts(read: Read, context: PageContext, city: City) -> Iterator[tuple[str, str]]:
    layers = (Conflict, ContestedParcel, District)
    conflicts, contested, districts = (read(rows_of(each)) for each in layers)
    said, works = read(verdicts_on_map()), read(works_on_map())
    projects, bodies = read(projects_with_budgets()), read(rows_of(Body))
    known = ConflictFrames(
        conflicts, contested, districts, projects, bodies, _work_types(city), read(base_map()), said, works
    )
    return conflict_pages(context, known)


def _regimes(read: Read, context: PageContext, city: City) -> str:
    transfers = read(rows_of(RegimeTransfer))
    return outcome_page(context, REGIMES, _outcomes(read, city, RegimeConflict, transfers))


def _programme(read: Read, context: PageContext, city: City) -> str:
    return outcome_page(context, PROGRAMME, _outcomes(read, city, Programme, None))


def _outcomes(read: Read, city: City, layer: type[Layer], transfers: pd.DataFrame | None) -> OutcomeFrames:
    rows, districts, bodies = (read(rows_of(each)) for each in (layer, District, Body))
    return OutcomeFrames(rows, districts, bodies, _work_types(city), read(base_map()), transfers)


def _work_types(city: City) -> dict[str, Label]:
    return {code: term.label for code, term in city.work_types.items()}


def _index(read: Read, context: PageContext, _city: City) -> str:
    frames = IndexFrames(
        courtyard_needs=read(rows_of(CourtyardNeed)),
        district_needs=read(rows_of(DistrictNeed)),
        contested_parcels=read(rows_of(ContestedParcel)),
        conflicts=read(rows_of(Conflict)),
        projects=read(projects_with_budgets()),
        districts=read(rows_of(District)),
    )
    return index_page(context, frames)


def _one(draw: Callable[[Read, PageContext, City], str], name: str) -> Drawing:
    """A page that is one file."""
    return lambda read, context, city: iter([(name, draw(read, context, city))])


def _districts(read: Read, context: PageContext, _city: City) -> Iterator[tuple[str, str]]:
    """A page a district, as `district-CODE`."""
    frames = _sheet_frames(read)
    for code in district_codes(frames.districts):
        yield district_file(code), district_page(context, frames, code)


def _summary(read: Read, context: PageContext, _city: City) -> str:
    return city_sheet(context, _sheet_frames(read))


def _sheet_frames(read: Read) -> DistrictFrames:
    layers = (CourtyardNeed, DistrictNeed, Conflict, District, Body)
    yards, needs, conflicts, outlines, bodies = (read(rows_of(layer)) for layer in layers)
    return DistrictFrames(yards, needs, conflicts, outlines, bodies, read(base_map()))


Drawing = Callable[[Read, PageContext, City], Iterator[tuple[str, str]]]
# By the name a user asks for; in the order in which pages are linked.
PAGES: dict[str, Drawing] = {
    "needs": _one(_needs, "needs"),
    "conflicts": _conflicts,
    "regimes": _one(_regimes, "regimes"),
    "programme": _one(_programme, "programme"),
    "districts": _districts,
    "summary": _one(_summary, "summary"),
    "index": _one(_index, "index"),
}
