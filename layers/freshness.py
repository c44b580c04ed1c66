"""Which derived layers are up to date, told without loading what derives them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, func, select, true

from layers.changes import Change
from layers.city import City
from layers.runs import Run, last_run

# As the catalogue has them, in that order: to import it takes longer than to see that nothing is to be done
DERIVED_NAMES = (
    *("grid_cells", "works", "restrictions", "conflicts"),
    *("regime_transfers", "regime_conflicts", "regime_scenarios", "openings"),
    *("project_places", "appeal_places", "appeal_repeats", "funding_by_place", "contested_parcels"),
    *("district_needs", "courtyard_needs", "public_space_needs", "grid_needs", "need_ranks", "hot_spots"),
    *("district_years", "district_money", "effects"),
)


def is_current(connection: Connection, city: City, names: Collection[str] = DERIVED_NAMES) -> bool:
    """True where nothing was loaded or changed by hand since these layers were last derived, and the profile
    is the same."""
    loaded, now = last_run(connection, "load"), basis(connection, city)
    newest: dict[str, object] = {}
    runs = select(Run).where(Run.verb == "derive", Run.id > (loaded.id if loaded else 0)).order_by(Run.id)
    for run in connection.execute(runs.with_only_columns(Run.options, Run.counts)):
        # a run of a former version knew nothing of changes by hand
        newest |= {name: {"changes": now["changes"], **run.options} for name in run.counts}
    return all(newest.get(name) == now for name in names)


def basis(connection: Connection, city: City) -> dict[str, object]:
    """What derived layers rest on beside the loads: the profile, and how many changes the history knows."""
    changes = connection.scalar(select(func.count()).select_from(Change))
    return {"profile": profile_hash(city), "changes": changes}


def touched(connection: Connection) -> set[str]:
    """Names of derived layers that somebody wrote into since they were last derived."""
    derived = last_run(connection, "derive")
    since = Change.at > derived.at if derived else true()
    return {*connection.scalars(select(Change.layer).where(Change.action == "touched", since).distinct())}


def profile_hash(city: City) -> str:
    """Sixteen digits that change with the profile."""
    return hashlib.sha256(msgspec.json.encode(city)).hexdigest()[:16]
