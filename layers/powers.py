"""Who may do which works where, and who would do them if everybody kept to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from layers.city import City
from layers.conflict_profile import Power


@dataclass(frozen=True)
class Roles:
    """Executing body and paying body of each project, by its id."""

    body: Mapping[str, str]
    payer: Mapping[str, str]


def recorded(projects: pd.DataFrame) -> Roles:
    """The bodies as the projects name them."""
    ids, *bodies = (projects[name].to_numpy(object) for name in ("id", "executing_body", "payer"))
    return Roles(*(dict(zip(ids, each, strict=True)) for each in bodies))


class Powers:
    """The division of powers of one regime, asked about projects.

    `bodies` has code, kind, district_code; `homes` is the district code of each project on the map.
    """

    def __init__(self, entries: tuple[Power, ...], bodies: pd.DataFrame, homes: Mapping[str, str | None]):
        self.entries = entries
        self.homes = homes
        self.kind = dict(zip(bodies["code"], bodies["kind"], strict=True))
        self.district = dict(zip(bodies["code"], bodies["district_code"], strict=True))

    def entry(self, work_type: str, place_kind: str | None) -> Power | None:
        """The first entry that fits; None where nobody's powers are written down."""
        kind = place_kind if isinstance(place_kind, str) else "none"
        fitting = (e for e in self.entries if work_type in e.works and (not e.places or kind in e.places))
        return next(fitting, None)

    def holds(self, power: Power, body: str, project: str) -> bool:
        """True where a body has this power over a project."""
        if body in power.bodies:
            return True
        kind = self.kind.get(body)
        return kind in power.kinds and (kind != "district_akimat" or self._at_home(body, project))

    def competent(self, power: Power, project: str) -> str | None:
        """The body to which a project passes; None where there is no such body, or more than one."""
        named = [code for code in power.bodies if code in self.kind]
        if named:
            return named[0]
        kind = power.kinds[0] if power.kinds else None
        found = [code for code in sorted(self.kind) if self.kind[code] == kind]
        if kind == "district_akimat":
            found = [code for code in found if self._at_home(code, project)]
        return found[0] if len(found) == 1 else None

    def _at_home(self, body: str, project: str) -> bool:
        """True in a district akimat's own district, and where either district is not known."""
        own, home = self.district.get(body), self.homes.get(project)
        return home is None or not isinstance(own, str) or own == home

    def outside(self, projects: pd.DataFrame) -> dict[str, str | None]:
        """Projects whose body lacks the power, with the competent body, None where none is known."""
        found = {}
        for row in projects.itertuples():
            power = self.entry(row.work_type, row.place_kind)
            if power and not self.holds(power, row.executing_body, row.id):
                found[row.id] = self.competent(power, row.id)
        return found

    def reassigned(self, projects: pd.DataFrame) -> Roles:
        """Every project with its competent body, its own where none is known; with `money` that body pays."""
        recorded_roles = recorded(projects)
        passed = {project: body for project, body in self.outside(projects).items() if body}
        body = {**recorded_roles.body, **passed}
        payer = dict(recorded_roles.payer)
        for row in projects.itertuples():
            power = self.entry(row.work_type, row.place_kind)
            if power and power.money:
                payer[row.id] = body[row.id]
        return Roles(body, payer)


def powers_of(city: City, regime: str, bodies: pd.DataFrame, homes: Mapping[str, str | None]) -> Powers:
    """The powers of a regime of the profile; a profile without any lets everybody do everything."""
    return Powers(city.powers.get(regime, ()), bodies, homes)
