"""Load a file into a layer.

Reads any vector or table file the sender chose, checks every row, and merges the good rows by their id in one
transaction. Rows that cannot be taken are kept in `rejections` with the reason; a file that was loaded before
changes nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from gis_core.accept import Accepted, accept
from gis_core.database import lock
from gis_core.errors import InputError
from gis_core.layer import Layer
from gis_core.read import FileTable, read_file
from gis_core.store import Change, broken_rules, compare, merge, stage
from layers.catalogue import LAYERS, SOURCES
from layers.loading import add_bodies, load_rules
from layers.rejections import keep_rejections
from layers.runs import record_run
from layers.schema import srid_of
from scripts.common import Call, call_of
from scripts.store import open_store

LEAST, MOST = 0.9, 1.15  # of the rows held, within which a file may replace a layer unasked
app = typer.Typer(rich_markup_mode=None)


@app.command(help=__doc__)
def load(
    context: typer.Context,
    layer: Annotated[
        str,
        typer.Argument(metavar="LAYER", help="One of: " + ", ".join(each.__tablename__ for each in SOURCES)),
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    sublayer: Annotated[str | None, typer.Option(help="Which layer of a file that holds several.")] = None,
    crs: Annotated[
        str | None, typer.Option(help="CRS of a file that does not say it, such as EPSG:32642.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of a file that does not say it, such as cp1251.")
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=FIELD",
            help="A column of the file for a field of the layer; as often as needed.",
        ),
    ] = None,
    replace: Annotated[bool, typer.Option(help="Delete rows that the file does not have.")] = False,
    force: Annotated[bool, typer.Option(help="Replace even if the file has far fewer or more rows.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Check everything, change nothing.")] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Write the full account as JSON.")
    ] = None,
) -> None:
    call = call_of(context)
    target = source_layer(layer)
    call.say(f"reading {file}")
    table = read_file(file, sublayer=sublayer, crs=crs, encoding=encoding)
    account = load_table(
        call, target, table, _stated(mapping or []), replace=replace, force=force, dry_run=dry_run
    )
    if report:
        report.write_text(
            json.dumps(account, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8"
        )
    if account["changed"] or dry_run:
        call.report(_line(account), account)
    else:
        call.nothing_to_do(_line(account), account)


def source_layer(name: str) -> type[Layer]:
    """The source layer of a name."""
    found = LAYERS.get(name)
    if found is None or found.derived:
        known = ", ".join(layer.__tablename__ for layer in SOURCES)
        raise InputError(f"{name}: no layer that files are loaded into; there are: {known}")
    return found


def _stated(mapping: list[str]) -> dict[str, str]:
    """--map options as column to field."""
    pairs = [pair.rpartition("=") for pair in mapping]
    wrong = [pair[2] for pair in pairs if not pair[0]]
    if wrong:
        raise InputError(f"--map {wrong[0]}: write COLUMN=FIELD")
    return {source: target for source, _, target in pairs}


def load_table(
    call: Call,
    layer: type[Layer],
    table: FileTable,
    stated: dict[str, str],
    *,
    replace: bool,
    force: bool,
    dry_run: bool,
) -> dict[str, Any]:
    """Check a table's rows and merge them in one transaction; the account of every row."""
    with open_store(call) as (connection, city):
        name = layer.__tablename__
        lock(connection, name, call.say)
        call.say(f"checking {len(table.frame)} rows")
        accepted = accept(layer, table, load_rules(connection, layer, city, stated))
        staged = stage(connection, layer, accepted.rows, srid_of(city))
        accepted = accepted.without(broken_rules(connection, layer, staged), table.frame)
        _refuse_empty(table, accepted)
        change = compare(connection, layer, staged, replace=replace)
        _refuse_leap(table, change, replace=replace and not force)
        account = _account(layer, table, accepted, change)
        if dry_run or change.nothing:
            connection.rollback()
            return {**account, "changed": False, "dry_run": dry_run}
        options = {"map": stated, "replace": replace, "sublayer": table.sublayer, "encoding": table.encoding}
        run_id = record_run(
            connection,
            "load",
            layer=name,
            file=table.path.name,
            sha256=table.sha256,
            options=options,
            counts=account["counts"],
        )
        account["added_bodies"] = add_bodies(connection, layer, accepted, run_id)
        call.say(f"writing {len(accepted.rows)} rows into {name}")
        connection.execute(staged.update().values(run_id=run_id))
        merge(connection, layer, staged, replace=replace)
        keep_rejections(connection, run_id, accepted.rejected)
    return {**account, "changed": True, "dry_run": False}


def _refuse_empty(table: FileTable, accepted: Accepted) -> None:
    """A file of which no row is good changes nothing."""
    if accepted.rows.empty:
        first = accepted.rejected.iloc[0]
        raise InputError(
            f"{table.path}: none of {len(table.frame)} rows can be taken; row {first['row']}:"
            f" {first['reason']}; mend the file or say with --map which column is which"
        )


def _refuse_leap(table: FileTable, change: Change, *, replace: bool) -> None:
    if replace and change.before and not LEAST <= change.after / change.before <= MOST:
        raise InputError(
            f"{table.path}: would leave {change.after} rows of {change.before};"
            " a file this different replaces a layer only with --force"
        )


def _account(layer: type[Layer], table: FileTable, accepted: Accepted, change: Change) -> dict[str, Any]:
    counts = {
        "read": len(table.frame),
        "accepted": len(accepted.rows),
        "repaired": len(accepted.repairs),
        "rejected": len(accepted.rejected),
        "new": change.new,
        "changed": change.changed,
        "unchanged": change.unchanged,
        "gone": change.gone,
    }
    rejected = accepted.rejected.drop(columns="record").to_dict("records")
    return {
        "layer": layer.__tablename__,
        "file": table.path.name,
        "sha256": table.sha256,
        "sublayer": table.sublayer,
        "crs": table.crs.to_string() if table.crs else None,
        "encoding": table.encoding,
        "mapping": dict(accepted.mapping),
        "counts": counts,
        "repairs": [{"row": row, "repair": words} for row, words in accepted.repairs.items()],
        "rejections": rejected,
    }


def _line(account: dict[str, Any]) -> str:
    """The account in one line, with the first reason of a rejection."""
    counts = account["counts"]
    told = f"{account['layer']}: {account['file']}: read {counts['read']}, accepted {counts['accepted']}"
    told += f" (repaired {counts['repaired']}), rejected {counts['rejected']}"
    told += "; " + ", ".join(f"{name} {counts[name]}" for name in ("new", "changed", "unchanged", "gone"))
    if account["rejections"]:
        first = account["rejections"][0]
        told += f"; first rejected: row {first['row']}: {first['reason']}"
    if account["dry_run"]:
        return told + "; dry run, nothing written"
    return told if account["changed"] else told + "; nothing to change"


if __name__ == "__main__":
    from scripts.app import run

    run("load")
