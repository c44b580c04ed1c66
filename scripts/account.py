"""What a load tells of itself: what was found out about each file, and what became of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from gis_core import rejecting
from gis_core.crs import in_degrees
from gis_core.intake import SHOWN, Account
from gis_core.layer import Layer
from gis_core.personal import masked_in
from gis_core.staging import Change
from layers.city import City
from scripts.common import Call

KINDS = 50  # reasons of rejections that a report counts
FEW = 3  # of a kind that are told on the terminal


def say_of_file(call: Call, account: Account) -> None:
    """What was found out about a file: columns, coordinates, encoding, notes."""
    source, plan = account.source, account.plan
    call.say("  columns: " + ", ".join(_pair(*each) for each in plan.mapping.items()))
    if plan.unused:
        call.say(f"  not loaded: {', '.join(plan.unused)}")
    if plan.crs:
        call.say(f"  CRS: {plan.crs.label}")
    if source.encoding:
        call.say(f"  encoding: {source.encoding}" + (f", as in: {source.sample}" if source.sample else ""))
    for note in (*source.notes, *plan.notes):
        call.say(f"  {note}")


def _pair(field: str, column: str) -> str:
    return field if field == column else f"{field} from {column!r}"


def say_of_rows(call: Call, told: Mapping[str, Any]) -> None:
    """What became of the rows of each file, by kind and reason, with the first of them."""
    for file in told["files"]:
        named = f"{file['file']}: " if len(told["files"]) > 1 else ""
        for words, counted in (
            ("placed by address", file["placed_by_address"]),
            ("repaired", file["repaired_by_kind"]),
            ("rejected", file["rejected_by_reason"]),
        ):
            if counted:
                call.say(f"{named}{words}: " + _listed(counted))
        for kind, key in (("doubts", "doubt"), ("rejections", "reason")):
            for each in file[kind][:FEW]:
                call.say(f"  row {each['row']}: {each[key]}")
            left = file["counts"]["doubtful" if kind == "doubts" else "rejected"] - FEW
            if left > 0:
                call.say(f"  and {left} more {kind}: see --report")
    if told["counts"]["rejected"] and not told["dry_run"]:
        call.say("to mend what was rejected: abat export rejections --to DIR")


def _listed(counted: Mapping[str, int]) -> str:
    shown = [f"{name} ({count})" for name, count in list(counted.items())[: 2 * FEW]]
    return "; ".join(shown) + (" …" if len(counted) > len(shown) else "")


def account_of(
    connection: Connection, layer: type[Layer], accounts: list[Account], change: Change, city: City
) -> dict[str, Any]:
    """The account as plain values."""
    return {
        "layer": layer.__tablename__,
        "file": ", ".join(names_of(accounts)),
        "counts": counts_of(accounts, change),
        "files": [_file(connection, account, city) for account in accounts],
    }


def counts_of(accounts: list[Account], change: Change) -> dict[str, int]:
    """Rows of all files by what became of them, and rows of the layer by what becomes of it."""
    files = [_of_rows(account) for account in accounts]
    totals = {name: sum(counts[name] for counts in files) for name in files[0]}
    return totals | {name: getattr(change, name) for name in ("new", "changed", "unchanged", "gone")}


def _of_rows(account: Account) -> dict[str, int]:
    return {"read": account.read, "accepted": account.accepted, "repaired": account.repaired,
            "doubtful": account.doubted, "rejected": account.rejected}  # fmt: skip


def _file(connection: Connection, account: Account, city: City) -> dict[str, Any]:
    source, plan = account.source, account.plan
    return {
        "file": source.path.name, "sha256": source.sha256, "sublayer": source.sublayer,
        "columns": source.columns, "mapping": dict(plan.mapping), "unused": dict(plan.unused),
        "crs": plan.crs.label if plan.crs else None, "encoding": source.encoding, "sample": source.sample,
        "bounds": _degrees(account, city), "notes": [*source.notes, *plan.notes],
        "counts": _of_rows(account),
        "placed_by_address": dict(sorted(account.addressed.items())),
        "repaired_by_kind": dict(account.kinds.most_common()),
        "rejected_by_reason": rejecting.reasons(connection, plan.file, KINDS),
        "repairs": [{"row": row, "repair": words} for row, words in sorted(account.repairs.items())],
        "doubts": [{"row": row, "doubt": words} for row, words in sorted(account.doubts.items())],
        "rejections": rejecting.first_rejected(connection, plan.file, SHOWN),
    }  # fmt: skip


def masked_words(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Accounts of files without the phone and personal numbers that reasons and samples quote."""
    quoting = ("sample", "notes", "rejected_by_reason", "repairs", "doubts", "rejections")
    return [file | {name: masked_in(file[name]) for name in quoting} for file in files]


def names_of(accounts: list[Account]) -> list[str]:
    return [account.source.path.name for account in accounts]


def _degrees(account: Account, city: City) -> list[float] | None:
    """West, south, east, north of the accepted shapes."""
    if account.bounds is None:
        return None
    return [round(value, 6) for value in in_degrees(account.bounds, city.crs)]
