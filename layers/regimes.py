"""Projects in the hands of the bodies that a division of powers names: today's and the proposed one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from gis_core.layer import Choices, Label
from layers.city import City
from layers.conflict_inputs import Inputs
from layers.conflict_powers import judged, powers_under
from layers.powers import Roles, recorded

TODAY, PROPOSED = "current", "proposed"
OUTCOMES: Choices = {
    "vanishes": Label("исчезает", "жойылады", "vanishes"),
    "remains": Label("остаётся", "қалады", "remains"),
    "appears": Label("появляется", "пайда болады", "appears"),
}


@dataclass(frozen=True)
class Regimes:
    """Who acts and pays: as the projects name them, and if everybody kept to each division of powers."""

    projects: pd.DataFrame
    homes: Mapping[str, str | None]
    recorded: Roles
    today: Roles
    proposed: Roles


def has_both(city: City) -> bool:
    """True where the profile of a city has a division of powers for today and a proposed one."""
    return {TODAY, PROPOSED} <= city.powers.keys()


def regimes(inputs: Inputs) -> Regimes:
    """Every project with works under both divisions; one that nobody is competent for keeps its body."""
    projects = judged(inputs)
    today, proposed = (powers_under(inputs, regime) for regime in (TODAY, PROPOSED))
    hands = (powers.reassigned(projects) for powers in (today, proposed))
    return Regimes(projects, today.homes, recorded(inputs.projects), *hands)
