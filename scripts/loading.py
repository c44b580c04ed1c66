"""One load from its files to the layer, in one transaction, and the account of it."""

from __future__ import annotations

import getpass
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Index, MetaData

from gis_core import filling, rejecting
from gis_core.columns import meant_by
from gis_core.database import lock
from gis_core.errors import InputError
from gis_core.fingerprints import Fingerprints
from gis_core.indexes import exchange, is_superuser
from gis_core.intake import Account, Target, come_home, drop_rows, judge_repeats, refuse_empty, take_in
from gis_core.merging import BrokenRuleError, add_rest, write
from gis_core.personal import unmasked
from gis_core.reading.parent import opened
from gis_core.reading.start import Begun
from gis_core.rules import note_broken_rules
from gis_core.spare import spare_pandas
from gis_core.staging import Change, compare, stage
from gis_core.unmasking import restore_masked
from layers.city import City
from layers.hands import Hand, sign
from layers.loading import add_bodies, load_rules, settle, together
from layers.marks import marks_beside
from layers.rejections import WHY, keep_rejections
from layers.runs import next_run, record_run
from scripts.account import account_of, counts_of, names_of, say_of_file
from scripts.asked import Load
from scripts.common import Call
from scripts.progress import Progress
from scripts.store import open_store

LEAST, MOST = 0.9, 1.15  # of the rows held, within which a file may replace a layer unasked


def load_files(call: Call, asked: Load, first: Begun | None) -> dict[str, Any]:
    """Check the rows of some files and merge them in one transaction; the account of every row.

    `first`: the first file, where it is being read already.
    """
    spare_pandas()
    names = asked.files
    with open_store(call) as (connection, city), unmasked(connection):
        lock(connection, asked.layer.__tablename__, call.say)
        target = _target(call, connection, asked, city)
        with Fingerprints(asked.layer) as prints:
            accounts = []
            for name in names:
                meant = meant_by(asked.layer, target.rules.spellings)
                early = first if name == names[0] else None
                with nullcontext(early) if early else asked.begin(name, meant) as begun:
                    accounts.append(_take(call, connection, target, asked, begun, prints))
            met = _settle(connection, target, asked, accounts, prints)
        _look_together(connection, asked, target, city)
        change = _compared(connection, asked, target)
        _refuse_leap(asked, accounts, change)
        more = {"dry_run": asked.dry_run, "met": met}
        told = account_of(connection, asked.layer, accounts, change, city) | more
        if asked.dry_run or (change.nothing and not met):
            connection.rollback()
            return told | {"changed": False}
        call.say(f"writing {told['counts']['accepted']} rows into {told['layer']}")
        run_id, added, built = _write(connection, asked, target, accounts, change)
        told = account_of(connection, asked.layer, accounts, change, city) | more
        exchange(connection, built)
        return told | {"changed": not change.nothing, "run": run_id, "added_bodies": added}


def _target(call: Call, connection: Connection, asked: Load, city: City) -> Target:
    rules = load_rules(connection, asked.layer, city, asked.wishes)
    staged = stage(connection, asked.layer).to_metadata(MetaData())  # files that come back add columns
    rejecting.make_tables(connection)
    target = Target(asked.layer, staged, rules)
    large = sum(Path(name).stat().st_size for name in asked.files) >= filling.LARGE
    if not large or asked.dry_run:
        return target
    if filling.may_fill(connection, asked.layer):
        begun = filling.begin(connection, asked.layer, next_run(connection))
        return replace(target, filling=begun, together=together(asked.layer, city))
    if not is_superuser(connection):
        call.say("  rules and indexes take rows one by one, as this account is no superuser: it takes longer")
    return target


def _take(
    call: Call, connection: Connection, target: Target, asked: Load, begun: Begun, prints: Fingerprints
) -> Account:
    """Stage one file."""
    call.say(f"reading {begun.path}")
    account = None
    with (
        opened(begun) as source,
        Progress(call, source.expected) as progress,
        closing(take_in(connection, target, source, prints, asked.crs)) as accounts,  # type: ignore[type-var]
    ):  # fmt: skip
        for account in accounts:
            progress.at(account.read)
    if account is None:
        raise InputError(f"{begun.path}: no rows (empty); check that the right file was exported")
    say_of_file(call, account)
    return account


def _settle(
    connection: Connection, target: Target, asked: Load, accounts: list[Account], prints: Fingerprints
) -> int:
    """Judge what only the whole of the files shows: repeated ids and contents, stacked points, edits that
    meet those of others (how many), broken rules."""
    _refuse_replacing(asked, accounts)
    judge_repeats(connection, target, prints)
    met = 0 if asked.replace else come_home(connection, target, accounts, force=asked.force)
    mended = any({*WHY} <= {*each.source.columns} for each in accounts)
    faults = list(restore_masked(connection, target.layer, target.staged, mended=mended))
    drop_rows(connection, target, accounts, faults)
    note_broken_rules(connection, target.layer, target.staged, shapes=False)
    if target.filling:
        filling.ask_rules(connection, target.filling)
    drop_rows(connection, target, accounts)
    for each in accounts:
        if not met:
            refuse_empty(connection, each)
    if target.filling:
        _bring_over(connection, target, accounts)
    return met


def _refuse_replacing(asked: Load, accounts: list[Account]) -> None:
    marked = [each.source.path.name for each in accounts if each.plan.mark]
    if marked and asked.replace and not asked.force:
        raise InputError(
            f"{marked[0]}: an export that comes back deletes no rows, and knows none that are newer; leave"
            " --replace out, or add --force to put the layer back to what the file says"
        )


def _bring_over(connection: Connection, target: Target, accounts: list[Account]) -> None:
    """The staged rows into the table that is being filled."""
    assert target.filling  # noqa: S101  the caller asked
    table, run_id = target.filling.table, target.filling.run_id
    try:
        add_rest(connection, table, target.staged, run_id)
    except BrokenRuleError:
        note_broken_rules(connection, target.layer, target.staged, shapes=True)
        drop_rows(connection, target, accounts)
        add_rest(connection, table, target.staged, run_id)


def _look_together(connection: Connection, asked: Load, target: Target, city: City) -> None:
    """Settle what only all rows together tell, or begin to, where they were watched as they passed."""
    if target.together and target.together.whole:
        target.together.look()
        return
    alone = asked.replace or target.filling is not None  # no other rows of the layer count
    settle(connection, asked.layer, target.whole, city, replace=alone)


def _compared(connection: Connection, asked: Load, target: Target) -> Change:
    if target.filling:
        return filling.change(connection, target.filling)
    return compare(connection, asked.layer, target.staged, replace=asked.replace)


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
    connection: Connection, asked: Load, target: Target, accounts: list[Account], change: Change
) -> tuple[int, list[str], list[Index]]:
    """Write the staged rows; those in which only the server finds a broken rule are rejected, and it is
    done anew without them."""
    try:
        with connection.begin_nested():
            return _written(connection, asked, target, accounts, change)
    except BrokenRuleError:
        note_broken_rules(connection, target.layer, target.staged, shapes=True)
        drop_rows(connection, target, accounts)
        left = _compared(connection, asked, target)
        return _written(connection, asked, target, accounts, left)


def _written(
    connection: Connection, asked: Load, target: Target, accounts: list[Account], change: Change
) -> tuple[int, list[str], list[Index]]:
    """Record the run, merge the staged rows, keep the rejected ones."""
    first = accounts[0].source
    options = {
        "map": dict(asked.wishes.stated), "replace": asked.replace, "sublayer": first.sublayer,
        "encoding": first.encoding, **marks_beside(first.path),
    }  # fmt: skip
    run_id = record_run(
        connection, "load", layer=asked.layer.__tablename__, file=", ".join(names_of(accounts)),
        sha256=first.sha256, options=options, counts={**counts_of(accounts, change)},
        inputs=[{"file": each.source.path.name, "sha256": each.source.sha256} for each in accounts],
        number=target.filling.run_id if target.filling else None,
    )  # fmt: skip
    sign(connection, Hand(f"abat load {', '.join(names_of(accounts))}"[:200], run_id, getpass.getuser()))
    added = add_bodies(connection, asked.layer, target.whole, run_id)
    keep_rejections(connection, run_id)
    if target.filling:
        return run_id, added, _filled(connection, target, target.filling)
    built = write(connection, asked.layer, target.staged, change, run_id=run_id, replace=asked.replace)
    return run_id, added, built


def _filled(connection: Connection, target: Target, begun: filling.Filling) -> list[Index]:
    """Index a filled table and hold its references; meanwhile what all rows together tell was looked for."""
    built = filling.build(connection, begun)
    if target.together and target.together.whole:
        target.together.mark(connection, begun.table)
    filling.finish(connection, begun)
    return built
