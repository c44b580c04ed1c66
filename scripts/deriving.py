"""Derived layers brought up to date one after the other, and the register with them, in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection

from gis_core.database import lock
from gis_core.layer import Layer
from gis_core.workers import given
from layers.catalogue import DERIVED
from layers.city import City
from layers.computed import Renewed, asks_survey, renew
from layers.conflict_survey import one_survey
from layers.derive import chosen
from layers.freshness import basis, is_current, touched
from layers.hands import Hand, sign
from layers.register import keep_register
from layers.runs import record_run
from scripts.common import Call


class Asked(NamedTuple):
    """Which layers, all for none; whether anew though nothing changed; where a scheduler of workers is."""

    names: Collection[str]
    force: bool
    workers: str | None


def derive_layers(call: Call, connection: Connection, city: City, asked: Asked) -> dict[str, int]:
    """Rows by layer; nothing if they are up to date."""
    layers = chosen(asked.names, city)
    if not asked.force and is_current(connection, city, [layer.__tablename__ for layer in layers]):
        return {}
    by_hand = touched(connection)
    options = basis(connection, city)
    sign(connection, Hand(deriving=True))
    made: dict[str, Renewed] = {}
    with given(asked.workers, call.say):
        for share in _shares(layers):
            with one_survey(connection, city):
                for layer in share:
                    name = layer.__tablename__
                    call.say(f"deriving {name}")
                    anew = asked.force or name in by_hand
                    made[name] = renew(connection, layer, DERIVED[layer], city, force=anew)
    counts = {name: each.rows for name, each in made.items()}
    run_id = record_run(connection, "derive", options=options, counts={**counts})
    if "conflicts" in made:
        lock(connection, "register", call.say)
        _told(call, keep_register(connection, city, run_id, made["conflicts"].about))
    return counts


def _shares(layers: list[type[Layer]]) -> tuple[list[type[Layer]], list[type[Layer]]]:
    """The layers up to the last that asks for the survey of works, which may hold gigabytes, and the rest."""
    last = max((at for at, layer in enumerate(layers) if asks_survey(DERIVED[layer])), default=-1) + 1
    return layers[:last], layers[last:]


def _told(call: Call, kept: dict[str, int]) -> None:
    call.say("register: " + ", ".join(f"{words.replace('_', ' ')} {count}" for words, count in kept.items()))
