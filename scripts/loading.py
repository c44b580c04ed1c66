"""One load from its files to the layer, in one transaction, and the account of it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from gis_core.crs import in_degrees
from gis_core.database import lock
from gis_core.errors import InputError
from gis_core.fingerprints import Fingerprints
from gis_core.intake import Account, Target, drop_rows, mark_stacked, refuse_empty, take_in
from gis_core.layer import Layer
from gis_core.reading import open_source
from gis_core.reading.formats import ENDINGS, local_file
from gis_core.staging import Change, broken_rules, compare, stage, write
from layers.city import City
from layers.loading import Wishes, add_bodies, load_rules, settle
from layers.marks import marks_beside
from layers.osm import tags_of
from layers.rejections import keep_rejections
from layers.runs import record_run
from layers.schema import srid_of
from scripts.common import Call
from scripts.progress import Progress
from scripts.store import open_store

LEAST, MOST = 0.9, 1.15  # of the rows held, within which a file may replace a layer unasked


@dataclass(frozen=True)
class Load:
    """What was asked for."""

    layer: type[Layer]
    files: tuple[str, ...]
    wishes: Wishes
    sublayer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    replace: bool = False
    force: bool = False
    dry_run: bool = False


def load_files(call: Call, asked: Load) -> dict[str, Any]:
    """Check the rows of some files and merge them in one transaction; the account of every row."""
    names = files_of(asked.files)
    with open_store(call) as (connection, city):
        lock(connection, asked.layer.__tablename__, call.say)
        target = _target(connection, asked, city)
        prints = Fingerprints(asked.layer)
        accounts = [_take(call, connection, target, asked, name, prints) for name in names]
        _settle(connection, target, accounts, prints)
        for each in accounts:
            refuse_empty(each)
        settle(connection, asked.layer, target.staged, city, replace=asked.replace)
        change = compare(connection, asked.layer, target.staged, replace=asked.replace)
        _refuse_leap(asked, accounts, change)
        if asked.dry_run or change.nothing:
            connection.rollback()
            return _told(asked, accounts, change, city) | {"changed": False}
        run_id, added = _write(call, connection, asked, target, accounts, change, city)
        return _told(asked, accounts, change, city) | {"changed": True, "run": run_id, "added_bodies": added}


def files_of(names: tuple[str, ...]) -> list[str]:
    """The files of a list that may name folders, in order. Raises InputError for a folder without layers."""
    found: list[str] = []
    for name in names:
        folder = Path(name)
        if not folder.is_dir() or folder.suffix.lower() in ENDINGS:
            local_file(name)
            found.append(name)
            continue
        inside = sorted(str(each) for each in folder.iterdir() if _is_layer(each))
        if not inside:
            raise InputError(
                f"{name}: the folder (directory) holds no file that is known; give the file itself"
            )
        found += inside
    return found


def _is_layer(path: Path) -> bool:
    """Whether a file of a folder is a layer of its own and no part of a shapefile."""
    ending = path.suffix.lower()
    if ending == ".dbf" and any(path.with_suffix(other).exists() for other in (".shp", ".SHP")):
        return False
    return (
        path.is_file()
        and ending in ENDINGS
        and ending not in (".txt", ".xml")
        and not path.name.startswith(".")
    )


def _target(connection: Connection, asked: Load, city: City) -> Target:
    rules = load_rules(connection, asked.layer, city, asked.wishes)
    staged = stage(connection, asked.layer)
    return Target(asked.layer, staged, srid_of(city), rules)


def _take(
    call: Call, connection: Connection, target: Target, asked: Load, name: str, prints: Fingerprints
) -> Account:
    """Stage one file."""
    call.say(f"reading {name}")
    osm = tags_of(asked.layer.__tablename__) if name.lower().endswith((".osm", ".pbf")) else None
    account = None
    with (
        open_source(
            name, sublayer=asked.sublayer or (osm.sublayer if osm else None), encoding=asked.encoding,
            tags=osm.tags if osm else (),
        ) as source,
        Progress(call, source.expected) as progress,
        closing(take_in(connection, target, source, prints, asked.crs)) as accounts,  # type: ignore[type-var]
    ):  # fmt: skip
        for account in accounts:
            progress.at(account.read)
    if account is None:
        raise InputError(f"{name}: no rows (empty); check that the right file was exported")
    _say(call, account)
    return account


def _say(call: Call, account: Account) -> None:
    """What was found out about a file."""
    source, plan = account.source, account.plan
    call.say("columns: " + ", ".join(f"{field} from {column}" for field, column in plan.mapping.items()))
    if plan.unused:
        call.say(f"not loaded: {', '.join(plan.unused)}")
    if source.encoding:
        call.say(f"encoding {source.encoding}" + (f", as in: {source.sample}" if source.sample else ""))
    for note in (*source.notes, *plan.notes):
        call.say(note)


def _settle(connection: Connection, target: Target, accounts: list[Account], prints: Fingerprints) -> None:
    """Judge what only the whole of the files shows: repeated ids and contents, stacked points, broken
    rules."""
    exact, clashing = prints.repeated_keys()
    for number, account in enumerate(prints.accounts):
        faults = {
            row: "duplicate id with other data: neither row is taken" for at, row in clashing if at == number
        }
        faults |= {
            row: f"duplicate: repeats row {first[1]} exactly"
            for (at, row), first in exact.items()
            if at == number
        }
        for (at, row), first in prints.twins().items():
            if at == number and row not in faults:
                account.doubt(row, f"duplicate content: the same as row {first[1]} under another id")
        drop_rows(connection, target, account, faults)
        mark_stacked(connection, target, account, prints.stacked().get(number, []))
    for file, row, reason in broken_rules(connection, target.layer, target.staged, shapes=False):
        account = next(each for each in accounts if each.plan.file == file)
        account.reject(row, None, reason, {"row": row})


def _refuse_leap(asked: Load, accounts: list[Account], change: Change) -> None:
    if (
        asked.replace
        and not asked.force
        and change.before
        and not LEAST <= change.after / change.before <= MOST
    ):
        raise InputError(
            f"{accounts[0].source.path}: would leave {change.after} rows of {change.before};"
            " a file this different replaces a layer only with --force"
        )


def _write(
    call: Call,
    connection: Connection,
    asked: Load,
    target: Target,
    accounts: list[Account],
    change: Change,
    city: City,
) -> tuple[int, list[str]]:
    """Record the run, merge the staged rows, keep the rejected ones."""
    told = _told(asked, accounts, change, city)
    first = accounts[0].source
    options = {
        "map": dict(asked.wishes.stated), "replace": asked.replace, "sublayer": first.sublayer,
        "encoding": first.encoding, **marks_beside(first.path),
    }  # fmt: skip
    run_id = record_run(
        connection, "load", layer=told["layer"], file=told["file"], sha256=first.sha256, options=options,
        counts=told["counts"],
    )  # fmt: skip
    added = add_bodies(connection, asked.layer, target.staged, run_id)
    call.say(f"writing {told['counts']['accepted']} rows into {told['layer']}")
    connection.execute(target.staged.update().values(run_id=run_id))
    for file, row, reason in write(connection, asked.layer, target.staged, change, replace=asked.replace):
        next(each for each in accounts if each.plan.file == file).reject(row, None, reason, {"row": row})
    keep_rejections(connection, run_id, [each for account in accounts for each in account.rejected])
    return run_id, added


def _told(asked: Load, accounts: list[Account], change: Change, city: City) -> dict[str, Any]:
    """The account as plain values."""
    files = [_file(account, city) for account in accounts]
    totals = {name: sum(file["counts"][name] for file in files) for name in files[0]["counts"]}
    changes = {name: getattr(change, name) for name in ("new", "changed", "unchanged", "gone")}
    return {
        "layer": asked.layer.__tablename__,
        "file": ", ".join(file["file"] for file in files),
        "counts": totals | changes,
        "dry_run": asked.dry_run,
        "files": files,
    }


def _file(account: Account, city: City) -> dict[str, Any]:
    source, plan = account.source, account.plan
    rejected = sorted(account.rejected, key=lambda each: int(each["row"]))
    return {
        "file": source.path.name, "sha256": source.sha256, "sublayer": source.sublayer,
        "columns": source.columns, "mapping": dict(plan.mapping), "unused": dict(plan.unused),
        "crs": plan.crs.label if plan.crs else None, "encoding": source.encoding, "sample": source.sample,
        "bounds": _degrees(account, city), "notes": [*source.notes, *plan.notes],
        "counts": {"read": account.read, "accepted": account.accepted, "repaired": account.repaired,
                   "doubtful": account.doubted, "rejected": len(rejected)},
        "placed_by_address": dict(sorted(account.addressed.items())),
        "repaired_by_kind": dict(account.kinds.most_common()),
        "rejected_by_reason": _by_reason(rejected),
        "repairs": [{"row": row, "repair": words} for row, words in sorted(account.repairs.items())],
        "doubts": [{"row": row, "doubt": words} for row, words in sorted(account.doubts.items())],
        "rejections": [{name: each[name] for name in ("row", "record_id", "reason")} for each in rejected],
    }  # fmt: skip


def _by_reason(rejected: list[dict[str, Any]]) -> dict[str, int]:
    """Rejected rows by the first words of their reason."""
    found: dict[str, int] = {}
    for each in rejected:
        reason = str(each["reason"]).split(": ")[0]
        found[reason] = found.get(reason, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: -pair[1])[:50])


def _degrees(account: Account, city: City) -> list[float] | None:
    """West, south, east, north of the accepted shapes."""
    if account.bounds is None:
        return None
    return [round(value, 6) for value in in_degrees(account.bounds, city.crs)]
