"""What one derive asks of all works for several layers, found out once: where they meet, and who acts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property

import msgspec
from sqlalchemy import Connection

from gis_core.memory import give_back
from layers.city import City
from layers.conflict_findings import Sightings, sightings
from layers.conflict_inputs import Inputs, read_inputs
from layers.conflict_tiles import spread_sightings
from layers.regimes import Regimes, has_both, regimes

WIDEST = 2  # times the window of the profile: the longest that regimes are compared under


@dataclass(frozen=True)
class Survey:
    """The works of the store as they are when it is first asked; it must not outlive the derive that made
    it."""

    connection: Connection
    city: City

    @cached_property
    def inputs(self) -> Inputs:
        return read_inputs(self.connection, self.city)

    @cached_property
    def sightings(self) -> Sightings:
        """Every meeting that some rule may be about under any division of powers and any window."""
        rules = self.city.conflicts
        if has_both(self.city):
            rules = msgspec.structs.replace(rules, window_days=rules.window_days * WIDEST)
        widest = msgspec.structs.replace(self.city, conflicts=rules)
        return spread_sightings(self.inputs.under(widest)).under(self.city)

    @cached_property
    def regimes(self) -> Regimes:
        return regimes(self.inputs)


_AT_HAND: ContextVar[Survey | None] = ContextVar("survey", default=None)


@contextmanager
def one_survey(connection: Connection, city: City) -> Iterator[None]:
    """Within it, all layers take what they ask from one survey, which may hold gigabytes and is let go at the
    end; works must not change after the first has asked."""
    survey = Survey(connection, city)
    before = _AT_HAND.set(survey)
    try:
        yield
    finally:
        _AT_HAND.reset(before)
        asked = "inputs" in vars(survey)
        del survey
        if asked:
            give_back()


def survey_of(connection: Connection, city: City) -> Survey:
    """The survey of this derive, else a new one."""
    held = _AT_HAND.get()
    return held if held and held.connection is connection and held.city is city else Survey(connection, city)


def sightings_about(connection: Connection, city: City, projects: Collection[str]) -> Sightings:
    """What these projects take part in, from what lies near them."""
    return sightings(read_inputs(connection, city, projects), projects)
