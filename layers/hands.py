"""In whose name rows of the register change: told to the triggers of `assessments.sql`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, true


@dataclass(frozen=True)
class Hand:
    """By what and by whom, in which run; `keeping`: what was found may change, and not only verdicts;
    `deriving`: derived layers are written by what derives them."""

    how: str = ""
    run_id: int | None = None
    account: str = ""
    keeping: bool = False
    deriving: bool = False


def sign(connection: Connection, hand: Hand) -> None:
    """Write under this name until the transaction ends or another signs."""
    said = {
        "abat.how": hand.how,
        "abat.run": str(hand.run_id or ""),
        "abat.account": hand.account,
        "abat.keeping": "on" if hand.keeping else "",
        "abat.deriving": "on" if hand.deriving else "",
    }
    connection.execute(select(*(func.set_config(name, value, true()) for name, value in said.items())))
