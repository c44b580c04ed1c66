"""Tell what a row said over time: who changed it, when, from what to what, from which file and run.

The database writes the history itself, whoever changes a row: a load, QGIS or plain SQL. A project is told
with its budgets and areas, a conflict (layer assessments) with its verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from gis_core.errors import InputError
from gis_core.languages import Language
from gis_core.layer import Label, Layer, fields
from layers.assessments import Assessment
from layers.catalogue import LAYERS
from layers.history import Event, history, verdicts
from layers.sources import SOURCES
from scripts.common import call_of
from scripts.labels import Labels, labels_in
from scripts.store import open_store

KEPT: tuple[type[Layer], ...] = (*SOURCES, Assessment)
app = typer.Typer(rich_markup_mode=None)
ACTIONS = {
    "load": Label("загружено", "жүктелді", "loaded"),
    "insert": Label("добавлено", "қосылды", "added"),
    "update": Label("изменено", "өзгертілді", "changed"),
    "delete": Label("удалено", "жойылды", "deleted"),
}
TRUTH = {True: Label("да", "иә", "yes"), False: Label("нет", "жоқ", "no")}
SHAPE = Label("Контур", "Контур", "Shape")
NOT_KNOWN = Label("когда, неизвестно", "қашан, белгісіз", "when, is not known")


@app.command("history", help=__doc__)
def show(
    context: typer.Context,
    layer: Annotated[str, typer.Argument(metavar="LAYER", help="A layer that is loaded, or assessments.")],
    key: Annotated[str, typer.Argument(metavar="ID", help="The row's id; parts of it with a space between.")],
    field: Annotated[str | None, typer.Option(metavar="NAME", help="Only changes of this field.")] = None,
) -> None:
    call = call_of(context)
    known = LAYERS.get(layer)
    if known is None or known not in KEPT:
        names = ", ".join(each.__tablename__ for each in KEPT)
        raise InputError(f"{layer}: no layer with a history; there are: {names}")
    with open_store(call) as (connection, city):
        told = verdicts(connection, key) if known is Assessment else history(connection, known, key)
        labels, zone = labels_in(connection, city, call.lang or city.language), ZoneInfo(city.timezone)
    told = [event for event in told if field is None or field in event.fields]
    lines = [line for event in told for line in _lines(event, labels, zone)]
    changes = [_facts(event) for event in told]
    call.report("\n".join([*lines, f"{layer} {key}: {len(told)} entries"]), {"history": changes})


def _facts(event: Event) -> dict[str, Any]:
    """One event for machines."""
    fields = {name: {"from": before, "to": after} for name, (before, after) in event.fields.items()}
    return {
        "layer": event.layer,
        "key": event.key,
        "action": event.action,
        **asdict(event.origin),
        "fields": fields,
    }


def _lines(event: Event, labels: Labels, zone: ZoneInfo) -> list[str]:
    """One event: when, who, by what; then each field from what to what."""
    origin, lang = event.origin, labels.lang
    when = origin.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if origin.at else NOT_KNOWN.of(lang)
    source = f", {origin.file}:{origin.row}" if origin.file else ""
    run = f", run {origin.run_id}" if origin.run_id else ""
    head = f"{when}  {origin.account or '?'}  {ACTIONS[event.action].of(lang)}: {event.layer} {event.key}"
    layer = LAYERS[event.layer]
    titles = {"geom": SHAPE, **{name: each.label for name, each in fields(layer).items()}}
    changed = []
    for name, pair in event.fields.items():
        known = labels.of(layer, name)
        before, after = (_shown(value, known, lang) for value in pair)
        title = titles[name].of(lang) if name in titles else name
        changed.append(f"    {title}: {before} -> {after}")
    return [f"{head} ({origin.how}{source}{run})", *changed]


def _shown(value: object, known: Mapping[str, str], lang: Language) -> str:
    """A value as people read it; `known`: the labels of codes."""
    if isinstance(value, bool):
        return TRUTH[value].of(lang)
    return "∅" if value is None else known.get(str(value), str(value))


if __name__ == "__main__":
    from scripts.app import run

    run("history")
