"""What the register holds, a conflict at a time: found by what a person asks for, with its verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, or_, select

from layers.assessments import DECIDED, VERDICTS, Assessment
from layers.runs import newest_register_run

ROW = Assessment.__table__.c
# While a conflict is there the table says nothing of when it was seen last: the newest derive saw it
LAST_SEEN = func.coalesce(ROW.last_seen, newest_register_run()).label("last_seen")
OF_BODY = ("body", *DECIDED, "edition", "assessed_by", "assessed_at", "judged")


@dataclass(frozen=True)
class Wanted:
    """Which conflicts: by codes; `since` asks for what is new, changed, gone or back after a run."""

    rule: str | None = None
    body: str | None = None
    district: str | None = None
    state: str | None = "open"
    verdict: str | None = None
    since: int | None = None
    conflict_id: str | None = None


@dataclass(frozen=True)
class Entry:
    """One conflict: what is known of it, and what each body said, those too that have left it."""

    facts: dict[str, Any]
    verdicts: list[dict[str, Any]]

    @property
    def parties(self) -> list[dict[str, Any]]:
        """Rows of the bodies that are in the conflict now, and of those that have said something."""
        return [row for row in self.verdicts if row["state"] == self.facts["state"] or row["edition"]]

    @property
    def savings(self) -> int:
        """Tenge saved; bodies speak of the same money, so the largest sum counts once."""
        return max((each["savings_kzt"] or 0 for each in self.verdicts), default=0)


def entries(connection: Connection, wanted: Wanted) -> list[Entry]:
    """The conflicts asked for, those with the most money at risk first."""
    shown = [LAST_SEEN if column.name == "last_seen" else column for column in ROW if column.name != "geom"]
    which = select(ROW.conflict_id).where(*_conditions(wanted))
    query = select(*shown).where(ROW.conflict_id.in_(which)).order_by(ROW.conflict_id, ROW.body)
    rows = connection.execute(query).mappings().all()
    found = [_entry(list(same)) for _, same in groupby(rows, key=lambda row: row["conflict_id"])]
    return sorted(found, key=lambda each: (-each.facts["money_at_risk_kzt"], each.facts["conflict_id"]))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    columns = {"rule": ROW.rule, "body": ROW.body, "district": ROW.district_code, "verdict": ROW.verdict}
    columns |= {"state": ROW.state, "conflict_id": ROW.conflict_id}
    asked = {name: getattr(wanted, name) for name in columns}
    found = [column == asked[name] for name, column in columns.items() if asked[name] is not None]
    if wanted.since is not None:
        runs = (ROW.first_seen, ROW.changed_in, ROW.back_in, ROW.gone_in)
        found.append(or_(*(run > wanted.since for run in runs)))
    return found


def _entry(rows: Sequence[RowMapping]) -> Entry:
    """Rows of one conflict; the one that was brought up to date last says what is known."""
    newest = max(rows, key=lambda row: row["last_seen"])
    facts = {name: value for name, value in newest.items() if name not in OF_BODY}
    own = (*OF_BODY, "state", "gone_in")
    return Entry(facts, [{name: row[name] for name in own} for row in rows])


def totals(found: Sequence[Entry]) -> dict[str, int]:
    """How many, how much at risk and saved, how many verdicts of each kind."""
    verdicts = [each["verdict"] for entry in found for each in entry.parties]
    return {
        "conflicts": len(found),
        "major": sum(entry.facts["severity"] == "major" for entry in found),
        "money_at_risk_kzt": _once((entry, entry.facts["money_at_risk_kzt"]) for entry in found),
        "savings_kzt": _once((entry, entry.savings) for entry in found),
        **{name: verdicts.count(name) for name in VERDICTS},
    }


def _once(amounts: Iterable[tuple[Entry, int]]) -> int:
    """A sum in which the money of a pair at a place counts once, however many rules find it."""
    most: dict[tuple[Any, ...], int] = {}
    for entry, amount in amounts:
        place = tuple(entry.facts[name] for name in ("project_a", "project_b", "place_kind", "place_id"))
        most[place] = max(most.get(place, 0), amount)
    return sum(most.values())


def dismissed() -> Select[tuple[str]]:
    """Ids of the conflicts that are none in the words of every body they are about now."""
    there = select(ROW.conflict_id).where(ROW.state == "open")
    return there.group_by(ROW.conflict_id).having(func.bool_and(ROW.verdict == "no"))


def newest_run(connection: Connection) -> int:
    """The run in which the register was last brought up to date; 0 before the first."""
    return connection.scalar(select(newest_register_run())) or 0
