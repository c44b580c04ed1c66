"""Verdicts given: checked against the register, written, or refused with cause and cure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ARRAY, Connection, Text, any_, bindparam, insert, literal, select, update

from gis_core.layer import table_of
from gis_core.personal import is_masked, masked
from gis_core.unmasking import CURE
from layers.assessments import DECIDED, Assessment, AssessmentChange

Key = tuple[str, str]  # conflict and body
Decision = dict[str, Any]
CUT_FROM = 240  # bytes from which on a text of a shapefile may be the beginning of a longer one
UNTOUCHED: Decision = {"verdict": "not_assessed", "lead_body": None, "note": None, "savings_kzt": None}


@dataclass(frozen=True)
class Said:
    """What somebody says of a conflict for a body; fields that are not in `values` stay as they are.

    `edition` is the one the writer had before his eyes; None for a verdict given now, whatever stands there.
    `cut`: long texts may be no more than the beginning of what stood there.
    """

    conflict_id: str
    body: str
    values: Mapping[str, Any]
    edition: int | None = None
    row: int | None = None
    cut: bool = False

    @property
    def key(self) -> Key:
        return self.conflict_id, self.body


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken: why, and what to do. `edited`: somebody else has changed it since."""

    row: int | None
    conflict_id: str | None
    why: str
    cure: str
    edited: bool = False

    def __str__(self) -> str:
        place = f"row {self.row}: " if self.row is not None else ""
        return f"{place}{self.why}; {self.cure}"


@dataclass
class Outcome:
    """What becomes of rows: new decisions by key (`added`: of bodies that had no row), and the rest."""

    changed: dict[Key, Decision] = field(default_factory=dict)
    added: set[Key] = field(default_factory=set)
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)


def weigh(connection: Connection, said: Sequence[Said]) -> Outcome:
    """What these verdicts would change in the register, whose lock the caller holds; nothing is written."""
    outcome = Outcome()
    present = _present(connection, sorted({each.conflict_id for each in said}))
    known = {conflict for conflict, _ in present}
    past = _past(connection, [each.conflict_id for each in said if _is_old(each, present)])
    for each in said:
        now = present.get(each.key, (0, UNTOUCHED))
        if each.conflict_id not in known:
            why = f"the register has no conflict {each.conflict_id!r}"
            refusal = Refusal(each.row, each.conflict_id, why, "abat conflicts --status all lists them")
            outcome.refused.append(refusal)
        elif _hides(each, now[1]):
            why = f"the note of {each.conflict_id} holds a number that is masked here and would be lost"
            outcome.refused.append(Refusal(each.row, each.conflict_id, why, CURE))
        elif not _adds(each, now[1]) or not _adds(each, past.get((each.key, each.edition), {})):
            outcome.unchanged += 1
        elif each.edition not in (None, now[0]):
            outcome.refused.append(_edited(each, now))
        else:
            outcome.changed[each.key] = {**now[1], **_new(each, now[1])}
    outcome.added = {key for key in outcome.changed if key not in present}
    return outcome


def _present(connection: Connection, ids: Sequence[str]) -> dict[Key, tuple[int, Decision]]:
    """Edition and decision of every row of these conflicts, held until the transaction ends."""
    table = Assessment.__table__.c
    query = (
        select(table.conflict_id, table.body, table.edition, *(table[name] for name in DECIDED))
        .where(table.conflict_id == any_(literal(list(ids), ARRAY(Text))))
        .order_by(table.conflict_id, table.body)
        .with_for_update()
    )
    return {
        (conflict, body): (edition, dict(zip(DECIDED, values, strict=True)))
        for conflict, body, edition, *values in connection.execute(query)
    }


def _is_old(each: Said, present: Mapping[Key, tuple[int, Decision]]) -> bool:
    return each.edition not in (None, present.get(each.key, (0, UNTOUCHED))[0])


def _past(connection: Connection, ids: Iterable[str]) -> dict[tuple[Key, int | None], Decision]:
    """Decisions of these conflicts by edition, from the history."""
    table = AssessmentChange.__table__.c
    query = select(table.conflict_id, table.body, table.edition, table.before, table.after).where(
        table.conflict_id == any_(literal(sorted({*ids}), ARRAY(Text)))
    )
    found: dict[tuple[Key, int | None], Decision] = {}
    for conflict, body, edition, before, after in connection.execute(query):
        found[(conflict, body), edition - 1] = before
        found[(conflict, body), edition] = after
    return found


def _adds(each: Said, decision: Decision) -> bool:
    """True where what is said differs from a decision."""
    return bool(_new(each, decision))


def _new(each: Said, decision: Decision) -> Decision:
    """What is said and differs from a decision; the mask or the cut beginning of a text says what it says."""
    return {
        name: value
        for name, value in each.values.items()
        if decision.get(name, decision) != value
        and not _is_mask(value, decision.get(name))
        and not (each.cut and _begins(value, decision.get(name)))
    }


def _begins(value: Any, whole: Any) -> bool:
    """True for the cut beginning of a text, or of its mask."""
    texts = isinstance(value, str) and isinstance(whole, str)
    return (
        texts
        and len(value.encode()) >= CUT_FROM
        and (whole.startswith(value) or masked(whole).startswith(value))
    )


def _hides(each: Said, decision: Decision) -> bool:
    """True where a text was edited round a mask, so that writing it would lose what the register knows."""
    said, held = each.values.get("note"), decision["note"]
    return bool(said and held and is_masked(said) and masked(held) != held and said != masked(held))


def _is_mask(value: Any, held: Any) -> bool:
    return isinstance(value, str) and isinstance(held, str) and value == masked(held)


def _edited(each: Said, now: tuple[int, Decision]) -> Refusal:
    edition, decision = now
    differ = [
        f"{name} is {decision[name]!r} there and {value!r} here"
        for name, value in _new(each, decision).items()
    ]
    why = f"{each.conflict_id} of {each.body}: changed by others since edition {each.edition}, now {edition}"
    cure = f"not overwritten: {', '.join(differ)}; export anew, or abat assess {each.conflict_id}"
    return Refusal(each.row, each.conflict_id, why, cure, edited=True)


def write(connection: Connection, outcome: Outcome) -> None:
    """Write what was weighed; the caller has signed for it."""
    rows = sorted(outcome.changed.items())
    table = table_of(Assessment)
    changed = [
        {"of_conflict": key[0], "of_body": key[1], **decision}
        for key, decision in rows
        if key not in outcome.added
    ]
    if changed:
        own = (table.c.conflict_id == bindparam("of_conflict"), table.c.body == bindparam("of_body"))
        connection.execute(update(table).where(*own), changed)
    added = [
        {"conflict_id": key[0], "body": key[1], **decision} for key, decision in rows if key in outcome.added
    ]
    if added:
        connection.execute(insert(table), added)
