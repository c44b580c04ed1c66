"""Load files into a layer.

Reads any vector or table file the sender chose, checks every row, and merges the good rows by their id in one
transaction. Rows that cannot be taken are kept in `rejections` with the reason; a file that was loaded before
changes nothing.
"""

from __future__ import annotations

import json
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from gis_core.errors import InputError
from layers.wishes import Wishes
from scripts.asked import Load, files_of, is_workbook
from scripts.common import Call, call_of

app = typer.Typer(rich_markup_mode=None)


@app.command(help=__doc__)
def load(
    context: typer.Context,
    layer: Annotated[
        str,
        typer.Argument(metavar="LAYER", help="Such as parcels; an unknown one is answered with all names."),
    ],
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, or folders of files.")],
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
    constants: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help="A value for a field of every row; as often as needed."
        ),
    ] = None,
    placed: Annotated[
        bool, typer.Option("--placed", help="Reject rows without a place, even where the layer takes them.")
    ] = False,
    numbered: Annotated[
        bool, typer.Option("--number-rows", help="Make ids of file name and row where the file has none.")
    ] = False,
    replace: Annotated[bool, typer.Option(help="Delete rows that the file does not have.")] = False,
    force: Annotated[
        bool,
        typer.Option(
            help="Replace even if the file has far fewer or more rows; let an export overwrite what others"
            " changed."
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Check everything, change nothing.")] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Write the full account as JSON.")
    ] = None,
    suggest_bodies: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Load nothing; write the spellings of bodies in the file, grouped by likeness, for a person"
            " to confirm and load into bodies.",
        ),
    ] = None,
) -> None:
    call, started = call_of(context), time.monotonic()
    wishes = Wishes(_pairs("--map", mapping or []), _pairs("--set", constants or []), placed, numbered)
    asked = Load(layer, files_of(tuple(files)), wishes, sublayer, crs, encoding, replace, force, dry_run)
    if suggest_bodies:
        from scripts.suggesting import suggest  # noqa: PLC0415  imports all that exports need

        call.report(*suggest(call, asked, suggest_bodies))
        return
    account = _load(call, asked)
    account["seconds"] = round(time.monotonic() - started, 2)
    from scripts.account import masked_words, say_of_rows  # noqa: PLC0415

    if not call.personal:
        account["files"] = masked_words(account["files"])
    if report:
        told = json.dumps(account, ensure_ascii=False, indent=1, default=str) + "\n"
        report.write_text(told, encoding="utf-8")
    say_of_rows(call, account)
    if account["changed"] or account["met"] or dry_run:
        call.report(line(account), account)
        if not account["changed"] and not dry_run:
            raise typer.Exit(1)
    else:
        call.nothing_to_do(line(account), account)


def _load(call: Call, asked: Load) -> dict[str, Any]:
    """Load what was asked for: the first file is read while the rest of the program is imported."""
    name = asked.files[0]
    with nullcontext() if is_workbook(name) else asked.begin(name) as first:
        from scripts.loading import load_files  # noqa: PLC0415

        return load_files(call, asked, first)


def load_file(call: Call, name: str, path: Path) -> dict[str, Any]:
    """Load a file into a layer as `abat load` does without options; the account of every row."""
    return _load(call, Load(name, (str(path),), Wishes()))


def _pairs(option: str, words: list[str]) -> dict[str, str]:
    """NAME=VALUE options by name; a name may hold an equals sign in --map, a value in --set."""
    cut = str.rpartition if option == "--map" else str.partition
    pairs = [cut(word, "=") for word in words]
    wrong = [word for word, pair in zip(words, pairs, strict=True) if not pair[0] or not pair[1]]
    if wrong:
        raise InputError(f"{option} {wrong[0]}: write NAME=VALUE")
    return {name: value for name, _, value in pairs}


def line(account: dict[str, Any]) -> str:
    """The account in one line, with the first reason of a rejection."""
    counts = account["counts"]
    told = f"{account['layer']}: {account['file']}: read {counts['read']}, accepted {counts['accepted']}"
    told += f" (repaired {counts['repaired']}, doubtful {counts['doubtful']}), rejected {counts['rejected']}"
    told += "; " + ", ".join(f"{name} {counts[name]}" for name in ("new", "changed", "unchanged", "gone"))
    if account["met"]:
        told += f"; edited by others since the export {account['met']}"
    rejected = [each for file in account["files"] for each in file["rejections"]]
    if rejected:
        told += f"; first rejected: row {rejected[0]['row']}: {rejected[0]['reason']}"
    if account["dry_run"]:
        return told + "; dry run, nothing written"
    return told if account["changed"] else told + "; nothing to change"


if __name__ == "__main__":
    from scripts.app import run

    run("load")
